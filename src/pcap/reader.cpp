#include "pcap/reader.hpp"

#include <fcntl.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace pinhole::pcap {
namespace {

constexpr int kFifoPatience = 5000;  // ms; a FIFO without a writer would keep us for ever

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

[[noreturn]] void complain(const std::string& path, const std::string& what) {
  throw CaptureError(path + ": " + what);
}

void await_writer(const std::string& path, int fd) {
  pollfd waiting{fd, POLLIN, 0};
  if (::poll(&waiting, 1, kFifoPatience) <= 0) complain(path, "is a FIFO that nobody writes to");
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) & ~O_NONBLOCK);
}

File open_file(const std::string& path) {
  const int fd = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) complain(path, std::strerror(errno));
  File file(::fdopen(fd, "rb"));
  if (!file) complain(path, std::strerror(errno));
  struct stat status {};
  if (::fstat(fd, &status) != 0) complain(path, std::strerror(errno));
  if (S_ISDIR(status.st_mode)) complain(path, "is a directory, not a capture");
  if (S_ISREG(status.st_mode) && status.st_size == 0) complain(path, "is empty");
  if (S_ISFIFO(status.st_mode) && path != "-") await_writer(path, fd);
  return file;
}

/// Looks at the magic number of a file that can be rewound.
bool keeps_microseconds(std::FILE* file) {
  std::array<unsigned char, 4> magic{};
  const bool read = std::fseek(file, 0, SEEK_SET) == 0 && std::fread(magic.data(), 1, 4, file) == 4;
  if (!read || std::fseek(file, 0, SEEK_SET) != 0) return false;
  constexpr std::array<unsigned char, 4> kBig{0xa1, 0xb2, 0xc3, 0xd4};
  constexpr std::array<unsigned char, 4> kLittle{0xd4, 0xc3, 0xb2, 0xa1};
  return magic == kBig || magic == kLittle;
}

std::chrono::nanoseconds time_of(const timeval& stamp) {
  // pcapng stamps are 64 bits wide: keep them where nanoseconds since the epoch fit.
  constexpr std::int64_t kLastSecond = 9'000'000'000;
  const auto seconds = std::clamp<std::int64_t>(stamp.tv_sec, 0, kLastSecond);
  const auto nanoseconds = std::clamp<std::int64_t>(stamp.tv_usec, 0, 999'999'999);  // opened that way
  return std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanoseconds);
}

}  // namespace

struct Reader::Handle {
  pcap_t* pcap = nullptr;
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (pcap != nullptr) pcap_close(pcap);
  }
};

Reader::Reader(const std::string& path)
    : handle_(std::make_unique<Handle>()), path_(path == "-" ? "standard input" : path) {
  File file = open_file(path);
  microseconds_ = keeps_microseconds(file.get());
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  handle_->pcap =
      pcap_fopen_offline_with_tstamp_precision(file.get(), PCAP_TSTAMP_PRECISION_NANO, error.data());
  if (handle_->pcap == nullptr) complain(path_, std::string("is not a readable capture: ") + error.data());
  static_cast<void>(file.release());  // pcap_close() closes it
  const int dlt = pcap_datalink(handle_->pcap);
  const auto type = pcap::link_type(dlt);
  if (!type) {
    const char* name = pcap_datalink_val_to_name(dlt);
    complain(path_, "unknown link type " + std::to_string(dlt) +
                        (name ? std::string(" (") + name + ")" : "") +
                        "; supported are Ethernet, Linux cooked v1 and v2, NFLOG, raw IP and loopback");
  }
  link_type_ = *type;
}

Reader::~Reader() = default;

std::optional<Frame> Reader::next() {
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  const int result = complaint_.empty() ? pcap_next_ex(handle_->pcap, &header, &bytes) : PCAP_ERROR_BREAK;
  if (result == 1) {
    ++frames_;
    return Frame{
        frames_, time_of(header->ts), std::max(header->len, header->caplen), {bytes, header->caplen}};
  }
  if (result != PCAP_ERROR_BREAK) {
    complaint_ = path_ + ": cannot be read beyond frame " + std::to_string(frames_) + ": " +
                 pcap_geterr(handle_->pcap);
  }
  return std::nullopt;
}

}  // namespace pinhole::pcap
