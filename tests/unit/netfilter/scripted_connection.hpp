// A control connection behind masquerade whose kernel answers by a script, and what it was asked.
#pragma once

#include <gtest/gtest.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

#include <optional>
#include <string>
#include <vector>

#include "conntrack_replies.hpp"
#include "netfilter/reporter.hpp"
#include "pinhole/alg/tracker.hpp"

namespace pinhole::test {

constexpr int kNewExpectation = NFNL_SUBSYS_CTNETLINK_EXP << 8 | IPCTNL_MSG_EXP_NEW;
constexpr int kGetExpectation = NFNL_SUBSYS_CTNETLINK_EXP << 8 | IPCTNL_MSG_EXP_GET;
constexpr int kDeleteExpectation = NFNL_SUBSYS_CTNETLINK_EXP << 8 | IPCTNL_MSG_EXP_DELETE;
constexpr int kGetEntry = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
constexpr int kNewEntry = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW;

struct ReportedLines final : netfilter::Reporter {
  void report(netfilter::Severity, std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

class ScriptedConnection : public testing::Test {
 protected:
  static net::Endpoint endpoint(const char* address, net::Port port) {
    return {*net::IpAddress::parse(address), port};
  }

  ScriptedConnection() {
    flow.id = 7;
    flow.client = endpoint("192.168.1.10", 40000);
    flow.dialed = flow.server = endpoint("198.51.100.2", 21);
    flow.seen = endpoint("203.0.113.7", 40000);
    pinhole.opener = alg::Side::server;
    pinhole.from = flow.server.address;
    pinhole.to = {flow.seen.address, 5000};
    pinhole.forward_to = {flow.client.address, 5000};
    pinhole.timeout = std::chrono::seconds(30);
  }

  net::FlowKey tuple() const { return {{pinhole.from, 0}, pinhole.to}; }
  net::FlowKey master() const { return flow.key(alg::Side::client); }
  EntrySpec control(std::optional<std::chrono::seconds> left = {}) const {
    return {master(), {flow.server, flow.seen}, {}, left};
  }
  EntrySpec data(net::Port port = 20) const {
    const net::Endpoint server{flow.server.address, port};
    return {{server, pinhole.to}, {pinhole.forward_to, server}, master()};
  }

  /// What was asked since the last forget_asked().
  std::vector<int> asked() const {
    const auto types = kernel.types_sent();
    return {types.begin() + static_cast<std::ptrdiff_t>(forgotten_), types.end()};
  }
  void forget_asked() { forgotten_ = kernel.types_sent().size(); }
  void acknowledge(int times = 1) {
    for (int i = 0; i < times; ++i) kernel.answer({error_reply(0)});
  }

  ScriptedKernel kernel;
  ReportedLines reports;
  alg::NatView flow;
  alg::Pinhole pinhole;

 private:
  std::size_t forgotten_ = 0;
};

}  // namespace pinhole::test
