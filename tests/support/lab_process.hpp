// A child process with what it wrote.
//
// Output goes to memory files, not pipes: nobody has to read while the child writes. A Process is killed, by
// its pid, when it goes out of scope; its own children are the lab's to end.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pinhole::test {

using Arguments = std::vector<std::string>;
using Milliseconds = std::chrono::milliseconds;

/// Limits are for a machine of usual speed; $PINHOLE_PATIENCE stretches them.
class Process {
 public:
  /// Starts `argv` (searched in PATH) with `input` as its standard input. With `errors`, its standard
  /// error is a copy of that descriptor, and errors() stays empty. Throws std::system_error.
  explicit Process(const Arguments& argv, std::string_view input = {}, std::optional<int> errors = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Exit status, 128 + signal for a death by signal, nothing while it still runs after `limit`.
  std::optional<int> wait(Milliseconds limit);

  /// Waits until its standard error contains `text`. False when it ends or `limit` passes before that.
  bool wait_for_error(std::string_view text, Milliseconds limit);

  void signal(int number) const;
  /// Returns when all of it stands still.
  void pause() const;
  void resume() const;
  pid_t pid() const { return pid_; }

  std::string output() const;
  /// From the byte `from` on.
  std::string errors(std::size_t from = 0) const;

 private:
  pid_t pid_ = -1;
  int pidfd_ = -1;
  int output_ = -1;
  int errors_ = -1;
  std::optional<int> status_;
};

struct Finished {
  int status;  ///< as Process::wait, or kTimedOut
  std::string output;
  std::string errors;
};
inline constexpr int kTimedOut = -1;

/// Runs `argv` to its end, killed after `limit`.
Finished run(const Arguments& argv, Milliseconds limit, std::string_view input = {});

}  // namespace pinhole::test
