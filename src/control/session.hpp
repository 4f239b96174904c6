// Everything that is remembered about one control connection. What each part means is its own file's
// business.
#pragma once

#include <memory>
#include <optional>

#include "control/advertised.hpp"
#include "control/command_rate.hpp"
#include "control/life.hpp"
#include "control/missed.hpp"
#include "control/pending_line.hpp"
#include "control/pinhole_record.hpp"
#include "control/trust.hpp"
#include "control/waiting_packets.hpp"
#include "pinhole/alg/limits.hpp"
#include "pinhole/alg/policy.hpp"
#include "pinhole/alg/tracker.hpp"
#include "pinhole/ftp/session.hpp"
#include "pinhole/ftp/tls_records.hpp"
#include "pinhole/net/per_side.hpp"
#include "pinhole/stream/edited_direction.hpp"

namespace pinhole::control {

/// An edited packet may grow to this size even where the original was smaller: every IPv6 link carries it
/// (RFC 8200 section 5), and so does any IPv4 link that FTP is used over.
constexpr std::size_t kSafePacket = 1280;

/// What one side sends.
struct Channel {
  Channel(net::Seq first, const stream::SeqShift& in_force, const alg::Limits& limits)
      : begin(first),
        stream(first, in_force, {limits.history, limits.acknowledged_locally, kSafePacket}),
        line(limits.line) {}

  net::Seq begin;  ///< of what this session can have heard
  stream::EditedDirection stream;
  PendingLine line;
  std::optional<ftp::TlsRecords> tls;  ///< while it speaks TLS
  bool spoke_tls = false;              ///< when it left TLS, records had come
  WaitingPackets waiting;
  GapWatch gap;
  Advertised advertised;
};

struct Session {
  /// `first` is the first packet seen, sent by `sender`; its acknowledgment tells where the other side is.
  Session(const alg::View& view, net::Side sender, const net::TcpSegment& first,
          std::shared_ptr<const alg::Policy> rules, const alg::Limits& limits);

  Channel& channel(net::Side sender) { return channels[sender]; }
  const Channel& channel(net::Side sender) const { return channels[sender]; }

  alg::NatView nat;
  std::shared_ptr<const alg::Policy> policy;
  Origin origin = Origin::middle;
  std::optional<alg::Labels> labels;  ///< what the entry says, as far as is known
  Life life;
  ftp::Session dialogue;
  net::PerSide<Channel> channels;
  PinholeRecord pinhole;
  CommandRate rate;
  alg::Time last_heard{};  ///< of a packet, or of its data connection
  bool not_ftp_reported = false;
};

/// When something is due for this session, at the latest: strictly after this time.
alg::Time deadline_of(const Session& session, const alg::Limits& limits);

/// When it is forgotten if nothing more is heard.
alg::Time idle_deadline_of(const Session& session, const alg::Limits& limits);

/// When nobody waits any longer for the rest of the line that this side has begun; nullopt if nothing of it
/// is acknowledged locally.
std::optional<alg::Time> line_deadline_of(const Session& session, net::Side side);

/// When its data connection is to be asked for, if one is on its way.
std::optional<alg::Time> question_due(const Session& session);

}  // namespace pinhole::control
