#include "lab_gateway.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace pinhole::test {
namespace {

constexpr Milliseconds kRulesLimit{10'000};
constexpr Milliseconds kReadyLimit{5'000};
constexpr Milliseconds kEndLimit{5'000};
constexpr Milliseconds kLogLimit{2'000};
constexpr const char* kPorts = "21,2121";

std::filesystem::path program() {
  const char* given = std::getenv("PINHOLE_PROGRAM");
  return given != nullptr ? given : PINHOLE_PROGRAM;
}

Finished run_rules(const Lab& lab, const std::filesystem::path& script, Arguments words) {
  Arguments command{"env", "PINHOLE_PROGRAM=" + program().string(), script};
  command.insert(command.end(), words.begin(), words.end());
  return run(lab.in(Role::router, command), kRulesLimit);
}

struct Choice {
  std::filesystem::path script;
  std::string obstacle;
};

Choice try_rules(const Lab& lab, const std::string& name) {
  const auto script = checkout() / "rules" / name;
  const auto up = run_rules(lab, script, {"up"});
  run_rules(lab, script, {"down"});
  return {script, up.status == 0 ? "" : up.errors};
}

// Asked once: the kernel does not change while the tests run.
const Choice& choose_rules(const Lab& lab) {
  static const Choice choice = [&lab] {
    if (const char* given = std::getenv("PINHOLE_RULES")) return try_rules(lab, given);
    const auto nft = try_rules(lab, "pinhole-nft");
    return nft.obstacle.empty() ? nft : try_rules(lab, "pinhole-iptables");
  }();
  return choice;
}

}  // namespace

std::string Gateway::obstacle(const Lab& lab) {
  if (access(program().c_str(), X_OK) != 0) return "there is no program " + program().string();
  return choose_rules(lab).obstacle;
}

Rules::Rules(const Lab& lab, const GatewayOptions& options)
    : lab_(lab), options_(options), script_(choose_rules(lab).script) {
  up();
}

void Rules::up() {
  const auto up = run_rules(lab_, script_,
                            {"up", "--ports", kPorts, "--queues", std::to_string(options_.queues),
                             "--queue-base", std::to_string(options_.queue_base), "--fail", options_.fail});
  if (up.status == kTimedOut) throw std::runtime_error("the rules were not installed in time");
  if (up.status != 0) throw std::runtime_error(up.errors);
}

Rules::~Rules() {
  down();
}

void Rules::down() {
  run_rules(lab_, script_, {"down"});
}

Gateway::Gateway(const Lab& lab, GatewayOptions options)
    : lab_(lab), options_(std::move(options)), rules_(lab, options_) {
  start();
}

Gateway::~Gateway() {
  end(SIGTERM);
}

void Gateway::start() {
  Arguments words{program(),         "run",
                  "--control-ports", kPorts,
                  "--queues",        std::to_string(options_.queues),
                  "--queue-base",    std::to_string(options_.queue_base),
                  "--fail",          options_.fail};
  words.insert(words.end(), options_.more.begin(), options_.more.end());
  if (!options_.closed.empty()) {
    const Arguments shell{"sh", "-c", "exec \"$@\" " + options_.closed, "sh"};
    words.insert(words.begin(), shell.begin(), shell.end());
  }
  process_ = std::make_unique<Process>(lab_.in(Role::router, words), "", options_.log_to);
  if (options_.log_to) return;
  if (!process_->wait_for_error("ready", kReadyLimit)) {
    throw std::runtime_error("pinhole run did not get ready: " + process_->errors());
  }
}

std::optional<int> Gateway::end(int signal) {
  process_->signal(signal);
  return process_->wait(kEndLimit);
}

std::string Gateway::log(std::size_t from) const {
  return process_->errors(from);
}

bool Gateway::wait_for_log(std::string_view text) const {
  return process_->wait_for_error(text, kLogLimit);
}

}  // namespace pinhole::test
