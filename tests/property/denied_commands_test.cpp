// Whatever a client sends and however it is cut and repeated: no server reads a denied command, and every
// other line arrives as it was said.

#include <gtest/gtest.h>

#include "ftp/text.hpp"
#include "pinhole/ftp/command.hpp"
#include "property/random.hpp"
#include "support/conversation.hpp"
#include "support/law.hpp"

namespace pinhole::test {
namespace {

using alg::Side;

constexpr std::array<std::string_view, 10> kLines{
    "DELE a file", "DELE",       "dele b", "SITE CHMOD 600 a", "RETR a", "NOOP",
    "DELEX no",    "STOR DELE ", "PASV",   "CWD SITE DELE"};

bool is_denied(std::string_view line) {
  const auto word = line.substr(0, line.find(' '));
  return ftp::equals_ignoring_case(word, "DELE") || ftp::equals_ignoring_case(word, "SITE");
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    lines.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return lines;
}

void expect_filtered(const std::string& said, const std::string& read) {
  const auto before = lines_of(said), after = lines_of(read);
  law(before.size() == after.size(), "lines were lost or made");
  for (std::size_t i = 0; i < before.size(); ++i) {
    law(before[i].size() == after[i].size(), "a line has another length");
    law(is_denied(before[i].substr(0, before[i].find_first_of("\r\n"))) || before[i] == after[i],
        "a line that is allowed was changed");
    law(!is_denied(after[i].substr(0, after[i].find_first_of("\r\n"))), "the server reads a denied command");
  }
}

TEST(DeniedCommands, AreNeverRead) {
  std::size_t resets = 0;
  for_random(3000, [&](Random& random) {
    alg::Policy policy;
    policy.deny_commands = {"DELE", "SITE"};
    Conversation talk(random.chance(50) ? nat::masquerade() : nat::none(), policy);
    talk.log_in();
    const auto login = talk.received(Side::server).size();
    std::string said;
    for (auto count = random.between(1, 12); count > 0; --count) {
      said += kLines[random.between(0, kLines.size() - 1)];
      said += random.chance(80) ? "\r\n" : "\n";
    }
    const auto most = random.chance(30) ? 1u : random.chance(50) ? 5u : 40u;
    net::Seq begin = talk.next(Side::client);
    for (std::size_t at = 0; at < said.size();) {
      const auto length = std::min<std::size_t>(random.between(1, most), said.size() - at);
      begin = talk.next(Side::client);
      talk.client(said.substr(at, length));
      at += length;
      if (random.chance(10)) talk.resend(Side::client, begin, said.substr(at - length, length));
    }
    if (!talk.edge.ended.empty()) {  // nothing of the verb was left to change
      ++resets;
      return;
    }
    expect_filtered(said, talk.received(Side::server).substr(login));
  });
  EXPECT_GT(resets, 0u);
  EXPECT_LT(resets, 1500u);
}

}  // namespace
}  // namespace pinhole::test
