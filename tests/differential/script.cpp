#include "differential/script.hpp"

#include <array>
#include <cctype>

#include "differential/talks.hpp"

namespace pinhole::test::differential {
namespace {

enum class Mode { pasv, epsv, port, eprt };
constexpr std::array<const char*, 4> kModes{"PASV", "EPSV", "PORT", "EPRT"};
constexpr bool is_passive(Mode mode) {
  return mode == Mode::pasv || mode == Mode::epsv;
}

struct Verb {
  const char* name;
  Side sender;
  bool has_file = true;
};
constexpr std::array<Verb, 7> kVerbs{{{"RETR", Side::server},
                                      {"LIST", Side::server, false},
                                      {"NLST", Side::server, false},
                                      {"MLSD", Side::server, false},
                                      {"STOR", Side::client},
                                      {"APPE", Side::client},
                                      {"STOU", Side::client, false}}};

// Empty, tiny, one segment, a few, more than buffers hold at once.
std::size_t some_size(Random& random) {
  switch (random.below(6)) {
    case 0:
      return random.below(3);
    case 1:
      return random.between(3, 200);
    case 2:
      return random.between(1'400, 1'500);
    case 3:
      return random.between(4'000, 70'000);
    case 4:
      return random.between(1, 20'000);
    default:
      return random.between(100'000, 400'000);
  }
}

class Writer {
 public:
  Writer(const Habits& habits, Family family, Random& random)
      : server_(habits.server), client_(habits.client), family_(family), random_(random) {}

  std::vector<Step> session() {
    step("greeting");
    reply(server_.greeting);
    shows("greeting");
    for (const auto& probe : client_.probes) exchange(probe.command, probe.reply);
    log_in();
    if (random_.chance(8)) {
      promise_ = true;
      exchange("EPSV ALL", {"200 EPSV ALL ok."});
    }
    for (auto left = random_.between(1, 5); left > 0; --left) {
      for (auto count = random_.below(3); count > 0; --count) {
        const auto& talk = random_.one_of(talks());
        exchange(talk.command, with_text_before(talk.reply));
        shows("before-replies");
      }
      some_transfer();
    }
    if (random_.chance(85)) {
      exchange("QUIT", server_.quit);
      shows("goodbye");
    }
    return std::move(steps_);
  }

 private:
  void step(std::string name) { steps_.push_back({.name = std::move(name)}); }
  void shows(std::string_view facet) { steps_.back().facets.insert(facet); }
  Act& act(Act act) { return steps_.back().acts.emplace_back(std::move(act)); }
  void reply(const Reply& lines) { act({.kind = Act::Kind::say, .side = Side::server, .lines = lines}); }
  void say(const std::string& command) {
    act({.kind = Act::Kind::say, .side = Side::client, .lines = {spelt(command)}});
    shows("letters");
    shows("line-end");
  }
  Reply with_text_before(const Reply& lines) const {
    Reply all = server_.before;
    all.insert(all.end(), lines.begin(), lines.end());
    return all;
  }
  void exchange(const std::string& command, const Reply& lines) {
    step(command);
    say(command);
    reply(lines);
  }

  // The verb in the client's letters.
  std::string spelt(std::string command) {
    for (auto& letter : command) {
      if (letter == ' ') break;
      const bool lower =
          client_.letters == Letters::lower || (client_.letters == Letters::mixed && random_.chance(50));
      if (lower) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    return command;
  }

  void log_in() {
    for (const auto& part : client_.login) {
      exchange(part.command, part.reply);
      shows("login");
      shows("probes");
    }
    if (!client_.login.empty()) return;
    exchange(client_.user, server_.user);
    shows("login");
    shows("probes");
    if (server_.user.front()[0] == '2') return;
    secret("PASS", server_.account.empty() ? server_.pass : server_.account);
    if (!server_.account.empty()) secret("ACCT", server_.pass);
  }
  void secret(const std::string& verb, const Reply& lines) {
    step(verb);
    std::string word(random_.between(4, 12), ' ');
    for (auto& letter : word) letter = random_.one_of("abcdefghijklmnopqrstuvwxyz0123456789");
    say(verb + " guest@" + word);
    steps_.back().acts.back().secret = true;
    shows("login");
    reply(lines);
  }

  Mode some_mode() {
    if (promise_) return Mode::epsv;
    if (family_ == Family::ipv6) return random_.chance(50) ? Mode::epsv : Mode::eprt;
    return static_cast<Mode>(random_.below(4));
  }

  void some_transfer() {
    auto mode = some_mode();
    if (mode == Mode::epsv && !server_.no_epsv.empty()) {
      exchange(client_.epsv, server_.no_epsv);
      shows("EPSV");
      shows("epsv");
      if (promise_) return;
      mode = family_ == Family::ipv4 ? Mode::pasv : Mode::eprt;
    }
    const auto& verb = random_.one_of(kVerbs);
    step(std::string(kModes[static_cast<std::size_t>(mode)]) + " " + verb.name);
    negotiate(mode, random_.chance(60));
    if (random_.chance(10)) return;  // thinks better of it
    if (random_.chance(15)) {
      say("REST 0");
      reply({"350 Restarting at 0."});
    }
    if (verb.has_file) shows("files");
    const auto command = std::string(verb.name) + (verb.has_file ? " " + client_.file : "");
    if (random_.chance(10)) {
      refused(mode, command);
    } else {
      transfer(mode, command, verb.sender);
    }
  }

  void negotiate(Mode mode, bool with_type) {
    const auto listener = is_passive(mode) ? Side::server : Side::client;
    if (with_type) {
      say(random_.chance(70) ? "TYPE I" : "TYPE A");
      if (!client_.pipelines) reply({"200 Type set."});
      shows("pipelining");
    }
    if (!is_passive(mode)) act({.kind = Act::Kind::listen, .side = listener});
    say(mode == Mode::pasv   ? client_.pasv
        : mode == Mode::epsv ? client_.epsv
        : mode == Mode::port ? client_.port
                             : client_.eprt);
    if (with_type && client_.pipelines) reply({"200 Type set."});
    if (is_passive(mode)) act({.kind = Act::Kind::listen, .side = listener});
    reply(mode == Mode::pasv   ? server_.pasv
          : mode == Mode::epsv ? server_.epsv
                               : with_text_before(mode == Mode::port ? server_.port : server_.eprt));
    if (!is_passive(mode)) shows("before-replies");
    shows(kModes[static_cast<std::size_t>(mode)]);
    if (mode == Mode::epsv) {
      shows("epsv");
    } else {
      shows("announces");
    }
    shows(mode == Mode::pasv ? "227" : mode == Mode::epsv ? "229" : "port-reply");
  }

  void transfer(Mode mode, const std::string& command, Side sender) {
    const auto caller = is_passive(mode) ? Side::client : Side::server;
    const bool early = server_.completes_early && sender == Side::server;
    // What is complete before the preliminary reply is out has had its connection all the more.
    const bool first = server_.connects_first || early;
    const bool at_once = caller == Side::client && client_.dials_at_once;
    if (at_once) act({.kind = Act::Kind::dial, .side = caller});
    say(command);
    if (!at_once && (caller == Side::client || first)) act({.kind = Act::Kind::dial, .side = caller});
    if (first) act({.kind = Act::Kind::meet, .side = other(caller)});
    reply(server_.preliminary);
    if (early) reply(server_.complete);
    if (!first) {
      if (caller == Side::server) act({.kind = Act::Kind::dial, .side = caller});
      act({.kind = Act::Kind::meet, .side = other(caller)});
    }
    if (!early && random_.chance(8)) return abort();
    if (client_.keeps_awake && !early) say("NOOP");
    act({.kind = Act::Kind::send, .side = sender, .bytes = some_size(random_)});
    if (!early) {
      reply(server_.complete);
      shows("awake");
    }
    for (const auto* facet : {"preliminary", "complete", "order"}) shows(facet);
    shows(caller == Side::client ? "dials" : "active-from");
    if (mode == Mode::pasv) shows("dials-host");
  }

  void abort() {
    say("ABOR");
    act({.kind = Act::Kind::drop, .side = Side::server});
    for (const auto& lines : server_.abort) reply(lines);
    shows("ABOR");
  }

  // No such file: in active mode the server does not even call.
  void refused(Mode mode, const std::string& command) {
    if (is_passive(mode)) act({.kind = Act::Kind::dial, .side = Side::client});
    say(command);
    if (is_passive(mode)) act({.kind = Act::Kind::meet, .side = Side::server});
    reply({"550 No such file."});
    if (is_passive(mode)) act({.kind = Act::Kind::drop, .side = Side::server});
  }

  const ServerHabits& server_;
  const ClientHabits& client_;
  Family family_;
  Random& random_;
  bool promise_ = false;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> some_script(const Habits& habits, Family family, Random& random) {
  return Writer(habits, family, random).session();
}

}  // namespace pinhole::test::differential
