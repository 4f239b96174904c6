#include "differential/transfers.hpp"

#include <array>

namespace pinhole::test::differential {
namespace {

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

const Reply kNoop{"200 NOOP ok."};

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

}  // namespace

const char* Transfers::name_of(Mode mode) {
  constexpr std::array<const char*, 4> kModes{"PASV", "EPSV", "PORT", "EPRT"};
  return kModes[static_cast<std::size_t>(mode)];
}

void Transfers::some() {
  auto mode = is_late() ? late_mode() : some_mode();
  if (mode == Mode::epsv && !habits_.server.no_epsv.empty() && !is_late()) {
    pen_.exchange(habits_.client.epsv, habits_.server.no_epsv);
    pen_.shows("EPSV");
    pen_.shows("epsv");
    if (promise_) return;
    mode = family_ == Family::ipv4 ? Mode::pasv : Mode::eprt;
  }
  const auto& verb = random_.one_of(kVerbs);
  pen_.step(std::string(name_of(mode)) + " " + verb.name);
  negotiate(mode);
  if (random_.chance(10) && !is_late()) return;  // thinks better of it
  // Who stays awake in a long transfer also goes on with one that broke.
  if (random_.chance(habits_.awake == Awake::says_nothing ? 15 : 50)) {
    pen_.say("REST 0");
    pen_.reply({"350 Restarting at 0."});
  }
  if (verb.has_file) pen_.shows("files");
  const auto command = std::string(verb.name) + (verb.has_file ? " " + habits_.client.file : "");
  if (random_.chance(10) && !is_late()) {
    refuse(mode, command);
  } else {
    carry(mode, command, verb.sender);
    late_ = {};
  }
}

Transfers::Mode Transfers::late_mode() const {
  const bool v4 = family_ == Family::ipv4;
  if (late_.passive) return v4 && !promise_ ? Mode::pasv : Mode::epsv;
  return v4 ? Mode::port : Mode::eprt;
}

Transfers::Mode Transfers::some_mode() {
  if (promise_) return Mode::epsv;
  if (family_ == Family::ipv6) return random_.chance(50) ? Mode::epsv : Mode::eprt;
  return static_cast<Mode>(random_.below(4));
}

void Transfers::negotiate(Mode mode) {
  const auto& client = habits_.client;
  const auto& server = habits_.server;
  const auto listener = is_passive(mode) ? Side::server : Side::client;
  const bool with_type = random_.chance(60);
  const Reply type_set{"200 Type set."};
  if (with_type) {
    pen_.say(random_.chance(70) ? "TYPE I" : "TYPE A");
    if (!client.pipelines) pen_.reply_behind_text(type_set);
    pen_.shows("pipelining");
  }
  if (is_passive(mode)) {
    pen_.say(mode == Mode::pasv ? client.pasv : client.epsv);
  } else {
    act(Act::Kind::listen, listener);
    pen_.offer(mode == Mode::port ? client.port : client.eprt);
  }
  if (with_type && client.pipelines) pen_.reply(type_set);
  if (is_passive(mode)) {
    act(Act::Kind::listen, listener);
    pen_.reply(mode == Mode::pasv ? server.pasv : server.epsv);
  } else {
    pen_.reply_behind_text(mode == Mode::port ? server.port : server.eprt);
  }
  pen_.shows(name_of(mode));
  pen_.shows(mode == Mode::epsv ? "epsv" : "announces");
  pen_.shows(mode == Mode::pasv ? "227" : mode == Mode::epsv ? "229" : "port-reply");
}

void Transfers::carry(Mode mode, const std::string& command, Side sender) {
  const auto caller = is_passive(mode) ? Side::client : Side::server;
  const bool early = habits_.server.completes_early && sender == Side::server;
  // What is complete before the preliminary reply is out has had its connection all the more.
  const bool first = habits_.server.connects_first || early;
  const bool at_once = caller == Side::client && habits_.client.dials_at_once && !is_late();
  wait_if(late_.before_command);
  if (at_once) act(Act::Kind::dial, caller);
  pen_.say(command);
  wait_if(!late_.before_command);
  if (!at_once && (caller == Side::client || first)) act(Act::Kind::dial, caller);
  if (first) act(Act::Kind::meet, other(caller));
  pen_.reply(habits_.server.preliminary);
  if (early) pen_.reply(habits_.server.complete);
  if (!first) {
    if (caller == Side::server) act(Act::Kind::dial, caller);
    act(Act::Kind::meet, other(caller));
  }
  for (const auto* facet : {"preliminary", "order", "late"}) pen_.shows(facet);
  pen_.shows(caller == Side::client ? "dials" : "active-from");
  if (mode == Mode::pasv) pen_.shows("dials-host");
  if (!habits_.aborted.empty() && !early && random_.chance(50)) {
    abort();
  } else {
    complete(sender, early);
  }
}

/// With what the client says meanwhile to stay awake, unless the server has said its last.
void Transfers::complete(Side sender, bool early) {
  const bool noop = habits_.awake != Awake::says_nothing && !early;
  if (noop) pen_.say("NOOP");
  if (noop && habits_.awake == Awake::answered) pen_.reply(kNoop);
  pen_.act({.kind = Act::Kind::send, .side = sender, .bytes = some_size(random_)});
  if (!early) pen_.reply(habits_.server.complete);
  if (noop && habits_.awake == Awake::answered_behind) pen_.reply(kNoop);
  pen_.shows("complete");
  if (!early) pen_.shows("awake");
  if (habits_.aborted.empty()) pen_.shows("ABOR");
}

void Transfers::abort() {
  pen_.say("ABOR");
  act(Act::Kind::drop, Side::server);
  for (const auto& lines : habits_.aborted) pen_.reply(lines);
  pen_.shows("ABOR");
}

/// No such file: in active mode the server does not even call.
void Transfers::refuse(Mode mode, const std::string& command) {
  if (is_passive(mode)) act(Act::Kind::dial, Side::client);
  pen_.say(command);
  if (is_passive(mode)) act(Act::Kind::meet, Side::server);
  pen_.reply({"550 No such file."});
  if (is_passive(mode)) act(Act::Kind::drop, Side::server);
}

void Transfers::wait_if(bool late) {
  if (late && is_late()) pen_.act({.kind = Act::Kind::wait, .side = Side::client, .time = late_.time});
}

}  // namespace pinhole::test::differential
