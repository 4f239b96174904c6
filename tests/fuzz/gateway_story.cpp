#include "fuzz/gateway_story.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "support/nat_views.hpp"
#include "support/segments.hpp"

namespace pinhole::fuzz {

using alg::index;
using alg::Side;
using net::Seq;

namespace {

alg::NatView nat_of(std::uint8_t choice) {
  switch (choice % 8) {
    case 0:
      return test::nat::none();
    case 2:
      return test::nat::forward();
    case 3:
      return test::nat::both();
    case 4:
      return test::nat::masquerade6();
    default:
      return test::nat::masquerade();
  }
}

alg::Limits limits_of(std::uint8_t choice) {
  alg::Limits limits;
  if ((choice & 0x01) != 0) limits.history = 1200;
  if ((choice & 0x02) != 0) limits.line = 40;
  if ((choice & 0x04) != 0) limits.held_packets = 2;

  if ((choice & 0x10) != 0) limits.flows = 1;
  if ((choice & 0x20) != 0) limits.port_tries = 2;
  if ((choice & 0x40) != 0) limits.acknowledged_locally = 30;
  if ((choice & 0x80) != 0) limits.waiting_packets = 1;
  return limits;
}

alg::Policy policy_of(std::uint8_t choice) {
  alg::Policy policy;
  if ((choice & 0x01) != 0) policy.pasv_other_host = alg::PasvOtherHost::refuse;
  if ((choice & 0x04) != 0) policy.on_unfinished_line = alg::UnfinishedLine::refuse;
  if ((choice & 0x08) != 0) policy.line_timeout = std::chrono::seconds(1);
  if ((choice & 0x10) != 0) {
    policy.max_outstanding_commands = 3;
    policy.commands_per_second = 4;
  }
  if ((choice & 0x20) != 0) {
    policy.deny_commands = {"SITE", "PORT", "NOOP"};
    policy.max_command_length = 60;
    policy.tls = alg::Tls::deny;
  }
  if ((choice & 0x40) != 0) {
    policy.on_refusal = alg::OnRefusal::reset;
    policy.on_not_ftp = alg::OnNotFtp::reset;
    policy.sessions_per_client = 1;
    policy.pinholes_per_session = 2;
  }
  if ((choice & 0x80) != 0) policy.observe = true;
  if ((choice & 0x02) != 0) policy.external_addresses = {test::endpoint("203.0.113.200", 0).address};
  return policy;
}

bool resets_nothing(const alg::Policy& policy) {
  const bool filters = policy.commands_per_second > 0 || !policy.deny_commands.empty();
  return policy.on_refusal == alg::OnRefusal::mask && !filters;
}

}  // namespace

GatewayStory::GatewayStory(Input input) : input_(input), nat_(input_.u8()) {
  const auto limits = input_.u8();
  limits_ = limits_of(limits);
  const auto policy = policy_of(input_.u8());
  // Otherwise a line may be let go or refused unread.
  honest_ = (limits & 0xd1) == 0 && policy.on_unfinished_line == alg::UnfinishedLine::pass &&
            resets_nothing(policy);
  router_ = std::make_unique<test::RouterModel>(policy, limits_,
                                                gateway::Surroundings{tracker_, tracker_, edge_, edge_});
  // Of a connection that is seen from its middle, what had been sent before may be lost.
  const bool from_middle = (nat_ & 0x40) != 0;
  honest_ = honest_ && !from_middle;
  for (std::size_t which = 0; which < connections_.size(); ++which) {
    connect(which);
    if (!from_middle) shake_hands();
  }
}

void GatewayStory::connect(std::size_t which) {
  auto& connection = connections_[which];
  connection_ = &connection;
  connection = {};
  auto& view = connection.view;
  view = nat_of(nat_);
  view.id = ++last_flow_;
  for (auto* port : {&view.client.port, &view.seen.port}) *port = static_cast<net::Port>(*port + which);
  const bool near_wrap = (nat_ & 0x08) != 0;
  const auto flow = static_cast<std::uint32_t>(view.id);
  const Seq isns[2] = {Seq(near_wrap ? 0xffffffc0 : 1000 + (flow << 29)),
                       Seq(near_wrap ? 0x7fffff80 : 5000 + (flow << 28))};
  if ((nat_ & 0x20) != 0 && view.nated()) {
    tracker_.shifts[{view.id, Side::client}] = {isns[0] - 100, 3, -5};
    tracker_.shifts[{view.id, Side::server}] = {isns[1] - 1, 0, 7};
  }
  std::erase_if(tracker_.connections,
                [&](const auto& old) { return old.key(Side::client) == view.key(Side::client); });
  tracker_.connections.push_back(view);
  router_->connect(view, isns[0] + 1, isns[1] + 1);
  for (const auto side : {Side::client, Side::server}) {
    connection.ends[index(side)].isn = isns[index(side)];
    connection.ends[index(side)].frozen = router_->next(view.id, side);
  }
}

/// The rules hand the SYN-ACK to the queue: it is the reply of a known connection.
void GatewayStory::shake_hands() {
  segment(Side::server, end(Side::server).isn, {}, test::kSyn | test::kAck);
}

void GatewayStory::run() {
  while (!input_.empty() && packets_ < kPackets) {
    const auto head = input_.u8();
    connection_ = &connections_[(head & kSecond) != 0 ? 1 : 0];
    take_step(head);
  }
  for (auto& connection : connections_) {
    connection_ = &connection;
    if (honest_ && packets_ < kPackets) settle();
  }
  router_->finish();
  if (std::getenv("PINHOLE_TELL") != nullptr) std::fputs(router_->transcript().c_str(), stderr);
}

void GatewayStory::hand_in(std::span<const std::uint8_t> packet) {
  router_->packet(++last_id_, packet, now_);
  router_->take_arrivals();
}

void GatewayStory::take_step(std::uint8_t head) {
  const auto side = (head & kServer) != 0 ? Side::server : Side::client;
  const auto cut = static_cast<Cut>(head & kCut);
  const auto at = [&](int back) { return behind(side) - back; };
  switch (static_cast<Step>(head & 0x0f)) {
    case Step::say:
      return say(side, text(), cut);
    case Step::lose:
      end(side).said += text();
      return;
    case Step::repeat: {
      const auto& said = end(side).said;
      const auto back = std::min<std::size_t>(input_.u8(), said.size());
      const auto again = said.substr(said.size() - back, input_.u8());
      return segment(side, at(static_cast<int>(back)), again, test::kAck | test::kPsh);
    }
    case Step::forge: {
      honest_ = false;
      const int back = input_.u8();
      return segment(side, at(back), text(), test::kAck | test::kPsh);
    }
    case Step::stray: {
      honest_ = false;
      const auto offset = static_cast<std::int16_t>(input_.u16());
      const auto flags = input_.u8();
      return segment(side, at(0) + offset, text(), flags);
    }
    case Step::say_with:
      return say_with(side, input_.u8());
    case Step::acknowledge:
      end(side).ack_mode = input_.u8() % 3;
      honest_ = honest_ && end(side).ack_mode != 2;
      end(side).ack_by = static_cast<std::int8_t>(input_.u8());
      end(side).frozen = router_->next(connection_->view.id, side);
      return;
    case Step::wait: {
      const auto n = input_.u8();
      honest_ = honest_ && (n & 0x80) == 0;  // whose flow is forgotten starts in its middle
      now_ += (n & 0x80) != 0 ? alg::Time(std::chrono::minutes(n & 0x7f)) : std::chrono::milliseconds(n);
      router_->tick(now_);
      return tracker_.answer(*router_, now_);
    }
    case Step::log_in:
      return log_in(cut);
    case Step::negotiate: {
      const auto which = input_.u8();
      const auto said = line(which, input_.u16());
      const bool active = said[0] > '9';
      return say(active ? Side::client : Side::server, said, cut);
    }
    case Step::renew:
      connect((head & kSecond) != 0 ? 1 : 0);
      return shake_hands();
    case Step::tracker:
      return change_tracker(input_.u8());
    case Step::resend:
      return resend(side, input_.u8() + std::size_t{1});
    case Step::reversed: {
      const auto piece = input_.u8() + std::size_t{1};
      return reversed(side, text(), piece);
    }
    case Step::raw: {
      honest_ = false;
      const auto bytes = input_.bytes(input_.u8());
      ++packets_;
      return hand_in(bytes);
    }
    case Step::settle:
      if (honest_) settle();
      return;
  }
}

}  // namespace pinhole::fuzz
