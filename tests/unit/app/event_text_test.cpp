// Log lines: what an operator reads about a negotiation.

#include "app/event_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pinhole::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

net::Endpoint at(const char* address, net::Port port) {
  return {*net::IpAddress::parse(address), port};
}

alg::NatView flow() {
  alg::NatView view;
  view.client = at("10.0.0.2", 40000);
  view.dialed = view.server = at("198.51.100.2", 21);
  view.seen = at("198.51.100.1", 40000);
  return view;
}

alg::Negotiated opened() {
  alg::Negotiated negotiation;
  negotiation.form = alg::Form::port;
  negotiation.announced = at("10.0.0.2", 50000);
  negotiation.rewritten = at("198.51.100.1", 50001);
  negotiation.decision = alg::Decision::open;
  negotiation.reason = alg::Reason::negotiated;
  negotiation.pinhole = alg::Pinhole{alg::Side::server, flow().server.address, at("198.51.100.1", 50001),
                                     at("10.0.0.2", 50000)};
  return negotiation;
}

TEST(EventText, NamesWhatNatMakesOfAConnection) {
  EXPECT_EQ(app::describe(flow()), "10.0.0.2:40000 -> 198.51.100.2:21, seen as 198.51.100.1:40000");
  auto forwarded = flow();
  forwarded.seen = forwarded.client;
  forwarded.server = at("192.168.0.9", 2121);
  EXPECT_EQ(app::describe(forwarded), "10.0.0.2:40000 -> 198.51.100.2:21, server 192.168.0.9:2121");
}

TEST(EventText, AnOpenedPinhole) {
  EXPECT_EQ(app::describe(opened()),
            "PORT 10.0.0.2:50000 rewritten to 198.51.100.1:50001: open, negotiated; "
            "pinhole 198.51.100.2 -> 198.51.100.1:50001 to 10.0.0.2:50000");
}

TEST(EventText, ARefusalComesWithItsMeaningAndAdvice) {
  alg::Negotiated refused;
  refused.form = alg::Form::eprt;
  refused.announced = at("192.0.2.66", 22);
  refused.decision = alg::Decision::refuse;
  refused.reason = alg::Reason::port_too_low;
  const auto line = app::describe(refused);
  EXPECT_THAT(line, StartsWith("EPRT 192.0.2.66:22: refuse, port-too-low: "));
  const auto& text = alg::text_of(alg::Reason::port_too_low);
  EXPECT_THAT(line, HasSubstr(std::string(text.meaning)));
  EXPECT_THAT(line, HasSubstr(std::string(text.advice)));
}

TEST(EventText, ALineWithoutAnEndpointHasNone) {
  alg::Negotiated malformed;
  malformed.form = alg::Form::pasv;
  malformed.decision = alg::Decision::ignore;
  malformed.reason = alg::Reason::malformed;
  EXPECT_THAT(app::describe(malformed), StartsWith("PASV: ignore, malformed: "));
}

}  // namespace
}  // namespace pinhole::test
