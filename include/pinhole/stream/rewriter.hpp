// Edits one direction of a TCP connection: remembers what left, so that it leaves the same way again.
//
// Bytes enter in order, each decided once: pass() or replace(). render() then gives, for any range of the
// sender's numbers, the bytes that stand there for the receiver. Everything not yet acknowledged is kept (up
// to a bound; a replacement of another length, and what follows it, whatever the bound), so a retransmission,
// whatever its segments are and whatever it holds, is rendered from here.
//
// Replacements of another length move the numbers behind them. conntrack does the moving and knows one step
// per direction (SeqShift), so all such replacements that may be unacknowledged form one *group*, from the
// first byte of the first to the last byte of the last. A packet that touches the group carries it from its
// beginning; then the position of the step is right for every packet, and an acknowledgment that falls inside
// the group can at worst make the sender send a part of it again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pinhole/net/seq.hpp"
#include "pinhole/stream/seq_shift.hpp"

namespace pinhole::stream {

class Rewriter {
 public:
  /// `begin` is the number of the first byte that will be passed or replaced, `history` the bound in bytes,
  /// no less than a line that comes in pieces.
  Rewriter(net::Seq begin, const SeqShift& in_force, std::size_t history);

  /// Behind the last byte that was decided, in the sender's numbers.
  net::Seq next() const { return history_begin_ + static_cast<std::int64_t>(kept()); }

  /// The step that would be in force if the next `original` bytes were replaced by `rendered` ones.
  SeqShift shift_after(std::size_t original, std::size_t rendered) const;

  void pass(std::span<const std::uint8_t> bytes);
  void replace(std::span<const std::uint8_t> original, std::span<const std::uint8_t> rendered);
  /// The same where `rendered` takes the place of as many bytes.
  void overwrite(std::span<const std::uint8_t> rendered);

  /// The receiver has everything before `ack` (in the receiver's numbers).
  void acknowledge(net::Seq ack);

  /// The receiver has everything that was decided so far.
  void assume_acknowledged();

  /// The same of what was decided before this one began, up to `end`; what lies between is nobody's here.
  void assume_acknowledged_before(net::Seq end) { earlier_acknowledged_ = end; }

  /// All bytes decided so far were acknowledged locally, so the sender will not repeat them: from now on
  /// packets carry those that the receiver may not have. Where they do not fit into a packet together with
  /// its own bytes, they and its own bytes take turns.
  void guarantee();

  /// Bytes decided that a packet may have to carry again, as sent by the sender.
  std::size_t retained() const { return kept(); }

  struct Rendering {
    net::Seq begin;  ///< the number the packet must bear
    net::Seq end;    ///< of the sender's bytes, behind the last one that is rendered
    std::span<const std::uint8_t> bytes;
  };
  /// What stands for the sender's bytes [begin, end), end <= next(): starting earlier where the rules above
  /// ask for it, stopping earlier where `room` bytes do not suffice. Valid until the next call of any kind.
  Rendering render(net::Seq begin, net::Seq end, std::size_t room);

  /// True if a packet that begins at `begin` needs no earlier bytes before its own.
  bool is_plain(net::Seq begin) const;

  /// True if nothing of [begin, end) was ever replaced; false where that is not known any more.
  bool is_original(net::Seq begin, net::Seq end) const {
    return !replaced_any_ || begin >= replaced_until_ || end <= first_;
  }

  enum class Memory : std::uint8_t {
    known,         ///< at least the end of the range is kept
    acknowledged,  ///< the receiver has all of it
    forgotten,     ///< never seen, or let go because of the bound; nothing in it was ever replaced
    lost,          ///< let go because of the bound, and something in it may have been replaced
  };
  Memory recall(net::Seq end) const;

  /// The number of the first byte that is kept.
  net::Seq remembered_from() const { return history_begin_; }

  /// The step in force; tell conntrack when it changes.
  const SeqShift& shift() const { return shift_; }

  /// Rendered size of everything from the unacknowledged group's first byte on, 0 without one. One more edit
  /// makes a group of all this and itself, which must fit into one packet.
  std::size_t group_size() const;

 private:
  struct Edit {
    net::Seq begin, end;                 // in the sender's numbers
    std::vector<std::uint8_t> rendered;  // of another length
  };

  std::size_t kept() const { return history_.size() - trimmed_; }
  net::Seq start_of(net::Seq begin) const;
  Rendering render_exactly(net::Seq begin, net::Seq end, std::size_t room);
  void append(std::span<const std::uint8_t> bytes);
  void trim_to(net::Seq begin);
  const std::uint8_t* at(net::Seq seq) const { return history_.data() + trimmed_ + (seq - history_begin_); }

  std::size_t bound_;
  std::vector<std::uint8_t> history_;  // one byte per byte of the sender; the first `trimmed_` are dead
  std::size_t trimmed_ = 0;
  net::Seq history_begin_;                        // number of the first live byte
  net::Seq acknowledged_;                         // the receiver has everything before it
  net::Seq first_;                                // that was ever seen: what lies before is not ours to judge
  bool beginning_acknowledged_ = false;           // the receiver has what lies before
  std::optional<net::Seq> earlier_acknowledged_;  // the receiver has what lies before that
  net::Seq replaced_until_;                       // behind the last replaced byte, of any length
  bool replaced_any_ = false;
  bool guaranteed_ = false;
  unsigned turns_ = 0;  // taken where guaranteed and own bytes did not fit together
  net::Seq guaranteed_begin_, guaranteed_end_;
  std::vector<Edit> group_;  // in order; slots beyond group_count_ keep their capacity
  std::size_t group_count_ = 0;
  SeqShift shift_;
  std::vector<std::uint8_t> rendered_;
};

}  // namespace pinhole::stream
