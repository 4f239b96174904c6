#include "gateway/walk.hpp"

#include "control/filter.hpp"
#include "control/hear.hpp"
#include "control/helper_request.hpp"
#include "control/leave.hpp"
#include "control/not_ftp.hpp"
#include "control/order.hpp"
#include "control/place.hpp"
#include "control/reset.hpp"
#include "control/unfinished.hpp"
#include "control/urgent.hpp"

namespace pinhole::gateway {

using alg::Reason;
using control::Side;
using Position = stream::Reassembler::Position;

void Gateway::Walk::packet(alg::PacketId id, std::span<const std::uint8_t> bytes, alg::Time now,
                           alg::Entry entry) {
  const auto seen = control::look(bytes);  // look
  if (const auto* fate = std::get_if<Fate>(&seen)) return conclude(id, *fate, around_.sink);
  const auto& segment = std::get<net::TcpSegment>(seen);
  const auto unmarked = control::settled(segment, inbox_);
  Arrival arrival{id, unmarked ? *unmarked : segment, Side::client, now, unmarked.has_value(), entry};
  Session* session = nullptr;
  std::optional<Fate> fate;
  try {
    const auto placed = place(arrival);  // place
    if (const auto* found = std::get_if<Place>(&placed)) session = found->session;
    fate = session != nullptr ? walk(*session, arrival) : std::get<Fate>(placed);
    if (session == nullptr && control::is_helper_request(arrival.segment.payload())) {
      fate = Fate::drop(Reason::helper_request);
    }
  } catch (...) {
    if (around_.sink.fail(id, Reason::internal_error) && session != nullptr)
      control::pass_unheard(*session, arrival);
    throw;
  }
  conclude(id, unmarked ? control::with_cleared_mark(*fate, arrival) : *fate, around_.sink);
  if (session == nullptr) return;
  for (const auto side : {Side::client, Side::server}) release_held(*session, side, now);
  sessions_.hasten(*session, control::deadline_of(*session, limits_));
}

/// What becomes of a packet of this session.
Gateway::Walk::Fate Gateway::Walk::walk(Session& session, const Arrival& arrival) {
  if (control::is_helper_request(arrival.segment.payload())) return refuse_helper_request(session, arrival);
  const auto ordered = order(session, arrival);  // order
  if (const auto* fate = std::get_if<Fate>(&ordered)) return *fate;
  return in_order(session, arrival, std::get<Placement>(ordered));
}

Gateway::Walk::Fate Gateway::Walk::refuse_helper_request(Session& session, const Arrival& arrival) {
  around_.observer.notice({session.nat, alg::Refused{Reason::helper_request, {}, arrival.id, false}});
  end(session, Reason::helper_request, true);
  const auto awaited = session.channel(arrival.sender).stream.left();
  return control::reset_both(arrival, awaited, Reason::helper_request, outbox_);
}

/// Of a packet without a gap before it.
Gateway::Walk::Fate Gateway::Walk::in_order(Session& session, const Arrival& arrival,
                                            const Placement& placement) {
  auto& channel = session.channel(arrival.sender);
  const auto awaited = channel.stream.left();
  if (control::ends_line(channel, arrival)) control::finish_line(session, arrival.sender);
  const bool fresh = placement.position == Position::fresh;
  if (!fresh) vouch(session);
  if (!fresh && !arrival.segment.payload().empty()) channel.gap.reset();
  const Fate fate = fresh ? hear(session, arrival, placement.skip)
                          : control::repeat(session, arrival, outbox_, delayed_);  // render
  if (channel.stream.acknowledged_locally() == 0)
    control::drop_parked(channel, Reason::acknowledged_locally, delayed_);
  if (control::is_last(channel, arrival)) {
    if (const auto why = control::objection_to_end(session, arrival, around_.observer)) {
      end(session, *why, true);
      return control::reset_both(arrival, awaited, *why, outbox_);
    }
    negotiator_.withdraw(session, Reason::session_ended);
    if (session.life.fin(arrival.sender)) end(session, Reason::session_ended);
  }
  return fate;
}

/// Of a packet with new bytes, behind its first `skip`.
Gateway::Walk::Fate Gateway::Walk::hear(Session& session, const Arrival& arrival, std::size_t skip) {
  if (!control::admit(session, arrival, skip)) {
    return control::drop_for_retransmit(session, arrival, skip, outbox_, delayed_);
  }
  const auto before = control::before_hearing(session.channel(arrival.sender), skip);
  const auto hearing = control::hear(session, arrival, arrival.segment.payload().subspan(skip), delayed_,
                                     negotiator_, around_.observer);  // read, hear, judge, open
  vouch(session);
  if (hearing.reset) {
    end(session, *hearing.reset, true);
    return control::reset_both(arrival, before.awaited, *hearing.reset, outbox_);
  }
  return control::leave(session, arrival, before, hearing, outbox_, delayed_);  // render
}

std::variant<Gateway::Walk::Placement, Gateway::Walk::Fate> Gateway::Walk::order(Session& session,
                                                                                 const Arrival& arrival) {
  const auto& segment = arrival.segment;
  auto& channel = session.channel(arrival.sender);
  const auto placement = channel.stream.place(segment.seq(), segment.payload().size());
  if (placement.position == Position::out_of_window) return Fate::drop(Reason::out_of_window);
  if (session.life.stage() == control::Life::Stage::reset) return control::turn_away(arrival, outbox_);
  session.last_heard = arrival.now;
  const auto peers_next = control::missed_by_acknowledgment(session, arrival);
  if (peers_next) miss(session, other(arrival.sender), *peers_next, true);
  if (segment.has_ack()) session.channel(other(arrival.sender)).stream.acknowledge(segment.ack());
  if (segment.rst()) {
    if (!control::ends_session(session, arrival)) return Fate::accept(Reason::passed);
    end(session, Reason::session_ended);
    return control::pass_reset(session, arrival, outbox_);
  }
  if (segment.syn()) return Fate::accept(Reason::passed);
  if (!segment.payload().empty()) session.life.spoke(arrival.sender);
  channel.advertised.update(segment);
  if (control::is_from_before(session, arrival)) {
    session.dialogue.missed();
    vouch(session);
    control::report_not_ftp(session, Reason::bytes_missed, negotiator_, around_.observer);
  }
  if (placement.position != Position::gap) return placement;
  if (!control::is_missing_for_good(session, arrival, peers_next.has_value())) {
    return control::hold(session, arrival, limits_, delayed_);
  }
  miss(session, arrival.sender, segment.seq(), false);
  return channel.stream.place(segment.seq(), segment.payload().size());
}

/// Bytes of `sender` before `begin` went by unheard.
void Gateway::Walk::miss(Session& session, Side sender, net::Seq begin, bool arrived) {
  const bool trusted = session.dialogue.state() != ftp::Session::State::not_ftp;
  control::miss(session, sender, begin, arrived);
  vouch(session);
  around_.observer.notice({session.nat, alg::Missed{sender}});
  if (trusted && session.dialogue.state() == ftp::Session::State::not_ftp) {
    control::report_not_ftp(session, Reason::bytes_missed, negotiator_, around_.observer);
  }
}

/// What waited for the bytes that have come.
void Gateway::Walk::release_held(Session& session, Side sender, alg::Time now) {
  auto& channel = session.channel(sender);
  while (auto packet = channel.waiting.take_next(channel.stream)) {
    delayed_.leave(*packet);
    control::restamp(channel, *packet);
    const auto segment = packet->segment();
    const Arrival arrival{packet->id, segment, sender, now, packet->changed};
    std::optional<Fate> fate;
    try {
      const auto placement = channel.stream.place(segment.seq(), segment.payload().size());
      fate = in_order(session, arrival, placement);
    } catch (...) {
      if (delayed_.fail(*packet)) control::pass_unheard(session, arrival);
      throw;
    }
    delayed_.give(*packet, *fate);
  }
}

/// Nobody waits for the rest of the line any longer. Without a parked packet what there is of it leaves with
/// the sender's next one.
void Gateway::Walk::give_up_line(Session& session, Side sender, alg::Time now) {
  auto& channel = session.channel(sender);
  control::give_up_line(session, sender);
  auto packet = channel.waiting.take_parked();
  if (!packet) return;
  delayed_.leave(*packet);
  control::restamp(channel, *packet);
  const auto segment = packet->segment();
  delayed_.give(*packet, control::leave_parked(session, {packet->id, segment, sender, now, packet->changed},
                                               outbox_, delayed_));
}

}  // namespace pinhole::gateway
