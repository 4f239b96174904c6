#include "differential/session.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "differential/control_end.hpp"
#include "differential/data_connection.hpp"
#include "differential/endpoints.hpp"
#include "differential/transcript.hpp"
#include "support/standstills.hpp"

namespace pinhole::test::differential {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kClientCuts = 0x636c, kServerCuts = 0x7365;  // streams of randomness of their own

const auto kHindsight = patiently(Milliseconds{1'000});

/// What did not pass; ends the session, not the program.
struct Complaint : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string text_of(const Address& address) {
  return "[" + address.host + "]:" + std::to_string(address.port);
}

class Session {
 public:
  Session(const Plan& plan, World& world, Cutting cutting)
      : plan_(plan), world_(world), cutting_(cutting), route_(world.route(plan.way)), data_(plan, world) {}

  Outcome play() {
    for (const auto& step : plan_.steps) {
      if (!pass(step)) break;
    }
    // Nothing may go on repeating what is lost: its timers would count in another session.
    for (auto* end : {&client_, &server_}) {
      if (*end) (*end)->break_off();
    }
    data_.break_off();
    outcome_.transcript = transcript_.text();
    return std::move(outcome_);
  }

 private:
  bool pass(const Step& step) {
    StepOutcome result;
    paused_ = {};
    const auto begin = Clock::now();
    try {
      if (!client_) connect();
      for (auto at = step.acts.begin(); at != step.acts.end();) at = perform(at, step.acts.end());
      if (&step == &plan_.steps.back()) hang_up();
    } catch (const Complaint& complaint) {
      result.complaint = complaint.what();
    } catch (const std::system_error& broken) {
      result.complaint = broken.what();
    }
    result.taken = Clock::now() - begin;
    result.paused = paused_;
    result.stalled = standstills().any_since(begin);
    result.timers_waited = timers_waited();
    if (!result.complaint.empty()) transcript_.tell("FAILED: " + result.complaint);
    if (result.timers_waited > 0) {
      transcript_.tell(std::to_string(result.timers_waited) +
                       " retransmission timer(s) expired in this step" +
                       (result.stalled ? ", while the machine stood still" : ""));
    }
    outcome_.steps.push_back(result);
    return result.complaint.empty();
  }

  // In the step that ends. Whether a timer repeated in vain may be known only a good while later, on a
  // machine so busy that the timer expired for that.
  long timers_waited() {
    const auto before = timers_;
    const auto end = Clock::now() + kHindsight;
    while (true) {
      timers_ = world_.timers();
      const auto waited = waited_for(before, timers_);
      if (waited == 0 || Clock::now() > end) return waited;
      std::this_thread::sleep_for(Milliseconds{5});
    }
  }

  void connect() {
    const Listener listener(world_.lab(), Role::server, {route_.server, route_.server_port});
    auto client = world_.at_fresh_port(plan_.seed, [this](std::uint16_t port) {
      return dial(world_.lab(), Role::client, route_.dialed, kSessionPatience,
                  {.from = {route_.client, port}});
    });
    auto server = client ? listener.accept(kSessionPatience) : std::nullopt;
    if (!server) throw Complaint("no control connection to " + text_of(route_.dialed));
    const bool cut = cutting_ == Cutting::as_planned;
    client_.emplace(std::move(*client), cut ? plan_.client_cut : Cut{}, plan_.seed ^ kClientCuts);
    server_.emplace(std::move(*server), cut ? plan_.server_cut : Cut{}, plan_.seed ^ kServerCuts);
    transcript_.tell("control connection to " + text_of(route_.dialed));
  }

  using Next = std::vector<Act>::const_iterator;
  Next perform(Next act, Next end) {
    switch (act->kind) {
      case Act::Kind::say: {
        auto behind = act + 1;
        const auto follows = [&] {
          return behind != end && behind->kind == act->kind && behind->side == act->side;
        };
        while (control(act->side).joins() && follows()) ++behind;
        say({act, behind});
        return behind;
      }
      case Act::Kind::listen:
        announced_ = data_.listen(act->side);
        break;
      case Act::Kind::dial:
        call(act->side);
        break;
      case Act::Kind::meet:
        if (!data_.meet(kSessionPatience)) {
          throw Complaint(std::string(name_of(act->side)) + " has no data connection to accept");
        }
        break;
      case Act::Kind::send:
        send(act->side, act->bytes);
        break;
      case Act::Kind::drop:
        transcript_.tell("data connection closed, with nothing read from it");
        data_.close();
        break;
      case Act::Kind::wait:
        transcript_.tell("nothing for " + std::to_string(act->time.count()) + " s");
        std::this_thread::sleep_for(act->time);
        break;
    }
    return act + 1;
  }

  ControlEnd& control(Side side) { return side == Side::client ? *client_ : *server_; }

  void say(const std::vector<Act>& acts) {
    const auto side = acts.front().side;
    const auto& end = side == Side::client ? plan_.habits.client.line_end : plan_.habits.server.line_end;
    std::vector<std::string> texts;
    for (const auto& act : acts) {
      for (const auto& line : act.lines) texts.push_back(filled_in(line, announced_) + end);
    }
    const auto sent = control(side).say(texts, control(other(side)));
    outcome_.pieces += sent.pieces;
    outcome_.not_apart += sent.apart ? 0 : 1;
    paused_ += sent.paused;
    auto text = texts.begin();
    for (const auto& act : acts) {
      for (const auto& line : act.lines) hear(act, line, *text++, sent.pieces);
    }
  }

  void hear(const Act& act, const std::string& line, const std::string& said, std::size_t pieces) {
    const auto heard = control(other(act.side)).hear();
    transcript_.tell_said(act, said, heard, pieces);
    const auto notation = notation_of(line);
    if (notation == Notation::none) {
      if (heard != said)
        throw Complaint("'" + shown(act, said, said) + "' arrived as '" + shown(act, heard, said) + "'");
      return;
    }
    const auto& implied = act.side == Side::server ? route_.dialed.host : route_.seen;
    heard_ = announced_in(heard, notation, implied);
    if (!heard_ || !heard.ends_with('\n')) {
      throw Complaint("no endpoint in what arrived: '" + visible(heard) + "', said was '" + visible(said) +
                      "'");
    }
    if (plan_.habits.client.ignores_host && act.side == Side::server) heard_->host = route_.dialed.host;
  }

  void call(Side side) {
    const bool open = data_.call(side, *heard_, kSessionPatience);
    transcript_.tell(std::string(name_of(side)) + (open ? " opens" : " cannot open") +
                     " a data connection to " + text_of(*heard_));
    if (!open) throw Complaint("no data connection to " + text_of(*heard_));
  }

  void send(Side side, std::size_t bytes) {
    const auto content = content_of_file(plan_.seed + outcome_.transfers, bytes);
    const auto arrived = data_.send(side, content, kSessionPatience);
    transcript_.tell(std::string(name_of(side)) + " sends " + std::to_string(bytes) + " bytes, " +
                     std::to_string(arrived.size()) + " arrive");
    if (arrived.size() != content.size() || checksum(arrived) != checksum(content)) {
      throw Complaint("of " + std::to_string(bytes) + " bytes arrived " + std::to_string(arrived.size()) +
                      " with checksum " + std::to_string(checksum(arrived)) + " in place of " +
                      std::to_string(checksum(content)));
    }
    ++outcome_.transfers;
  }

  // In order: each end hears of the other's.
  void hang_up() {
    server_->end();
    if (!client_->hears_the_end()) throw Complaint("the client does not hear the control connection's end");
    client_->end();
    if (!server_->hears_the_end()) throw Complaint("the server does not hear the control connection's end");
    transcript_.tell("both have closed the control connection");
  }

  const Plan& plan_;
  World& world_;
  Cutting cutting_;
  Route route_;
  Outcome outcome_;
  Transcript transcript_;
  Duration paused_{0};                       // in this step
  Timers::Counts timers_ = world_.timers();  // when it began
  std::optional<ControlEnd> client_, server_;
  Address announced_;
  std::optional<Address> heard_;
  DataConnection data_;
};

}  // namespace

Outcome play(const Plan& plan, World& world, Cutting cutting) {
  return Session(plan, world, cutting).play();
}

}  // namespace pinhole::test::differential
