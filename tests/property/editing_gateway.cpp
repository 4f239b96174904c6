#include "property/editing_gateway.hpp"

#include <algorithm>

#include "support/law.hpp"

namespace pinhole::test {
namespace {

using net::Seq;
using Position = stream::Reassembler::Position;
using How = stream::EditedDirection::Departure::How;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

constexpr std::size_t kGrowth = 16;  // of an edit, at most
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789";

}  // namespace

StreamPlan::StreamPlan(Random& random)
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
  auto length = random_.chance(25) ? line.size() : random_.between(shortest, line.size() + kGrowth);
  if (length != line.size() && !stream_.has_room(length)) {
    length = line.size();
    ++refused_;
  }
  return 'X' + random_.text(length - 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") + '\n';
}

/// An edit may come of these new bytes.
bool EditingGateway::may_edit(std::string_view bytes) const {
  return line_.starts_with('P') || (line_.empty() && bytes.starts_with('P')) ||
         bytes.find("\nP") != bytes.npos;
}

/// `piece` ends a line or the segment.
void EditingGateway::decide(std::string_view piece) {
  const auto before = stream_.acknowledged_locally();
  const bool whole = before == line_.size();
  line_ += piece;
  const bool editable = whole && line_.size() > 1 && line_[0] == 'P';
  if (piece.back() != '\n' && whole && line_[0] == 'P' && stream_.may_acknowledge_locally(line_.size())) {
    return stream_.acknowledge_locally(piece.size());
  }
  if (piece.back() == '\n' && editable) {
    const auto edit = edit_of(line_);
    if (edit.size() != line_.size()) conntrack_ = stream_.shift_after(line_.size(), edit.size());
    stream_.replace(bytes_of(line_), bytes_of(edit), piece.size());
    decided_ += edit;
    ++edits_;
  } else {
    const auto undecided = std::string_view(line_).substr(line_.size() - piece.size() - before);
    stream_.pass(bytes_of(undecided.substr(0, before)), bytes_of(piece));
    decided_ += undecided;
  }
  if (piece.back() == '\n') line_.clear();
}

/// True if the bytes leave as they came.
bool EditingGateway::hear(std::string_view bytes) {
  const auto edits = edits_;
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, bytes.find('\n') + 1);  // npos + 1 is 0
    const auto taken = piece.empty() ? bytes : piece;
    decide(taken);
    bytes.remove_prefix(taken.size());
  }
  return edits == edits_ && stream_.acknowledged_locally() == 0;
}

EditingGateway::Outcome EditingGateway::arrive(const Piece& piece, std::chrono::nanoseconds now) {
  const auto placed = stream_.place(piece.seq, piece.bytes.size());
  if (placed.position == Position::gap || placed.position == Position::out_of_window) return {};
  if (placed.position == Position::old) return outcome_of(piece, true);
  const auto fresh = std::string_view(piece.bytes).substr(placed.skip);
  const auto admission = stream_.admit(placed.skip, fresh.size(), 0, now, [&] { return may_edit(fresh); });
  if (admission == stream::EditedDirection::Admission::drop_for_retransmit) {
    return placed.skip == 0 ? Outcome{} : outcome_of(piece, false);
  }
  const bool plain =
      placed.skip == 0 && stream_.acknowledged_locally() == 0 && stream_.is_plain(stream_.heard());
  if (hear(fresh) && plain) return {piece, {}};
  return outcome_of(piece, false);
}

EditingGateway::Outcome EditingGateway::outcome_of(const Piece& piece, bool repeated) {
  const stream::EditedDirection::Piece view{piece.seq, bytes_of(piece.bytes)};
  Outcome outcome;
  if (!piece.bytes.empty()) outcome.back = stream_.owed_acknowledgment(view);
  const auto room = std::max(kRoom, piece.bytes.size());
  const auto departure = repeated ? stream_.repeated(view, room) : stream_.fresh(view, room);
  switch (departure.how) {
    case How::as_it_came:
    case How::unknown:
      outcome.onward = piece;
      break;
    case How::unknown_part:
    case How::rendered:
      law(departure.bytes.size() <= room, "more leaves than fits");
      outcome.onward = {departure.seq, {departure.bytes.begin(), departure.bytes.end()}};
      break;
    case How::nothing:
    case How::forgotten:
      break;
  }
  return outcome;
}

}  // namespace pinhole::test
