// A fuzz input as the story of two control connections through one gateway.
//
//   1 byte   NAT: low three bits: none, masquerade, forward, both, masquerade6; 0x08: ISNs shortly before the
//            numbers wrap; 0x10: timestamps; 0x20: a former gateway has left a shift in force; 0x40: seen
//            from the middle
//   1 byte   limits: 0x01 few bytes of history, 0x02 short lines, 0x04 few held packets, 0x08 few commands,
//            0x10 one flow, 0x20 few port tries, 0x40 little may be acknowledged locally
//   1 byte   policy: 0x01 a 227 of another host is refused, 0x02 the server has an external address
//
// Then steps. A step's first byte: its low four bits say what, 0x10 that the server does it, 0x20 that it
// concerns the second connection, and the two high bits how its text is cut into segments: whole, byte by
// byte, in halves, or with its last two bytes apart.
//
//    0 say          n, n bytes                     the next bytes of the side
//    1 lose         n, n bytes                     taken as sent, but lost
//    2 repeat       back, n                        n bytes from `back` before the end, as they were
//    3 forge        back, n, n bytes               other bytes there
//    4 stray        offset (2), flags, n, n bytes  anywhere
//    5 say_with     flags, n, n bytes              the next bytes; 0: as usual, 0x10: without ACK
//    6 acknowledge  how, by                        what came (0), what came until now (1), `by` more
//    7 wait         n                              milliseconds, or with 0x80 minutes; then tick
//    8 log_in                                      220, USER, 331, PASS, 230
//    9 negotiate    which, port (2)                PORT, EPRT, PASV, 227 ... and faults: see line()
//   10 renew                                       the same endpoints, another connection
//   11 tracker      what                           takes ports, refuses, cannot shift
//   12 resend       n                              everything unacknowledged, in pieces of n + 1
//   13 reversed     size, n, n bytes               in pieces of `size` + 1, the last first
//   14 raw          n, n bytes                     to the gateway, whatever it is
//   15 settle                                      both sides resend until everything has come
//
// A story whose steps are those of honest hosts with the usual limits must settle: everything said arrives.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "fuzz/input.hpp"
#include "support/fake_edge.hpp"
#include "support/router_model.hpp"

namespace pinhole::fuzz {

enum class Step : std::uint8_t {
  say,
  lose,
  repeat,
  forge,
  stray,
  say_with,
  acknowledge,
  wait,
  log_in,
  negotiate,
  renew,
  tracker,
  resend,
  reversed,
  raw,
  settle,
};

constexpr std::uint8_t kServer = 0x10, kSecond = 0x20, kCut = 0xc0;
enum class Cut : std::uint8_t { whole = 0x00, bytes = 0x40, halves = 0x80, end_apart = 0xc0 };

class GatewayStory {
 public:
  explicit GatewayStory(Input input);
  /// Throws test::LawBroken.
  void run();

 private:
  struct End {
    net::Seq isn;
    std::string said;  // from isn + 1 on
    std::uint8_t ack_mode = 0;
    std::int8_t ack_by = 0;
    net::Seq frozen;
  };
  struct Connection {
    alg::NatView view;
    std::array<End, 2> ends;
  };

  static constexpr std::size_t kPackets = 400;  // of a story; the rest is left out

  void connect(std::size_t which);
  void shake_hands();
  void take_step(std::uint8_t head);
  void say(alg::Side side, std::string_view text, Cut cut);
  void say_with(alg::Side side, std::uint8_t flags);
  void resend(alg::Side side, std::size_t piece);
  void reversed(alg::Side side, std::string_view text, std::size_t piece);
  void log_in(Cut cut);
  void settle();
  void change_tracker(std::uint8_t what);
  void segment(alg::Side side, net::Seq seq, std::string_view text, std::uint8_t flags);
  std::string line(std::uint8_t which, net::Port port) const;

  End& end(alg::Side side) { return connection_->ends[alg::index(side)]; }
  void hand_in(std::span<const std::uint8_t> packet);
  net::Seq behind(alg::Side side) {
    return end(side).isn + 1 + static_cast<std::int64_t>(end(side).said.size());
  }
  std::string text() {
    const auto bytes = input_.bytes(input_.u8());
    return {bytes.begin(), bytes.end()};
  }

  Input input_;
  std::uint8_t nat_;
  alg::Limits limits_;
  bool honest_;
  test::FakeTracker tracker_;
  test::FakeEdge edge_;
  std::unique_ptr<test::RouterModel> router_;
  std::array<Connection, 2> connections_;
  Connection* connection_ = nullptr;  // of the step
  std::uint64_t last_flow_ = 0;
  std::size_t packets_ = 0;
  alg::PacketId last_id_ = 0;
  alg::Time now_{};
};

}  // namespace pinhole::fuzz
