// The one pinhole of a session that may still be unused, and whether its data connection is there.
#pragma once

#include <cstdint>
#include <optional>

#include "pinhole/alg/pinhole.hpp"
#include "pinhole/alg/time.hpp"
#include "pinhole/alg/tracker.hpp"

namespace pinhole::control {

class PinholeRecord {
 public:
  const std::optional<alg::Pinhole>& current() const { return pinhole_; }
  /// `command` is the one that negotiated it.
  bool is_of(std::uint32_t command) const { return pinhole_ && command_ == command; }
  /// Opened so far.
  std::size_t count() const { return count_; }

  void opened(const alg::Pinhole& pinhole, std::uint32_t command) {
    pinhole_ = pinhole;
    command_ = command;
    transfer_ = Transfer::unknown;
    ++count_;
  }
  void closed() { pinhole_.reset(); }

  /// When to ask for its data connection, if it is to be asked for; `last_heard` is the control connection's,
  /// or when the data connection was last seen.
  std::optional<alg::Time> next_question(alg::Time last_heard) const {
    if (!pinhole_ || transfer_ == Transfer::gone || transfer_ == Transfer::asked) return std::nullopt;
    return last_heard + kInterval;
  }
  /// True in the question: it was not found yet.
  bool is_sought() const { return transfer_ == Transfer::unknown; }
  void asked() { transfer_ = Transfer::asked; }
  /// False if the answer is about another pinhole.
  bool answered(const alg::TransferAnswer& answer) {
    if (pinhole_ != answer.question.pinhole || transfer_ != Transfer::asked) return false;
    transfer_ = answer.there ? Transfer::there : Transfer::gone;
    return true;
  }

 private:
  /// Conntrack's timeout of an established connection would have to be shorter than this to strike.
  static constexpr std::chrono::seconds kInterval{10};

  /// One that is gone is not looked for again.
  enum class Transfer : std::uint8_t { unknown, asked, there, gone };

  std::optional<alg::Pinhole> pinhole_;
  std::uint32_t command_ = 0;
  std::size_t count_ = 0;
  Transfer transfer_ = Transfer::unknown;
};

}  // namespace pinhole::control
