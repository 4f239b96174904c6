// Policies that refuse, and how to see that a session was reset for it.
#pragma once

#include <string>
#include <vector>

#include "support/conversation.hpp"

namespace pinhole::test {

inline alg::Policy denying(std::vector<std::string> commands) {
  alg::Policy policy;
  policy.deny_commands = std::move(commands);
  return policy;
}

inline alg::Policy allowing(std::vector<std::string> commands) {
  alg::Policy policy;
  policy.allow_commands = std::move(commands);
  return policy;
}

inline alg::Policy refusing_other_hosts() {
  alg::Policy policy;
  policy.pasv_other_host = alg::PasvOtherHost::refuse;
  return policy;
}

inline bool was_reset(const FakeEdge::Given& given) {
  if (given.action != alg::Verdict::Action::replace) return false;
  return std::get<net::TcpSegment>(net::TcpSegment::parse(given.packet)).rst();
}

}  // namespace pinhole::test
