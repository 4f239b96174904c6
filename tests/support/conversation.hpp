// A control connection through a gateway, told as a story: who says what, and what the other side reads.
//
// Both ends are model TCPs; between them stand the gateway and conntrack, which shifts numbers as the kernel
// does. A receiver checks that bytes which come twice are the same both times.
#pragma once

#include <string>
#include <string_view>

#include "pinhole/gateway/gateway.hpp"
#include "support/fake_edge.hpp"

namespace pinhole::test {

namespace nat {
alg::NatView none();         ///< 192.168.1.10 -> 198.51.100.2
alg::NatView masquerade();   ///< the same, seen as 203.0.113.7
alg::NatView forward();      ///< 192.0.2.9 -> 203.0.113.7, forwarded to 10.0.0.2
alg::NatView both();         ///< 192.168.1.10 -> 203.0.113.7, seen as 203.0.113.99, forwarded to 10.0.0.2
alg::NatView masquerade6();  ///< fd00::10 -> 2001:db8::2, seen as 2001:db8::7
}  // namespace nat

class Conversation {
 public:
  explicit Conversation(alg::NatView view, alg::Policies policies = {}, alg::Limits limits = {},
                        net::Seq client_isn = net::Seq(1000), net::Seq server_isn = net::Seq(5000));

  /// One segment with the next bytes of a side; returns what the other side could read because of it.
  std::string client(std::string_view text) { return say(alg::Side::client, text); }
  std::string server(std::string_view text) { return say(alg::Side::server, text); }
  std::string say(alg::Side side, std::string_view text, std::uint8_t extra_flags = 0);

  /// Takes bytes as sent without sending them now: they are lost, or come later by resend().
  net::Seq skip(alg::Side side, std::string_view text);
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
  gateway::Gateway gateway;
  alg::NatView view;
  alg::Time now{};
  std::uint32_t clock = 1111;  ///< of both ends, for their timestamps

 private:
  struct End {
    net::Seq sent;      // next number to send, in its own space
    net::Seq expected;  // next number it waits for, in the space it sees
    net::Seq first;     // of what it receives
    std::string stream;
  };
  void deliver_judged();
  void deliver(alg::Side sender, std::span<const std::uint8_t> packet);

  std::array<End, 2> ends_;
  std::map<alg::PacketId, std::pair<alg::Side, std::vector<std::uint8_t>>> waiting_;
  std::size_t delivered_ = 0;
  alg::PacketId id_ = 0;
};

}  // namespace pinhole::test
