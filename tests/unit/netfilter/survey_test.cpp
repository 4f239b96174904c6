// Questions that take long: answered in order, of walks one a turn, and never to a desk that has gone.

#include "netfilter/survey.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <stdexcept>

namespace pinhole::test {
namespace {

using netfilter::Lookout;
using netfilter::Survey;
using namespace std::chrono_literals;

/// Remembers how it was asked; knows at once what has an even number.
struct FakeLookout final : Lookout {
  struct Log {
    std::mutex mutex;
    std::vector<std::uint64_t> recalled, searched;
    std::vector<std::chrono::steady_clock::time_point> walks;
    bool broken = false;
  };
  explicit FakeLookout(Log& told) : log(told) {}

  std::optional<bool> recall(const alg::TransferQuestion& question) override {
    const std::scoped_lock lock(log.mutex);
    if (log.broken) throw std::runtime_error("no socket");
    log.recalled.push_back(question.flow.id);
    return question.flow.id % 2 == 0 ? std::optional(true) : std::nullopt;
  }
  bool search(const alg::TransferQuestion& question) override {
    const std::scoped_lock lock(log.mutex);
    log.searched.push_back(question.flow.id);
    log.walks.push_back(std::chrono::steady_clock::now());
    return question.flow.id < 10;
  }
  std::vector<alg::Listed> list() override {
    const std::scoped_lock lock(log.mutex);
    log.walks.push_back(std::chrono::steady_clock::now());
    return std::vector<alg::Listed>(3);
  }

  Log& log;
};

struct Reports final : netfilter::Reporter {
  void report(netfilter::Severity, std::string_view line) override {
    const std::scoped_lock lock(mutex);
    lines.emplace_back(line);
  }
  std::mutex mutex;
  std::vector<std::string> lines;
};

alg::TransferQuestion about(std::uint64_t id) {
  alg::TransferQuestion question;
  question.flow.id = id;
  return question;
}

/// As many answers as are asked for.
std::vector<Survey::Answer> answers(Survey::Desk& desk, std::size_t count) {
  std::vector<Survey::Answer> all;
  while (all.size() < count) {
    pollfd waiting{desk.descriptor(), POLLIN, 0};
    if (poll(&waiting, 1, 10'000) != 1) return all;
    for (auto& answer : desk.take_answers()) all.push_back(std::move(answer));
  }
  return all;
}

class SurveyTest : public testing::Test {
 protected:
  std::unique_ptr<Lookout> lookout() { return std::make_unique<FakeLookout>(log); }

  FakeLookout::Log log;
  Reports reports;
};

TEST_F(SurveyTest, WalksComeOneATurnInTheOrderOfTheirQuestions) {
  Survey survey(lookout(), reports, 20ms);
  Survey::Desk desk(survey);
  for (const std::uint64_t id : {1u, 3u, 5u}) desk.ask(about(id));
  desk.ask_for_pinholes();
  const auto all = answers(desk, 4);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(log.searched, (std::vector<std::uint64_t>{1u, 3u, 5u}));
  EXPECT_EQ(std::get<std::vector<alg::Listed>>(all.back()).size(), 3u);
  for (std::size_t i = 1; i < log.walks.size(); ++i) EXPECT_GE(log.walks[i] - log.walks[i - 1], 20ms);
}

TEST_F(SurveyTest, WhatIsKnownWaitsForNoWalk) {
  Survey survey(lookout(), reports, 1h);
  Survey::Desk desk(survey);
  for (const std::uint64_t id : {1u, 3u, 2u, 4u})
    desk.ask(about(id));  // one walk, one that has to wait, two known
  const auto all = answers(desk, 3);
  ASSERT_EQ(all.size(), 3u);
  const auto id_of = [](const Survey::Answer& answer) {
    return std::get<alg::TransferAnswer>(answer).question.flow.id;
  };
  EXPECT_EQ(std::ranges::count_if(all, [&](const auto& answer) { return id_of(answer) % 2 == 0; }), 2);
  EXPECT_EQ(log.searched.size(), 1u);
}

TEST_F(SurveyTest, SaysWhetherItIsThere) {
  Survey survey(lookout(), reports, 1ms);
  Survey::Desk desk(survey);
  desk.ask(about(9));
  desk.ask(about(11));
  const auto all = answers(desk, 2);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_TRUE(std::get<alg::TransferAnswer>(all[0]).there);
  EXPECT_FALSE(std::get<alg::TransferAnswer>(all[1]).there);
}

TEST_F(SurveyTest, EachDeskHasItsOwnAnswers) {
  Survey survey(lookout(), reports, 1ms);
  Survey::Desk one(survey);
  Survey::Desk two(survey);
  one.ask(about(2));
  two.ask(about(4));
  EXPECT_EQ(std::get<alg::TransferAnswer>(answers(one, 1).at(0)).question.flow.id, 2u);
  EXPECT_EQ(std::get<alg::TransferAnswer>(answers(two, 1).at(0)).question.flow.id, 4u);
}

TEST_F(SurveyTest, ADeskMayGoBeforeItsAnswersCome) {
  Survey survey(lookout(), reports, 1ms);
  for (int i = 0; i < 50; ++i) {
    Survey::Desk desk(survey);
    for (std::uint64_t id = 1; id < 5; ++id) desk.ask(about(id));
  }
  Survey::Desk last(survey);
  last.ask(about(6));
  EXPECT_EQ(answers(last, 1).size(), 1u);
}

TEST_F(SurveyTest, ALookoutThatFailsIsReportedOnceAndAnswersNo) {
  log.broken = true;
  Survey survey(lookout(), reports, 1ms);
  Survey::Desk desk(survey);
  desk.ask(about(2));
  desk.ask(about(4));
  for (const auto& answer : answers(desk, 2)) EXPECT_FALSE(std::get<alg::TransferAnswer>(answer).there);
  const std::scoped_lock lock(reports.mutex);
  EXPECT_EQ(reports.lines, std::vector<std::string>{"conntrack could not be listed: no socket"});
}

}  // namespace
}  // namespace pinhole::test
