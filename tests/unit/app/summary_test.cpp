// The line at the end: sums of all workers, without zeros.

#include "app/summary.hpp"

#include <gtest/gtest.h>

#include <array>

namespace pinhole::test {
namespace {

TEST(Summary, NothingHappened) {
  const netfilter::Counters counters;
  const std::array workers{&counters};
  EXPECT_EQ(app::summary(workers), "0 packets of 0 connections");
}

TEST(Summary, WorkersAddUp) {
  netfilter::Counters one;
  netfilter::Counters two;
  one.packets.add(3);
  two.packets.add(4);
  two.flows.add();
  one.verdicts[alg::Reason::passed].add(2);
  two.verdicts[alg::Reason::passed].add(4);
  one.verdicts[alg::Reason::rewritten].add();
  two.decisions[alg::Reason::negotiated].add();
  two.overruns.add(5);
  const std::array<const netfilter::Counters*, 2> workers{&one, &two};
  EXPECT_EQ(app::summary(workers),
            "7 packets of 1 connections; verdicts passed 6, rewritten 1; negotiations negotiated 1; 5 queue "
            "overruns");
}

}  // namespace
}  // namespace pinhole::test
