#include "control/judge.hpp"

#include <algorithm>

namespace pinhole::control {
namespace {

using alg::Form;
using alg::PasvOtherHost;
using alg::Side;

using Standing = ftp::Heard::Standing;

Judgement judged(Decision decision, Reason reason) {
  Judgement judgement;
  judgement.decision = decision;
  judgement.reason = reason;
  return judgement;
}

/// The reason why a session in this standing gets no pinhole. The line of a session that is not ours to judge
/// is left alone; in one that is, the peers are told.
Judgement of_standing(Standing standing) {
  switch (standing) {
    case Standing::not_ftp:
      return judged(Decision::ignore, Reason::not_ftp);
    case Standing::overrun:
      return judged(Decision::ignore, Reason::too_many_commands);
    case Standing::from_middle:
      return judged(Decision::ignore, Reason::mid_stream);
    case Standing::unsolicited:
      return judged(Decision::ignore, Reason::unsolicited);
    case Standing::not_logged_in:
      return judged(Decision::refuse, Reason::not_logged_in);
    case Standing::epsv_all:
      return judged(Decision::refuse, Reason::epsv_all);
    case Standing::quoted:
      return judged(Decision::refuse, Reason::quoted_reply);
    case Standing::good:
      break;
  }
  return judged(Decision::open, Reason::negotiated);
}

void refuse(Judgement& judgement, Reason reason) {
  judgement.decision = Decision::refuse;
  judgement.reason = reason;
}

/// Which of the two addresses of its sender does a line name?
void judge_offer(Judgement& judgement, const NatView& view, const Policy& policy) {
  const auto& announced = *judgement.announced;
  judgement.pinhole.opener = Side::server;
  judgement.pinhole.from = view.server.address;
  judgement.pinhole.to = {view.seen.address, announced.port};
  judgement.pinhole.forward_to = {view.client.address, announced.port};
  if (announced.address == view.client.address) {
    judgement.readdress = view.client.address != view.seen.address;
  } else if (announced.address == view.seen.address) {
    return;
  } else if (std::ranges::any_of(policy.fxp,
                                 [&](const auto& peers) { return peers.contains(announced.address); })) {
    judgement.reason = Reason::fxp;
    judgement.pinhole.to = judgement.pinhole.forward_to = announced;
  } else {
    refuse(judgement, Reason::bounce);
  }
}

const alg::DataNode* node_named(const net::IpAddress& address, const Policy& policy) {
  const auto node = std::ranges::find_if(policy.data_nodes, [&](const alg::DataNode& candidate) {
    return candidate.address == address || candidate.announced == address;
  });
  return node == policy.data_nodes.end() ? nullptr : &*node;
}

void judge_answer(Judgement& judgement, const NatView& view, const Policy& policy, bool names_address) {
  const auto& announced = *judgement.announced;
  const auto& external = policy.external_addresses;
  judgement.pinhole.opener = Side::client;
  judgement.pinhole.from = view.client.address;
  judgement.pinhole.to = {view.dialed.address, announced.port};
  judgement.pinhole.forward_to = {view.server.address, announced.port};
  if (!names_address || announced.address == view.dialed.address) return;
  const bool translated = view.dialed.address != view.server.address;
  if (announced.address == view.server.address) {
    judgement.readdress = true;
  } else if (std::find(external.begin(), external.end(), announced.address) != external.end()) {
    judgement.pinhole.to.address = announced.address;
    // Who is not translated here is reached there.
    if (!translated) judgement.pinhole.forward_to.address = announced.address;
  } else if (const auto* node = node_named(announced.address, policy)) {
    judgement.reason = Reason::data_node;
    judgement.pinhole.to.address = node->announced;
    judgement.pinhole.forward_to.address = node->address;
    judgement.readdress = node->announced != announced.address;
    if (translated && node->announced == node->address) refuse(judgement, Reason::other_host);
  } else if (policy.pasv_other_host == PasvOtherHost::repair) {
    judgement.reason = Reason::repaired;
    judgement.readdress = true;
  } else {
    refuse(judgement, Reason::other_host);
  }
}

/// Only the server listens at such a port.
bool is_data_port(const std::optional<ftp::DataEndpoint>& endpoint, const Policy& policy) {
  const auto& range = policy.data_ports;
  return range && endpoint && range->first <= endpoint->port && endpoint->port <= range->last;
}

/// Of an answer that may be a user's text a known range of the server's ports tells all, and else how it was
/// asked for.
Standing standing_of(const ftp::Heard& heard, const Policy& policy) {
  const bool doubtful =
      heard.standing == Standing::quoted || (heard.standing == Standing::good && heard.behind_quotation);
  if (!doubtful || !policy.data_ports) return heard.standing;
  return is_data_port(heard.endpoint, policy) ? Standing::good : Standing::quoted;
}

}  // namespace

bool is_control_port(net::Port port, const alg::Policy& policy) {
  return std::ranges::find(policy.control_ports, port) != policy.control_ports.end();
}

Judgement judge(const ftp::Heard& heard, const NatView& view, const Policy& policy) {
  Judgement judgement = of_standing(standing_of(heard, policy));
  if (heard.endpoint) {
    // 229 names no address: the server means its own.
    judgement.announced = {heard.endpoint->address.value_or(view.server.address), heard.endpoint->port};
  }
  if (judgement.decision != Decision::open) return judgement;
  if (!judgement.announced) {
    refuse(judgement, Reason::malformed);
    return judgement;
  }
  judgement.pinhole.timeout = policy.pinhole_timeout;
  if (judgement.announced->address.family() != view.client.address.family()) {
    refuse(judgement, Reason::other_family);
  } else if (is_active(heard.form)) {
    judge_offer(judgement, view, policy);
  } else {
    judge_answer(judgement, view, policy, heard.form == Form::pasv);
  }
  if (judgement.decision == Decision::open && judgement.announced->port < policy.min_data_port) {
    refuse(judgement, Reason::port_too_low);
  } else if (judgement.decision == Decision::open && is_control_port(judgement.announced->port, policy)) {
    refuse(judgement, Reason::control_port);
  }
  return judgement;
}

}  // namespace pinhole::control
