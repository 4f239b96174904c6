#include "lab.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace pinhole::test {
namespace {

constexpr Milliseconds kScriptLimit{20'000};
constexpr int kMissing = 77;  // the script's word for "cannot be tried here"

Arguments script(const std::string& command, const std::string& lab, Arguments rest = {}) {
  Arguments argv{checkout() / "scripts/lab", command, "--name", lab};
  argv.insert(argv.end(), rest.begin(), rest.end());
  return argv;
}

std::string run_script(const Arguments& argv) {
  const auto result = run(argv, kScriptLimit);
  if (result.status == kTimedOut) throw std::runtime_error("scripts/lab " + argv[1] + " took too long");
  if (result.status != 0) throw std::runtime_error("scripts/lab: " + result.errors);
  return result.output;
}

// Unique among the test processes that run side by side, by the pid, and within one.
std::string next_name() {
  static std::atomic<int> count = 0;
  return "e2e-" + std::to_string(getpid()) + "-" + std::to_string(++count);
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return result;
}

const char* role_name(Role role) {
  switch (role) {
    case Role::client:
      return "client";
    case Role::router:
      return "router";
    case Role::server:
      return "server";
  }
  return "";
}

}  // namespace

std::filesystem::path checkout() {
  const char* given = std::getenv("PINHOLE_CHECKOUT");
  return given != nullptr ? given : PINHOLE_CHECKOUT;
}

Lab::Lab(std::string_view topology) : name_(next_name()) {
  run_script(script("up", name_, {"--topology", std::string(topology), "--owner", std::to_string(getpid())}));
  std::istringstream lines(run_script(script("env", name_)));
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    variables_[line.substr(0, equals)] = line.substr(equals + 1);
  }
}

Lab::~Lab() {
  run(script("down", name_), kScriptLimit);
}

std::string Lab::obstacle() {
  return geteuid() == 0 ? "" : "must be root, to make network namespaces";
}

const std::string& Lab::variable(const std::string& name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) throw std::out_of_range("the lab has no " + name);
  return found->second;
}

const std::string& Lab::address(std::string_view of, Family family) const {
  return variable("LAB_" + upper(of) + (family == Family::ipv6 ? "6" : ""));
}

std::string Lab::netns_file(Role role) const {
  return "/run/netns/" + variable("LAB_NETNS_" + upper(role_name(role)));
}

Arguments Lab::in(Role role, const Arguments& command) const {
  Arguments argv{"ip", "netns", "exec", variable("LAB_NETNS_" + upper(role_name(role)))};
  argv.insert(argv.end(), command.begin(), command.end());
  return argv;
}

std::string Lab::serve(std::string_view server, Role on) {
  const auto argv = script("serve", name_, {std::string(server), "--on", role_name(on)});
  const auto result = run(argv, kScriptLimit);
  if (result.status == 0) return "";
  if (result.status == kMissing) return result.errors;
  throw std::runtime_error("scripts/lab: " + result.errors);
}

std::filesystem::path Lab::served() const {
  return std::filesystem::path(variable("LAB_STATE")) / "served";
}

}  // namespace pinhole::test
