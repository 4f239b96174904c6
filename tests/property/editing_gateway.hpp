// A gateway reduced to decisions about lines: every line that begins with 'P' is edited. All else is the real
// stream::EditedDirection.
//
// Where a packet goes from here, conntrack shifts its number by conntrack(), as the kernel would.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "pinhole/net/seq.hpp"
#include "pinhole/stream/edited_direction.hpp"
#include "property/random.hpp"

namespace pinhole::test {

struct Piece {
  net::Seq seq;
  std::string bytes;
};

/// What a seed chooses: the stream, its numbers, and what lies in its way.
struct StreamPlan {
  explicit StreamPlan(Random& random);

  std::string stream;              ///< what the sender has to say
  net::Seq begin;                  ///< number of its first byte
  stream::SeqShift initial_shift;  ///< in force before
  std::size_t segment;             ///< the sender's largest segment
  std::size_t window;              ///< what it sends unacknowledged
  std::size_t history;             ///< bytes kept for retransmissions
  bool honest;                     ///< it repeats the same bytes
  unsigned loss;                   ///< percent
  unsigned reordering;             ///< percent
};

class EditingGateway {
 public:
  /// Every packet carries at least so much; what may be acknowledged locally.
  static constexpr std::size_t kRoom = 200, kUnfinished = 120;

  EditingGateway(const StreamPlan& plan, Random& random)
      : random_(random),
        stream_(plan.begin, plan.initial_shift, {plan.history, kUnfinished, kRoom}),
        conntrack_(plan.initial_shift) {}

  struct Outcome {
    std::optional<Piece> onward;   ///< in the sender's numbers, before conntrack
    std::optional<net::Seq> back;  ///< acknowledged locally
  };
  Outcome arrive(const Piece& piece, std::chrono::nanoseconds now);
  void acknowledged(net::Seq ack) { stream_.acknowledge(ack); }

  const stream::SeqShift& conntrack() const { return conntrack_; }
  const std::string& decided() const { return decided_; }  ///< the edited stream so far
  std::size_t edits() const { return edits_; }
  std::size_t refused() const { return refused_; }  ///< lines whose edit had no room: of the same length then

 private:
  void decide(std::string_view piece);
  bool hear(std::string_view bytes);
  std::string edit_of(std::string_view line);
  bool may_edit(std::string_view bytes) const;
  Outcome outcome_of(const Piece& piece, bool repeated);

  Random& random_;
  stream::EditedDirection stream_;
  stream::SeqShift conntrack_;
  std::string line_;  // what has come of the unfinished line
  std::string decided_;
  std::size_t edits_ = 0, refused_ = 0;
};

}  // namespace pinhole::test
