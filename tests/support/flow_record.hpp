// What a RouterModel remembers of one control connection.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "pinhole/alg/labels.hpp"
#include "pinhole/alg/pinhole.hpp"
#include "pinhole/net/per_side.hpp"
#include "pinhole/net/tcp_segment.hpp"
#include "pinhole/stream/seq_shift.hpp"
#include "support/stream_memory.hpp"

namespace pinhole::test {

/// All that one side sent, in whatever order and however often, and whatever it contradicts.
class SentBytes {
 public:
  void add(net::Seq begin, std::span<const std::uint8_t> payload);
  /// A segment of it ended before this number.
  bool ends_at(net::Seq end) const;
  /// Whether `text`, of upper-case letters, can be read in it: any reading of pieces that overlap counts,
  /// and so does one without NULs.
  bool may_read(std::string_view text) const;
  /// Bytes that nobody will read again are not kept.
  void stop_reading() { reading_ = false; }
  void clear() { *this = {}; }

 private:
  struct PieceAt {
    net::Seq begin;
    std::size_t offset, length;
  };
  std::span<const std::uint8_t> bytes_of(const PieceAt& piece) const {
    return std::span(bytes_).subspan(piece.offset, piece.length);
  }

  bool reading_ = true;
  std::vector<std::uint8_t> bytes_;
  std::vector<PieceAt> pieces_;
  std::optional<net::Seq> first_;
  std::vector<bool> near_ends_;  // by their distance from first_
  std::unordered_set<std::uint32_t> far_ends_;
};

struct FlowRecord {
  enum class Room : std::uint8_t { none, some };
  /// Of the bytes of one sender.
  struct Direction {
    std::optional<net::Seq> first;      ///< seen; what came before passes unjudged
    std::optional<StreamMemory> heard;  ///< by the receiver
    SentBytes sent;
    std::optional<net::Seq> acknowledged;  ///< locally
    std::optional<net::Seq> left;          ///< behind the last byte that went on
    std::optional<net::Seq> sent_end;      ///< behind the last byte that was sent
    bool disowned = false;  ///< the receiver acknowledged what it did not hear: nobody owes it that
    std::optional<Room>
        all_acknowledged;                 ///< a packet was dropped in this call: all was acknowledged locally
    std::optional<net::Seq> gone_on_end;  ///< of packets that went on, with whatever in their place
    bool unparked = false;                ///< nothing waits that could carry what is acknowledged

    /// It has sent more than is acknowledged: what it repeats can carry what the receiver has not got.
    bool sends_again() const { return sent_end && acknowledged && *sent_end > *acknowledged; }
  };
  Direction& of(net::Side sender) { return directions[sender]; }
  const Direction& of(net::Side sender) const { return directions[sender]; }

  /// What the receiver has in order of the sender's bytes, in the sender's numbers.
  net::Seq received(net::Side sender) const { return shift[sender].unshift(of(sender).heard.value().next()); }

  alg::NatView view;
  net::PerSide<stream::SeqShift> shift;  ///< in force
  net::PerSide<Direction> directions;
  bool alive = false;                ///< began and has not ended
  bool not_ftp = false;              ///< or may be
  bool reset = false;                ///< by the gateway
  bool broken_off = false;           ///< by an end's RST
  bool failed = false;               ///< a packet of it could not be judged
  bool whole = true;                 ///< nothing was edited before it began, of which the gateway cannot know
  bool from_start = false;           ///< its first bytes are known
  bool over = false;                 ///< it ended in this call
  std::optional<alg::Pinhole> open;  ///< as the gateway told the tracker
  std::optional<alg::Pinhole> announced;  ///< as it told the observer
  std::optional<alg::Pinhole> connected;  ///< what it told of last that it has its data connection
  std::optional<alg::Labels> labels;      ///< its entry's, as the gateway knows them
  bool resumed = false;                   ///< they say where it stood before it was seen
  bool stuck = false;                     ///< the tracker failed when it was to open or close one
  struct {
    bool greeting = false, login = false, offer = false, question = false;
    bool all() const { return greeting && login && offer && question; }
  } read;  ///< in what was sent
};

}  // namespace pinhole::test
