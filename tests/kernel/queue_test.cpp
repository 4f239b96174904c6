// Packets through a real queue: what the kernel makes of a verdict.

#include <gtest/gtest.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>

#include "pinhole/net/packet_edit.hpp"
#include "queue_lab.hpp"

namespace pinhole::test::kernel {
namespace {

std::string text_of(const net::TcpSegment& segment) {
  return {segment.payload().begin(), segment.payload().end()};
}

/// What the server has received, while all packets that come are accepted.
std::string receive_all(Tap& queue, const Tcp& server, std::size_t size) {
  std::string received;
  for (int patience = 10; received.size() < size && patience > 0;) {  // TCP waits longer each time
    const auto part = server.receive(std::chrono::milliseconds(200));
    received += part;
    if (!part.empty()) continue;
    const auto packet = queue.next();
    if (packet)
      queue.accept(*packet);
    else
      --patience;
  }
  return received;
}

TEST_P(QueueKernel, AcceptDropAndReplace) {
  queue_rule("PREROUTING");
  auto [client, server] = across();
  auto queue = tap();
  client.send("one\n");
  auto packet = queue.next();
  ASSERT_TRUE(packet);
  EXPECT_EQ(text_of(segment_of(*packet)), "one\n");
  EXPECT_EQ(packet->sender.length, 6);
  EXPECT_NE(packet->in_device, 0u);
  queue.drop(*packet);
  packet = queue.next();  // TCP sends it again
  ASSERT_TRUE(packet);
  queue.accept(*packet);
  EXPECT_EQ(server.receive(), "one\n");
  server.send("two\n");
  packet = queue.next();
  ASSERT_TRUE(packet);
  std::vector<std::uint8_t> edited;
  const std::string two = "TWO\n";
  const auto segment = segment_of(*packet);
  net::rebuild(segment, segment.seq(), {reinterpret_cast<const std::uint8_t*>(two.data()), two.size()}, true,
               edited);
  queue.replace(*packet, edited);
  EXPECT_EQ(client.receive(), "TWO\n");
  EXPECT_EQ(queue.errors, 0);
}

TEST_P(QueueKernel, AVerdictGivenTwiceIsRefusedTheSecondTime) {
  queue_rule("PREROUTING");
  auto [client, server] = across();
  auto queue = tap();
  client.send("one\n");
  const auto packet = queue.next();
  ASSERT_TRUE(packet);
  queue.accept(*packet);
  queue.drop(*packet);
  EXPECT_EQ(server.receive(), "one\n");
  EXPECT_FALSE(queue.next());
  EXPECT_EQ(queue.errors, 1);
}

TEST_P(QueueKernel, AQueueHasOneOwner) {
  auto queue = tap();
  try {
    tap();
    FAIL() << "bound twice";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), EBUSY);
  }
}

/// Two segments, the first of which is kept waiting. Is the second one dropped (TCP brings it again, through
/// the queue), or does it pass?
bool second_came_again(Tap& queue, const Tcp& client, const Tcp& server) {
  client.send_now("first");
  const auto first = queue.next();
  if (!first) throw std::runtime_error("nothing came");
  client.send_now("second");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  queue.accept(*first);
  EXPECT_TRUE(server.receive().starts_with("first"));
  const auto next = queue.next();
  return next && text_of(segment_of(*next)) == "second";
}

TEST_P(QueueKernel, WhatDoesNotFitIntoTheQueueIsDropped) {
  queue_rule("PREROUTING");
  auto [client, server] = across();
  auto queue = tap({.length = 1});
  EXPECT_TRUE(second_came_again(queue, client, server));
}

TEST_P(QueueKernel, WhatDoesNotFitIntoTheQueuePassesIfAsked) {
  queue_rule("PREROUTING");
  auto [client, server] = across();
  auto queue = tap({.length = 1, .fail_open = true});
  EXPECT_FALSE(second_came_again(queue, client, server));
}

TEST_P(QueueKernel, AnOverrunIsCountedAndSurvived) {
  queue_rule("PREROUTING");
  auto [client, server] = across();
  auto queue = tap({.socket_buffer = 1});
  for (int i = 0; i < 10; ++i) client.send_now("some bytes");
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(receive_all(queue, server, 100).size(), 100u);
  EXPECT_GT(queue.overruns(), 0u);
}

/// The device is given whole packets with their checksums, one by one.
void switch_off_offloads(const Namespace& where, const char* device) {
  where.in([&] {
    const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    for (const std::uint32_t command : {0u + ETHTOOL_STXCSUM, 0u + ETHTOOL_STSO, 0u + ETHTOOL_SGSO}) {
      ethtool_value value{command, 0};
      ifreq request{};
      std::strcpy(request.ifr_name, device);
      request.ifr_data = reinterpret_cast<char*>(&value);
      EXPECT_EQ(ioctl(any, SIOCETHTOOL, &request), 0);
    }
    close(any);
  });
}

int packets_received(const Namespace& where) {
  return std::stoi(
      output_of("ip netns exec " + where.name() + " cat /sys/class/net/eth0/statistics/rx_packets"));
}

TEST_P(QueueKernel, SegmentsThatTravelTogetherComeWholeAndLeaveWhole) {
  queue_rule("PREROUTING");
  auto [client, server] = across();
  auto queue = tap();
  const std::string large(8000, 'x');
  client.send(large);
  const auto packet = queue.next();
  ASSERT_TRUE(packet);
  EXPECT_TRUE(packet->gso);
  EXPECT_FALSE(packet->truncated);
  EXPECT_GT(segment_of(*packet).payload().size(), 1500u);
  queue.accept(*packet);
  EXPECT_EQ(receive_all(queue, server, large.size()), large);
}

/// The kernel segments a replacement as it would have segmented the original, also where the device does not.
TEST_P(QueueKernel, ATrainOfSegmentsMayBeReplaced) {
  queue_rule("PREROUTING");
  switch_off_offloads(lab_->router, "outside");
  auto [client, server] = across();
  auto queue = tap();
  client.send(std::string(8000, 'x'));
  const auto packet = queue.next();
  ASSERT_TRUE(packet && packet->gso);
  const auto segment = segment_of(*packet);
  const std::vector<std::uint8_t> payload(segment.payload().size(), 'y');
  std::vector<std::uint8_t> edited;
  net::rebuild(segment, segment.seq(), payload, true, edited);
  const auto before = packets_received(lab_->server);
  queue.replace(*packet, edited);
  EXPECT_EQ(receive_all(queue, server, 8000),
            std::string(payload.begin(), payload.end()) + std::string(8000 - payload.size(), 'x'));
  EXPECT_GE(packets_received(lab_->server) - before, 5);
}

INSTANTIATE_TEST_SUITE_P(Families, QueueKernel, testing::Values("198.51.100.2", "2001:db8:91::2"),
                         family_name);

}  // namespace
}  // namespace pinhole::test::kernel
