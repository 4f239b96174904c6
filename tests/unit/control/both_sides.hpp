// What holds for a line of the client holds for one of the server: PORT behind masquerade, 227 behind a
// forwarded port.
#pragma once

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {

inline net::TcpSegment segment_in(const std::vector<std::uint8_t>& packet) {
  return std::get<net::TcpSegment>(net::TcpSegment::parse(packet));
}

inline std::string payload_in(const std::vector<std::uint8_t>& packet) {
  const auto payload = segment_in(packet).payload();
  return {payload.begin(), payload.end()};
}

class BothSides : public testing::TestWithParam<alg::Side> {
 protected:
  explicit BothSides(alg::Policy policy = {})
      : talk(by_client() ? nat::masquerade() : nat::forward(), policy) {
    talk.log_in();
    ask();
  }
  static bool by_client() { return GetParam() == alg::Side::client; }
  static alg::Side side() { return GetParam(); }
  static alg::Side reader() { return other(GetParam()); }

  /// What must have been said before the line.
  void ask() {
    if (!by_client()) talk.client("PASV\r\n");
  }
  /// What the line's receiver says to it, which acknowledges it.
  void answer() { by_client() ? talk.server("200 ok\r\n") : talk.client("NOOP\r\n"); }
  std::string say(std::string_view text, std::uint8_t flags = 0) { return talk.say(side(), text, flags); }

  const std::string line = by_client() ? "PORT 192,168,1,10,200,10\r\n" : "227 (10,0,0,2,200,10)\r\n";
  const std::string edited = by_client() ? "PORT 203,0,113,7,200,10\r\n" : "227 (203,0,113,7,200,10)\r\n";
  const std::string masked = by_client() ? "XXXX 192,168,1,10,200,10\r\n" : "425 Data connection r\r\n";
  const std::string left = line.substr(0, 8), rest = line.substr(8);
  Conversation talk;
};

inline const auto kBothSides = testing::Values(alg::Side::client, alg::Side::server);
inline const auto kSideNames = [](const testing::TestParamInfo<alg::Side>& instance) {
  return std::string(instance.param == alg::Side::client ? "client" : "server");
};

}  // namespace pinhole::test
