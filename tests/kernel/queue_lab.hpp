// What the tests of real queues share: a lab with a queue rule, and a queue whose packets come one by one.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <optional>
#include <string>
#include <utility>

#include "lab.hpp"
#include "netfilter/nfqueue.hpp"
#include "pinhole/net/tcp_segment.hpp"

namespace pinhole::test::kernel {

using netfilter::NfQueue;
using netfilter::QueuedPacket;
using netfilter::VerdictBatch;

/// A queue whose packets a test sees one by one.
class Tap {
 public:
  explicit Tap(const NfQueue::Options& options) : queue_(options) {}

  /// The next packet that carries data; all others pass. nullopt if none comes within a moment.
  std::optional<QueuedPacket> next() {
    for (;;) {
      for (; position_ < messages_.size(); ++position_) {
        const auto message = netfilter::parse_queue_message(messages_[position_]);
        if (message && message->error != 0) ++errors;
        if (!message || !message->packet) continue;
        const auto parsed = net::TcpSegment::parse(message->packet->bytes);
        if (const auto* segment = std::get_if<net::TcpSegment>(&parsed);
            segment && !segment->payload().empty()) {
          ++position_;
          return message->packet;
        }
        accept(*message->packet);
      }
      pollfd waiting{queue_.descriptor(), POLLIN, 0};
      if (poll(&waiting, 1, 1000) <= 0) return {};
      messages_ = queue_.receive();
      position_ = 0;
    }
  }
  void accept(const QueuedPacket& packet) { verdicts_.accept(packet.id), queue_.send(verdicts_); }
  void replace(const QueuedPacket& packet, std::span<const std::uint8_t> with) {
    verdicts_.accept(packet.id, with), queue_.send(verdicts_);
  }
  void drop(const QueuedPacket& packet) { verdicts_.drop(packet.id), queue_.send(verdicts_); }

  std::uint64_t overruns() const { return queue_.overruns(); }

  int errors = 0;  ///< verdicts that the kernel refused

 private:
  NfQueue queue_;
  VerdictBatch verdicts_;
  std::span<const std::span<const std::uint8_t>> messages_;
  std::size_t position_ = 0;
};

inline net::TcpSegment segment_of(const QueuedPacket& packet) {
  return std::get<net::TcpSegment>(net::TcpSegment::parse(packet.bytes));
}

/// Parameter: the server's address, IPv4 or IPv6.
class QueueKernel : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    static const auto obstacle = why_no_namespaces();
    if (obstacle) GTEST_SKIP() << *obstacle;
    lab_.emplace();
  }
  std::string server() const { return GetParam(); }
  void queue_rule(const std::string& chain) {
    const std::string tables = server().find(':') == std::string::npos ? "iptables" : "ip6tables";
    lab_->router.run(tables + " -w -t mangle -A " + chain +
                     " -p tcp -m conntrack --ctstate ESTABLISHED --ctorigdstport 21 -j NFQUEUE --queue-num 5 "
                     "--queue-bypass");
  }
  Tap tap(NfQueue::Options options = {}) {
    options.number = 5;
    return lab_->router.in([&] { return Tap(options); });
  }
  /// A connection through the router. Before the tap: nobody would give its handshake a verdict.
  std::pair<Tcp, Tcp> across() {
    const auto port = Tcp::listening(lab_->server, endpoint(server().c_str(), 21));
    auto client = Tcp::connected(lab_->client, endpoint(server().c_str(), 21));
    auto accepted = port.accept();
    EXPECT_TRUE(client.ok() && accepted.ok());
    return {std::move(client), std::move(accepted)};
  }

  std::optional<Lab> lab_;
};

inline std::string family_name(const testing::TestParamInfo<const char*>& server) {
  return std::string_view(server.param).find(':') == std::string_view::npos ? "v4" : "v6";
}

}  // namespace pinhole::test::kernel
