// The gateway's notices: flows, negotiations and pinholes.

#include <algorithm>
#include <cstdio>
#include <string>

#include "pinhole/net/tcp_segment.hpp"
#include "support/gateway_watch.hpp"
#include "support/law.hpp"

namespace pinhole::test {

using alg::Decision;
using alg::index;
using alg::Reason;
using alg::Side;

void GatewayWatch::tell(const char* what, alg::PacketId id, std::span<const std::uint8_t> packet,
                        Reason reason) const {
  if (!telling_) return;
  std::string line = std::string(what) + ' ' + std::to_string(id) + ' ' + std::string(alg::name_of(reason));
  const auto parsed = net::TcpSegment::parse(packet);
  if (const auto* segment = std::get_if<net::TcpSegment>(&parsed)) {
    line += ' ' + segment->source().to_string() + " -> " + segment->destination().to_string() + " seq " +
            std::to_string(segment->seq().raw()) + " ack " + std::to_string(segment->ack().raw()) +
            " flags " + std::to_string(packet[segment->tcp_offset() + 13]) + " \"";
    for (const auto byte : segment->payload()) {
      char escaped[8];
      const bool plain = byte >= ' ' && byte < 0x7f && byte != '\\' && byte != '"';
      std::snprintf(escaped, sizeof escaped, plain ? "%c" : "\\x%02x", byte);
      line += escaped;
    }
    line += '"';
  }
  std::fprintf(stderr, "%s\n", line.c_str());
}

void GatewayWatch::notice(const alg::Event& event) {
  std::visit([&](const auto& what) { check(event.flow, what); }, event.what);
}

void GatewayWatch::check(const alg::NatView& view, const alg::Began&) {
  auto& flow = flows_.at(view.id);
  law(!flow.alive, "a flow began twice");
  flow.alive = true;
  flow.foreign = false;
  flow.cut = false;
  const auto parsed = net::TcpSegment::parse(waiting_.at(id_).packet);
  const auto& beginning = std::get<net::TcpSegment>(parsed);
  flow.first = {};
  flow.first[index(waiting_.at(id_).sender)] = beginning.seq();
  flow.whole = beginning.syn() || (shift_of(view, Side::client) == stream::SeqShift{} &&
                                   shift_of(view, Side::server) == stream::SeqShift{});
  for (const auto side : {Side::client, Side::server}) {
    // A gateway that has forgotten a flow begins anew, from its middle, with the packet just handed in.
    flow.heard[index(side)] = StreamMemory(flow.heard[index(side)].next());
    flow.left[index(side)].reset();
    flow.acknowledged[index(side)].reset();
    std::erase_if(flow.sent[index(side)], [this](const Sent& piece) { return piece.id != id_; });
  }
}

void GatewayWatch::check(const alg::NatView& view, const alg::NotFtp& event) {
  tell("foreign", id_, {}, event.why);
  auto& flow = flows_.at(view.id);
  law(!flow.foreign, "foreign twice");
  flow.foreign = true;
}

void GatewayWatch::check(const alg::NatView& view, const alg::Ended&) {
  auto& flow = flows_.at(view.id);
  law(flow.alive, "a flow ended that had not begun");
  flow.alive = false;
}

alg::Applied GatewayWatch::apply(const alg::NatView& view, const alg::Change& change) {
  if (!change.pinhole) return FakeTracker::apply(view, change);
  const auto& pinhole = *change.pinhole;
  const auto& flow = flows_.at(view.id);
  const bool active = pinhole.opener == Side::server;
  const auto& external = policy_.external_addresses;
  const auto shown = pinhole.to.address;
  law(pinhole.from == (active ? view.server : view.client).address, "a pinhole for a stranger");
  law(pinhole.forward_to.address == (active ? view.client : view.server).address, "a pinhole to a stranger");
  law(shown == (active ? view.seen : view.dialed).address ||
          (!active && std::find(external.begin(), external.end(), shown) != external.end()),
      "a pinhole at an address that is not ours");
  law(pinhole.forward_to.port >= policy_.min_data_port, "a pinhole to a forbidden port");
  const auto& range = policy_.public_ports;
  law(pinhole.to.port == pinhole.forward_to.port ||
          (pinhole.to.port >= range.first && pinhole.to.port <= range.last),
      "a pinhole at a port outside the range");
  law(pinhole.timeout == policy_.pinhole_timeout, "a pinhole with another timeout");
  law(!flow.foreign, "a pinhole of a flow that is no FTP");
  law(!open_now.contains(view.id), "a second pinhole of one flow");
  check_login(flow, active);
  return FakeTracker::apply(view, change);
}

/// Read in the most generous way, the session has a greeting, a login, and the command that asks.
void GatewayWatch::check_login(const Flow& flow, bool active) const {
  const auto said = [&](Side side, std::string_view text) {
    std::vector<std::pair<net::Seq, std::span<const std::uint8_t>>> sent;
    for (const auto& piece : flow.sent[index(side)]) sent.emplace_back(piece.begin, piece.payload);
    return may_read(sent, text);
  };
  const auto client = [&](std::string_view text) { return said(Side::client, text); };
  const auto server = [&](std::string_view text) { return said(Side::server, text); };
  law(server("220"), "a pinhole without a greeting");
  const bool in_clear = (client("USER") || client("PASS") || client("ACCT")) && server("\n2");
  const bool in_tls = client("AUTH") && server("\n234");
  law(in_clear || in_tls, "a pinhole without a login");
  law(active ? client("PORT") || client("EPRT") : client("PASV") || client("EPSV"), "a pinhole unasked for");
}

void GatewayWatch::check(const alg::NatView& view, const alg::Negotiated& negotiation) {
  auto& flow = flows_.at(view.id);
  const auto found = open_now.find(view.id);
  tell(to_string(negotiation.decision), negotiation.packet, {}, negotiation.reason);
  law(negotiation.pinhole.has_value() == (negotiation.decision == Decision::open), "open without a pinhole");
  switch (negotiation.decision) {
    case Decision::open:
      law(found != open_now.end() && found->second == negotiation.pinhole,
          "the pinhole is not in the tracker");
      law(negotiation.reason == Reason::negotiated || negotiation.reason == Reason::repaired,
          "opened, and a reason why not");
      law(!negotiation.rewritten || negotiation.rewritten == negotiation.pinhole->to,
          "the line names another");
      law(negotiation.announced && negotiation.announced->port == negotiation.pinhole->forward_to.port,
          "another port than was announced");
      flow.announced = negotiation.pinhole;
      break;
    case Decision::refuse:
      for (const auto reason :
           {Reason::line_split, Reason::port_taken, Reason::ports_exhausted, Reason::expectation_refused,
            Reason::edit_pending, Reason::no_sequence_adjustment}) {
        law(negotiation.reason != reason || found == open_now.end(), "refused, and a pinhole is open");
      }
      break;
    case Decision::ignore:
      // A 227 where a greeting should be: from now on the session is foreign.
      if (!alg::is_active(negotiation.form) && negotiation.reason == Reason::mid_stream) {
        flow.foreign = true;
      }
      break;
  }
}

void GatewayWatch::check(const alg::NatView& view, const alg::Closed&) {
  flows_.at(view.id).announced.reset();
  law(!open_now.contains(view.id), "a pinhole that was withdrawn is open");
}

void GatewayWatch::check_pinholes() const {
  for (const auto& [id, pinhole] : open_now)
    law(flows_.at(id).announced == pinhole, "an unannounced pinhole");
  for (const auto& [id, flow] : flows_) {
    law(!flow.announced || open_now.contains(id), "an announced pinhole is not in the tracker");
  }
}

}  // namespace pinhole::test
