// An uploader makes a name that holds what the server takes for a line's end, so that a listing of it reads
// like other replies. What stands in the server's directory afterwards is what counts.

#include <algorithm>
#include <filesystem>

#include "waits.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

using namespace std::string_literals;

struct Uploader {
  std::string server;
  Family family;
};
void PrintTo(const Uploader& uploader, std::ostream* out) {
  *out << uploader.server << (uploader.family == Family::ipv4 ? "_ipv4" : "_ipv6");
}

class NamesOfLines : public testing::TestWithParam<Uploader> {
 protected:
  void enter(bool guarded) {
    expect_waits("a session that was reset says nothing any more");
    site_ = Site::at({.topology = "dnat", .server = GetParam().server, .guarded = guarded});
    PINHOLE_NEEDS(site_);
    for (const auto& each : std::filesystem::directory_iterator(incoming())) {
      std::filesystem::remove_all(each.path());
    }
  }
  void TearDown() override {
    if (site_ == nullptr) return;
    for (const auto& each : std::filesystem::directory_iterator(incoming())) {
      std::filesystem::remove_all(each.path());
    }
  }

  /// Logs in, says these lines, each as a whole, and waits for what is said to them.
  void upload(const std::vector<std::string>& lines) {
    auto uploader = dial(lab(), Role::client, {lab().address("dialed", GetParam().family), 21});
    ASSERT_TRUE(uploader.has_value());
    const auto reply = [&uploader, this] {
      std::optional<std::string> line;
      do line = uploader->line(Milliseconds{1'000});
      while (line && (line->size() < 4 || (*line)[3] != ' '));
      transcript_ += line.value_or("nothing") + '\n';
      return line.value_or("");
    };
    const auto ask = [&](const std::string& line) {
      uploader->send(line + "\r\n");
      return reply();
    };
    ASSERT_TRUE(reply().starts_with("220"));
    ask("USER anonymous");
    ASSERT_TRUE(ask("PASS me@here").starts_with("230"));
    ASSERT_TRUE(ask("CWD incoming").starts_with("250"));
    for (const auto& line : lines) ask(line);
  }
  /// Names that hold what ends a line somewhere.
  std::vector<std::string> names_of_lines() const {
    std::vector<std::string> names;
    for (const auto& each : std::filesystem::directory_iterator(incoming())) {
      const auto name = each.path().filename().string();
      if (std::ranges::any_of(name, [](char c) { return c == '\r' || c == '\n'; })) names.push_back(name);
    }
    return names;
  }

  const std::string& transcript() const { return transcript_; }

 private:
  Lab& lab() const { return site_->lab(); }
  std::filesystem::path incoming() const { return site_->lab().served() / "incoming"; }

  Site* site_ = nullptr;
  std::string transcript_;
};

INSTANTIATE_TEST_SUITE_P(Of, NamesOfLines,
                         testing::Values(Uploader{"vsftpd", Family::ipv4}, Uploader{"vsftpd", Family::ipv6},
                                         Uploader{"proftpd", Family::ipv4},
                                         Uploader{"pureftpd", Family::ipv4}),
                         [](const auto& each) { return testing::PrintToString(each.param); });

const std::string kForged =
    "a\0"
    "213 End of status\0"
    "227 Entering Passive Mode (10,2,0,2,12,234)."s;

TEST_P(NamesOfLines, are_possible_without_pinhole) {
  enter(false);
  if (IsSkipped()) return;
  upload({"MKD " + kForged});
  EXPECT_EQ(names_of_lines().size(), GetParam().server == "vsftpd" ? 1U : 0U) << transcript();
}

TEST_P(NamesOfLines, are_not_made) {
  enter(true);
  if (IsSkipped()) return;
  upload({"MKD " + kForged});
  EXPECT_EQ(names_of_lines(), std::vector<std::string>{});
}

TEST_P(NamesOfLines, are_not_made_by_renaming) {
  enter(true);
  if (IsSkipped()) return;
  upload({"MKD a", "RNFR a", "RNTO " + kForged});
  EXPECT_EQ(names_of_lines(), std::vector<std::string>{});
}

TEST_P(NamesOfLines, are_not_made_with_carriage_returns) {
  enter(true);
  if (IsSkipped()) return;
  upload({"MKD a\r213 End of status\r227 Entering Passive Mode (10,2,0,2,12,234)."});
  EXPECT_EQ(names_of_lines(), std::vector<std::string>{});
}

TEST_P(NamesOfLines, are_not_made_behind_a_carriage_return) {
  enter(true);
  if (IsSkipped()) return;
  upload(
      {"MKD a\r\0"
       "213 End of status\r\0"
       "227 Entering Passive Mode (10,2,0,2,12,234)."s});
  EXPECT_EQ(names_of_lines(), std::vector<std::string>{});
}

}  // namespace
}  // namespace pinhole::test
