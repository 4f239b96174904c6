#include "pinhole/stream/edited_direction.hpp"

#include <algorithm>

namespace pinhole::stream {
namespace {

using How = EditedDirection::Departure::How;

/// How often a packet must come in vain to show that everything before it was acknowledged, and how far apart
/// repetitions lie at least (Linux' shortest timeout; RFC 6298 says a second).
constexpr unsigned kRepetitions = 6;
constexpr std::chrono::milliseconds kShortestTimeout{200};

constexpr std::size_t kGrowth = 64;  // more than an edit adds

}  // namespace

/// Empty acknowledgments need not come by here, and the receiver may have nothing to say for long. But TCP
/// repeats from the first byte that was not acknowledged (RFC 6298 section 5): if a packet that had to wait
/// comes again and again, and nothing from before it, then everything before it was acknowledged. True if it
/// has waited enough for that.
bool EditedDirection::wait_in_vain(std::chrono::nanoseconds now) {
  if (repetitions_ > 0 && now - repeated_at_ < kShortestTimeout) return false;
  repeated_at_ = now;
  if (++repetitions_ <= kRepetitions) return false;
  repetitions_ = 0;
  rewriter_.assume_acknowledged();
  return true;
}

bool EditedDirection::fits(std::size_t bytes) const {
  const std::size_t group = rewriter_.group_size();
  return group == 0 || group + acknowledged_locally() + bytes + kGrowth <= room_;
}

void EditedDirection::pass(std::span<const std::uint8_t> earlier, std::span<const std::uint8_t> fresh) {
  const bool guaranteed = acknowledged_locally() > 0;
  order_.advance(fresh.size());
  rewriter_.pass(earlier);
  rewriter_.pass(fresh);
  if (guaranteed) rewriter_.guarantee();
}

void EditedDirection::overwrite(std::span<const std::uint8_t> rendered, std::size_t fresh) {
  const bool guaranteed = acknowledged_locally() > 0;
  order_.advance(fresh);
  rewriter_.overwrite(rendered);
  if (guaranteed) rewriter_.guarantee();
}

void EditedDirection::replace(std::span<const std::uint8_t> original, std::span<const std::uint8_t> rendered,
                              std::size_t fresh) {
  const bool guaranteed = acknowledged_locally() > 0;
  order_.advance(fresh);
  rewriter_.replace(original, rendered);
  if (guaranteed) rewriter_.guarantee();
}

void EditedDirection::acknowledge_locally(std::size_t fresh) {
  order_.advance(fresh);
  rewriter_.guarantee();
}

std::optional<net::Seq> EditedDirection::owed_acknowledgment(const Piece& piece) const {
  if (acknowledged_locally() == 0 || piece.end() <= left()) return std::nullopt;
  return heard();
}

void EditedDirection::go_on_at(net::Seq begin, bool arrived) {
  const auto shift = rewriter_.shift();
  const auto decided = rewriter_.next();
  order_ = Reassembler(begin);
  rewriter_ = Rewriter(begin, shift, limits_.history);
  rewriter_.assume_acknowledged_before(decided);
  if (arrived) rewriter_.acknowledge(shift.shift(begin));
  delays_ = repetitions_ = 0;
}

EditedDirection::Departure EditedDirection::fresh(const Piece& piece, std::size_t room) {
  const auto end = net::earlier(piece.end(), left());
  if (piece.seq >= end && !piece.bytes.empty()) return {How::nothing, {}, {}, false, false};

  const auto rendering = rewriter_.render(piece.seq, end, room);
  if (rendering.begin == piece.seq && std::ranges::equal(rendering.bytes, piece.bytes)) return {};
  // Other bytes than the first time, unless it may be a keep-alive, which brings any byte (RFC 1122,
  // 4.2.3.6).
  const bool same_place = rendering.begin == piece.seq && rendering.end == piece.end();
  const bool keep_alive = piece.bytes.size() == 1;
  const bool conflict = same_place && !keep_alive && rewriter_.is_original(piece.seq, piece.end());
  return {How::rendered, rendering.begin, rendering.bytes, rendering.end >= piece.end(), conflict};
}

EditedDirection::Departure EditedDirection::repeated(const Piece& piece, std::size_t room) {
  if (piece.bytes.empty()) {
    // A FIN can be the last chance of bytes that were acknowledged locally.
    if (piece.fin && !is_plain(piece.seq) && piece.end() == left()) return fresh(piece, room);
    return {};
  }
  repetitions_ = 0;
  switch (rewriter_.recall(piece.end())) {
    case Rewriter::Memory::known: {
      const auto known = rewriter_.remembered_from();
      const bool older = piece.seq < known && rewriter_.recall(known) == Rewriter::Memory::forgotten;
      if (!older || !rewriter_.is_original(piece.seq, known)) return fresh(piece, room);
      return {How::unknown_part, piece.seq, piece.bytes.first(static_cast<std::size_t>(known - piece.seq)),
              false, false};
    }
    case Rewriter::Memory::acknowledged:
      // The receiver has these bytes; only its acknowledgment is wanted, or a FIN behind them.
      return {How::rendered, piece.fin ? piece.end() : piece.seq, {}, piece.fin, false};
    case Rewriter::Memory::forgotten:
      if (rewriter_.is_original(piece.seq, piece.end())) return {How::unknown, {}, {}, false, false};
      break;
    case Rewriter::Memory::lost:
      break;
  }
  return {How::forgotten, {}, {}, false, false};
}

}  // namespace pinhole::stream
