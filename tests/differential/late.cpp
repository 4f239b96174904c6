#include "differential/late.hpp"

#include <exception>
#include <future>

namespace pinhole::test::differential {
namespace {

struct Late {
  const char* name;
  bool passive;
  Family family;
  std::chrono::seconds before;  ///< the transfer command
  std::chrono::seconds behind;  ///< its 150, or before it in passive mode
};

constexpr std::chrono::seconds kTimeWait{60}, kFlash{125}, kNone{0};
constexpr Late kLate[] = {
    {"PORT-60-s", false, Family::ipv4, kNone, kTimeWait},
    {"EPRT-125-s", false, Family::ipv6, kNone, kFlash},
    {"PORT-60-s-before-the-command", false, Family::ipv4, kTimeWait, kNone},
    {"PASV-60-s", true, Family::ipv4, kTimeWait, kNone},
};

Act say(Side side, std::string line) {
  return {.kind = Act::Kind::say, .side = side, .lines = {std::move(line)}};
}
Act wait(std::chrono::seconds time) {
  return {.kind = Act::Kind::wait, .side = Side::client, .time = time};
}

Plan plan_of(const Late& late, std::uint64_t seed) {
  Plan plan;
  plan.seed = seed;
  plan.way = {.topology = "masquerade", .family = late.family};
  const bool v4 = late.family == Family::ipv4;
  const auto listener = late.passive ? Side::server : Side::client;
  const auto caller = other(listener);
  plan.steps.push_back(
      {"login",
       {say(Side::server, "220 Ready."), say(Side::client, "USER anonymous"),
        say(Side::server, "331 Password?"), say(Side::client, "PASS guest@"), say(Side::server, "230 In.")}});
  auto& acts = plan.steps.emplace_back(Step{late.name}).acts;
  if (late.passive) {
    acts = {say(Side::client, "PASV"),
            {.kind = Act::Kind::listen, .side = listener},
            say(Side::server, "227 Entering Passive Mode ($COMMAS).")};
  } else {
    acts = {{.kind = Act::Kind::listen, .side = listener},
            say(Side::client, v4 ? "PORT $COMMAS" : "EPRT |$FAMILY|$HOST|$PORT|"),
            say(Side::server, "200 Noted.")};
  }
  acts.push_back(wait(late.before));
  acts.push_back(say(Side::client, "RETR readme.txt"));
  acts.push_back(say(Side::server, "150 Here it comes."));
  acts.push_back(wait(late.behind));
  for (const auto& [kind, side] : {std::pair{Act::Kind::dial, caller}, {Act::Kind::meet, listener}})
    acts.push_back({.kind = kind, .side = side});
  acts.push_back({.kind = Act::Kind::send, .side = Side::server, .bytes = 10'000});
  acts.push_back(say(Side::server, "226 Done."));
  plan.steps.push_back({"goodbye", {say(Side::client, "QUIT"), say(Side::server, "221 Bye.")}});
  return plan;
}

/// Both ways at once.
LateTrial try_one(Plan plan, Exceptions& exceptions) {
  LateTrial late{.plan = std::move(plan), .trial = {}};
  Arena arena(late.plan.way.topology);
  auto reference =
      std::async(std::launch::async, [&] { return play(late.plan, arena.reference, Cutting::none); });
  auto& ours = late.trial.uncut;
  ours.outcome = play(late.plan, arena.ours, Cutting::none);
  late.trial.reference = reference.get();
  ours.difference = difference(late.plan, Cutting::none, late.trial.reference, ours.outcome, exceptions);
  ours.log = arena.ours.log();
  return late;
}

}  // namespace

std::vector<LateTrial> try_late(Exceptions& exceptions) {
  std::vector<std::future<LateTrial>> running;
  std::uint64_t seed = 0;
  for (const auto& late : kLate) {
    running.push_back(std::async(std::launch::async, [&exceptions, plan = plan_of(late, ++seed)] {
      return try_one(plan, exceptions);
    }));
  }
  std::vector<LateTrial> tried;
  std::exception_ptr broken;
  for (auto& each : running) {
    try {
      tried.push_back(each.get());
    } catch (...) {
      broken = std::current_exception();
    }
  }
  if (broken) std::rethrow_exception(broken);
  return tried;
}

}  // namespace pinhole::test::differential
