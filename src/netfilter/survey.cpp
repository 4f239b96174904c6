#include "netfilter/survey.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace pinhole::netfilter {

Survey::Desk::Desk(Survey& survey) : survey_(survey), event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  const std::scoped_lock lock(survey_.mutex_);
  survey_.desks_.push_back(this);
}

Survey::Desk::~Desk() {
  {
    const std::scoped_lock lock(survey_.mutex_);
    std::erase(survey_.desks_, this);
    for (auto* questions : {&survey_.new_, &survey_.walks_}) {
      std::erase_if(*questions, [this](const Question& question) { return question.asker == this; });
    }
  }
  close(event_);
}

void Survey::Desk::ask(const alg::TransferQuestion& question) {
  survey_.put({this, question});
}

void Survey::Desk::ask_for_pinholes() {
  survey_.put({this, ForPinholes{}});
}

std::vector<Survey::Answer> Survey::Desk::take_answers() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto taken = read(event_, &count, sizeof count);
  const std::scoped_lock lock(survey_.mutex_);
  return std::exchange(answers_, {});
}

Survey::Survey(std::unique_ptr<Lookout> lookout, Reporter& reporter, std::chrono::milliseconds turn)
    : lookout_(std::move(lookout)), reporter_(reporter), turn_(turn), thread_([this] { run(); }) {}

Survey::~Survey() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Survey::put(const Question& question) {
  {
    const std::scoped_lock lock(mutex_);
    new_.push_back(question);
  }
  changed_.notify_one();
}

void Survey::run() {
  auto next_walk = Clock::now();
  std::unique_lock lock(mutex_);
  while (true) {
    const auto is_due = [&] {
      return stopping_ || !new_.empty() || (!walks_.empty() && Clock::now() >= next_walk);
    };
    if (walks_.empty()) {
      changed_.wait(lock, is_due);
    } else {
      changed_.wait_until(lock, next_walk, is_due);
    }
    if (stopping_) return;
    if (!new_.empty()) {
      const Question question = new_.front();
      new_.pop_front();
      lock.unlock();
      auto answer = answer_at_once(question);
      lock.lock();
      if (answer) {
        deliver(question, std::move(*answer));
      } else {
        walks_.push_back(question);
      }
    } else if (!walks_.empty() && Clock::now() >= next_walk) {
      const Question question = walks_.front();
      walks_.pop_front();
      lock.unlock();
      auto answer = answer_by_walk(question);
      next_walk = Clock::now() + turn_;
      lock.lock();
      deliver(question, std::move(answer));
    }
  }
}

std::optional<Survey::Answer> Survey::answer_at_once(const Question& question) {
  const auto* transfer = std::get_if<alg::TransferQuestion>(&question.what);
  if (transfer == nullptr) return std::nullopt;
  try {
    const auto there = lookout_->recall(*transfer);
    if (!there) return std::nullopt;
    return alg::TransferAnswer{*transfer, *there};
  } catch (const std::exception& error) {
    report(error);
    return alg::TransferAnswer{*transfer, false};
  }
}

Survey::Answer Survey::answer_by_walk(const Question& question) {
  const auto* transfer = std::get_if<alg::TransferQuestion>(&question.what);
  try {
    if (transfer == nullptr) return lookout_->list();
    return alg::TransferAnswer{*transfer, lookout_->search(*transfer)};
  } catch (const std::exception& error) {
    report(error);
    if (transfer == nullptr) return std::vector<alg::Listed>{};
    return alg::TransferAnswer{*transfer, false};
  }
}

/// With the mutex held.
void Survey::deliver(const Question& question, Answer answer) {
  if (std::ranges::find(desks_, question.asker) == desks_.end()) return;
  question.asker->answers_.push_back(std::move(answer));
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(question.asker->event_, &one, sizeof one);
}

void Survey::report(const std::exception& error) {
  if (std::exchange(failure_reported_, true)) return;
  reporter_.report(Severity::error, std::string("conntrack could not be listed: ") + error.what());
}

}  // namespace pinhole::netfilter
