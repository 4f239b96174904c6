#include "differential/world.hpp"

#include <stdexcept>

namespace pinhole::test::differential {
namespace {

constexpr Milliseconds kToolLimit{10'000};

// Other addresses than the lab's own, written shorter and longer than what they stand for.
constexpr const char *kSeen4 = "9.8.7.6", *kSeen6 = "2001:db8:ffff:ffff:ffff:ffff:ffff:fffe";
constexpr const char *kDialed4 = "203.0.113.199", *kDialed6 = "2001:db8:9::9";

std::string other_translations(const Lab& lab, const std::string& topology) {
  std::string rules;
  const auto v4 = [&](const char* of) { return lab.address(of); };
  const auto v6 = [&](const char* of) { return lab.address(of, Family::ipv6); };
  if (topology == "masquerade" || topology == "both") {
    rules += "insert rule inet lab translate_source oifname outside ip saddr " + v4("client_other") +
             " snat ip to " + kSeen4 + "\n" +
             "insert rule inet lab translate_source oifname outside ip6 saddr " + v6("client_other") +
             " snat ip6 to " + kSeen6 + "\n";
  }
  if (topology == "dnat" || topology == "both") {
    const std::string ports = " tcp dport { 21, 2121 } ";
    rules += std::string("add rule inet lab translate_target ip daddr ") + kDialed4 + ports + "dnat ip to " +
             v4("server_other") + ":21\n" + "add rule inet lab translate_target ip6 daddr " + kDialed6 +
             ports + "dnat ip6 to [" + v6("server_other") + "]:21\n";
  }
  return rules;
}

// As nftables' own documentation has it: attached before NAT, which is set up for what has a helper.
constexpr const char* kKernelsHelper = R"(
table inet lab {
  ct helper ftp { type "ftp" protocol tcp; }
  chain attach {
    type filter hook prerouting priority mangle;
    tcp dport { 21, 2121 } ct state new ct helper set "ftp"
  }
  chain new { ct state related ct helper "ftp" accept; }
}
)";

Finished nft(const Lab& lab, const std::string& ruleset) {
  return run(lab.in(Role::router, {"nft", "-f", "-"}), kToolLimit, ruleset);
}

void set_kernel(const Lab& lab, Role role, const std::string& name, int value) {
  const auto command = "echo " + std::to_string(value) + " >/proc/sys/net/" + name;
  const auto done = run(lab.in(role, {"bash", "-c", command}), kToolLimit);
  if (done.status != 0) throw std::runtime_error(name + ": " + done.errors);
}

// Where it is a module, rules load the helper, not what translates for it.
void load_the_helpers_nat() {
  run({"modprobe", "-q", "nf_nat_ftp"}, kToolLimit);
}

}  // namespace

std::string World::obstacle() {
  if (auto obstacle = Lab::obstacle(); !obstacle.empty()) return obstacle;
  const Lab lab("routed");
  const auto helper = nft(lab, kKernelsHelper);
  if (helper.status != 0) return "no FTP helper in this kernel: " + helper.errors;
  return Gateway::obstacle(lab);
}

World::World(const std::string& topology, Means means)
    : lab_(topology), client_timers_(lab_, Role::client), server_timers_(lab_, Role::server) {
  // Hundreds of sessions a minute must not fill the router's tables with what is over, on either side.
  set_kernel(lab_, Role::router, "netfilter/nf_conntrack_tcp_timeout_time_wait", 5);
  apply(other_translations(lab_, topology));
  if (means == Means::pinhole) {
    gateway_ = std::make_unique<Gateway>(lab_);
  } else {
    load_the_helpers_nat();
    apply(kKernelsHelper);
  }
}

void World::apply(const std::string& ruleset) const {
  const auto done = nft(lab_, ruleset);
  if (done.status != 0) throw std::runtime_error("nft: " + done.errors);
}

Route World::route(const Way& way) const {
  const bool v4 = way.family == Family::ipv4;
  const auto of = [&](const char* name) { return lab_.address(name, way.family); };
  const bool masked = of("seen") != of("client"), led = of("dialed") != of("server");
  Route route;
  route.client = of(way.other_client ? "client_other" : "client");
  route.server = of(way.other_dialed ? "server_other" : "server");
  route.seen = !masked ? route.client : !way.other_client ? of("seen") : v4 ? kSeen4 : kSeen6;
  route.dialed = {!led                ? route.server
                  : !way.other_dialed ? of("dialed")
                  : v4                ? kDialed4
                                      : kDialed6,
                  way.port};
  route.server_port = led ? std::uint16_t{21} : way.port;
  return route;
}

std::uint16_t World::fresh_port(std::uint64_t seed) {
  constexpr std::uint64_t kFirst = 1024, kPorts = 65'536 - kFirst;
  constexpr std::uint64_t kControl = 2121;
  constexpr std::uint64_t kStride = 40'507;  // has no divisor in common with kPorts
  if (used_ports_.size() > kPorts / 2) {
    used_ports_.erase(in_order_.front());
    in_order_.pop_front();
  }
  auto port = static_cast<std::uint16_t>(kFirst + seed % kPorts);
  while (port == kControl || !used_ports_.insert(port).second) {
    port = static_cast<std::uint16_t>(kFirst + (port - kFirst + kStride) % kPorts);
  }
  in_order_.push_back(port);
  return port;
}

std::string World::log() {
  if (!gateway_) return {};
  auto news = gateway_->log(log_read_);
  log_read_ += news.size();
  return news;
}

}  // namespace pinhole::test::differential
