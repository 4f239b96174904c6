// Which addresses are honest: every kind of NAT against every address a line may name.

#include "control/judge.hpp"

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using alg::Decision;
using alg::Form;
using alg::Reason;
using control::judge;

ftp::Heard heard(Form form, const char* address, net::Port port) {
  ftp::Heard line;
  line.kind = is_active(form) ? ftp::Heard::Kind::offer : ftp::Heard::Kind::answer;
  line.form = form;
  line.endpoint = ftp::DataEndpoint{};
  if (address != nullptr) line.endpoint->address = endpoint(address, 0).address;
  line.endpoint->port = port;
  return line;
}

TEST(Judge, AThirdHostThatThePolicyLists) {
  alg::Policy policy;
  policy.fxp = {net::Network::parse("192.0.2.0/24").value(), net::Network::parse("2001:db8:5::/48").value()};
  const auto listed = judge(heard(Form::port, "192.0.2.77", 5000), nat::masquerade(), policy);
  EXPECT_EQ(listed.decision, Decision::open);
  EXPECT_EQ(listed.reason, Reason::fxp);
  EXPECT_FALSE(listed.readdress);
  EXPECT_EQ(listed.pinhole.from, nat::masquerade().server.address);
  EXPECT_EQ(listed.pinhole.to, endpoint("192.0.2.77", 5000));
  EXPECT_EQ(listed.pinhole.forward_to, endpoint("192.0.2.77", 5000));
  EXPECT_EQ(judge(heard(Form::port, "192.0.3.1", 5000), nat::masquerade(), policy).reason, Reason::bounce);
  EXPECT_EQ(judge(heard(Form::port, "192.0.2.77", 25), nat::masquerade(), policy).reason,
            Reason::port_too_low);
  EXPECT_EQ(judge(heard(Form::eprt, "2001:db8:5::1", 5000), nat::masquerade6(), policy).reason, Reason::fxp);
}

alg::Policy with_nodes(std::initializer_list<std::pair<const char*, const char*>> nodes) {
  alg::Policy policy;
  for (const auto& [address, announced] : nodes) {
    policy.data_nodes.push_back({endpoint(address, 0).address, endpoint(announced, 0).address});
  }
  return policy;
}

TEST(Judge, ADataNodeIsReachedWhereItIs) {
  const auto policy = with_nodes({{"198.51.100.3", "198.51.100.3"}});
  for (const auto& view : {nat::none(), nat::masquerade()}) {
    const auto listed = judge(heard(Form::pasv, "198.51.100.3", 5000), view, policy);
    EXPECT_EQ(listed.decision, Decision::open);
    EXPECT_EQ(alg::name_of(listed.reason), "data-node");
    EXPECT_FALSE(listed.readdress);
    EXPECT_EQ(listed.pinhole.from, view.client.address);
    EXPECT_EQ(listed.pinhole.to, endpoint("198.51.100.3", 5000));
    EXPECT_EQ(listed.pinhole.forward_to, endpoint("198.51.100.3", 5000));
    EXPECT_EQ(judge(heard(Form::pasv, "198.51.100.3", 25), view, policy).reason, Reason::port_too_low);
    EXPECT_EQ(judge(heard(Form::pasv, "198.51.100.4", 5000), view, policy).reason, Reason::repaired);
  }
}

TEST(Judge, ADataNodeIsAnnouncedAsTheRouterTranslatesIt) {
  const auto policy = with_nodes({{"10.0.0.8", "203.0.113.8"}, {"10.0.0.9", "10.0.0.9"}});
  for (const auto& view : {nat::forward(), nat::both()}) {
    const auto listed = judge(heard(Form::pasv, "10.0.0.8", 5000), view, policy);
    EXPECT_EQ(listed.reason, Reason::data_node);
    EXPECT_TRUE(listed.readdress);
    EXPECT_EQ(listed.pinhole.to, endpoint("203.0.113.8", 5000));
    EXPECT_EQ(listed.pinhole.forward_to, endpoint("10.0.0.8", 5000));
    const auto itself = judge(heard(Form::pasv, "203.0.113.8", 5000), view, policy);
    EXPECT_FALSE(itself.readdress) << "the server announces what clients dial";
    EXPECT_EQ(itself.pinhole, listed.pinhole);
    const auto unknown = judge(heard(Form::pasv, "10.0.0.9", 5000), view, policy);
    EXPECT_EQ(unknown.decision, Decision::refuse) << "nobody can dial it";
    EXPECT_EQ(unknown.reason, Reason::other_host);
  }
}

/// An address of the server's own, which is not translated here, is dialed as it is.
TEST(Judge, AnExternalAddressLeadsWhereItSays) {
  alg::Policy policy;
  policy.external_addresses = {endpoint("198.51.100.3", 0).address};
  const auto routed = judge(heard(Form::pasv, "198.51.100.3", 5000), nat::none(), policy);
  EXPECT_EQ(routed.pinhole.to, endpoint("198.51.100.3", 5000));
  EXPECT_EQ(routed.pinhole.forward_to, endpoint("198.51.100.3", 5000));
  const auto translated = judge(heard(Form::pasv, "198.51.100.3", 5000), nat::forward(), policy);
  EXPECT_EQ(translated.pinhole.to, endpoint("198.51.100.3", 5000));
  EXPECT_EQ(translated.pinhole.forward_to.address, nat::forward().server.address);
}

TEST(Judge, EachPortBoundary) {
  const alg::Policy policy;
  for (const auto& [port, decision] : {std::pair{0, Decision::refuse},
                                       {1023, Decision::refuse},
                                       {1024, Decision::open},
                                       {65535, Decision::open}}) {
    const auto line = heard(Form::port, "192.168.1.10", static_cast<net::Port>(port));
    EXPECT_EQ(judge(line, nat::masquerade(), policy).decision, decision) << port;
  }
}

/// Whatever user's text it may be, only the server listens there.
TEST(Judge, AQuotedAnswerIsBelievedWithinTheServersRange) {
  alg::Policy policy;
  auto line = heard(Form::epsv, nullptr, 50'000);
  line.standing = ftp::Heard::Standing::quoted;
  EXPECT_EQ(judge(line, nat::both(), policy).reason, Reason::quoted_reply);
  EXPECT_EQ(judge(line, nat::both(), policy).decision, Decision::refuse);
  for (const auto& [range, decision] : {std::pair{alg::PortRange{50'000, 50'000}, Decision::open},
                                        {alg::PortRange{40'000, 49'999}, Decision::refuse},
                                        {alg::PortRange{50'001, 60'000}, Decision::refuse}}) {
    policy.data_ports = range;
    EXPECT_EQ(judge(line, nat::both(), policy).decision, decision);
  }
}

/// Nor is one believed outside of it that was asked for alone.
TEST(Judge, BehindAQuotationTheServersRangeHolds) {
  alg::Policy policy;
  auto line = heard(Form::epsv, nullptr, 50'000);
  for (const bool behind : {false, true}) {
    line.behind_quotation = behind;
    policy.data_ports = std::nullopt;
    EXPECT_EQ(judge(line, nat::both(), policy).decision, Decision::open);
    policy.data_ports = alg::PortRange{40'000, 49'999};
    EXPECT_EQ(judge(line, nat::both(), policy).decision, behind ? Decision::refuse : Decision::open);
    policy.data_ports = alg::PortRange{50'000, 50'000};
    EXPECT_EQ(judge(line, nat::both(), policy).decision, Decision::open);
  }
}

/// What is expected is not inspected.
TEST(Judge, NoControlPortIsADataPort) {
  alg::Policy policy;
  policy.control_ports = {2121, 3333};
  for (const net::Port port : policy.control_ports) {
    EXPECT_EQ(judge(heard(Form::port, "192.168.1.10", port), nat::masquerade(), policy).reason,
              Reason::control_port);
    EXPECT_EQ(judge(heard(Form::epsv, nullptr, port), nat::both(), policy).reason, Reason::control_port);
  }
  EXPECT_EQ(judge(heard(Form::port, "192.168.1.10", 2122), nat::masquerade(), policy).decision,
            Decision::open);
}

TEST(Judge, AnAnswerWithoutAddressMeansTheServer) {
  const auto judgement = judge(heard(Form::epsv, nullptr, 5000), nat::both(), {});
  EXPECT_EQ(judgement.announced, endpoint("10.0.0.2", 5000));
  EXPECT_EQ(judgement.pinhole.to, endpoint("203.0.113.7", 5000));
  EXPECT_FALSE(judgement.readdress);
}

TEST(Judge, AThirdHostIsNeverThePinholesEnd) {
  const alg::Policy policy;
  for (const auto& view : {nat::none(), nat::masquerade(), nat::forward(), nat::both()}) {
    for (const auto* address : {"8.8.8.8", "127.0.0.1", "0.0.0.0", "255.255.255.255"}) {
      EXPECT_EQ(judge(heard(Form::port, address, 5000), view, policy).reason, Reason::bounce);
      const auto answer = judge(heard(Form::pasv, address, 5000), view, policy);
      EXPECT_EQ(answer.pinhole.forward_to.address, view.server.address);
      EXPECT_EQ(answer.pinhole.to.address, view.dialed.address);
    }
    // The server's own addresses are third hosts for a client's offer.
    EXPECT_EQ(judge(heard(Form::port, "198.51.100.2", 5000), view, policy).reason, Reason::bounce);
  }
}

TEST(Judge, AnAnswerOfTheOtherFamilyIsRefused) {
  EXPECT_EQ(judge(heard(Form::pasv, "198.51.100.2", 5000), nat::masquerade6(), {}).reason,
            Reason::other_family);
}

TEST(Judge, TheTimeoutIsThePolicys) {
  alg::Policy policy;
  policy.pinhole_timeout = std::chrono::seconds(7);
  EXPECT_EQ(judge(heard(Form::port, "192.168.1.10", 5000), nat::none(), policy).pinhole.timeout.count(), 7);
}

}  // namespace
}  // namespace pinhole::test
