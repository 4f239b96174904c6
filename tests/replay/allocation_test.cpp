// A captured packet that is no FTP control costs no allocation.

#include <gtest/gtest.h>

#include "played.hpp"
#include "support/allocations.hpp"

namespace pinhole::test {
namespace {

TEST(Allocation, NoneForWhatIsNoFtp) {
  const auto client = endpoint("192.168.1.10", 4000);
  const auto server = endpoint("198.51.100.2", 21);
  Story story(client, server);
  story.log_in().client("PORT 192,168,1,10,200,1\r\n").server("200 ok\r\n");
  story.data(endpoint("198.51.100.2", 20), endpoint("192.168.1.10", 51201));
  const auto warm = story.frames().size();
  // Web, the data connection, IPv6, UDP, ARP: half of them between the very hosts of the session.
  const auto web = [&](net::Endpoint from, net::Endpoint to) {
    story.packet(make_segment({from, to, net::Seq(1), net::Seq(1), std::string(1200, 'w')}));
  };
  for (int i = 0; i < 50; ++i) {
    web(endpoint("192.168.1.10", 5000), endpoint("198.51.100.2", 443));
    web(endpoint("198.51.100.2", 20), endpoint("192.168.1.10", 51201));
    web(endpoint("192.168.1.77", 5000), endpoint("198.51.100.9", 443));
    web(endpoint("2001:db8::1", 5000), endpoint("2001:db8::2", 443));
    story.syn(endpoint("192.168.1.77", 5000), endpoint("198.51.100.9", 80));
    auto udp = make_segment({client, server, net::Seq(1), net::Seq(1), "x"});
    udp[9] = 17;
    story.packet(udp);
    story.frames().push_back({{}, {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x06, 0, 1}, 16});
  }

  const TemporaryFile file;
  pcap::Writer writer(file.path(), story.link_type(), false);
  pcap::Replay replay(with_nat({"192.168.0.0/16=203.0.113.7"}), story.link_type(), &writer);
  std::uint64_t number = 0;
  std::size_t before = 0, spent = 0;
  for (const auto& frame : story.frames()) {
    // The first packet of each size may grow the buffers that all later ones use.
    if (number == warm + 7) before = allocations();
    replay.play({++number, frame.time, frame.wire_length, frame.bytes});
    spent = allocations() - before;
  }
  EXPECT_EQ(spent, 0u);
  EXPECT_EQ(replay.finish().counts.data, 7u + 50u);
}

TEST(Allocation, NoneForAnUneventfulControlConnection) {
  Story story(endpoint("192.168.1.10", 4000), endpoint("198.51.100.2", 21));
  story.log_in().client("NOOP\r\n").server("200 ok\r\n");
  // Buffers grow to the bounds of Limits, then stay.
  for (int i = 0; i < 500; ++i) story.client("NOOP\r\n").server("200 ok\r\n");
  const auto warm = story.frames().size();
  for (int i = 0; i < 1000; ++i) story.client("NOOP\r\n").server("200 ok\r\n");
  pcap::Replay replay({}, story.link_type(), nullptr);
  std::uint64_t number = 0;
  std::size_t before = 0, spent = 0;
  for (const auto& frame : story.frames()) {
    if (number == warm) before = allocations();
    replay.play({++number, frame.time, frame.wire_length, frame.bytes});
    spent = allocations() - before;
  }
  EXPECT_EQ(spent, 0u);
}

}  // namespace
}  // namespace pinhole::test
