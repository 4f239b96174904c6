#include "pinhole/stream/rewriter.hpp"

#include <algorithm>
#include <bit>

namespace pinhole::stream {

using net::Seq;

Rewriter::Rewriter(Seq begin, const SeqShift& in_force, std::size_t history)
    : bound_(history),
      history_begin_(begin),
      acknowledged_(begin),
      first_(begin),
      replaced_until_(begin),
      shift_(in_force) {}

SeqShift Rewriter::shift_after(std::size_t original, std::size_t rendered) const {
  const auto delta = static_cast<std::int32_t>(rendered) - static_cast<std::int32_t>(original);
  if (delta == 0) return shift_;
  if (group_count_ > 0) return {shift_.position, shift_.before, shift_.after + delta};
  // A new group, a new step; unless the step in force lies ahead: then this makes an earlier gateway's edit
  // again.
  const auto before = next() > shift_.position ? shift_.after : shift_.before;
  return {next(), before, before + delta};
}

void Rewriter::pass(std::span<const std::uint8_t> bytes) {
  append(bytes);
}

void Rewriter::overwrite(std::span<const std::uint8_t> rendered) {
  append(rendered);
  replaced_until_ = next();
  replaced_any_ = true;
}

void Rewriter::replace(std::span<const std::uint8_t> original, std::span<const std::uint8_t> rendered) {
  if (original.size() == rendered.size()) return overwrite(rendered);
  const Seq begin = next();
  replaced_until_ = begin + static_cast<std::int64_t>(original.size());
  replaced_any_ = true;

  shift_ = shift_after(original.size(), rendered.size());
  if (group_count_ == group_.size()) group_.emplace_back();
  auto& edit = group_[group_count_++];
  edit.begin = begin;
  edit.end = replaced_until_;
  edit.rendered.assign(rendered.begin(), rendered.end());
  append(original);
}

void Rewriter::acknowledge(Seq ack) {
  const Seq acknowledged = net::earlier(shift_.unshift(ack), next());
  if (acknowledged >= first_) beginning_acknowledged_ = true;
  if (acknowledged <= acknowledged_) return;
  acknowledged_ = acknowledged;
  if (group_count_ > 0 && acknowledged >= group_[group_count_ - 1].end) group_count_ = 0;
  if (guaranteed_ && acknowledged >= guaranteed_end_) guaranteed_ = false;
  trim_to(group_count_ > 0 ? net::earlier(acknowledged, group_[0].begin) : acknowledged);
}

void Rewriter::assume_acknowledged() {
  acknowledged_ = next();
  group_count_ = 0;
  guaranteed_ = false;
  trim_to(acknowledged_);
}

void Rewriter::guarantee() {
  if (!guaranteed_) guaranteed_begin_ = history_begin_;
  guaranteed_ = true;
  guaranteed_end_ = next();
}

Seq Rewriter::start_of(Seq begin) const {
  if (group_count_ > 0 && begin > group_[0].begin && begin < group_[group_count_ - 1].end) {
    begin = group_[0].begin;
  }
  return net::later(begin, history_begin_);
}

bool Rewriter::is_plain(Seq begin) const {
  return !guaranteed_ && (group_count_ == 0 || begin >= group_[group_count_ - 1].end);
}

Rewriter::Rendering Rewriter::render(Seq begin, Seq end, std::size_t room) {
  if (!guaranteed_ || begin <= guaranteed_begin_) return render_exactly(begin, end, room);
  const Rendering both = render_exactly(guaranteed_begin_, end, room);
  if (both.end >= end) return both;
  // Only ACKs on data are seen, so the receiver may have had the guaranteed bytes for long.
  // The Thue-Morse sequence: a sender that repeats several packets in rotation never falls into step with it.
  if (std::popcount(++turns_) % 2 != 0) return render_exactly(begin, end, room);
  return render_exactly(guaranteed_begin_, guaranteed_end_, room);
}

Rewriter::Rendering Rewriter::render_exactly(Seq begin, Seq end, std::size_t room) {
  rendered_.clear();
  const Seq first = start_of(begin);
  Seq at_seq = first;
  const auto copy_until = [&](Seq until) {
    if (until <= at_seq) return true;
    const auto wanted = static_cast<std::size_t>(until - at_seq);
    const auto length = std::min(wanted, room - rendered_.size());
    rendered_.insert(rendered_.end(), at(at_seq), at(at_seq) + length);
    at_seq = at_seq + static_cast<std::int64_t>(length);
    return length == wanted;
  };
  for (std::size_t i = 0; i < group_count_ && at_seq < end; ++i) {
    const Edit& edit = group_[i];
    if (edit.end <= at_seq || edit.begin >= end) continue;
    if (!copy_until(edit.begin) || edit.rendered.size() > room - rendered_.size()) {
      return {first, at_seq, rendered_};  // a replacement is never sent in part
    }
    rendered_.insert(rendered_.end(), edit.rendered.begin(), edit.rendered.end());
    at_seq = edit.end;
  }
  copy_until(end);
  return {first, at_seq, rendered_};
}

Rewriter::Memory Rewriter::recall(Seq end) const {
  if (end > history_begin_) return Memory::known;
  if (earlier_acknowledged_ && end <= *earlier_acknowledged_) return Memory::acknowledged;
  if (end <= first_ && !beginning_acknowledged_) return Memory::forgotten;
  if (end <= acknowledged_) return Memory::acknowledged;
  return replaced_any_ && end <= replaced_until_ ? Memory::lost : Memory::forgotten;
}

std::size_t Rewriter::group_size() const {
  if (group_count_ == 0) return 0;
  const auto original = static_cast<std::int64_t>(next() - group_[0].begin);
  return static_cast<std::size_t>(original + shift_.after - shift_.before);
}

void Rewriter::append(std::span<const std::uint8_t> bytes) {
  if (trimmed_ > kept() && trimmed_ > 1024) {  // most of the buffer is dead: move the living to its front
    history_.erase(history_.begin(), history_.begin() + static_cast<std::ptrdiff_t>(trimmed_));
    trimmed_ = 0;
  }
  history_.insert(history_.end(), bytes.begin(), bytes.end());
  if (kept() <= bound_) return;
  Seq begin = history_begin_ + static_cast<std::int64_t>(kept() - bound_);
  if (group_count_ > 0) begin = net::earlier(begin, group_[0].begin);
  if (guaranteed_) begin = net::earlier(begin, guaranteed_begin_);
  trim_to(begin);
}

void Rewriter::trim_to(Seq begin) {
  if (begin <= history_begin_) return;
  trimmed_ += static_cast<std::size_t>(begin - history_begin_);
  history_begin_ = begin;
}

}  // namespace pinhole::stream
