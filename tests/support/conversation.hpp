// A control connection through a gateway, told as a story: who says what, and what the other side reads.
//
// Between two simple receivers, who keep nothing out of order, stands a RouterModel with its laws. Where a
// test has failed, its conversations print their transcripts.
#pragma once

#include <string>
#include <string_view>

#include "support/fake_edge.hpp"
#include "support/nat_views.hpp"
#include "support/router_model.hpp"

namespace pinhole::test {

class Conversation {
 public:
  explicit Conversation(alg::NatView view, alg::Policies policies = {}, alg::Limits limits = {},
                        net::Seq client_isn = net::Seq(1000), net::Seq server_isn = net::Seq(5000));
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  /// One segment with the next bytes of a side; returns what the other side could read because of it.
  std::string client(std::string_view text) { return say(alg::Side::client, text); }
  std::string server(std::string_view text) { return say(alg::Side::server, text); }
  std::string say(alg::Side side, std::string_view text, std::uint8_t extra_flags = 0);

  /// Takes bytes as sent without sending them now: they are lost, or come later by resend().
  net::Seq skip(alg::Side side, std::string_view text);
  /// The next bytes of a side reach the other one, and the gateway does not see them.
  std::string bypass(alg::Side side, std::string_view text);
  /// A segment at any place of a side's numbers.
  std::string resend(alg::Side side, net::Seq seq, std::string_view text, std::uint8_t extra_flags = 0);

  /// Time passes; returns what `reader` could read because of it.
  std::string wait(std::chrono::seconds time, alg::Side reader);

  /// 220, USER, 331, PASS, 230.
  void log_in();

  net::Seq next(alg::Side side) const { return ends_[alg::index(side)].sent; }
  const std::string& received(alg::Side side) const { return ends_[alg::index(side)].stream; }
  const FakeEdge::Given& last() const { return edge.verdicts.at(id_); }
  const alg::Negotiated& negotiation() const { return edge.negotiations.back(); }
  alg::PacketId last_id() const { return id_; }

  FakeTracker tracker;
  FakeEdge edge;
  RouterModel gateway;
  alg::NatView view;
  alg::Time now{};
  alg::Entry entry = alg::Entry::unsaid;  ///< of the packets
  std::uint32_t clock = 1111;             ///< of both ends, for their timestamps

 private:
  struct End {
    net::Seq sent;      // next number to send, in its own space
    net::Seq expected;  // next number it waits for, in the space it sees
    net::Seq first;     // of what it receives
    std::string stream;
  };
  std::vector<std::uint8_t> segment(alg::Side side, net::Seq seq, std::string_view text,
                                    std::uint8_t extra_flags = 0) const;
  void receive();
  void receive(alg::Side at, const net::TcpSegment& segment);

  std::array<End, 2> ends_;
  alg::PacketId id_ = 0;
};

}  // namespace pinhole::test
