// Time: one event after the other until both ends have finished.

#include "simulator/world.hpp"

#include <algorithm>
#include <utility>

namespace pinhole::test::simulator {

using alg::Side;

namespace {

constexpr Microseconds kPatience = 36'000'000'000;  // ten hours: whatever is not done by then hangs
constexpr std::size_t kMostPackets = 200'000;
constexpr std::size_t kMostPacketsOfLiars = 5'000;
constexpr Microseconds kTick = 1'000'000;

}  // namespace

World::~World() {
  try {
    router_->finish();
  } catch (const LawBroken&) {  // run() has thrown already
  }
}

void World::travel(Event::Kind kind, Side side, std::vector<Host::Packet> packets) {
  for (auto& [after, packet] : network_.carry(std::move(packets), random_)) {
    events_.push({now_ + after, ++order_, kind, side, std::move(packet)});
  }
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

bool World::finished() const {
  if (lies_ && outcome_.packets > kMostPacketsOfLiars) return true;
  const auto& client = *end_of(Side::client).host;
  const auto& server = *end_of(Side::server).host;
  if (client.dead() || server.dead() || lies_) return events_.empty();
  return client.done() && server.done();
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
