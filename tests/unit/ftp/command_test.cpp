#include "pinhole/ftp/command.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pinhole::ftp {
namespace {

TEST(Command, IsAVerbAndAnArgument) {
  struct Row {
    std::string line;
    Verb verb;
    std::string word, argument;
  };
  const Row rows[] = {
      {"USER anonymous", Verb::user, "USER", "anonymous"},
      {"user anonymous", Verb::user, "user", "anonymous"},
      {"rein", Verb::rein, "rein", ""},
      {"QuIt", Verb::quit, "QuIt", ""},
      {"AUTH TLS", Verb::auth_tls, "AUTH", "TLS"},
      {"CCC", Verb::ccc, "CCC", ""},
      {"PORT 10,0,0,1,4,1", Verb::port, "PORT", "10,0,0,1,4,1"},
      {"pOrT   10,0,0,1,4,1  ", Verb::port, "pOrT", "10,0,0,1,4,1"},
      {"EPRT |1|10.0.0.1|1025|", Verb::eprt, "EPRT", "|1|10.0.0.1|1025|"},
      {"PASV", Verb::pasv, "PASV", ""},
      {"pasv ", Verb::pasv, "pasv", ""},
      {"EPSV ALL", Verb::epsv_all, "EPSV", "ALL"},
      {"  \tPASV", Verb::pasv, "PASV", ""},
      {"P@SW", Verb::pasv, "P@SW", ""},
      {"PASV \r", Verb::pasv, "PASV", ""},
      {"PORT\t10,0,0,1,4,1", Verb::port, "PORT", "10,0,0,1,4,1"},
      {"lprt 4,4,10,0,0,1,2,4,1", Verb::long_form, "lprt", "4,4,10,0,0,1,2,4,1"},
      {"NLST", Verb::transfer, "NLST", ""},
      {"RNFR HTTP/1.1", Verb::restart, "RNFR", "HTTP/1.1"},
      {"ABOR", Verb::abort, "ABOR", ""},
      {"RETR a file with  spaces", Verb::transfer, "RETR", "a file with  spaces"},
      {"STOR \xc3\xa4\xff.txt", Verb::transfer, "STOR", "\xc3\xa4\xff.txt"},
      {"CWD a\tb", Verb::other, "CWD", "a\tb"},
  };
  for (const auto& row : rows) {
    const auto command = parse_command(row.line);
    ASSERT_TRUE(command) << row.line;
    EXPECT_EQ(command->verb, row.verb) << row.line;
    EXPECT_EQ(command->word, row.word);
    EXPECT_EQ(command->argument, row.argument);
    EXPECT_TRUE(command->known) << row.line;
  }
}

TEST(Command, OfOtherSpecificationsIsKnown) {
  for (const auto* line : {"ABOR",
                           "FEAT",
                           "OPTS UTF8 ON",
                           "HOST ftp.example.org",
                           "MLSD",
                           "MDTM x",
                           "PBSZ 0",
                           "PROT P",
                           "SITE CHMOD 600 x",
                           "XCWD x",
                           "LPRT 4,4,10,0,0,1,2,4,1",
                           "SPSV",
                           "LPSV",
                           "CLNT x",
                           "P@SW",
                           "XSHA256 x",
                           "ENC xyz",
                           "MIC xyz",
                           "noop",
                           "Type I"}) {
    const auto command = parse_command(line);
    ASSERT_TRUE(command) << line;
    EXPECT_TRUE(command->known) << line;
  }
}

TEST(Command, NobodyKnowsMayStillBeOne) {
  for (const auto* line : {"XYZZY", "x", "ABCDEFGHIJKL", "Z9 plural z alpha"}) {
    const auto command = parse_command(line);
    ASSERT_TRUE(command) << line;
    EXPECT_FALSE(command->known) << line;
  }
}

TEST(Command, OnlyTheWholeVerbCounts) {
  for (const auto* line : {"PORTS 10,0,0,1,4,1", "POR 10,0,0,1,4,1", "EPRTX |", "PASVE", "EPSVALL"}) {
    const auto command = parse_command(line);
    ASSERT_TRUE(command) << line;
    EXPECT_EQ(command->verb, Verb::other) << line;
  }
}

TEST(Command, DropsPasswords) {
  for (const auto* line : {"PASS secret", "pass  secret word ", "ACCT secret", "Acct secret"}) {
    const auto command = parse_command(line);
    ASSERT_TRUE(command) << line;
    EXPECT_TRUE(command->argument.empty()) << line;
    EXPECT_EQ(command->word.size(), 4u);
  }
}

TEST(Command, IsNoLineOfAnotherProtocol) {
  for (const auto* line :
       {// HTTP and WebDAV
        "GET / HTTP/1.1", "POST / HTTP/1.1", "PUT /x HTTP/1.1", "HEAD / HTTP/1.0", "DELETE /x HTTP/1.1",
        "OPTIONS * HTTP/1.1", "CONNECT example.org:443 HTTP/1.1", "TRACE / HTTP/1.1", "PATCH /x HTTP/1.1",
        "PROPFIND / HTTP/1.1", "PRI * HTTP/2.0", "post / http/1.1", "USER / HTTP/1.1", "PASS /a b HTTP/1.1",
        "PORT 10,0,0,1,4,1 HTTP/1.1", "PASV x HTTP/1.1",
        // header lines and bodies
        "Host: example.org", "Content-Type: text/plain", "User-Agent: x", "X-Forwarded-For: 10.0.0.1",
        "Content-Disposition: form-data; name=\"x\"", "--boundary", "{\"a\":1}", "<html>", "a=b&c=d",
        // RTSP
        "DESCRIBE rtsp://x RTSP/1.0", "SETUP rtsp://x RTSP/1.0", "GET_PARAMETER rtsp://x RTSP/1.0",
        "ANNOUNCE rtsp://x RTSP/1.0", "TEARDOWN rtsp://x RTSP/1.0", "REDIRECT rtsp://x RTSP/1.0",
        // SIP
        "INVITE sip:a@b SIP/2.0", "REGISTER sip:b SIP/2.0", "ACK sip:b SIP/2.0", "BYE sip:b SIP/2.0",
        "CANCEL sip:b SIP/2.0", "INFO sip:b SIP/2.0", "MESSAGE sip:b SIP/2.0", "NOTIFY sip:b SIP/2.0",
        "PRACK sip:b SIP/2.0", "PUBLISH sip:b SIP/2.0", "REFER sip:b SIP/2.0", "SUBSCRIBE sip:b SIP/2.0",
        "UPDATE sip:b SIP/2.0",
        // SMTP
        "EHLO example.org", "HELO example.org",
        // SSH, TLS
        "SSH-2.0-OpenSSH_9.2", "\x16\x03\x01"}) {
    EXPECT_FALSE(parse_command(line)) << line;
  }
}

TEST(Command, HasAWellFormedVerb) {
  for (const auto& line :
       {std::string(), std::string(" "), std::string(" \t\r"), std::string("\vPASV"),
        std::string("PORT\v10,0,0,1,4,1"), std::string("9PORT"), std::string("PO-RT x"), std::string("PORT:"),
        std::string("ABCDEFGHIJKLM"), std::string("PORT\0 x", 7), std::string("\xff\xf4PORT x"),
        std::string("@"), std::string("PA\rSV"), std::string(5000, 'A')}) {
    EXPECT_FALSE(parse_command(line)) << line;
  }
}

TEST(MayBecomeOffer, HoldsForEveryBeginningOfAnOffer) {
  for (const std::string line :
       {"PORT 10,0,0,1,4,1", "EPRT |1|10.0.0.1|1025|", "port 1", "ePrT |", " PORT", "\t Eprt\t"}) {
    for (std::size_t length = 0; length <= line.size(); ++length) {
      EXPECT_TRUE(may_become_offer(line.substr(0, length))) << line.substr(0, length);
    }
  }
}

TEST(MayBecomeOffer, IsDecidedAsSoonAsItCanBe) {
  for (const auto* text : {"U", "PA", "POS", "PORTS", "EPS", "EPRT|", " x", " PORTS", "PORT\v", "\xff"}) {
    EXPECT_FALSE(may_become_offer(text)) << text;
  }
}

}  // namespace
}  // namespace pinhole::ftp
