#include "netem.hpp"

#include <array>
#include <regex>
#include <stdexcept>

namespace pinhole::test {
namespace {

constexpr Milliseconds kCommandLimit{5'000};
constexpr Milliseconds kRoundTrip{20};  // what a host takes it for that knows nothing yet

std::string milliseconds(Milliseconds time) {
  return std::to_string(time.count()) + "ms";
}

struct End {
  Role role;
  const char* device;
};
constexpr std::array<End, 4> kEnds{
    {{Role::client, "eth0"}, {Role::router, "inside"}, {Role::router, "outside"}, {Role::server, "eth0"}}};

Finished tc(const Lab& lab, const End& end, const char* action, const Arguments& weather = {}) {
  Arguments words{"tc", "qdisc", action, "dev", end.device, "root", "netem"};
  words.insert(words.end(), weather.begin(), weather.end());
  return run(lab.in(end.role, words), kCommandLimit);
}

}  // namespace

std::string Netem::obstacle(const Lab& lab) {
  const auto tried = tc(lab, kEnds[1], "add");
  if (tried.status != 0) return "no netem: " + tried.errors;
  tc(lab, kEnds[1], "del");
  return "";
}

Netem::Netem(const Lab& lab, const Arguments& weather) : lab_(lab) {
  for (const auto& end : kEnds) {
    const auto added = tc(lab, end, "replace", weather);
    if (added.status != 0) throw std::runtime_error("tc: " + added.errors);
  }
}

Netem::~Netem() {
  for (const auto& end : kEnds) tc(lab_, end, "del");
}

int Netem::lost() const {
  static const std::regex dropped(R"(dropped (\d+))");
  int sum = 0;
  for (const auto& end : kEnds) {
    const auto shown =
        run(lab_.in(end.role, {"tc", "-s", "qdisc", "show", "dev", end.device}), kCommandLimit);
    std::smatch number;
    if (std::regex_search(shown.output, number, dropped)) sum += std::stoi(number.str(1));
  }
  return sum;
}

void set_tcp(const Lab& lab, const Tcp& tcp) {
  const auto set = [&](Role role, const Arguments& command) {
    const auto changed = run(lab.in(role, command), kCommandLimit);
    if (changed.status != 0) throw std::runtime_error(command.front() + ": " + changed.errors);
  };
  const std::string sysctls = std::string("cd /proc/sys/net/ipv4 && echo ") + (tcp.timestamps ? "1" : "0") +
                              " >tcp_timestamps && echo 1 >tcp_no_metrics_save";
  for (const auto role : {Role::client, Role::server}) {
    set(role, {"sh", "-c", sysctls});
    const auto* gateway = role == Role::client ? "router_inside" : "router_outside";
    for (const auto family : {Family::ipv4, Family::ipv6}) {
      set(role, {"ip", family == Family::ipv4 ? "-4" : "-6", "route", "replace", "default", "via",
                 lab.address(gateway, family), "advmss", std::to_string(tcp.mss), "rto_min",
                 milliseconds(tcp.rto_min), "rtt", milliseconds(kRoundTrip)});
    }
  }
}

}  // namespace pinhole::test
