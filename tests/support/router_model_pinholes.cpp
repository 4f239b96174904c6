// What the gateway asks of connection tracking, and what it tells.

#include <algorithm>

#include "support/router_model.hpp"

namespace pinhole::test {

using alg::Decision;
using alg::Reason;
using alg::Side;

/// What the surroundings do wrong is theirs.
template <class Call>
auto RouterModel::of_surroundings(Call call) {
  try {
    return call();
  } catch (...) {
    surroundings_failed_ = true;
    throw;
  }
}

std::optional<alg::View> RouterModel::lookup(const net::FlowKey& key) {
  const auto view = of_surroundings([&] { return around_.tracker.lookup(key); });
  if (view) touch(view->nat).labels = view->labels;
  return view;
}

alg::Applied RouterModel::apply(const alg::NatView& view, const alg::Change& change) {
  auto& flow = touch(view);
  if (change.pinhole) {
    check_pinhole(view, *change.pinhole);
    hold(!flow.not_ftp, "a pinhole of a flow that is no FTP");
    hold(!flow.open, "a second pinhole of one flow");
    check_login(flow, *policies_.of(view), change.pinhole->opener == Side::server);
  }
  const auto applied = of_surroundings([&] { return around_.tracker.apply(view, change); });
  transcript_.applied(change, applied);
  if (applied != alg::Applied::all && change.labels) flow.labels.reset();
  if (applied != alg::Applied::all) return applied;
  if (change.labels) flow.labels = change.labels;
  if (change.shift) flow.shift[change.shift->sender] = change.shift->to;
  if (change.pinhole) flow.open = change.pinhole;
  return applied;
}

bool RouterModel::close(const alg::NatView& view, const alg::Pinhole& pinhole) {
  auto& flow = touch(view);
  const bool own = flow.open == pinhole;
  flow.stuck = flow.stuck || own;  // should the tracker fail
  const bool was_there = of_surroundings([&] { return around_.tracker.close(view, pinhole); });
  transcript_.closed(pinhole, was_there);
  if (!own) return was_there;
  flow.stuck = false;
  flow.open.reset();
  return was_there;
}

std::optional<net::FlowKey> RouterModel::master_of(const net::FlowKey& data) {
  return of_surroundings([&] { return around_.tracker.master_of(data); });
}

bool RouterModel::cut(const alg::NatView& view, const net::FlowKey& data) {
  const auto& flow = touch(view);
  hold(!flow.open || flow.open->from != data.source.address || flow.open->to != data.destination,
       "a connection cut off whose pinhole is open");
  return of_surroundings([&] { return around_.tracker.cut(view, data); });
}

void RouterModel::ask(const alg::TransferQuestion& question) {
  const auto& flow = touch(question.flow);
  hold(flow.open == question.pinhole || flow.connected == question.pinhole, "a question about no pinhole");
  of_surroundings([&] { around_.surveyor.ask(question); });
}

void RouterModel::ask_for_pinholes() {
  of_surroundings([&] { around_.surveyor.ask_for_pinholes(); });
}

void RouterModel::notice(const alg::Event& event) {
  transcript_.event(event);
  auto& flow = touch(event.flow);
  std::visit([&](const auto& what) { check(flow, what); }, event.what);
  of_surroundings([&] { around_.observer.notice(event); });
}

void RouterModel::check(FlowRecord& flow, const alg::Began&) {
  hold(!flow.alive, "a flow began twice");
  const auto& [packet, segment, placed, sender] = waiting_.at(current_.value());
  hold(placed == &flow, "a flow began with a packet of another");
  const auto& first = segment.value();
  auto& own = flow.of(sender);
  auto& peers = flow.of(other(sender));
  flow.alive = true;
  flow.not_ftp = flow.reset = flow.broken_off = flow.failed = false;
  flow.read = {};
  flow.resumed = flow.labels && !flow.labels->fresh && flow.labels->state != alg::Labels::State::none;
  flow.whole = first.syn() || flow.shift == net::PerSide<stream::SeqShift>{};
  flow.from_start = flow.from_start && !own.first && !peers.first &&
                    flow.shift[sender].shift(first.seq() + (first.syn() ? 1 : 0)) == own.heard->next() &&
                    first.ack() == peers.heard->next();
  for (const auto side : {Side::client, Side::server}) {
    // A gateway that has forgotten a flow begins anew, from its middle, with the packet just handed in.
    auto& direction = flow.of(side);
    const auto next = direction.heard->next();
    direction = {};
    direction.heard.emplace(next);
  }
  own.first = first.seq();
  own.sent.add(first.seq(), first.payload());
  own.sent_end = first.payload_end();
}

void RouterModel::check(FlowRecord& flow, const alg::NotFtp&) {
  hold(!flow.not_ftp, "told twice that it is no FTP");
  flow.not_ftp = true;
}

void RouterModel::check(FlowRecord& flow, const alg::Ended&) {
  hold(flow.alive, "a flow ended that had not begun");
  flow.alive = false;
  flow.over = true;
}

void RouterModel::check(FlowRecord& flow, const alg::Negotiated& negotiation) {
  hold(negotiation.pinhole.has_value() == (negotiation.decision == Decision::open), "open without a pinhole");
  switch (negotiation.decision) {
    case Decision::open:
      hold(flow.open == negotiation.pinhole, "the pinhole is not in the tracker");
      hold(negotiation.reason == Reason::negotiated || negotiation.reason == Reason::repaired ||
               negotiation.reason == Reason::fxp || negotiation.reason == Reason::data_node,
           "opened, and a reason why not");
      hold(!negotiation.rewritten || negotiation.rewritten == negotiation.pinhole->to,
           "the line names another");
      hold(negotiation.announced && negotiation.announced->port == negotiation.pinhole->forward_to.port,
           "another port than was announced");
      flow.announced = negotiation.pinhole;
      break;
    case Decision::refuse:
      for (const auto reason :
           {Reason::line_split, Reason::port_taken, Reason::ports_exhausted, Reason::expectation_refused,
            Reason::edit_pending, Reason::no_sequence_adjustment}) {
        hold(negotiation.reason != reason || !flow.open, "refused, and a pinhole is open");
      }
      break;
    case Decision::ignore:
      // A 227 where a greeting should be: from now on it is not trusted.
      if (!alg::is_active(negotiation.form) && negotiation.reason == Reason::mid_stream) {
        flow.not_ftp = true;
      }
      break;
  }
}

void RouterModel::check(FlowRecord& flow, const alg::Closed& closed) {
  if (closed.why == Reason::stray)
    return hold(closed.pinhole != flow.announced, "its own pinhole is no stray");
  hold(closed.pinhole == flow.announced, "what was closed had not been announced");
  flow.announced.reset();
  hold(!flow.open, "a pinhole that was withdrawn is open");
}

void RouterModel::check(FlowRecord& flow, const alg::Connected& connected) {
  hold(connected.pinhole == flow.announced, "a data connection of a pinhole that had not been announced");
  flow.announced.reset();
  flow.connected = connected.pinhole;
  hold(!flow.open, "a pinhole that has its data connection is open");
}

void RouterModel::check(FlowRecord& flow, const alg::Cut&) {
  hold(flow.alive || flow.over, "a connection cut off of a flow that is no more");
}

void RouterModel::check(FlowRecord& flow, const alg::Missed&) {
  hold(flow.alive, "bytes missed of a flow that is no more");
}

/// Whenever nothing is being judged.
void RouterModel::check_pinholes_of(const FlowRecord& flow) {
  if (flow.stuck) return;
  hold(!flow.open || flow.alive, "a pinhole has outlived its session");
  hold(!flow.open || flow.announced == flow.open, "an unannounced pinhole");
  hold(!flow.announced || flow.open, "an announced pinhole is not in the tracker");
}

void RouterModel::check_pinhole(const alg::NatView& view, const alg::Pinhole& pinhole) {
  const auto& policy = *policies_.of(view);
  const bool active = pinhole.opener == Side::server;
  const auto& external = policy.external_addresses;
  const auto shown = pinhole.to.address;
  const bool third = active && pinhole.to == pinhole.forward_to &&
                     std::ranges::any_of(policy.fxp, [&](const auto& net) { return net.contains(shown); });
  hold(pinhole.from == (active ? view.server : view.client).address, "a pinhole for a stranger");
  const bool node = !active && std::ranges::any_of(policy.data_nodes, [&](const auto& listed) {
    return listed.announced == shown && listed.address == pinhole.forward_to.address;
  });
  const bool as_announced = !active && pinhole.to == pinhole.forward_to && view.dialed == view.server &&
                            std::ranges::find(external, shown) != external.end();
  hold(third || node || as_announced ||
           pinhole.forward_to.address == (active ? view.client : view.server).address,
       "a pinhole to a stranger");
  hold(third || node || shown == (active ? view.seen : view.dialed).address ||
           (!active && std::ranges::find(external, shown) != external.end()),
       "a pinhole at an address that is not ours");
  hold(pinhole.forward_to.port >= policy.min_data_port, "a pinhole to a forbidden port");
  const auto& range = policy.public_ports;
  const bool translated = view.nated() && !third && !node;
  hold((pinhole.to.port == pinhole.forward_to.port && !(translated && policy.public_ports_only)) ||
           range.contains(pinhole.to.port),
       "a pinhole at a port outside the range");
  hold(pinhole.timeout == policy.pinhole_timeout, "a pinhole with another timeout");
}

/// Read in the most generous way, the session has a greeting, a login, and the command that asks.
void RouterModel::check_login(FlowRecord& flow, const alg::Policy& policy, bool active) {
  auto& client = flow.of(Side::client).sent;
  auto& server = flow.of(Side::server).sent;
  auto& read = flow.read;
  const auto either = [](const SentBytes& sent, std::string_view one, std::string_view another) {
    return sent.may_read(one) || sent.may_read(another);
  };
  auto& asked = active ? read.offer : read.question;
  asked = asked || (active ? either(client, "PORT", "EPRT") : either(client, "PASV", "EPSV"));
  hold(asked, "a pinhole unasked for");
  if (flow.resumed) return;  // its entry vouches for what was said before
  read.greeting = read.greeting || either(server, "220", "200");
  hold(read.greeting, "a pinhole without a greeting");
  if (!policy.require_login) return;
  const auto logged_in = [&] {
    const bool in_clear =
        (either(client, "USER", "PASS") || client.may_read("ACCT")) && server.may_read("\n2");
    return in_clear || (client.may_read("AUTH") && server.may_read("\n234"));
  };
  read.login = read.login || logged_in();
  hold(read.login, "a pinhole without a login");
  if (!read.all()) return;
  client.stop_reading();
  server.stop_reading();
}

}  // namespace pinhole::test
