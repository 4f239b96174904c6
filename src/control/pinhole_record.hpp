// The pinholes of a session: the one that may still be unused, whether its data connection is there, and
// which connection each of the last ones let pass.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pinhole/alg/pinhole.hpp"
#include "pinhole/alg/time.hpp"
#include "pinhole/alg/tracker.hpp"

namespace pinhole::control {

class PinholeRecord {
 public:
  /// The last one negotiated, unless it was closed: its data connection may be still to come, or on its way.
  const std::optional<alg::Pinhole>& current() const { return pinhole_; }
  /// It has not been used, as far as is known: conntrack may still have it.
  bool is_open() const { return pinhole_ && !uses_.back().opener_port; }
  /// `command` is the one that negotiated it.
  bool is_of(std::uint32_t command) const { return pinhole_ && command_ == command; }
  /// Opened so far.
  std::size_t count() const { return count_; }

  void opened(const alg::Pinhole& pinhole, std::uint32_t command);
  void closed() { pinhole_.reset(); }

  enum class Connection : std::uint8_t {
    its_own,  ///< the data connection of the pinhole that it came through
    further,  ///< that pinhole has its data connection, and it is another one
    unknown,  ///< this session has opened no pinhole
  };
  /// A connection, opener -> what it dialed, was established. A pinhole's first one is its own.
  Connection established(const net::FlowKey& connection);

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
  bool answered(const alg::TransferAnswer& answer);

 private:
  /// Conntrack's timeout of an established connection would have to be shorter than this to strike.
  static constexpr std::chrono::seconds kInterval{10};

  /// Of so many pinholes it is known which connection was theirs: one that was begun before its pinhole was
  /// closed may be established when the next is open.
  static constexpr std::size_t kUses = 8;

  /// One that is gone is not looked for again.
  enum class Transfer : std::uint8_t { unknown, asked, there, gone };

  struct Use {
    net::IpAddress from;
    net::Endpoint to;
    std::optional<net::Port> opener_port;  ///< of its data connection
  };

  std::optional<alg::Pinhole> pinhole_;
  std::uint32_t command_ = 0;
  std::size_t count_ = 0;
  Transfer transfer_ = Transfer::unknown;
  std::vector<Use> uses_;  // oldest first
};

}  // namespace pinhole::control
