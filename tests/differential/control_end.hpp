// One end of a control connection: says texts in pieces, hears lines.
#pragma once

#include <optional>
#include <string>

#include "differential/cut.hpp"
#include "support/lab_socket.hpp"

namespace pinhole::test::differential {

/// For what must come. Not longer than a few retransmissions: all else is a stall.
inline const Milliseconds kSessionPatience = patiently(Milliseconds{3'000});

class ControlEnd {
 public:
  ControlEnd(Socket socket, Cut cut, std::uint64_t seed);

  /// `to` is this connection's other end, which reads what comes meanwhile.
  Sent say(const std::vector<std::string>& lines, ControlEnd& to) {
    return send_pieces(socket_, pieces_of(lines, cut_.into, random_), cut_.pace, [&to] { to.read_now(); });
  }
  /// Whether what follows at once may share a segment with it.
  bool joins() const { return cut_.into >= Cut::Into::joined; }

  /// The next line with its end, LF. What there is of it when no more comes in time or the peer has closed.
  std::string hear();

  /// Waits until the peer has said its last.
  bool hears_the_end();
  void end() const { socket_.end(); }
  /// No trace of the connection is left at this end.
  void break_off() { socket_.reset(); }

 private:
  bool read_more(Milliseconds limit);
  void read_now();

  Socket socket_;
  Cut cut_;
  Random random_;
  std::string unread_;
};

}  // namespace pinhole::test::differential
