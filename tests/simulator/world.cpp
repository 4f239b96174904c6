#include "simulator/world.hpp"

#include <algorithm>

#include "simulator/plan.hpp"
#include "support/segments.hpp"

namespace pinhole::test::simulator {

using alg::Side;

namespace {

constexpr Microseconds kPatience = 36'000'000'000;  // ten hours: whatever is not done by then hangs
constexpr std::size_t kMostPackets = 200'000;
constexpr std::size_t kMostPacketsOfLiars = 5'000;
constexpr Microseconds kTick = 1'000'000;

}  // namespace

World::World(std::uint64_t seed) : random_(seed) {
  const Plan plan = Plan::some(random_);
  limits_ = plan.limits;
  rules_.policy = plan.policy;
  tracker_ = std::make_unique<pcap::ReplayTracker>(plan.rules, std::vector<net::Port>{21});
  rules_.view = tracker_->begin(plan.client, plan.server);
  take_ports();
  router_ = std::make_unique<RouterModel>(
      rules_.policy, limits_,
      gateway::Surroundings{*tracker_, static_cast<alg::Surveyor&>(*this), static_cast<alg::Sink&>(*this),
                            static_cast<alg::Observer&>(*this)});
  const net::Seq isns[2] = {net::Seq(random_.edgy32()), net::Seq(random_.edgy32())};
  router_->connect(rules_.view, isns[0] + 1, isns[1] + 1);
  const bool liars = random_.chance(10);
  for (const auto side : {Side::client, Side::server}) {
    const auto own = rules_.view.key(side);
    auto habits = some_habits(random_);
    habits.window = std::min(habits.window, limits_.history - 1448);  // what is in flight is remembered
    if (liars && random_.chance(60)) {
      habits.lies = 50;
      habits.spurious = 15;
      lies_ = true;
    }
    auto& end = end_of(side);
    end.host =
        std::make_unique<Host>(own, isns[alg::index(side)], isns[alg::index(other(side))], habits, random_);
    if (random_.chance(10)) end.dawdling = 5;
    end.first = isns[alg::index(side)] + 1;
  }
  client_ = std::make_unique<FtpClient>(rules_.view, random_);
  server_ = std::make_unique<FtpServer>(rules_.view, random_);
  network_ = Network::some(random_);
  if (random_.chance(10)) abort_after_ = random_.between(1, 200);
  // The handshake: the rules hand the SYN-ACK to the queue, it is the reply of a known connection.
  const auto key = rules_.view.key(Side::server);
  SegmentSpec synack{key.source, key.destination, isns[1], isns[0] + 1, {}};
  synack.flags = kSyn | kAck;
  at_router(make_segment(synack));
  events_ = {};  // both ends count as connected
  end_of(Side::server).host->write("220 ready\r\n");
}

/// Other sessions have pinholes already.
void World::take_ports() {
  const auto& view = rules_.view;
  for (unsigned i = 0; i < 8 && random_.chance(30); ++i) {
    const auto port = static_cast<net::Port>(random_.between(kPopular.first, kPopular.last));
    const bool active = random_.chance(50);
    auto& taken = active ? rules_.taken_active : rules_.taken_passive;
    if (!taken.insert(port).second) continue;
    auto neighbour = view.client;
    neighbour.port = static_cast<net::Port>(50'000 + i);
    const auto& other = tracker_->begin(neighbour, view.server);
    // Where it leads is the neighbour's own affair; nobody goes there.
    const net::Endpoint goal{view.client.address, 1};
    const alg::Pinhole pinhole{active ? Side::server : Side::client,
                               active ? view.server.address : view.client.address,
                               {active ? view.seen.address : view.dialed.address, port},
                               goal,
                               std::chrono::hours(100)};
    if (tracker_->apply(other, {pinhole, {}}) != alg::Applied::all)
      throw LawBroken("a neighbour got no pinhole");
  }
}

World::~World() {
  try {
    router_->finish();
  } catch (const LawBroken&) {  // run() has thrown already
  }
}

void World::record(const std::vector<std::uint8_t>& packet) {
  if (keeping_) records_.push_back({now_, packet});
}

void World::travel(Event::Kind kind, Side side, std::vector<Host::Packet> packets) {
  for (auto& [after, packet] : network_.carry(std::move(packets), random_)) {
    events_.push({now_ + after, ++order_, kind, side, std::move(packet)});
  }
}

void World::at_router(const std::vector<std::uint8_t>& packet) {
  ++outcome_.packets;
  record(packet);
  const auto parsed = net::TcpSegment::parse(packet);
  const auto& segment = std::get<net::TcpSegment>(parsed);
  if (segment.payload().empty() && !segment.fin() && !segment.syn() && !segment.rst()) {
    router_->bypass(packet);  // the rules let empty acknowledgments pass
    return leave_router();
  }
  if (!segment.payload().empty()) {
    auto& sender =
        end_of(segment.source() == rules_.view.key(Side::client).source ? Side::client : Side::server);
    const auto begin = segment.seq() - sender.first;
    sender.came.push_back({now_, begin, begin + static_cast<std::int64_t>(segment.payload().size())});
  }
  tracker_->advance(std::chrono::microseconds(now_));
  // A handshake that conntrack knows nothing of is not queued, and the firewall stops it.
  if (segment.syn() && !tracker_->lookup(net::FlowKey::of(segment))) return;
  router_->packet(++id_, packet, std::chrono::microseconds(now_));
  check_memory();
  leave_router();
}

void World::leave_router() {
  router_->take_arrivals(leaving_);
  for (auto& arrival : leaving_) {
    record(arrival.packet);
    std::vector<Host::Packet> alone;
    alone.push_back(std::move(arrival.packet));
    travel(Event::Kind::at_host, arrival.at, std::move(alone));
  }
}

void World::verdict(alg::PacketId, const alg::Verdict& verdict) {
  if (verdict.reason == alg::Reason::acknowledged_locally) ++outcome_.acknowledged_locally;
  if (verdict.reason != alg::Reason::overlap_conflict) return;
  law(lies_, "an honest sender was taken for a liar");
  ++outcome_.conflicts;
}

void World::send_back(alg::PacketId id, alg::Answer answer, std::span<const std::uint8_t>) {
  if (answer != alg::Answer::reset) return;
  // Only where a refused command would be obeyed, as its endpoint has left, or where a NUL has come behind a
  // verb that has left; and whatever comes then.
  const bool refused = outcome_.resets > 0 || (!negotiations_.empty() && negotiations_.back().packet == id &&
                                               negotiations_.back().decision == alg::Decision::refuse);
  law(refused || stray_end_ == id, "a session was reset without cause");
  outcome_.resets = 1;
}

void World::notice(const alg::Event& event) {
  if (const auto* what = std::get_if<alg::Negotiated>(&event.what)) negotiated(*what);
  if (const auto* what = std::get_if<alg::NotFtp>(&event.what)) not_ftp(what->why);
  if (std::holds_alternative<alg::Ended>(event.what)) ended_ = true;
  if (std::holds_alternative<alg::Missed>(event.what)) ++outcome_.misjudged;
  const auto* refused = std::get_if<alg::Refused>(&event.what);
  if (refused != nullptr && refused->reason == alg::Reason::stray_line_end) stray_end_ = refused->packet;
}

void World::tick() {
  const auto now = std::chrono::microseconds(now_);
  tracker_->advance(now);
  router_->tick(now);
  for (const auto& question : std::exchange(questions_, {})) {
    router_->answer({question, tracker_->transfers(question)}, now);
  }
  if (std::exchange(pinholes_wanted_, false)) router_->answer(tracker_->list());
  leave_router();
}

void World::negotiated(const alg::Negotiated& negotiation) {
  negotiations_.push_back(negotiation);
  if (negotiation.decision != alg::Decision::open) return;
  if (not_ftp_) throw LawBroken("a pinhole for what is not FTP");
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

void World::not_ftp(alg::Reason why) {
  not_ftp_ = true;
  for (auto& end : ends_) end.host->expect_lies();  // what is not FTP is not judged
  if (!lies_) throw LawBroken("the session was taken for " + std::string(alg::name_of(why)));
}

/// What is said at once, unless the end dawdles: then its middle is a long time coming.
void World::say(End& end, std::string text) {
  if (!end.unsaid.empty()) {
    end.unsaid += text;
    return;
  }
  if (text.size() > 1 && random_.chance(end.dawdling)) {
    const auto cut = random_.between(1, text.size() - 1);
    end.unsaid = text.substr(cut);
    end.say_at = now_ + random_.between(1'000'000, 40'000'000);
    text.resize(cut);
  }
  end.host->write(text);
}

/// The application and TCP of one side do what they can.
void World::act(Side side) {
  auto& end = end_of(side);
  auto& tcp = *end.host;
  if (!end.unsaid.empty() && end.say_at <= now_) tcp.write(std::exchange(end.unsaid, {}));
  const bool client = side == Side::client;
  if (!tcp.heard_fin()) say(end, client ? client_->next(tcp.heard()) : server_->next(tcp.heard()));
  const bool last = tcp.heard_fin() || (client ? client_->finished() : server_->finished());
  if (last && end.unsaid.empty()) tcp.finish();
  tcp.run(now_);
  travel(Event::Kind::at_router, side, tcp.take_output());
  auto timer = tcp.timer();
  if (!end.unsaid.empty() && !tcp.dead()) timer = std::min(timer.value_or(end.say_at), end.say_at);
  if (timer) events_.push({std::max(*timer, now_ + 1), ++order_, Event::Kind::timer, side, {}});
}

bool World::finished() const {
  if (lies_ && outcome_.packets > kMostPacketsOfLiars) return true;
  const auto& client = *end_of(Side::client).host;
  const auto& server = *end_of(Side::server).host;
  if (client.dead() || server.dead() || lies_) return events_.empty();
  return client.done() && server.done();
}

void World::handle(const Event& event) {
  if (event.kind == Event::Kind::at_router) return at_router(event.packet);
  auto& end = end_of(event.side);
  if (event.kind == Event::Kind::at_host) {
    const auto parsed = net::TcpSegment::parse(event.packet);
    end.host->arrive(std::get<net::TcpSegment>(parsed), now_);
  } else {
    const auto timer = end.host->timer();
    const bool due = (timer && *timer <= now_) || (!end.unsaid.empty() && end.say_at <= now_);
    if (!due) return;  // it was for something that has happened
  }
  if (abort_after_ > 0 && outcome_.packets >= abort_after_) {
    abort_after_ = 0;
    end.host->abort();
  }
  act(event.side);
}

Outcome World::run() {
  act(Side::server);
  act(Side::client);
  while (!finished()) {
    if (events_.empty()) throw LawBroken("nothing moves any more");
    const Event event = events_.top();
    events_.pop();
    for (; next_tick_ <= event.when; next_tick_ += kTick) {
      now_ = next_tick_;
      tick();
    }
    now_ = event.when;
    if (now_ > kPatience || outcome_.packets > kMostPackets) throw LawBroken("the session does not finish");
    handle(event);
  }
  outcome_.time = now_;
  outcome_.negotiations = negotiations_.size();
  if (!lies_) check_streams();
  if (lies_ && !not_ftp_) check_lies();
  if (!lies_ || not_ftp_) check_pinholes();
  // Liars are stopped wherever they are.
  const bool given_up = end_of(Side::client).host->dead() || end_of(Side::server).host->dead();
  if (lies_ || given_up) router_->end_has_given_up();
  router_->finish();
  return outcome_;
}

std::string World::story() const {
  const auto& seen = rules_.view.seen.address;
  std::string text = rules_.view.client.to_string() + " seen as " + seen.to_string() + " -> " +
                     rules_.view.dialed.to_string() + " at " + rules_.view.server.to_string() + "; " +
                     std::to_string(now_) + " us, " + std::to_string(outcome_.packets) + " packets\n";
  for (const auto side : {Side::client, Side::server}) {
    const auto& end = *end_of(side).host;
    text += std::string(side == Side::client ? "client " : "server ") + end.story() + "\n";
    text += "--- it said\n" + end.said() + "--- and heard\n" + end.heard() + "---\n";
  }
  for (const auto& negotiation : negotiations_) {
    text += std::string(to_string(negotiation.form)) + " " +
            (negotiation.announced ? negotiation.announced->to_string() : "-") + " " +
            to_string(negotiation.decision) + " " + std::string(alg::name_of(negotiation.reason)) + "\n";
  }
  return router_->is_broken() ? text : text + "--- at the router\n" + router_->transcript();
}

}  // namespace pinhole::test::simulator
