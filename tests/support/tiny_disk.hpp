// A disk of a few pages, all of it taken but what is left for a log: a tmpfs that is mounted nowhere.
#pragma once

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace pinhole::test {

class TinyDisk {
 public:
  /// Empty where one can be made, else what is in the way.
  static std::string obstacle() {
    try {
      const TinyDisk disk;
      return {};
    } catch (const std::system_error& error) {
      return error.what();
    }
  }

  /// Room for `room` bytes, of whole pages. Throws std::system_error.
  explicit TinyDisk(std::size_t room = 4096) {
    const int type = checked(fsopen("tmpfs", FSOPEN_CLOEXEC), "fsopen");
    const auto size = std::to_string(room + kBallast);
    checked(fsconfig(type, FSCONFIG_SET_STRING, "size", size.c_str(), 0), "fsconfig");
    checked(fsconfig(type, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0), "fsconfig");
    const int root = checked(fsmount(type, FSMOUNT_CLOEXEC, 0), "fsmount");
    log_ = checked(openat(root, "log", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600), "log");
    ballast_ = checked(openat(root, "ballast", O_RDWR | O_CREAT | O_CLOEXEC, 0600), "ballast");
    checked(posix_fallocate(ballast_, 0, kBallast), "ballast");
    close(root);
    close(type);
  }
  ~TinyDisk() {
    close(log_);
    close(ballast_);
  }
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;

  int log() const { return log_; }
  /// Somebody tidies up.
  void make_room() const { checked(ftruncate(ballast_, 0), "ballast"); }

  std::string log_text() const {
    std::string text;
    std::array<char, 4096> bytes;
    for (ssize_t got; (got = pread(log_, bytes.data(), bytes.size(), static_cast<off_t>(text.size()))) > 0;) {
      text.append(bytes.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

 private:
  static constexpr off_t kBallast = 8 * 1024 * 1024;

  static int checked(int result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
    return result;
  }

  int log_ = -1;
  int ballast_ = -1;
};

}  // namespace pinhole::test
