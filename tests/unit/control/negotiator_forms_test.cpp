// open: what the other side reads, and what is opened, for each of the four forms across NAT.

#include <gtest/gtest.h>

#include "support/conversation.hpp"
#include "support/segments.hpp"

namespace pinhole::test {
namespace {

using alg::Decision;
using alg::Form;
using alg::Reason;
using alg::Side;

struct Story {
  const char* name;
  alg::NatView view;
  const char* command;
  const char* command_read;
  const char* reply;
  const char* reply_read;
  Form form;
  const char* from;  // of the pinhole
  net::Endpoint to, forward_to;
};

class Editing : public testing::TestWithParam<Story> {};

TEST_P(Editing, OpensAndRewrites) {
  const auto& story = GetParam();
  Conversation talk(story.view);
  talk.log_in();
  EXPECT_EQ(talk.client(story.command), story.command_read);
  EXPECT_EQ(talk.server(story.reply), story.reply_read);

  ASSERT_EQ(talk.edge.negotiations.size(), 1u);
  const auto& negotiation = talk.negotiation();
  EXPECT_EQ(negotiation.form, story.form);
  EXPECT_EQ(negotiation.decision, Decision::open);
  EXPECT_EQ(negotiation.reason, Reason::negotiated);
  ASSERT_TRUE(negotiation.pinhole);
  const auto& pinhole = *negotiation.pinhole;
  EXPECT_EQ(pinhole.opener, is_active(story.form) ? Side::server : Side::client);
  EXPECT_EQ(pinhole.from.to_string(), story.from);
  EXPECT_EQ(pinhole.to.to_string(), story.to.to_string());
  EXPECT_EQ(pinhole.forward_to.to_string(), story.forward_to.to_string());
  EXPECT_EQ(talk.tracker.open_now.at(talk.view.id), pinhole);

  // The session goes on, both ways, with every number in place.
  EXPECT_EQ(talk.client("LIST\r\n"), "LIST\r\n");
  EXPECT_EQ(talk.server("150 here\r\n226 done\r\n"), "150 here\r\n226 done\r\n");
  EXPECT_EQ(talk.client("QUIT\r\n"), "QUIT\r\n");
}

constexpr const char* kPortSaid = "PORT 192,168,1,10,200,10\r\n";  // 51210

constexpr const char* kOkSaid = "200 ok\r\n";

INSTANTIATE_TEST_SUITE_P(
    Forms, Editing,
    testing::Values(
        Story{"PortRouted", nat::none(), kPortSaid, kPortSaid, kOkSaid, kOkSaid, Form::port, "198.51.100.2",
              endpoint("192.168.1.10", 51210), endpoint("192.168.1.10", 51210)},
        Story{"PortMasquerade", nat::masquerade(), kPortSaid, "PORT 203,0,113,7,200,10\r\n", kOkSaid, kOkSaid,
              Form::port, "198.51.100.2", endpoint("203.0.113.7", 51210), endpoint("192.168.1.10", 51210)},
        Story{"PortLowerCase", nat::masquerade(), "port 192,168,1,10,4,1\n", "port 203,0,113,7,4,1\n",
              kOkSaid, kOkSaid, Form::port, "198.51.100.2", endpoint("203.0.113.7", 1025),
              endpoint("192.168.1.10", 1025)},
        Story{"PortToForwardedServer", nat::forward(), "PORT 192,0,2,9,200,10\r\n",
              "PORT 192,0,2,9,200,10\r\n", kOkSaid, kOkSaid, Form::port, "10.0.0.2",
              endpoint("192.0.2.9", 51210), endpoint("192.0.2.9", 51210)},
        Story{"PortOfPublicAddress", nat::masquerade(), "PORT 203,0,113,7,200,10\r\n",
              "PORT 203,0,113,7,200,10\r\n", kOkSaid, kOkSaid, Form::port, "198.51.100.2",
              endpoint("203.0.113.7", 51210), endpoint("192.168.1.10", 51210)},
        Story{"PortBoth", nat::both(), kPortSaid, "PORT 203,0,113,99,200,10\r\n", kOkSaid, kOkSaid,
              Form::port, "10.0.0.2", endpoint("203.0.113.99", 51210), endpoint("192.168.1.10", 51210)},
        Story{"Eprt4Masquerade", nat::masquerade(), "EPRT |1|192.168.1.10|51210|\r\n",
              "EPRT |1|203.0.113.7|51210|\r\n", kOkSaid, kOkSaid, Form::eprt, "198.51.100.2",
              endpoint("203.0.113.7", 51210), endpoint("192.168.1.10", 51210)},
        Story{"Eprt6Masquerade", nat::masquerade6(), "EPRT !2!fd00::10!51210!\r\n",
              "EPRT !2!2001:db8::7!51210!\r\n", kOkSaid, kOkSaid, Form::eprt, "2001:db8::2",
              endpoint("2001:db8::7", 51210), endpoint("fd00::10", 51210)},
        Story{"PasvRouted", nat::none(), "PASV\r\n", "PASV\r\n", "227 Passive (198,51,100,2,200,10)\r\n",
              "227 Passive (198,51,100,2,200,10)\r\n", Form::pasv, "192.168.1.10",
              endpoint("198.51.100.2", 51210), endpoint("198.51.100.2", 51210)},
        Story{"PasvMasquerade", nat::masquerade(), "PASV\r\n", "PASV\r\n",
              "227 Passive (198,51,100,2,200,10)\r\n", "227 Passive (198,51,100,2,200,10)\r\n", Form::pasv,
              "192.168.1.10", endpoint("198.51.100.2", 51210), endpoint("198.51.100.2", 51210)},
        Story{"PasvForward", nat::forward(), "PASV\r\n", "PASV\r\n", "227 =10,0,0,2,200,10 go\r\n",
              "227 =203,0,113,7,200,10 go\r\n", Form::pasv, "192.0.2.9", endpoint("203.0.113.7", 51210),
              endpoint("10.0.0.2", 51210)},
        Story{"PasvServerKnowsItsPublicAddress", nat::forward(), "PASV\r\n", "PASV\r\n",
              "227 ok (203,0,113,7,200,10)\r\n", "227 ok (203,0,113,7,200,10)\r\n", Form::pasv, "192.0.2.9",
              endpoint("203.0.113.7", 51210), endpoint("10.0.0.2", 51210)},
        Story{"EpsvForward", nat::forward(), "EPSV\r\n", "EPSV\r\n", "229 Extended (|||51210|)\r\n",
              "229 Extended (|||51210|)\r\n", Form::epsv, "192.0.2.9", endpoint("203.0.113.7", 51210),
              endpoint("10.0.0.2", 51210)},
        Story{"Epsv6Masquerade", nat::masquerade6(), "EPSV 2\r\n", "EPSV 2\r\n", "229 ok (|||51210|)\r\n",
              "229 ok (|||51210|)\r\n", Form::epsv, "fd00::10", endpoint("2001:db8::2", 51210),
              endpoint("2001:db8::2", 51210)},
        Story{"EpsvAnsweredWith227", nat::forward(), "EPSV\r\n", "EPSV\r\n", "227 x (10,0,0,2,200,10)\r\n",
              "227 x (203,0,113,7,200,10)\r\n", Form::pasv, "192.0.2.9", endpoint("203.0.113.7", 51210),
              endpoint("10.0.0.2", 51210)}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace pinhole::test
