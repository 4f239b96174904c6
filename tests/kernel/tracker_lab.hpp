// A tracker on the lab's router, and control connections across it, in the worlds that matter: with and
// without NAT, IPv4 and IPv6.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

#include "lab.hpp"
#include "netfilter/ctnetlink_lookout.hpp"
#include "netfilter/ctnetlink_tracker.hpp"
#include "recording_listener.hpp"

namespace pinhole::test::kernel {

struct World {
  const char* name;
  Nat nat;
  const char* client;
  const char* server;
};

inline constexpr std::array kWorlds{World{"v4_masquerade", Nat::masquerade, "10.91.0.2", "198.51.100.2"},
                                    World{"v4_routed", Nat::none, "10.91.0.2", "198.51.100.2"},
                                    World{"v6_masquerade", Nat::masquerade, "fd91::2", "2001:db8:91::2"},
                                    World{"v6_routed", Nat::none, "fd91::2", "2001:db8:91::2"}};

inline void PrintTo(const World& world, std::ostream* out) {
  *out << world.name;
}

inline std::string name_of(const testing::TestParamInfo<World>& world) {
  return world.param.name;
}

class TrackerTest : public testing::TestWithParam<World> {
 protected:
  void SetUp() override {
    static const auto obstacle = why_no_namespaces();
    if (obstacle) GTEST_SKIP() << *obstacle;
    lab_.emplace(GetParam().nat);
    lab_->router.in([&] {
      tracker_.emplace(listener_, netfilter::CtnetlinkTracker::Pinholes::end_with_first_packet);
      lookout_.emplace();
    });
    control_port_.emplace(Tcp::listening(lab_->server, endpoint(GetParam().server, 21)));
  }

  struct Control {
    Tcp client;
    Tcp server;
    alg::NatView view;
  };
  Control control() { return control(*control_port_); }
  Control control(const Tcp& port) {
    auto client = Tcp::connected(lab_->client, port.local());
    auto server = port.accept();
    EXPECT_TRUE(client.ok() && server.ok());
    const auto view = tracker_->lookup({client.local(), client.peer()});
    EXPECT_TRUE(view.has_value());
    return {std::move(client), std::move(server), view.value_or(alg::View{}).nat};
  }
  alg::Applied open(const alg::NatView& view, const alg::Pinhole& pinhole) {
    return tracker_->apply(view, {pinhole, {}});
  }
  alg::Applied shift(const alg::NatView& view, alg::Side sender, const stream::SeqShift& to) {
    return tracker_->apply(view, {{}, alg::Change::Shift{sender, to}});
  }
  bool keep_alive(const alg::NatView& view, const alg::Pinhole& pinhole, bool search) {
    const alg::TransferQuestion question{view, pinhole, search};
    const auto known = lookout_->recall(question);
    return known ? *known : lookout_->search(question);
  }
  static alg::Pinhole active(const alg::NatView& view, net::Port announced, net::Port port) {
    return {Side::server, view.server.address, {view.seen.address, port}, {view.client.address, announced}};
  }
  static alg::Pinhole passive(const alg::NatView& view, net::Port port) {
    return {Side::client, view.client.address, {view.dialed.address, port}, {view.server.address, port}};
  }
  static bool v4() { return std::string_view(GetParam().client).find('.') != std::string_view::npos; }
  static std::string iptables() { return v4() ? "iptables -w " : "ip6tables -w "; }

  using Side = alg::Side;

  std::optional<Lab> lab_;
  RecordingListener listener_;
  std::optional<netfilter::CtnetlinkTracker> tracker_;
  std::optional<netfilter::CtnetlinkLookout> lookout_;
  std::optional<Tcp> control_port_;
};

}  // namespace pinhole::test::kernel
