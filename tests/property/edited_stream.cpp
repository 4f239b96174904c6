#include "property/edited_stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

namespace pinhole::test {
namespace {

using net::Seq;

constexpr std::chrono::milliseconds kStep{10};

/// A place where segments wait for their turn, whichever comes first.
template <class T>
class Wire {
 public:
  void put(T item) { items_.push_back(std::move(item)); }
  bool empty() const { return items_.empty(); }
  T take(std::size_t index) {
    T item = std::move(items_[index]);
    items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(index));
    return item;
  }
  const T& at(std::size_t index) const { return items_[index]; }
  std::size_t size() const { return items_.size(); }

 private:
  std::deque<T> items_;
};

/// Sender, network and receiver of one plan.
class StreamRun {
 public:
  StreamRun(const StreamPlan& plan, Random& random) : plan_(plan), random_(random), gateway_(plan, random) {}

  void to_the_end() {
    for (std::size_t step = 0; step < 20'000 && !finished() && !testing::Test::HasFailure(); ++step) {
      fair_ = step > 3'000;
      one_step();
    }
    // A history that does not hold what is under way, or a line in pieces, may have to let a packet go.
    const bool enough = plan_.history >= std::max(plan_.window, EditingGateway::kUnfinished);
    EXPECT_TRUE(finished() || !enough)
        << "it hangs: " << acknowledged_ << " of " << plan_.stream.size() << " bytes acknowledged, "
        << received_.size() << " of " << gateway_.decided().size() << " received";
  }
  Edited edited() const { return {gateway_.edits(), gateway_.refused()}; }

 private:
  bool finished() const {
    return acknowledged_ == plan_.stream.size() && received_.size() == gateway_.decided().size();
  }
  std::size_t in_flight() const { return fair_ ? 4 : 20; }  // packets on one wire
  bool lost() { return !fair_ && random_.chance(plan_.loss); }

  void one_step() {
    now_ += kStep;
    switch (random_.below(4)) {
      case 0:
        return send();
      case 1:
        return at_gateway();
      case 2:
        return at_receiver();
      default:
        return answer();
    }
  }

  Piece segment(std::size_t from, std::size_t length) {
    return {plan_.begin + static_cast<std::int64_t>(from), plan_.stream.substr(from, length)};
  }

  void send() {
    if (to_gateway_.size() > in_flight()) return;
    const auto length = fair_ ? plan_.segment : random_.between(1, plan_.segment);
    const auto limit = std::min(plan_.stream.size(), acknowledged_ + plan_.window);
    if (sent_ < limit && random_.chance(50)) {
      to_gateway_.put(segment(sent_, std::min(length, limit - sent_)));
      sent_ = std::min(limit, sent_ + length);
    } else if (sent_ > 0) {
      // Again what was not acknowledged, from its beginning or anywhere; or a keep-alive.
      if (again_ < acknowledged_ || again_ >= sent_) again_ = acknowledged_;
      auto from = std::min(again_, sent_ - 1);
      if (!fair_ && sent_ > acknowledged_ && random_.chance(50))
        from = random_.between(acknowledged_, sent_ - 1);
      if (from > 0 && random_.chance(10)) --from;
      auto again = segment(from, std::min(length, sent_ - from));
      if (!plan_.honest) {
        for (auto& byte : again.bytes) {
          if (byte != '\n' && random_.chance(20)) byte = '?';
        }
      }
      again_ = from + again.bytes.size();
      to_gateway_.put(std::move(again));
    }
  }

  /// The next of a wire, or sometimes any of it; sometimes it stays there too.
  template <class T>
  T next_of(Wire<T>& wire) {
    const auto index = !fair_ && random_.chance(plan_.reordering) ? random_.below(wire.size()) : 0;
    if (!fair_ && random_.chance(5)) return wire.at(index);
    return wire.take(index);
  }

  void at_gateway() {
    if (to_gateway_.empty() || to_receiver_.size() > in_flight()) return;
    const auto piece = next_of(to_gateway_);
    if (lost()) return;
    const auto outcome = gateway_.arrive(piece, now_);
    if (outcome.back) acknowledge(*outcome.back);
    if (!outcome.onward || lost()) return;
    to_receiver_.put({gateway_.conntrack().shift(outcome.onward->seq), outcome.onward->bytes});
  }

  void at_receiver() {
    if (to_receiver_.empty()) return;
    const auto piece = next_of(to_receiver_);
    const auto& expected = gateway_.decided();
    const auto offset = piece.seq - plan_.initial_shift.shift(plan_.begin);
    if (piece.bytes.empty()) return;
    ASSERT_GE(offset, 0);
    const auto begin = static_cast<std::size_t>(offset);
    ASSERT_LE(begin + piece.bytes.size(), expected.size());
    ASSERT_EQ(piece.bytes, expected.substr(begin, piece.bytes.size())) << "at " << begin;
    if (begin > received_.size()) {
      early_.put(piece);
      return;
    }
    take(begin, piece.bytes);
    for (std::size_t i = 0; i < early_.size();) {  // what waited for these bytes
      const auto at = static_cast<std::size_t>(early_.at(i).seq - plan_.initial_shift.shift(plan_.begin));
      if (at > received_.size()) {
        ++i;
      } else {
        take(at, early_.take(i).bytes);
        i = 0;
      }
    }
  }

  void take(std::size_t begin, const std::string& bytes) {
    if (begin + bytes.size() <= received_.size()) return;
    const auto fresh = bytes.substr(received_.size() - begin);
    answer_due_ = answer_due_ || fresh.find('\n') != fresh.npos;
    received_ += fresh;
  }

  void answer() {
    const auto ack = plan_.initial_shift.shift(plan_.begin) + static_cast<std::int64_t>(received_.size());
    const bool speaks = answer_due_ && random_.chance(fair_ ? 30 : 10);
    if (answers_.size() < in_flight()) answers_.put({ack, speaks});
    const auto [number, seen] = next_of(answers_);
    if (lost()) return;
    if (seen) {
      gateway_.acknowledged(number);
      answer_due_ = answer_due_ && number != ack;
    }
    acknowledge(gateway_.conntrack().unshift(number));
  }

  void acknowledge(Seq ack) {
    const auto offset = ack - plan_.begin;
    ASSERT_LE(offset, static_cast<std::int32_t>(sent_)) << "acknowledged before it was sent";
    if (offset > static_cast<std::int32_t>(acknowledged_)) acknowledged_ = static_cast<std::size_t>(offset);
  }

  struct Answer {
    Seq ack;
    bool speaks;
  };

  const StreamPlan& plan_;
  Random& random_;
  EditingGateway gateway_;
  std::chrono::nanoseconds now_{};
  bool fair_ = false;
  std::size_t sent_ = 0, acknowledged_ = 0, again_ = 0;  // the sender's
  Wire<Piece> to_gateway_, to_receiver_;
  Wire<Answer> answers_;
  std::string received_;
  Wire<Piece> early_;  // at the receiver
  bool answer_due_ = false;
};

}  // namespace

Edited run(const StreamPlan& plan, Random& random) {
  StreamRun run(plan, random);
  run.to_the_end();
  return run.edited();
}

}  // namespace pinhole::test
