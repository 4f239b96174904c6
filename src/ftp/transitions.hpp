// The session's states, as a table: what moves it from one to another.
//
// Everything that is not in the table leaves the state as it is: 1yz replies (RFC 959 section 4.2: another
// one follows), refusals, commands that concern files only. Rows are looked through from the first to the
// last.
#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include "pinhole/ftp/session.hpp"

namespace pinhole::ftp {

/// Which replies a row is about: codes from `first` to `last`.
struct Codes {
  int first = 0, last = 0;
  constexpr bool contain(int code) const { return first <= code && code <= last; }
};

constexpr Codes kPreliminary{100, 199}, kCompletion{200, 299}, kIntermediate{300, 399}, kRefusal{400, 599},
    kAny{100, 699};
constexpr Codes only(int code) {
  return {code, code};
}

struct Transition {
  Session::State in = Session::State::greeting;
  std::optional<Verb> command;  ///< that the reply answers; none: the greeting
  Codes reply{};
  Session::State then = Session::State::greeting;
};

constexpr auto kGreeting = Session::State::greeting, kLogin = Session::State::login,
               kAuthorized = Session::State::authorized, kEncrypted = Session::State::encrypted,
               kNotFtp = Session::State::not_ftp, kEnded = Session::State::ended;

// clang-format off
constexpr std::array kTransitions{
    //         in           command          reply           then
    Transition{kGreeting,   {},              kPreliminary,   kGreeting},    // 120 "ready in a few minutes"
    Transition{kGreeting,   {},              only(220),      kLogin},
    Transition{kGreeting,   {},              only(200),      kLogin},       // some servers say so
    Transition{kGreeting,   {},              kRefusal,       kGreeting},    // wants no session now (421, 500)
    Transition{kGreeting,   {},              kAny,           kNotFtp},      // the middle of a session
    Transition{kLogin,      Verb::user,      kCompletion,    kAuthorized},  // no password wanted
    Transition{kLogin,      Verb::pass,      kCompletion,    kAuthorized},  // 230; RFC 959 section 6: any 2yz
    Transition{kLogin,      Verb::acct,      kCompletion,    kAuthorized},
    Transition{kLogin,      Verb::auth_tls,  only(234),      kEncrypted},   // RFC 4217 section 4
    Transition{kLogin,      Verb::quit,      kCompletion,    kEnded},
    Transition{kAuthorized, Verb::user,      kIntermediate,  kLogin},       // another user (RFC 959, 4.1.1)
    Transition{kAuthorized, Verb::auth_tls,  only(234),      kEncrypted},
    Transition{kAuthorized, Verb::rein,      kCompletion,    kLogin},
    Transition{kAuthorized, Verb::quit,      kCompletion,    kEnded},
};
// clang-format on

/// The state that `reply` to `command` leads to.
constexpr Session::State state_after(Session::State in, std::optional<Verb> command, int reply) {
  const auto row = std::find_if(kTransitions.begin(), kTransitions.end(), [&](const Transition& transition) {
    return transition.in == in && transition.command == command && transition.reply.contain(reply);
  });
  return row == kTransitions.end() ? in : row->then;
}

}  // namespace pinhole::ftp
