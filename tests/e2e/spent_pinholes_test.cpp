// A pinhole is spent by its data connection, not by what comes before it, and by one only.

#include <sys/socket.h>

#include <iostream>
#include <thread>

#include "expectations.hpp"
#include "support/raw_segments.hpp"
#include "waits.hpp"
#include "way.hpp"

namespace pinhole::test {
namespace {

struct Before {
  const char* name;
  std::uint8_t flags;
  bool damaged = false;
  std::string_view payload{};
};

void PrintTo(const Before& before, std::ostream* out) {
  *out << before.name;
}

constexpr std::array kBefore{Before{"damaged_syn", kSyn, true},
                             Before{"lone_rst", kRst},
                             Before{"syn_from_another_port", kSyn},
                             Before{"lone_ack", kAck},
                             Before{"syn_and_fin", kSyn | kFin},
                             Before{"lone_syn_ack", kSyn | kAck},
                             Before{"data", kAck | kPsh, false, "nobody asked for it"},
                             Before{"nothing", 0}};

class SpentPinholes : public testing::TestWithParam<std::tuple<Way, bool, Before>> {
 protected:
  void SetUp() override {
    const auto& way = std::get<0>(GetParam());
    site_ = Site::at({.topology = way.topology});
    PINHOLE_NEEDS(site_);
    talk_ = std::make_unique<LabConversation>(lab(), way.family);
    talk_->log_in();
    const bool passive = std::get<1>(GetParam());
    negotiated_ =
        negotiate(lab(), way.family, *talk_, passive ? passive_mode(way.family) : active_mode(way.family));
    ASSERT_NE(negotiated_, nullptr);
  }
  const Lab& lab() const { return site_->lab(); }

  /// From the host that is to open the data connection.
  void send(const Before& before, net::Port from_port) const {
    const auto& way = std::get<0>(GetParam());
    const auto host = lab().address(negotiated_->caller == Role::client ? "client" : "server", way.family);
    const auto to = endpoint(negotiated_->announced.host, negotiated_->announced.port);
    auto packet = make_segment({.from = endpoint(host, from_port),
                                .to = to,
                                .seq = net::Seq(1),
                                .ack = net::Seq(before.flags & kAck ? 1 : 0),
                                .payload = before.payload,
                                .flags = before.flags});
    if (before.damaged) packet.back() ^= 1;
    send_packet(lab(), negotiated_->caller, packet, to.address);
  }

  Site* site_ = nullptr;
  std::unique_ptr<LabConversation> talk_;
  std::unique_ptr<Negotiated> negotiated_;
};

std::vector<Way> some_ways() {
  return {{"masquerade", Family::ipv4},
          {"masquerade", Family::ipv6},
          {"routed", Family::ipv4},
          {"both", Family::ipv4}};
}

INSTANTIATE_TEST_SUITE_P(By, SpentPinholes,
                         testing::Combine(testing::ValuesIn(some_ways()), testing::Bool(),
                                          testing::ValuesIn(kBefore)),
                         [](const auto& instance) {
                           return name_of(std::get<0>(instance.param)) + "_" +
                                  (std::get<1>(instance.param) ? "passive" : "active") + "_" +
                                  std::get<2>(instance.param).name;
                         });

TEST_P(SpentPinholes, by_nothing_but_the_data_connection) {
  for (const net::Port port : {net::Port{20}, net::Port{5'000}, net::Port{50'000}})
    send(std::get<2>(GetParam()), port);
  EXPECT_TRUE(data_passes(lab(), *negotiated_)) << site_->gateway().log();
  EXPECT_EQ(expectations_after(lab(), Milliseconds{1'000}), "");
}

/// The connections of an opener that begins a hundred at once.
class Crowd {
 public:
  Crowd(const Lab& lab, const Negotiated& negotiated) : listener_(negotiated.listener) {
    for (int i = 0; i < kSize; ++i) {
      openers_.push_back(begin_to_dial(lab, negotiated.caller, negotiated.announced));
    }
    while (auto socket = listener_.accept(kImpatience)) accepted_.push_back(std::move(*socket));
  }

  std::size_t accepted() const { return accepted_.size(); }

  /// Everybody says something; how many are heard within a moment.
  int heard() {
    for (const auto& opener : openers_) ::send(opener.descriptor(), "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    std::this_thread::sleep_for(kImpatience);
    int count = 0;
    for (const auto& socket : accepted_) {
      std::array<char, 64> bytes{};
      if (recv(socket.descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) ++count;
    }
    return count;
  }

 private:
  static constexpr int kSize = 100;
  const Listener& listener_;
  std::vector<Socket> openers_, accepted_;
};

class ManyAtOnce : public testing::TestWithParam<std::tuple<Way, bool>> {};
INSTANTIATE_TEST_SUITE_P(By, ManyAtOnce, testing::Combine(testing::ValuesIn(some_ways()), testing::Bool()),
                         [](const auto& instance) {
                           return name_of(std::get<0>(instance.param)) + "_" +
                                  (std::get<1>(instance.param) ? "passive" : "active");
                         });

TEST_P(ManyAtOnce, one_lives) {
  expect_waits("what is cut off repeats what it said, in vain");
  const auto& [way, passive] = GetParam();
  auto* site = Site::at({.topology = way.topology});
  PINHOLE_NEEDS(site);
  LabConversation talk(site->lab(), way.family);
  talk.log_in();
  const auto negotiated =
      negotiate(site->lab(), way.family, talk, passive ? passive_mode(way.family) : active_mode(way.family));
  ASSERT_NE(negotiated, nullptr);
  site->gateway().pause();  // so that it comes late
  Crowd crowd(site->lab(), *negotiated);
  const auto then = std::chrono::steady_clock::now();
  site->gateway().resume();
  EXPECT_EQ(talk.to_server("NOOP"), "NOOP");  // the copies are read before what comes behind them
  const auto took = std::chrono::steady_clock::now() - then;
  std::cout << crowd.accepted() << " of 100 handshakes were completed, and cut off but one "
            << std::chrono::duration_cast<Milliseconds>(took).count() << " ms after the gateway went on\n";
  EXPECT_EQ(expectations(site->lab()), "");
  EXPECT_GT(crowd.accepted(), 1U) << "there was nothing to cut off";
  EXPECT_EQ(crowd.heard(), 1) << site->gateway().log();
}

}  // namespace
}  // namespace pinhole::test
