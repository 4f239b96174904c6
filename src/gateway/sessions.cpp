// How sessions begin and end, and what is due for them meanwhile.

#include "control/not_ftp.hpp"
#include "control/order.hpp"
#include "control/place.hpp"
#include "gateway/walk.hpp"

namespace pinhole::gateway {

using alg::Reason;
using control::Side;

constexpr std::chrono::seconds kAudit{60};
constexpr std::chrono::seconds kRetry{1};

/// The session of a packet, and who sent it.
std::variant<Gateway::Walk::Place, Gateway::Walk::Fate> Gateway::Walk::place(Arrival& arrival) {
  const auto key = net::FlowKey::of(arrival.segment);
  const auto known = sessions_.find(key);
  if (!known) return begin(arrival, key);
  if (may_be_another(*known, arrival.segment) &&
      is_another(*known->session, arrival.segment, around_.tracker.lookup(key))) {
    forget(*known->session, Reason::tuple_reused, arrival.now);
    return begin(arrival, key);
  }
  arrival.sender = known->sender;
  return *known;
}

std::variant<Gateway::Walk::Place, Gateway::Walk::Fate> Gateway::Walk::begin(Arrival& arrival,
                                                                             const net::FlowKey& key) {
  const auto& segment = arrival.segment;
  // Nothing can be learned from these, and the next packet will do.
  if (segment.rst() || !segment.has_ack()) return Fate::accept(Reason::passed);
  const auto view = around_.tracker.lookup(key);
  if (!view) return unknown(arrival, key);

  const auto& nat = view->nat;
  arrival.sender = key == nat.key(Side::client) ? Side::client : Side::server;
  const auto& policy = policies_.of(nat);
  auto* oldest = sessions_.longest_over();
  if (sessions_.size() >= limits_.flows && oldest != nullptr) forget(*oldest, Reason::idle, arrival.now);
  if (const auto why = crowding(sessions_, nat, *policy, limits_, segment.syn())) {
    const bool observed = policy->observe && *why != Reason::session_table_full;
    around_.observer.notice({nat, alg::Refused{*why, {}, arrival.id, observed}});
    if (!observed) return refuse_session(arrival, *policy, *why, outbox_);
  }
  // Conntrack may have given one of its tuples to this connection before its old one was forgotten here.
  for (const Side side : {Side::client, Side::server}) {
    if (const auto old = sessions_.find(nat.key(side))) {
      forget(*old->session, Reason::tuple_reused, arrival.now);
    }
  }
  auto& session = sessions_.begin(Session(*view, arrival.sender, segment, policy, limits_), arrival.now);
  session.last_heard = arrival.now;
  around_.observer.notice({nat, alg::Began{}});
  if (view->helper == alg::Helper::another) {
    session.dialogue.is_not_ftp();
    control::report_not_ftp(session, Reason::other_helper, negotiator_, around_.observer);
  } else if (view->helper == alg::Helper::none && session.origin != control::Origin::middle) {
    around_.observer.notice({nat, alg::Refused{Reason::no_helper, {}, arrival.id, false}});
  }
  return Place{&session, arrival.sender};
}

Gateway::Walk::Fate Gateway::Walk::unknown(const Arrival& arrival, const net::FlowKey& key) {
  const Fate fate = control::pass_unknown(arrival, policies_.that_may_hold(key), outbox_);
  if (fate.kind() == Fate::Kind::accept || !untracked_.is_new(key)) return fate;
  const auto& [server, client] = key;  // as the packet bears them
  around_.observer.notice(
      {{0, client, server, server, client}, alg::Refused{fate.reason(), {}, arrival.id, false}});
  return fate;
}

/// What becomes of the session is in its entry before anything more of it goes on.
void Gateway::Walk::vouch(Session& session) {
  const auto due = control::labels_due(session);
  if (!due) return;
  const bool written = around_.tracker.apply(session.nat, {.labels = due}) == alg::Applied::all;
  session.labels = written ? due : std::nullopt;  // it is gone: what this process has heard is all there is
}

void Gateway::Walk::end(Session& session, Reason why, bool by_reset) {
  drop_waiting(session, why, delayed_);
  const bool first = session.life.end(by_reset);
  sessions_.retire(session);
  try {
    negotiator_.withdraw(session, why);
  } catch (...) {
    if (first) around_.observer.notice({session.nat, alg::Ended{why}});
    throw;
  }
  if (first) around_.observer.notice({session.nat, alg::Ended{why}});
}

void Gateway::Walk::forget(Session& session, Reason why, alg::Time now) {
  for (const Side sender : {Side::client, Side::server}) {
    if (session.channel(sender).waiting.has_parked()) give_up_line(session, sender, now);
  }
  drop_waiting(session, Reason::session_ended, delayed_);
  end(session, why);
  sessions_.forget(session);
}

void Gateway::Walk::tick(alg::Time now) {
  while (auto* session = sessions_.due(now)) {
    sessions_.set_deadline(*session, now + kRetry);  // should the tracker fail, the others have their turn
    upkeep(*session, now);
  }
  negotiator_.withdraw_superfluous(now);
  if (now < next_audit_) return;
  next_audit_ = now + kAudit;
  around_.surveyor.ask_for_pinholes();
}

/// What is due for one session.
void Gateway::Walk::upkeep(Session& session, alg::Time now) {
  for (const Side side : {Side::client, Side::server}) {
    const auto deadline = line_deadline_of(session, side);
    if (deadline && *deadline < now) give_up_line(session, side, now);
  }
  // While data are on their way, the control connection says nothing, for hours perhaps.
  const auto question = question_due(session);
  if (question && *question <= now) {
    around_.surveyor.ask({session.nat, *session.pinhole.current(), session.pinhole.is_sought()});
    session.pinhole.asked();
  }
  if (idle_deadline_of(session, limits_) < now) return forget(session, Reason::idle, now);
  sessions_.set_deadline(session, deadline_of(session, limits_));
}

void Gateway::Walk::answer(const alg::TransferAnswer& answer, alg::Time now) {
  const auto place = sessions_.find(answer.question.flow.key(Side::client));
  if (!place || place->session->nat.id != answer.question.flow.id) return;
  auto& session = *place->session;
  if (!session.pinhole.answered(answer)) return;
  if (answer.there) session.last_heard = now;
  sessions_.hasten(session, deadline_of(session, limits_));
}

/// What is open for our sessions and should not be, whatever the cause, is closed.
void Gateway::Walk::answer(std::span<const alg::Listed> pinholes) {
  for (const auto& listed : pinholes) {
    const auto place = sessions_.find(listed.master);
    if (!place) continue;
    const Session& session = *place->session;
    const auto& own = session.pinhole.current();
    if (session.pinhole.is_open() && own->from == listed.from && own->to == listed.to) continue;
    alg::Pinhole stray;
    stray.opener = listed.from == session.nat.client.address ? Side::client : Side::server;
    stray.from = listed.from;
    stray.to = stray.forward_to = listed.to;
    if (!around_.tracker.close(session.nat, stray)) continue;  // it went while the list was on its way
    around_.observer.notice({session.nat, alg::Closed{stray, Reason::stray}});
  }
}

alg::Usage Gateway::Walk::usage() const {
  alg::Usage usage{sessions_.size(), delayed_.packets(), delayed_.bytes(), 0};
  sessions_.for_each([&usage](const Session& session) {
    for (const Side side : {Side::client, Side::server}) {
      const auto& channel = session.channel(side);
      usage.remembered_bytes += channel.stream.remembered() + channel.line.remembered();
    }
  });
  return usage;
}

}  // namespace pinhole::gateway
