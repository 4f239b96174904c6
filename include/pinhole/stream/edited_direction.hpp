// One direction of a TCP connection whose bytes may be edited on the way: what is new in a packet, and what
// leaves in its place.
//
// The caller hears the bytes in order and decides about each once: pass(), overwrite(), replace(), or
// acknowledge_locally() for the beginning of a line that cannot be decided yet. fresh() and repeated() then
// say what stands for a packet, the first time and every time after it. A number is the sender's own unless
// it is said otherwise.
//
// It knows no packet's headers, no clock (the time is passed in) and nothing of what the bytes mean.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "pinhole/stream/reassembler.hpp"
#include "pinhole/stream/rewriter.hpp"

namespace pinhole::stream {

class EditedDirection {
 public:
  struct Limits {
    std::size_t history;               ///< bytes kept for retransmissions
    std::size_t acknowledged_locally;  ///< bytes that may be kept from the receiver
    std::size_t packet;                ///< an edited packet may grow to this size, its headers included
  };

  /// `begin` is the number of the first byte that will be heard.
  EditedDirection(net::Seq begin, const SeqShift& in_force, const Limits& limits)
      : limits_(limits), order_(begin), rewriter_(begin, in_force, limits.history) {}

  // Where bytes lie

  Reassembler::Placement place(net::Seq seq, std::size_t length) const { return order_.place(seq, length); }
  /// The next byte that was not heard.
  net::Seq heard() const { return order_.next(); }
  /// The next byte that the receiver waits for, if everything that left arrived.
  net::Seq left() const { return rewriter_.next(); }
  /// Bytes heard that nobody has decided about: they have not left.
  std::size_t acknowledged_locally() const { return static_cast<std::size_t>(heard() - left()); }
  /// Nothing that was edited before `seq` need leave again with it.
  bool is_plain(net::Seq seq) const { return rewriter_.is_plain(seq); }
  /// Bytes kept for retransmissions.
  std::size_t remembered() const { return rewriter_.retained(); }

  /// The receiver has everything before `ack`, a number as the receiver sees it.
  void acknowledge(net::Seq ack) { rewriter_.acknowledge(ack); }
  /// The same number in the sender's numbers.
  net::Seq in_senders_numbers(net::Seq ack) const { return rewriter_.shift().unshift(ack); }
  /// Edits that the receiver may not have.
  bool has_edits_in_flight() const { return rewriter_.group_size() > 0 || !is_plain(heard()); }
  /// Bytes went by that were never heard: what is heard next begins at `begin`. None may be acknowledged
  /// locally. The receiver has all that was heard, and what was not if it has `arrived`; else what is still
  /// to come of that is `unknown`.
  void go_on_at(net::Seq begin, bool arrived);

  // Whether a packet with new bytes can be heard now. Edits that may be unacknowledged leave together, in one
  // packet: where those of this one would not fit with them, it has to come again.

  enum class Admission : std::uint8_t {
    hear,
    drop_for_retransmit,  ///< dropped, but for what it repeats; TCP will send it again
  };
  /// `bytes` are what is new, behind `skip` known ones; `headers` the size of the packet's headers;
  /// `may_edit()` tells whether an edit may come of `bytes`.
  template <class MayEdit>
  Admission admit(std::size_t skip, std::size_t bytes, std::size_t headers, std::chrono::nanoseconds now,
                  MayEdit may_edit) {
    if (is_full() && (skip > 0 || !wait_in_vain(now))) return drop_for_retransmit(skip);
    // What repeats these edits may be a smaller packet than this one.
    room_ = limits_.packet - std::min(limits_.packet, headers);
    if (fits(bytes) || (acknowledged_locally() == 0 && !may_edit())) {
      delays_ = 0;
      return Admission::hear;
    }
    // By the time TCP sends it again, an acknowledgment has usually been seen. If not, no edit is made: the
    // lines are refused, which changes no length.
    if (++delays_ <= kDelays) return drop_for_retransmit(skip);
    room_ = 0;
    return Admission::hear;
  }

  // What becomes of bytes. The last `fresh` of them are new, those before were acknowledged locally.

  void pass(std::span<const std::uint8_t> earlier, std::span<const std::uint8_t> fresh);
  /// `rendered` takes the place of as many bytes.
  void overwrite(std::span<const std::uint8_t> rendered, std::size_t fresh);
  /// `rendered` takes the place of `original`, of another length perhaps: has_room() for it, and conntrack
  /// was told shift_after().
  void replace(std::span<const std::uint8_t> original, std::span<const std::uint8_t> rendered,
               std::size_t fresh);
  /// Nothing of them leaves until it is decided; they are acknowledged locally.
  void acknowledge_locally(std::size_t fresh);
  bool may_acknowledge_locally(std::size_t line) const {
    return rewriter_.retained() + line <= limits_.acknowledged_locally;
  }

  SeqShift shift_after(std::size_t original, std::size_t rendered) const {
    return rewriter_.shift_after(original, rendered);
  }
  bool has_room(std::size_t rendered) const { return rewriter_.group_size() + rendered <= room_; }

  // What leaves

  /// What a packet holds.
  struct Piece {
    net::Seq seq;
    std::span<const std::uint8_t> bytes;
    bool fin = false;

    net::Seq end() const { return seq + static_cast<std::int64_t>(bytes.size()); }
  };
  struct Departure {
    enum class How : std::uint8_t {
      as_it_came,
      rendered,      ///< `bytes` leave, from `seq` on
      nothing,       ///< all of it was acknowledged locally
      unknown,       ///< from before what is remembered; it was never edited
      unknown_part,  ///< the same of its beginning: `bytes`, as they came. TCP brings the rest again
      forgotten,     ///< from before what is remembered, and it may have been edited: it must not leave
    };
    How how = How::as_it_came;
    net::Seq seq;
    std::span<const std::uint8_t> bytes;  ///< valid until the next call of any kind
    bool to_the_end = false;              ///< its last byte stands for the packet's last, so a FIN may follow
    bool conflict = false;                ///< the packet repeats other bytes than the first time
  };
  /// What leaves for a packet with new bytes, after all that were to be heard were decided or acknowledged;
  /// of at most `room` bytes.
  Departure fresh(const Piece& piece, std::size_t room);
  /// The same for one without.
  Departure repeated(const Piece& piece, std::size_t room);
  /// What must be acknowledged locally to the sender of `piece`.
  std::optional<net::Seq> owed_acknowledgment(const Piece& piece) const;

 private:
  /// How often a packet is dropped for its retransmission because edits before it are unacknowledged. Three
  /// of TCP's timeouts take about 1.5 s.
  static constexpr unsigned kDelays = 3;

  Admission drop_for_retransmit(std::size_t skip) {
    if (skip > 0) repetitions_ = 0;  // something older is repeated with it
    return Admission::drop_for_retransmit;
  }
  bool is_full() const { return rewriter_.retained() > limits_.history; }
  bool wait_in_vain(std::chrono::nanoseconds now);
  bool fits(std::size_t bytes) const;

  Limits limits_;
  Reassembler order_;
  Rewriter rewriter_;
  std::size_t room_ = 0;  // that edits of the packet being heard may take with those before
  unsigned delays_ = 0;
  unsigned repetitions_ = 0;  // of a packet for which there is no memory, nothing older being repeated
  std::chrono::nanoseconds repeated_at_{};
};

}  // namespace pinhole::stream
