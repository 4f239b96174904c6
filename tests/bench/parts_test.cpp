// The parts that the figures depend on, alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <tuple>

#include "announced.hpp"
#include "contents.hpp"
#include "plan.hpp"
#include "report.hpp"
#include "statistics.hpp"

namespace pinhole::bench {
namespace {

TEST(Contents, MatchTheirOwnBytesInAnyPieces) {
  const Contents contents{.size = 3'000'000, .number = 5};
  std::vector<std::uint8_t> all;
  for (auto part = contents.from(0); !part.empty(); part = contents.from(all.size())) {
    all.insert(all.end(), part.begin(), part.end());
  }
  ASSERT_EQ(all.size(), contents.size);
  for (const std::size_t piece : {1'000'000u, 4096u, 77u}) {
    for (std::size_t at = 0; at < all.size(); at += piece) {
      ASSERT_TRUE(contents.match(at, std::span(all).subspan(at, std::min(piece, all.size() - at))));
    }
  }
}

TEST(Contents, MatchNothingElse) {
  const Contents contents{.size = 1000, .number = 5};
  std::vector<std::uint8_t> bytes(contents.from(0).begin(), contents.from(0).end());
  EXPECT_TRUE(contents.match(0, bytes));
  EXPECT_FALSE(contents.match(1, std::span(bytes).first(999)));         // another place
  EXPECT_FALSE((Contents{.size = 1000, .number = 6}.match(0, bytes)));  // another transfer
  EXPECT_FALSE((Contents{.size = 999, .number = 5}.match(0, bytes)));   // behind the end
  EXPECT_FALSE(contents.match(0, std::vector<std::uint8_t>(1000)));     // zeros
  bytes.back() ^= 0x80;
  EXPECT_FALSE(contents.match(0, bytes));
}

TEST(Contents, HaveNames) {
  const Contents contents{.size = 64'000'000, .number = 17};
  EXPECT_EQ(Contents::named("64000000.17"), contents);
  EXPECT_EQ(Contents::named(contents.name()), contents);
  for (const auto* other : {"", "1", "1.", ".1", "1.2.3", "1.2 ", "a.b", "-1.2"}) {
    EXPECT_FALSE(Contents::named(other)) << other;
  }
}

TEST(Announced, InEveryForm) {
  const Endpoint v4{*net::IpAddress::parse("192.0.2.1"), 50069},
      v6{*net::IpAddress::parse("2001:db8::1"), 50069};
  EXPECT_EQ(commas(v4), "192,0,2,1,195,149");
  EXPECT_EQ(from_commas(commas(v4)), v4);
  EXPECT_EQ(bars(v4), "|1|192.0.2.1|50069|");
  EXPECT_EQ(bars(v6), "|2|2001:db8::1|50069|");
  EXPECT_EQ(from_bars(bars(v6)), v6);
  EXPECT_EQ(port_from_bars(parenthesized("229 yes (|||50069|)")), 50069);
}

TEST(Announced, NothingElseIsRead) {
  for (const auto* text : {"", "1,2,3,4,5", "1,2,3,4,5,6,7", "1,2,3,4,5,256", "1,2,3,4,5,x"}) {
    EXPECT_FALSE(from_commas(text)) << text;
  }
  for (const auto* text : {"", "|1|192.0.2.1|", "|1|192.0.2.1|1|2|", "|1|nobody|1|", "1|192.0.2.1|1|"}) {
    EXPECT_FALSE(from_bars(text)) << text;
  }
  for (const auto* text : {"", "|||", "||||", "|||65536|", "||1|"})
    EXPECT_FALSE(port_from_bars(text)) << text;
  EXPECT_EQ(parenthesized("227 no"), "");
}

TEST(Statistics, Quantiles) {
  EXPECT_EQ(quantile({3, 1, 2}, 0.5), 2);
  EXPECT_EQ(quantile({4, 1, 2, 3}, 0.5), 2.5);
  EXPECT_EQ(quantile({7}, 0.99), 7);
  const auto spread = quartiles({5, 4, 3, 2, 1});
  EXPECT_EQ(spread.median, 3);
  EXPECT_EQ(spread.low, 2);
  EXPECT_EQ(spread.high, 4);
  std::vector<double> hundred;
  for (int i = 0; i <= 100; ++i) hundred.push_back(100 - i);
  const auto all = percentiles(hundred);
  EXPECT_EQ(all.count, 101u);
  EXPECT_EQ(all.p50, 50);
  EXPECT_EQ(all.p90, 90);
  EXPECT_EQ(all.p99, 99);
  EXPECT_EQ(all.max, 100);
}

Choice everything(std::uint64_t seed) {
  Choice choice{
      .processors = {1, 2}, .variants = {"none", "kernel", "floor", "pinhole"}, .rounds = 3, .seed = seed};
  for (const auto& workload : workloads()) choice.workloads.push_back(&workload);
  return choice;
}

auto key(const PlannedRun& run) {
  return std::tuple(run.round, run.workload->name, run.processors, run.variant);
}

TEST(Plan, HasEveryRunOnce) {
  const auto runs = plan(everything(1));
  std::set<decltype(key(runs[0]))> distinct;
  for (const auto& run : runs) distinct.insert(key(run));
  EXPECT_EQ(distinct.size(), runs.size());
  EXPECT_EQ(runs.size(), 3u * 2u * (8u * 4u + 4u * 3u));  // four workloads the kernel's helper cannot
}

TEST(Plan, KeepsTheVariantsOfACellTogether) {
  const auto runs = plan(everything(1));
  int changes = 0;
  for (std::size_t i = 1; i < runs.size(); ++i) {
    changes += runs[i].workload != runs[i - 1].workload || runs[i].processors != runs[i - 1].processors ||
               runs[i].round != runs[i - 1].round;
  }
  EXPECT_EQ(changes, 3 * 2 * 12 - 1);
}

TEST(Plan, FollowsFromItsSeed) {
  const auto order = [](std::uint64_t seed) {
    std::vector<decltype(key(PlannedRun{}))> keys;
    for (const auto& run : plan(everything(seed))) keys.push_back(key(run));
    return keys;
  };
  EXPECT_EQ(order(1), order(1));
  EXPECT_NE(order(1), order(2));
}

RunRecord noop(const std::string& variant, unsigned round, double microseconds) {
  Tally tally;
  tally.of(Command::noop) = {microseconds};
  return record(workloads()[0], 1, variant, round, tally);
}

TEST(Report, TakesRatiosWithinARound) {
  // The machine was twice as slow in the second round: no ratio says so.
  const auto text = table({noop("floor", 1, 50), noop("pinhole", 1, 55), noop("kernel", 1, 25),
                           noop("pinhole", 2, 120), noop("kernel", 2, 50), noop("floor", 2, 100)});
  EXPECT_NE(text.find("noop     1 pinhole    87.5 71.2..103.8    1.15 1.10..1.20 2.30 2.20..2.40      0\n"),
            std::string::npos)
      << text;
}

TEST(Report, FitsATerminal) {
  std::vector<RunRecord> runs;
  for (const unsigned round : {1u, 2u}) {
    for (const auto name : variants()) {
      const bool quick = name == "none" || name == "kernel";
      runs.push_back(noop(std::string(name), round, (quick ? 12.345 : 54321.0) * round));
    }
  }
  std::istringstream lines(table(runs));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
}

TEST(Report, CountsFailures) {
  auto run = noop("pinhole", 1, 50);
  run.tally.failures = 3;
  run.tally.reasons["RETR: wrong bytes"] = 3;
  const std::vector<RunRecord> runs{run, noop("floor", 1, 50)};
  EXPECT_NE(table(runs).find("1.00 1.00..1.00                      3\n"), std::string::npos) << table(runs);
  EXPECT_EQ(failures(runs), "noop pinhole: RETR: wrong bytes, 3 times\n");
  EXPECT_EQ(failures({runs[1]}), "");
}

TEST(Report, SaysWhereNothingWentWell) {
  const auto run = record(workloads()[0], 1, "pinhole", 1, {});
  EXPECT_FALSE(run.figure);
  EXPECT_NE(table({run}).find("noop     1 pinhole       -"), std::string::npos) << table({run});
}

}  // namespace
}  // namespace pinhole::bench
