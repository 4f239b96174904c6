// What may be believed about a control connection, and what its conntrack entry is to say of it.
//
// What a packet says proves nothing: either end can send a RST that the other never gets, or a second
// SYN-ACK. So what is believed about a session's past stands in its entry (alg::Labels), and a connection
// whose entry does not vouch for it is one from its middle, whatever it says later.
#pragma once

#include <optional>

#include "pinhole/alg/labels.hpp"
#include "pinhole/alg/tracker.hpp"
#include "pinhole/ftp/session.hpp"
#include "pinhole/net/tcp_segment.hpp"

namespace pinhole::control {

struct Session;

/// How a session became known.
enum class Origin : std::uint8_t {
  handshake,  ///< its SYN-ACK was seen
  fresh,      ///< its SYN-ACK was not seen, but nothing was said before its first packet
  middle,     ///< what was said before was not heard by this gateway
};

/// Where a connection stands when its first packet, `first`, is seen.
struct Belief {
  Origin origin = Origin::middle;
  ftp::Session::State state = ftp::Session::State::not_ftp;
  bool epsv_all = false;
  bool not_ftp = false;  ///< it was heard to be none
};
Belief believed(const alg::View& view, const net::TcpSegment& first);

/// `segment` is a SYN-ACK, and the connection's entry says that nothing was said before it: it is another
/// connection than the session of the same addresses, unless it repeats that one's.
bool is_begun_anew(const Session& session, const alg::View& now, const net::TcpSegment& segment);

/// What must stand in the connection's entry before any more of it goes on; nullopt if it does.
std::optional<alg::Labels> labels_due(const Session& session);

}  // namespace pinhole::control
