#include "variant.hpp"

#include <stdexcept>

namespace pinhole::bench {
namespace {

using test::Role;

constexpr test::Milliseconds kCommandLimit{20'000};
constexpr net::Port kControlPort = 21;

net::IpAddress address_of(const test::Lab& lab, std::string_view name) {
  return net::IpAddress::parse(lab.address(name)).value();
}

void run_or_throw(const test::Arguments& command) {
  const auto result = test::run(command, kCommandLimit);
  if (result.status != 0) throw std::runtime_error(result.errors.empty() ? command.back() : result.errors);
}

}  // namespace

Variant::Variant(std::string_view name, const std::string& topology) : name_(name), lab_(topology) {
  // Any port is good for a client, and one that waits in TIME_WAIT is good for another connection.
  for (const auto role : {Role::client, Role::server}) {
    run_or_throw(lab_.in(
        role, {"sysctl", "-q", "-w", "net.ipv4.ip_local_port_range=10000 65000", "net.ipv4.tcp_tw_reuse=1"}));
  }
  if (name_ == "kernel") use_kernel_helper();
  if (name_ == "none" || name_ == "floor") forward_everything();
  if (name_ == "none" || name_ == "kernel") return;
  if (const auto obstacle = test::Gateway::obstacle(lab_); !obstacle.empty()) throw Missing(obstacle);
  if (name_ == "floor") listen_unread();
  if (name_ == "pinhole") gateway_.emplace(lab_);
}

void Variant::in_router(const test::Arguments& command) const {
  run_or_throw(lab_.in(Role::router, command));
}

void Variant::forward_everything() const {
  in_router({"nft", "insert", "rule", "inet", "lab", "forward", "accept"});
}

void Variant::use_kernel_helper() const {
  in_router({"nft", "add", "rule", "inet", "lab", "new", "ct", "state", "related", "ct", "helper", "ftp",
             "accept"});
  for (const char* tables : {"iptables", "ip6tables"}) {
    const test::Arguments command{tables,       "-w", "-t",       "raw",     "-A",
                                  "PREROUTING", "-p", "tcp",      "--dport", std::to_string(kControlPort),
                                  "-j",         "CT", "--helper", "ftp"};
    const auto result = test::run(lab_.in(Role::router, command), kCommandLimit);
    if (result.status != 0) throw Missing(result.errors);
  }
}

void Variant::listen_unread() {
  const test::GatewayOptions options;
  rules_.emplace(lab_, options);
  unread_ = std::make_unique<test::Process>(
      lab_.in(Role::router, {BENCH_ACCEPT, std::to_string(options.queue_base)}));
  if (!unread_->wait_for_error("ready", kCommandLimit)) throw std::runtime_error(unread_->errors());
}

void Variant::prepare(const Seat& listener) {
  in_router({"conntrack", "-F"});
  if (unread_) seat_process(unread_->pid(), listener);
  if (gateway_) seat_process(gateway_->pid(), listener);
}

Stage Variant::stage(const Seat& load) const {
  return {.client_netns = lab_.netns_file(Role::client),
          .server_netns = lab_.netns_file(Role::server),
          .listen = {address_of(lab_, "server"), kControlPort},
          .dial = Endpoint{address_of(lab_, "dialed"), kControlPort},
          .seat = load};
}

}  // namespace pinhole::bench
