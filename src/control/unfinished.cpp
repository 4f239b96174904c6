#include "control/unfinished.hpp"

#include "control/filter.hpp"
#include "control/masking.hpp"

namespace pinhole::control {
namespace {

bool refuses_unfinished(const Session& session) {
  return session.policy->on_unfinished_line == alg::UnfinishedLine::refuse && !session.policy->observe;
}

/// What was acknowledged of a line, and `piece` of the packet being heard behind it, waits no longer for the
/// line's end.
void let_go(Session& session, Side sender, std::span<const std::uint8_t> piece, bool refuse) {
  auto& [begin, stream, line, tls, spoke_tls, waiting, gap, advertised] = session.channel(sender);
  const auto acknowledged = line.bytes().first(stream.acknowledged_locally());
  if (!refuse) return stream.pass(acknowledged, piece);
  const auto extent = PendingLine::extent(line.length(), acknowledged.size(), piece.size());
  stream.overwrite(as_bytes(refusal(sender, extent.left, extent.undecided())), piece.size());
  line.mask();
}

}  // namespace

void hear_beginning(Session& session, const Arrival& arrival, std::span<const std::uint8_t> piece,
                    Hearing& hearing, const DelayedVerdicts& delayed, alg::Observer& observer) {
  const Side sender = arrival.sender;
  const auto& segment = arrival.segment;
  auto& [begin, stream, line, tls, spoke_tls, waiting, gap, advertised] = session.channel(sender);
  if (exceeds_length(session, sender, line.length()) && refuse_length(session, arrival, observer)) {
    hearing.reset = Reason::line_too_long;
    return;
  }
  const auto extent = PendingLine::extent(line.length(), stream.acknowledged_locally(), piece.size());
  // A Telnet Synch must not wait for the line behind it (RFC 854): neither what is urgent nor a command alone
  // does.
  const auto text = line.text();
  const bool may_wait =
      session.nat.nated() && extent.whole() && !text.empty() && !segment.fin() && !segment.urg();
  const auto stray = refuse_stray_end(session, arrival, piece, observer);
  if (stray == StrayEnd::reset) {
    hearing.reset = Reason::stray_line_end;
    return;
  }
  bool refuse = line.masked() || stray == StrayEnd::mask;
  if (!refuse && may_wait && may_edit(session, sender, text)) {
    // Whatever is acknowledged locally travels with the rest of the line, in one packet.
    const bool can_park =
        waiting.has_parked() || delayed.has_room(session.nat.client.address, segment.packet().size());
    if (can_park && stream.may_acknowledge_locally(line.length())) {
      if (extent.acknowledged == 0) line.acknowledge(arrival.now);
      stream.acknowledge_locally(piece.size());
      hearing.acknowledging = true;
      return;
    }
    hearing.gave_up = true;
    refuse = refuses_unfinished(session);
  }
  const auto denied = refuse ? std::nullopt : filter_beginning(session, arrival, piece, observer);
  if (denied) {
    hearing.reset = denied->reset;
    if (hearing.reset) return;
    stream.overwrite(as_bytes(*denied->overwrite), piece.size());
    hearing.edited = true;
    return;
  }
  hearing.edited |= refuse;
  let_go(session, sender, piece, refuse);
}

void give_up_line(Session& session, Side sender) {
  let_go(session, sender, {}, refuses_unfinished(session));
}

void finish_line(Session& session, Side sender) {
  let_go(session, sender, {}, false);
}

}  // namespace pinhole::control
