// A gateway reduced to what concerns the Rewriter: it edits every line that begins with 'P'.
//
// Only the Rewriter and the Reassembler are the real ones. Where a packet goes from here, conntrack shifts
// its number by conntrack(), as the kernel would.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pinhole/net/seq.hpp"
#include "pinhole/stream/reassembler.hpp"
#include "pinhole/stream/rewriter.hpp"
#include "property/random.hpp"

namespace pinhole::test {

struct Piece {
  net::Seq seq;
  std::string bytes;
};

struct World {
  explicit World(Random& random);

  std::string stream;              ///< what the sender has to say
  net::Seq begin;                  ///< number of its first byte
  stream::SeqShift initial_shift;  ///< in force before
  std::size_t segment;             ///< the sender's largest segment
  std::size_t window;              ///< what it sends unacknowledged
  std::size_t history;             ///< the Rewriter's bound
  bool honest;                     ///< it repeats the same bytes
  unsigned loss;                   ///< percent
  unsigned reordering;             ///< percent
};

class EditingGateway {
 public:
  /// Every packet carries at least so much, and an edit adds no more than that.
  static constexpr std::size_t kRoom = 200, kGrowth = 16, kAbsorbed = 120;

  EditingGateway(const World& world, Random& random)
      : random_(random),
        order_(world.begin),
        rewriter_(world.begin, world.initial_shift, world.history),
        conntrack_(world.initial_shift),
        acknowledged_(world.begin) {}

  struct Outcome {
    std::optional<Piece> onward;   ///< in the sender's numbers, before conntrack
    std::optional<net::Seq> back;  ///< acknowledged in the receiver's name
  };
  Outcome arrive(const Piece& piece);
  void acknowledged(net::Seq ack);

  const stream::SeqShift& conntrack() const { return conntrack_; }
  const std::string& decided() const { return decided_; }  ///< the edited stream so far
  std::size_t edits() const { return edits_; }

 private:
  struct Hearing {
    bool edited = false;
    bool absorbing = false;
    bool stopped = false;
  };
  Hearing hear(std::string_view bytes);
  bool decide(std::string_view piece, Hearing& hearing);
  void pass(std::string_view bytes);
  std::string edit_of(std::string_view line);
  std::size_t backlog() const;
  std::size_t absorbed() const { return static_cast<std::size_t>(order_.next() - rewriter_.next()); }
  Outcome rendered(const Piece& piece);

  Random& random_;
  stream::Reassembler order_;
  stream::Rewriter rewriter_;
  stream::SeqShift conntrack_;
  net::Seq acknowledged_;
  std::string line_;  // what has come of the unfinished line
  std::string decided_;
  std::size_t edits_ = 0;
};

}  // namespace pinhole::test
