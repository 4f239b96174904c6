#include "property/editing_gateway.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pinhole::test {
namespace {

using net::Seq;
using Position = stream::Reassembler::Position;
using Memory = stream::Rewriter::Memory;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";

}  // namespace

World::World(Random& random)
    : begin(random.edgy32()),
      segment(random.between(1, 160)),
      window(random.between(segment, 1500)),
      history(random.chance(30) ? random.between(1, 2 * window) : 100'000),
      honest(history < 100'000 || random.chance(50)),
      loss(random.chance(30) ? 0 : static_cast<unsigned>(random.below(40))),
      reordering(random.chance(30) ? 0 : static_cast<unsigned>(random.below(60))) {
  if (random.chance(30)) {
    // As a former gateway left it: an edit that ends before the first byte, and was acknowledged.
    const auto before = static_cast<std::int32_t>(random.below(200)) - 100;
    const auto edited = static_cast<std::int32_t>(random.between(1, 100));
    const auto rendered = static_cast<std::int32_t>(random.between(1, 100));
    const auto position = begin - std::int64_t{edited} - static_cast<std::int64_t>(random.below(1000));
    initial_shift = {position, before, before + rendered - edited};
  }
  const auto editable = static_cast<unsigned>(random.between(5, 95));
  const auto length = random.between(50, std::min<std::size_t>(3000, 60 * segment));
  while (stream.size() < length) {
    if (random.chance(editable)) stream += 'P';
    stream += random.text(random.below(random.chance(5) ? 150 : 40), kLetters) + '\n';
  }
}

std::string EditingGateway::edit_of(std::string_view line) {
  const auto shortest = std::min<std::size_t>(line.size(), 2);
  const auto length = random_.chance(25) ? line.size() : random_.between(shortest, line.size() + kGrowth);
  return 'X' + random_.text(length - 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") + '\n';
}

void EditingGateway::acknowledged(Seq ack) {
  rewriter_.acknowledge(ack);
  acknowledged_ = net::later(acknowledged_, net::earlier(conntrack_.unshift(ack), rewriter_.next()));
}

/// What a packet may have to carry before bytes that are new.
std::size_t EditingGateway::backlog() const {
  return std::max(static_cast<std::size_t>(rewriter_.next() - acknowledged_), rewriter_.group_size());
}

void EditingGateway::pass(std::string_view bytes) {
  rewriter_.pass(bytes_of(bytes));
  decided_ += bytes;
}

/// `piece` ends a line or the segment. False if an edit does not fit with those still under way.
bool EditingGateway::decide(std::string_view piece, Hearing& hearing) {
  const auto before = absorbed();
  const bool whole = before == line_.size();
  const bool complete = piece.back() == '\n';
  const auto length = line_.size() + piece.size();
  const bool editable = whole && length > 1 && (line_.empty() ? piece : line_)[0] == 'P';
  const auto group = rewriter_.group_size();
  if (editable && group > 0 && group + length + kGrowth > kRoom) return false;

  line_ += piece;
  order_.advance(piece.size());
  if (!complete) {
    if (whole && line_[0] == 'P' && backlog() + length <= kAbsorbed) {
      rewriter_.guarantee();
      hearing.absorbing = true;
      return true;
    }
    pass(std::string_view(line_).substr(line_.size() - piece.size() - before));
  } else if (editable) {
    const auto edit = edit_of(line_);
    if (edit.size() != line_.size()) conntrack_ = rewriter_.shift_after(line_.size(), edit.size());
    rewriter_.replace(bytes_of(line_), bytes_of(edit));
    EXPECT_EQ(conntrack(), rewriter_.shift());
    decided_ += edit;
    hearing.edited = true;
    ++edits_;
  } else {
    pass(std::string_view(line_).substr(line_.size() - piece.size() - before));
  }
  if (before > 0) rewriter_.guarantee();
  if (complete) line_.clear();
  return true;
}

EditingGateway::Hearing EditingGateway::hear(std::string_view bytes) {
  Hearing hearing;
  while (!bytes.empty() && !hearing.stopped) {
    const auto piece = bytes.substr(0, bytes.find('\n') + 1);  // npos + 1 is 0
    const auto taken = piece.empty() ? bytes : piece;
    hearing.stopped = !decide(taken, hearing);
    bytes.remove_prefix(taken.size());
  }
  return hearing;
}

EditingGateway::Outcome EditingGateway::arrive(const Piece& piece) {
  const auto placed = order_.place(piece.seq, piece.bytes.size());
  if (placed.position == Position::gap || placed.position == Position::out_of_window) return {};
  if (placed.position == Position::fresh) {
    const bool plain = placed.skip == 0 && absorbed() == 0 && rewriter_.is_plain(order_.next());
    const auto hearing = hear(std::string_view(piece.bytes).substr(placed.skip));
    if (plain && !hearing.edited && !hearing.absorbing && !hearing.stopped) return {piece, {}};
    return rendered(piece);
  }
  if (piece.bytes.empty()) return {piece, {}};
  switch (rewriter_.recall(piece.seq + static_cast<std::int64_t>(piece.bytes.size()))) {
    case Memory::known:
      return rendered(piece);
    case Memory::forgotten:
      if (rewriter_.is_original(piece.seq, piece.seq + static_cast<std::int64_t>(piece.bytes.size())))
        return {piece, {}};
      break;
    case Memory::acknowledged:
    case Memory::lost:
      break;
  }
  return {};
}

EditingGateway::Outcome EditingGateway::rendered(const Piece& piece) {
  Outcome outcome;
  const Seq piece_end = piece.seq + static_cast<std::int64_t>(piece.bytes.size());
  if (absorbed() > 0 && piece_end > rewriter_.next()) outcome.back = order_.next();
  const Seq end = net::earlier(piece_end, rewriter_.next());
  // Even if nothing of it may leave yet, it carries what was acknowledged in the receiver's name.
  if (piece.seq >= end && rewriter_.is_plain(end)) return outcome;
  const auto room = std::max(kRoom, piece.bytes.size());
  const auto rendering = rewriter_.render(net::earlier(piece.seq, end), end, room);
  EXPECT_LE(rendering.bytes.size(), room);
  outcome.onward = {rendering.begin, {rendering.bytes.begin(), rendering.bytes.end()}};
  return outcome;
}

}  // namespace pinhole::test
