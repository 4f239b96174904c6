#include "lab_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <thread>

#include "patience.hpp"

namespace pinhole::test {
namespace {

using Clock = std::chrono::steady_clock;

int memory_file(const char* name) {
  const int fd = memfd_create(name, MFD_CLOEXEC);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "memfd_create");
  return fd;
}

std::string content(int fd, std::size_t from = 0) {
  struct stat status {};
  if (fstat(fd, &status) != 0 || static_cast<std::size_t>(status.st_size) <= from) return {};
  std::string text(static_cast<std::size_t>(status.st_size) - from, '\0');
  const auto got = pread(fd, text.data(), text.size(), static_cast<off_t>(from));
  text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  return text;
}

int exit_status(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

}  // namespace

Process::Process(const Arguments& argv, std::string_view input, std::optional<int> errors)
    : output_(memory_file("output")), errors_(memory_file("errors")) {
  const int in = memory_file("input");
  if (write(in, input.data(), input.size()) != static_cast<ssize_t>(input.size())) {
    throw std::system_error(errno, std::generic_category(), "memory file");
  }
  lseek(in, 0, SEEK_SET);

  std::vector<char*> words;
  for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output_, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.value_or(errors_), STDERR_FILENO);
  const int error = posix_spawnp(&pid_, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(in);
  if (error != 0) throw std::system_error(error, std::generic_category(), "cannot start " + argv.front());
  pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  if (pidfd_ < 0) throw std::system_error(errno, std::generic_category(), "pidfd_open");
}

Process::~Process() {
  if (!status_) {
    signal(SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  for (const int fd : {pidfd_, output_, errors_}) close(fd);
}

std::optional<int> Process::wait(Milliseconds limit) {
  if (status_) return status_;
  pollfd ended{.fd = pidfd_, .events = POLLIN, .revents = 0};
  if (poll(&ended, 1, static_cast<int>(patiently(limit).count())) <= 0) return std::nullopt;
  int wait_status = 0;
  waitpid(pid_, &wait_status, 0);
  status_ = exit_status(wait_status);
  return status_;
}

bool Process::wait_for_error(std::string_view text, Milliseconds limit) {
  const auto deadline = Clock::now() + patiently(limit);
  while (true) {
    const bool ended = wait(Milliseconds{0}).has_value();
    if (errors().find(text) != std::string::npos) return true;
    if (ended || Clock::now() >= deadline) return false;
    std::this_thread::sleep_for(Milliseconds{5});
  }
}

void Process::signal(int number) const {
  if (!status_) kill(pid_, number);
}

void Process::pause() const {
  signal(SIGSTOP);
  siginfo_t stopped{};
  waitid(P_PID, static_cast<id_t>(pid_), &stopped, WSTOPPED | WEXITED | WNOWAIT);
}
void Process::resume() const {
  signal(SIGCONT);
}

std::string Process::output() const {
  return content(output_);
}
std::string Process::errors(std::size_t from) const {
  return content(errors_, from);
}

Finished run(const Arguments& argv, Milliseconds limit, std::string_view input) {
  Process process(argv, input);
  const auto status = process.wait(limit);
  return {status.value_or(kTimedOut), process.output(), process.errors()};
}

}  // namespace pinhole::test
