#include "differential/script.hpp"

#include "differential/pen.hpp"
#include "differential/talks.hpp"
#include "differential/transfers.hpp"

namespace pinhole::test::differential {
namespace {

void greet(Pen& pen, const Habits& habits) {
  pen.step("greeting");
  pen.reply(habits.server.greeting);
  pen.shows("greeting");
}

void exchange_password(Pen& pen, const std::string& verb, const Reply& lines, Random& random) {
  pen.step(verb);
  std::string word(random.between(4, 12), ' ');
  for (auto& letter : word) letter = random.one_of("abcdefghijklmnopqrstuvwxyz0123456789");
  pen.say_secret(verb + " guest@" + word);
  pen.reply(lines);
}

void log_in(Pen& pen, const Habits& habits, Random& random) {
  const auto& server = habits.server;
  const auto& client = habits.client;
  for (const auto& probe : client.probes) pen.exchange(probe.command, probe.reply);
  for (const auto& part : client.login) pen.exchange(part.command, part.reply);
  if (client.login.empty()) {
    pen.exchange(client.user, server.user);
    pen.shows("login");
  }
  pen.shows("probes");
  pen.shows("logs-in");
  if (!client.login.empty() || server.user.front()[0] == '2') return;
  exchange_password(pen, "PASS", server.account.empty() ? server.pass : server.account, random);
  pen.shows("login");
  if (!server.account.empty()) {
    exchange_password(pen, "ACCT", server.pass, random);
    pen.shows("login");
  }
}

void talk(Pen& pen, Random& random) {
  const auto& some = random.one_of(talks());
  pen.step(some.command);
  pen.say(some.command);
  pen.reply_behind_text(some.reply);
}

}  // namespace

std::vector<Step> some_script(const Habits& habits, Family family, Random& random) {
  Pen pen(habits, random);
  Transfers transfers(pen, habits, family, random);
  greet(pen, habits);
  log_in(pen, habits, random);
  const bool may_promise = habits.late.time.count() == 0 || habits.late.passive;
  if (random.chance(8) && may_promise) {
    pen.exchange("EPSV ALL", {"200 EPSV ALL ok."});
    transfers.only_epsv();
  }
  for (auto left = random.between(1, 5); left > 0; --left) {
    for (auto count = random.below(3); count > 0; --count) talk(pen, random);
    transfers.some();
  }
  if (random.chance(85)) {
    pen.exchange("QUIT", habits.server.quit);
    pen.shows("goodbye");
  }
  return pen.steps();
}

}  // namespace pinhole::test::differential
