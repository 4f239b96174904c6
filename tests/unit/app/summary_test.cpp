// The line at the end: sums of all workers, without zeros.

#include "app/summary.hpp"

#include <gtest/gtest.h>

#include <array>

namespace pinhole::test {
namespace {

TEST(Summary, NothingHappened) {
  const netfilter::Counters packets;
  const observe::EventCounters events;
  const std::array workers{app::WorkerCounters{&packets, &events}};
  EXPECT_EQ(app::summary(workers), "0 packets of 0 connections");
}

TEST(Summary, WorkersAddUp) {
  netfilter::Counters one;
  netfilter::Counters two;
  observe::EventCounters first;
  observe::EventCounters second;
  one.packets.add(3);
  two.packets.add(4);
  second.began.add();
  one.verdicts[alg::Reason::passed].add(2);
  two.verdicts[alg::Reason::passed].add(4);
  one.verdicts[alg::Reason::rewritten].add();
  second.negotiations[alg::Reason::negotiated].add();
  first.refusals[alg::Reason::command_denied].add(2);
  two.overruns.add(5);
  const std::array workers{app::WorkerCounters{&one, &first}, app::WorkerCounters{&two, &second}};
  EXPECT_EQ(app::summary(workers),
            "7 packets of 1 connections; verdicts passed 6, rewritten 1; negotiations negotiated 1; refusals "
            "command-denied 2; 5 queue overruns");
}

TEST(Summary, WhatWasSentBackIsNamed) {
  netfilter::Counters packets;
  const observe::EventCounters events;
  packets.acknowledged.add(2);
  packets.reset.add();
  const std::array workers{app::WorkerCounters{&packets, &events}};
  EXPECT_EQ(app::summary(workers),
            "0 packets of 0 connections; 2 segments acknowledged locally; 1 RSTs sent back");
}

TEST(Summary, LostLinesAreNamed) {
  const netfilter::Counters packets;
  const observe::EventCounters events;
  const std::array workers{app::WorkerCounters{&packets, &events}};
  EXPECT_EQ(app::summary(workers, 12), "0 packets of 0 connections; 12 log lines lost");
}

}  // namespace
}  // namespace pinhole::test
