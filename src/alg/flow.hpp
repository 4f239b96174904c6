// Everything that is remembered about one control connection.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "alg/waiting_room.hpp"
#include "pinhole/alg/gateway.hpp"
#include "pinhole/ftp/session.hpp"
#include "pinhole/ftp/tls_records.hpp"
#include "pinhole/stream/line_reader.hpp"
#include "pinhole/stream/reassembler.hpp"
#include "pinhole/stream/rewriter.hpp"

namespace pinhole::alg {

/// What was decided about the command that an unfinished line begins with.
enum class VerbFate : std::uint8_t { unknown, allowed, denied };

/// Whether a session's data connection was there when it was looked for. One that is gone is looked for no
/// more.
enum class DataConnection : std::uint8_t { unknown, there, gone };

/// The bytes of one side.
struct Direction {
  Direction(net::Seq begin, const stream::SeqShift& in_force, const Limits& limits)
      : order(begin), lines(limits.line), rewriter(begin, in_force, limits.history) {}

  stream::Reassembler order;
  stream::LineReader lines;
  stream::Rewriter rewriter;
  std::optional<ftp::TlsRecords> tls;    ///< set while this side speaks TLS
  std::vector<WaitingPacket> held;       ///< behind a gap
  std::optional<WaitingPacket> carrier;  ///< the last one absorbed: takes the line on if it is never finished
  Time absorbing_since{};
  bool line_cut = false;                    ///< what is heard next may be the end of a line
  bool line_refused = false;                ///< the beginning of the unfinished line left masked
  VerbFate verb = VerbFate::unknown;        ///< of the unfinished line
  bool length_told = false;                 ///< the unfinished line is too long, but only observed
  std::uint16_t window = 0xffff;            ///< last one this side advertised, as on the wire
  std::optional<net::TcpTimestamps> clock;  ///< of this side's newest packet
  bool fin = false;
  unsigned edits_delayed = 0;  ///< times a packet was dropped because earlier edits are unacknowledged
  unsigned repetitions = 0;    ///< of a packet for which there is no memory, nothing older being repeated
  Time repeated_at{};
  std::size_t edit_room = 0;  ///< bytes that edits which change a length may take in one packet

  /// Bytes in order that nobody has decided about: the absorbed beginning of an unfinished line.
  std::size_t absorbed() const { return static_cast<std::size_t>(order.next() - rewriter.next()); }
};

struct Flow {
  /// `first` is the first packet seen, sent by `sender`; its acknowledgment tells where the other side is.
  Flow(const NatView& nat, Side sender, const net::TcpSegment& first, const Policy& policy,
       const Limits& limits);

  Direction& direction(Side sender) { return directions[index(sender)]; }

  /// One side will say no more: nothing is opened any longer.
  bool ending() const { return closed || directions[0].fin || directions[1].fin; }

  /// When the last packet came, or its data connection was last asked for.
  Time asked_for() const { return std::max(last_seen, kept_alive); }

  NatView view;
  const Policy* policy;
  ftp::Session session;
  std::array<Direction, 2> directions;
  std::optional<Pinhole> pinhole;     ///< the one that may still be unused
  std::uint32_t pinhole_command = 0;  ///< the command that negotiated it
  std::size_t pinholes = 0;           ///< opened so far
  Time next_command{};                ///< when it would come if all came evenly
  bool from_middle = false;           ///< its handshake was not seen
  bool spoken = false;                ///< a side has said something
  Time last_seen{};
  Time kept_alive{};                              ///< when its data connection was looked for last
  DataConnection data = DataConnection::unknown;  ///< of the newest pinhole, when it was looked for
  bool foreign = false;                           ///< this was told
  bool closed = false;                            ///< FIN or RST was seen
  bool cut = false;                               ///< both ends were reset by us
};

}  // namespace pinhole::alg
