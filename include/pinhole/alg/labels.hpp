// What a control connection's own conntrack entry says about how much of it was heard.
//
// Neither end can change it, and it outlives the gateway. The rules write `fresh` and `unread`, the gateway
// the state; which label has which number is the edge's business (src/netfilter/labels.hpp, rules/common).
#pragma once

#include <cstdint>

namespace pinhole::alg {

struct Labels {
  enum class State : std::uint8_t {
    none,        ///< nothing was written yet
    greeting,    ///< the server has begun to speak, the client has not
    login,       ///< the client has spoken; not logged in, as far as the entry knows
    authorized,  ///< logged in
    encrypted,   ///< TLS
    not_ftp,     ///< for ever
  };

  bool fresh = false;     ///< the entry was made by a SYN without payload: all of it can be heard
  bool unread = false;    ///< payload went by that nobody heard; never comes off
  bool epsv_all = false;  ///< the client has promised to use EPSV only (RFC 2428 section 4)
  bool garbled = false;   ///< something stands there that no gateway of this version writes
  State state = State::none;

  bool operator==(const Labels&) const = default;
};

}  // namespace pinhole::alg
