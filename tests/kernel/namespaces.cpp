#include "namespaces.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace pinhole::test::kernel {
namespace {

constexpr const char* kPrefix = "phtest-";

struct Result {
  std::string output;
  bool good;
};

Result shell(const std::string& command) {
  std::FILE* pipe = popen(("exec 2>&1; " + command).c_str(), "re");
  if (pipe == nullptr) throw std::runtime_error("popen");
  Result result;
  char buffer[512];
  while (const auto count = std::fread(buffer, 1, sizeof buffer, pipe)) result.output.append(buffer, count);
  const int status = pclose(pipe);
  result.good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return result;
}

/// Removes namespaces of test processes that are no more.
void sweep() {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/run/netns", none)) {
    const auto name = entry.path().filename().string();
    if (name.rfind(kPrefix, 0) != 0) continue;
    const int pid = std::atoi(name.c_str() + std::string_view(kPrefix).size());
    if (pid > 0 && kill(pid, 0) != 0) shell("ip netns del " + name);
  }
}

}  // namespace

Namespace::Namespace(const std::string& role) : name_(kPrefix + std::to_string(getpid()) + "-" + role) {
  static const bool swept = (sweep(), true);
  static_cast<void>(swept);
  const auto added = shell("ip netns add " + name_ + " && ip -n " + name_ + " link set lo up");
  if (!added.good) throw std::runtime_error("ip netns add: " + added.output);
}

Namespace::~Namespace() {
  shell("ip netns del " + name_);
}

void Namespace::run(const std::string& command) const {
  const auto result = in([&] { return shell("set -e; " + command); });
  if (!result.good) throw std::runtime_error(command + ": " + result.output);
}

Namespace::Visit::Visit(const std::string& name)
    : home_(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
  const int there = open(("/run/netns/" + name).c_str(), O_RDONLY | O_CLOEXEC);
  if (home_ < 0 || there < 0 || setns(there, CLONE_NEWNET) != 0)
    throw std::runtime_error("cannot enter " + name);
  close(there);
}

Namespace::Visit::~Visit() {
  if (setns(home_, CLONE_NEWNET) != 0) std::abort();  // the rest of the tests would run in the wrong place
  close(home_);
}

std::string output_of(const std::string& command) {
  return shell(command).output;
}

std::optional<std::string> why_no_namespaces() {
  if (geteuid() != 0) return "needs root";
  try {
    const Namespace probe("probe");
    probe.run("iptables -w -t raw -A PREROUTING -p tcp --dport 21 -j CT --helper sane");
    probe.run("iptables -w -t mangle -A PREROUTING -p tcp --dport 21 -j NFQUEUE --queue-num 0");
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

}  // namespace pinhole::test::kernel
