// Sequence numbers after edits that make lines longer, shorter or neither, many times in one session and in
// both directions.

#include <algorithm>

#include "way.hpp"

namespace pinhole::test {
namespace {

// The same address in `size` characters: numbers in addresses may have leading zeros.
std::string spelt(std::string host, std::size_t size) {
  const bool v6 = host.find(':') != std::string::npos;
  const char separator = v6 ? ':' : '.';
  for (std::size_t begin = 0; begin < host.size();) {
    auto end = std::min(host.find(separator, begin), host.size());
    for (; end > begin && end - begin < (v6 ? 4U : 3U) && host.size() < size; ++end) host.insert(begin, "0");
    begin = end + 1;
  }
  return host;
}

class Numbers : public SessionTest {
 protected:
  struct Lengths {
    int longer = 0, equal = 0, shorter = 0;
  };
  // What is announced in that mode with the host in `size` characters passes.
  void expect_edit(Mode mode, std::size_t size, Lengths& lengths) {
    const auto host = spelt(address(is_passive(mode) ? "server" : "client"), size);
    const auto negotiated = negotiate_in(mode, {.say = {}, .listening = {}, .spelt = host});
    expect_data(negotiated);
    ASSERT_FALSE(HasFatalFailure());
    const Address said{host, negotiated->listener.local().port};
    const auto before = announcement(mode, said).size();
    const auto after = negotiated->heard.size();
    ++(after > before ? lengths.longer : after < before ? lengths.shorter : lengths.equal);
    expect_in_step();
  }
};

TEST_P(Numbers, longer_equal_shorter) {
  for (const auto mode : {active_mode(family()), passive_mode(family())}) {
    const auto& own = address(is_passive(mode) ? "server" : "client");
    const auto& target = address(is_passive(mode) ? "dialed" : "seen");
    if (own == target || mode == Mode::epsv) continue;  // no address to rewrite
    Lengths lengths;
    for (int i = 0; i < 4; ++i) {
      for (const auto size : {own.size(), target.size(), std::size_t{15}}) expect_edit(mode, size, lengths);
      ASSERT_FALSE(HasFailure()) << verb_of(mode) << ", round " << i;
    }
    const bool natural = own.size() < target.size();  // without zeros it is as long as it is
    EXPECT_EQ(lengths.longer, natural ? 4 : 0) << verb_of(mode);
    EXPECT_EQ(lengths.equal, natural ? 4 : 0) << verb_of(mode);
    EXPECT_EQ(lengths.shorter, natural ? 4 : 12) << verb_of(mode);
  }
}

TEST_P(Numbers, thirty_rounds_each_way) {
  for (int i = 0; i < 30; ++i) {
    for (const auto mode : modes_of(family())) {
      expect_data(negotiate_in(mode));
      ASSERT_FALSE(HasFailure()) << verb_of(mode) << ", round " << i;
    }
    const auto name = "RETR " + std::string(static_cast<std::size_t>(10 * i), 'x');
    ASSERT_EQ(talk().to_server(name), name);
    ASSERT_EQ(talk().to_client("226 " + name), "226 " + name);
  }
}

// Where somebody else's pinhole has the port, the line gets another: in every topology, every mode is edited.
class OtherPorts : public SessionTest {
 protected:
  // From numbers of four digits to those of five.
  static constexpr std::uint16_t kFirst = 9'990, kLast = 10'009;

  void SetUp() override {
    enter({"--public-ports", std::to_string(kFirst) + "-" + std::to_string(kLast)});
    if (IsSkipped()) return;
    rival_ = std::make_unique<LabConversation>(lab(), family());
    rival_->log_in();
  }

  void occupy(Mode mode, const Address& listening) {
    if (is_passive(mode)) {
      EXPECT_EQ(rival_->to_server(verb_of(mode)), verb_of(mode));
      rival_->to_client(announcement(mode, listening));
    } else {
      rival_->to_server(announcement(mode, listening));
      EXPECT_EQ(rival_->to_client("200 ok"), "200 ok");
    }
  }

 private:
  std::unique_ptr<LabConversation> rival_;
};

TEST_P(OtherPorts, longer_equal_shorter) {
  int longer = 0, equal = 0, shorter = 0;
  for (std::uint16_t i = 0; i < 12; ++i) {
    for (const auto mode : {active_mode(family()), Mode::epsv}) {
      const auto port = static_cast<std::uint16_t>(i % 2 == 0 ? 2'000 + i : 20'000 + i);
      const Address listening{address(is_passive(mode) ? "server" : "client"), port};
      occupy(mode, listening);
      const auto negotiated = negotiate_in(mode, {.say = {}, .listening = listening, .spelt = {}});
      expect_data(negotiated);
      ASSERT_FALSE(HasFailure()) << verb_of(mode) << ", round " << i;
      EXPECT_GE(negotiated->announced.port, kFirst);
      EXPECT_LE(negotiated->announced.port, kLast);
      const auto before = announcement(mode, listening).size();
      const auto after = negotiated->heard.size();
      ++(after > before ? longer : after < before ? shorter : equal);
      expect_in_step();
    }
  }
  EXPECT_GT(longer, 0);
  EXPECT_GT(equal + shorter, 0);
}

INSTANTIATE_TEST_SUITE_P(Across, Numbers, testing::ValuesIn(translated_ways()), way_name);
INSTANTIATE_TEST_SUITE_P(Across, OtherPorts, testing::ValuesIn(translated_ways()), way_name);

}  // namespace
}  // namespace pinhole::test
