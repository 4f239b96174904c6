// Asks a Lookout in a thread of its own, so that no packet waits for a walk through the kernel's tables.
//
// All gateways of a process share one Survey, each through its own Desk. Questions are answered in the order
// in which they came; of those that need a walk one is answered a turn, since the kernel serves no network
// interrupt on that processor meanwhile.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "netfilter/lookout.hpp"
#include "netfilter/reporter.hpp"

namespace pinhole::netfilter {

class Survey {
 public:
  using Answer = std::variant<alg::TransferAnswer, std::vector<alg::Listed>>;

  /// Where one gateway asks, and takes its answers from.
  class Desk final : public alg::Surveyor {
   public:
    /// `survey` must outlive the desk. Throws std::system_error.
    explicit Desk(Survey& survey);
    ~Desk() override;
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    void ask(const alg::TransferQuestion& question) override;
    void ask_for_pinholes() override;

    /// Readable while there are answers.
    int descriptor() const { return event_; }
    std::vector<Answer> take_answers();

   private:
    friend class Survey;
    Survey& survey_;
    int event_ = -1;
    std::vector<Answer> answers_;  // guarded by survey_.mutex_
  };

  /// `reporter` must outlive the survey, and hears of a Lookout that throws.
  Survey(std::unique_ptr<Lookout> lookout, Reporter& reporter,
         std::chrono::milliseconds turn = std::chrono::seconds(1));
  ~Survey();
  Survey(const Survey&) = delete;
  Survey& operator=(const Survey&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  struct ForPinholes {};
  struct Question {
    Desk* asker;
    std::variant<alg::TransferQuestion, ForPinholes> what;
  };

  void put(const Question& question);
  void run();
  std::optional<Answer> answer_at_once(const Question& question);
  Answer answer_by_walk(const Question& question);
  void deliver(const Question& question, Answer answer);
  void report(const std::exception& error);

  std::unique_ptr<Lookout> lookout_;
  Reporter& reporter_;
  const std::chrono::milliseconds turn_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Question> new_, walks_;
  std::vector<Desk*> desks_;  // that are there: only they get answers
  bool stopping_ = false;
  bool failure_reported_ = false;  // of the thread alone
  std::thread thread_;             // last: it uses all of the above
};

}  // namespace pinhole::netfilter
