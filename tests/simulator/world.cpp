#include "simulator/world.hpp"

#include <algorithm>

#include "pinhole/net/packet_edit.hpp"
#include "support/segments.hpp"

namespace pinhole::test {

using alg::Side;

namespace {

constexpr Microseconds kPatience = 36'000'000'000;  // ten hours: whatever is not done by then hangs
constexpr std::size_t kMostPackets = 200'000;

Habits some_habits(Random& random) {
  Habits habits;
  habits.segment = random.chance(70) ? 1448 : random.between(8, 600);
  habits.cut = random.chance(40) ? 1448 : random.chance(20) ? 1 : random.between(1, 40);
  habits.nagle = random.chance(50);
  habits.sack = random.chance(70);
  habits.timestamps = random.chance(70);
  habits.delayed_acks = random.chance(50) ? 0 : 80;
  habits.spurious = random.chance(20) ? 15 : 0;
  habits.window = random.chance(85) ? 65535 : random.between(50, 3000);
  return habits;
}

struct Plan {
  pcap::NatRules rules;
  net::Endpoint client, server;
};

Plan some_plan(Random& random) {
  Plan plan;
  const bool v6 = random.chance(25);
  const auto address = [](const char* text) { return endpoint(text, 0).address; };
  plan.client = v6 ? endpoint("fd00::10", 40000) : endpoint("192.168.1.10", 40000);
  plan.server = v6 ? endpoint("2001:db8:1::2", 21) : endpoint("10.0.0.2", 21);
  const auto network = *net::Network::parse(plan.client.address.to_string());
  // The other end's text may be longer, shorter or of the same length.
  static constexpr const char* kSeen4[] = {"203.0.113.177", "8.1.1.1", "203.0.11.123"};
  static constexpr const char* kDialed4[] = {"198.51.100.111", "9.0.0.2", "1.2.3.4"};
  if (random.chance(60)) {
    plan.rules.source.push_back(
        {network, v6 ? address("2001:db8:ffff::1234") : address(random.one_of(kSeen4))});
  }
  if (random.chance(50)) {
    plan.rules.destination.push_back(
        {v6 ? address("2001:db8::7") : address(random.one_of(kDialed4)), plan.server.address});
  }
  return plan;
}

}  // namespace

World::World(std::uint64_t seed) : random_(seed) {
  const Plan plan = some_plan(random_);
  tracker_ = std::make_unique<pcap::ReplayTracker>(plan.rules, std::vector<net::Port>{21});
  view_ = tracker_->begin(plan.client, plan.server);
  alg::Edge& edge = *this;
  gateway_ = std::make_unique<alg::Gateway>(alg::Policy{}, alg::Limits{}, *tracker_, edge);
  const net::Seq isns[2] = {net::Seq(random_.edgy32()), net::Seq(random_.edgy32())};
  for (const auto side : {Side::client, Side::server}) {
    const auto own = view_.key(side);
    hosts_[alg::index(side)] = std::make_unique<Host>(
        own, isns[alg::index(side)], isns[alg::index(other(side))], some_habits(random_), random_);
  }
  client_ = std::make_unique<FtpClient>(view_, random_);
  server_ = std::make_unique<FtpServer>(view_, random_);
  network_ = {random_.chance(40) ? 0u : static_cast<unsigned>(random_.below(20)),
              random_.chance(50) ? 0u : static_cast<unsigned>(random_.below(10)), random_.between(10, 20000),
              random_.chance(50) ? 0 : random_.between(1, 30000)};
  // The handshake: the rules hand the SYN-ACK to the queue, it is the reply of a known connection.
  const auto key = view_.key(Side::server);
  SegmentSpec synack{key.source, key.destination, isns[1], isns[0] + 1, {}};
  synack.flags = kSyn | kAck;
  at_router(Side::server, make_segment(synack));
  events_ = {};  // both ends count as connected
  host(Side::server).write("220 ready\r\n");
}

World::~World() {
  gateway_.reset();
}

void World::record(const std::vector<std::uint8_t>& packet) {
  if (keeping_) records_.push_back({now_, packet});
}

void World::travel(Event::Kind kind, Side side, const std::vector<std::uint8_t>& packet) {
  if (random_.chance(network_.loss)) return;
  for (int copies = random_.chance(network_.repetition) ? 2 : 1; copies > 0; --copies) {
    const auto jitter = network_.jitter == 0 ? 0 : random_.below(network_.jitter);
    events_.push({now_ + network_.delay + jitter, ++order_, kind, side, packet});
  }
}

void World::at_router(Side sender, std::vector<std::uint8_t> packet) {
  ++outcome_.packets;
  record(packet);
  const auto parsed = net::TcpSegment::parse(packet);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  if (segment.payload().empty() && !segment.fin() && !segment.syn() && !segment.rst()) {
    return onward(sender, std::move(packet));  // the rules let empty acknowledgments pass
  }
  tracker_->advance(std::chrono::microseconds(now_));
  const auto id = ++id_;
  waiting_[id] = {sender, packet};
  gateway_->packet(id, packet, std::chrono::microseconds(now_));
}

void World::verdict(alg::PacketId id, const alg::Verdict& verdict) {
  const auto found = waiting_.find(id);
  if (found == waiting_.end()) throw LawBroken("a verdict for no packet");
  Waiting waiting = std::move(found->second);
  waiting_.erase(found);
  if (verdict.reason == alg::Reason::absorbed) ++outcome_.absorbed;
  if (verdict.reason == alg::Reason::internal_error) throw LawBroken("internal error");
  if (verdict.action == alg::Verdict::Action::drop) return;
  if (verdict.action == alg::Verdict::Action::replace) {
    if (verdict.packet.size() > std::max<std::size_t>(waiting.packet.size(), 1280)) {
      throw LawBroken("an edited packet is too large");
    }
    waiting.packet.assign(verdict.packet.begin(), verdict.packet.end());
  }
  onward(waiting.sender, std::move(waiting.packet));
}

/// What conntrack does behind the hook: nf_ct_seq_adjust() and NAT.
void World::onward(Side sender, std::vector<std::uint8_t> packet) {
  if (!checksums_right(packet)) throw LawBroken("a packet left with a wrong checksum");
  const auto& view = tracker_->connection(view_.id);
  const auto& own = sender == Side::client ? view.client_shift : view.server_shift;
  const auto& peers = sender == Side::client ? view.server_shift : view.client_shift;
  const auto parsed = net::TcpSegment::parse(packet);
  const auto seq = std::get<net::TcpSegment>(parsed).seq();
  net::shift_seq(packet, own.shift(seq) - seq);
  net::map_acks(packet, [&peers](net::Seq ack) { return peers.unshift(ack); });
  const auto peer_key = view.key(other(sender));
  net::readdress(packet, peer_key.destination, peer_key.source);
  record(packet);
  travel(Event::Kind::at_host, other(sender), packet);
}

void World::send_back(alg::PacketId id, std::span<const std::uint8_t> packet) {
  const auto sender = waiting_.at(id).sender;
  record({packet.begin(), packet.end()});
  travel(Event::Kind::at_host, sender, {packet.begin(), packet.end()});
}

void World::negotiated(const alg::NatView&, const alg::Negotiation& negotiation) {
  negotiations_.push_back(negotiation);
  if (negotiation.decision != alg::Decision::open) return;
  // Whoever opened it for is let in once, and nobody else.
  const auto& pinhole = *negotiation.pinhole;
  const net::Endpoint stranger =
      endpoint(pinhole.from.family() == net::Family::v4 ? "7.7.7.7" : "2001:db8::7777", 5);
  if (tracker_->admit(stranger, pinhole.forward_to).passes()) throw LawBroken("a stranger passed");
  if (!random_.chance(50)) return;
  if (!tracker_->admit({pinhole.from, 5}, pinhole.forward_to).passes())
    throw LawBroken("a pinhole is not open");
  if (tracker_->admit({pinhole.from, 6}, pinhole.forward_to).passes())
    throw LawBroken("a pinhole was used twice");
}

void World::flow_foreign(const alg::NatView&, alg::Reason why) {
  throw LawBroken("the session was taken for " + std::string(alg::name_of(why)));
}

/// The application and TCP of one side do what they can.
void World::act(Side side) {
  auto& end = host(side);
  if (side == Side::client) {
    end.write(client_->next(end.heard()));
    if (client_->finished()) end.finish();
  } else {
    end.write(server_->next(end.heard()));
    if (server_->finished()) end.finish();
  }
  end.run(now_);
  for (const auto& packet : end.take_output()) travel(Event::Kind::at_router, side, packet);
  if (const auto timer = end.timer()) {
    events_.push({std::max(*timer, now_ + 1), ++order_, Event::Kind::timer, side, {}});
  }
}

Outcome World::run() {
  act(Side::server);
  act(Side::client);
  Microseconds next_tick = 0;
  while (!(host(Side::client).done() && host(Side::server).done())) {
    if (events_.empty()) throw LawBroken("nothing moves any more");
    const Event event = events_.top();
    events_.pop();
    now_ = event.when;
    if (now_ > kPatience || outcome_.packets > kMostPackets) throw LawBroken("the session does not finish");
    if (now_ >= next_tick) {
      gateway_->tick(std::chrono::microseconds(now_));
      next_tick = now_ + 1'000'000;
    }
    if (event.kind == Event::Kind::at_router) {
      at_router(event.side, event.packet);
      continue;
    }
    if (event.kind == Event::Kind::at_host) {
      const auto parsed = net::TcpSegment::parse(event.packet);
      host(event.side).arrive(std::get<net::TcpSegment>(parsed), now_);
    } else if (const auto timer = host(event.side).timer(); !timer || *timer > now_) {
      continue;  // it was for something that has happened
    }
    act(event.side);
  }
  outcome_.time = now_;
  outcome_.negotiations = negotiations_.size();
  check_streams(outcome_);
  check_pinholes();
  return outcome_;
}

/// The gateway said of this side's negotiation number `which` that it its line could not be edited any more.
bool World::was_too_late(Side sender, std::size_t which) const {
  for (const auto& negotiation : negotiations_) {
    if (is_active(negotiation.form) != (sender == Side::client)) continue;
    if (which-- > 0) continue;
    return negotiation.reason == alg::Reason::line_split || negotiation.reason == alg::Reason::edit_pending;
  }
  return false;
}

void World::check_streams(Outcome& outcome) const {
  std::size_t negotiating = 0;
  for (const auto sender : {Side::client, Side::server}) {
    std::string_view said = hosts_[alg::index(sender)]->said();
    std::string_view read = hosts_[alg::index(other(sender))]->heard();
    std::size_t of_sender = 0;
    while (!said.empty()) {
      const auto line = said.substr(0, said.find('\n') + 1);
      const auto arrived = read.substr(0, read.find('\n') + 1);
      const auto fate = fate_of(sender, view_, line, arrived, was_too_late(sender, of_sender));
      if (negotiates(sender, line)) ++of_sender;
      if (fate == Fate::wrong) {
        throw LawBroken("said '" + std::string(line) + "', read '" + std::string(arrived) + "'");
      }
      if (fate == Fate::spoilt) ++outcome.spoilt;
      if (negotiates(sender, line)) ++negotiating;
      said.remove_prefix(line.size());
      read.remove_prefix(arrived.size());
    }
    if (!read.empty()) throw LawBroken("more was read than was said");
  }
  if (negotiating != negotiations_.size()) throw LawBroken("not every negotiation was noticed, or one twice");
}

/// After the end of the control connection nothing is open.
void World::check_pinholes() {
  for (const auto& negotiation : negotiations_) {
    if (!negotiation.pinhole) continue;
    if (tracker_->admit({negotiation.pinhole->from, 7}, negotiation.pinhole->forward_to).passes()) {
      throw LawBroken("a pinhole outlived its session");
    }
  }
}

std::string World::story() const {
  const auto& seen = view_.seen.address;
  std::string text = view_.client.to_string() + " seen as " + seen.to_string() + " -> " +
                     view_.dialed.to_string() + " at " + view_.server.to_string() + "; " +
                     std::to_string(now_) + " us, " + std::to_string(outcome_.packets) + " packets\n";
  for (const auto side : {Side::client, Side::server}) {
    const auto& end = *hosts_[alg::index(side)];
    text += std::string(side == Side::client ? "client " : "server ") + end.story() + "\n";
    text += "--- it said\n" + end.said() + "--- and heard\n" + end.heard() + "---\n";
  }
  for (const auto& negotiation : negotiations_) {
    text += std::string(to_string(negotiation.form)) + " " +
            (negotiation.announced ? negotiation.announced->to_string() : "-") + " " +
            to_string(negotiation.decision) + " " + std::string(alg::name_of(negotiation.reason)) + "\n";
  }
  return text;
}

}  // namespace pinhole::test
