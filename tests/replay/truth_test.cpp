// Against the truth: what an independent dissector found in the public captures, Pinhole finds too, and no
// more.

#include <gtest/gtest.h>

#include <map>

#include "public_captures.hpp"

namespace pinhole::test {
namespace {

using alg::Decision;
using alg::Reason;
using nlohmann::json;

/// Negotiations that Pinhole rightly does not open although the dissector reads an endpoint in them. A
/// dissector says what is written there, not whether to allow it. tests/replay/README.md has the same list.
struct Refusal {
  std::string_view file;
  std::uint64_t frame;
  Reason reason;
};
constexpr Refusal kRefused[] = {
    // "EPRT ,2,0:0:0:0:0:0:0:0,1025," on IPv4: no IPv6 address can be reached here (the server says 522).
    {"profuzzbench/BFTPD/seed_3.pcap", 23, Reason::other_family},
    {"profuzzbench/ProFTPD/seed_3.pcap", 32, Reason::other_family},
    // PORT is sent before the server has answered PASS: nobody is logged in yet.
    {"profuzzbench/ProFTPD/seed_3.pcap", 14, Reason::not_logged_in},
    // PORT 2,2,2,3,0,80 from 1.1.1.2: the bounce attack that the capture is about.
    {"suricata-verify/ftp-bounce/test.pcap", 27, Reason::bounce},
};

const Refusal* refusal(std::string_view file, std::uint64_t frame) {
  for (const auto& entry : kRefused) {
    if (entry.file == file && entry.frame == frame) return &entry;
  }
  return nullptr;
}

bool names_an_endpoint(const json& event) {
  return !event["addr"].is_null() && event["port"] != 0;
}

net::Endpoint endpoint_of(const json& address, const json& port) {
  return {net::IpAddress::parse(address.get<std::string>()).value(), port.get<net::Port>()};
}

bool is_event(const pcap::Report::Negotiation& negotiation, const json& event) {
  return names_an_endpoint(event) && event["flow"] == negotiation.flow &&
         event["frame"] == negotiation.frame && event["kind"] == alg::to_string(negotiation.form) &&
         negotiation.announced == endpoint_of(event["addr"], event["port"]);
}

class Truth : public testing::Test {
 protected:
  void SetUp() override {
    if (captures.empty()) GTEST_SKIP() << kNoPublicCaptures;
  }
  const std::vector<PublicCapture> captures = public_captures();
};

TEST_F(Truth, TheControlConnectionsAreTheSame) {
  for (const auto& capture : captures) {
    SCOPED_TRACE(capture.name());
    const auto report = play(capture, {}, nullptr);
    const auto& flows = capture.truth["control_flows"];
    ASSERT_EQ(report.flows.size(), flows.size());
    for (std::size_t i = 0; i < flows.size(); ++i) {
      EXPECT_EQ(report.flows[i].view.client, endpoint_of(flows[i]["client"], flows[i]["client_port"]));
      EXPECT_EQ(report.flows[i].view.server, endpoint_of(flows[i]["server"], flows[i]["server_port"]));
      EXPECT_EQ(report.flows[i].first_frame, flows[i]["first_frame"].get<std::uint64_t>());
    }
  }
}

TEST_F(Truth, EveryNegotiationIsFound) {
  for (const auto& capture : captures) {
    const auto report = play(capture, {}, nullptr);
    for (const auto& event : capture.truth["events"]) {
      if (!names_an_endpoint(event)) continue;
      SCOPED_TRACE(capture.name() + " frame " + event["frame"].dump() + " " + event["raw"].dump());
      const auto& all = report.negotiations;
      const auto found =
          std::find_if(all.begin(), all.end(), [&](const auto& one) { return is_event(one, event); });
      ASSERT_NE(found, all.end());
      const auto* refused = refusal(capture.name(), found->frame);
      EXPECT_EQ(found->decision, refused != nullptr ? Decision::refuse : Decision::open);
      EXPECT_EQ(found->reason, refused != nullptr ? refused->reason : Reason::negotiated);
    }
  }
}

TEST_F(Truth, NothingElseIsNegotiated) {
  for (const auto& capture : captures) {
    const auto report = play(capture, {}, nullptr);
    const auto& events = capture.truth["events"];
    for (const auto& negotiation : report.negotiations) {
      if (!negotiation.announced && negotiation.decision != Decision::open)
        continue;  // malformed, and refused
      EXPECT_TRUE(std::any_of(events.begin(), events.end(),
                              [&](const auto& event) { return is_event(negotiation, event); }))
          << capture.name() << " frame " << negotiation.frame;
    }
  }
}

TEST_F(Truth, TheDataConnectionsThatFollowedPass) {
  std::size_t followed = 0;
  for (const auto& capture : captures) {
    const auto report = play(capture, {}, nullptr);
    for (const auto& event : capture.truth["events"]) {
      const auto data = event.value("data_connection", json());
      if (data.is_null() || !data["syn_seen"].get<bool>()) continue;
      if (refusal(capture.name(), event["frame"].get<std::uint64_t>()) != nullptr) continue;
      ++followed;
      const auto& all = report.data_connections;
      const auto found =
          std::find_if(all.begin(), all.end(), [&](const auto& one) { return data["frame"] == one.frame; });
      ASSERT_NE(found, all.end()) << capture.name() << " " << data;
      EXPECT_TRUE(found->passes) << capture.name() << " " << data;
      EXPECT_EQ(found->from, endpoint_of(data["src"], data["sport"]));
      EXPECT_EQ(found->to, endpoint_of(data["dst"], data["dport"]));
    }
  }
  EXPECT_GT(followed, 0u);
}

}  // namespace
}  // namespace pinhole::test
