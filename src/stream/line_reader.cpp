#include "pinhole/stream/line_reader.hpp"

#include <algorithm>

namespace pinhole::stream {
namespace {

constexpr std::uint8_t kIac = 255, kWill = 251, kDont = 254;  // RFC 854

std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};  // bytes and chars alias
}

}  // namespace

void strip_telnet(std::span<const std::uint8_t> bytes, std::string& text) {
  text.clear();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    if (bytes[at] != kIac) {
      text.push_back(static_cast<char>(bytes[at]));
      continue;
    }
    if (++at == bytes.size()) break;
    if (bytes[at] == kIac) text.push_back(static_cast<char>(kIac));
    if (bytes[at] >= kWill && bytes[at] <= kDont) ++at;  // an option's code follows
  }
}

std::optional<Line> LineReader::next(std::span<const std::uint8_t>& bytes) {
  if (returned_) {
    pending_.clear();
    length_ = 0;
    returned_ = false;
  }
  const auto newline = std::find(bytes.begin(), bytes.end(), std::uint8_t{'\n'});
  if (newline == bytes.end()) {
    keep(bytes);
    bytes = {};
    return std::nullopt;
  }
  const auto piece = bytes.first(static_cast<std::size_t>(newline - bytes.begin()) + 1);
  bytes = bytes.subspan(piece.size());
  const bool after_cr = piece.size() > 1 ? piece[piece.size() - 2] == '\r' : length_ > 0 && last_ == '\r';
  const std::size_t end_length = after_cr ? 2 : 1;
  if (length_ == 0) return line_of(piece.first(std::min(piece.size(), limit_)), piece.size(), end_length);
  keep(piece);
  returned_ = true;
  return line_of(pending_, length_, end_length);
}

void LineReader::rewind(const Mark& mark) {
  pending_.resize(std::min(mark.kept, pending_.size()));
  length_ = mark.length;
  last_ = mark.last;
  returned_ = false;
}

std::optional<Line> LineReader::finish() {
  if (length_ == 0 || returned_) return std::nullopt;
  returned_ = true;
  return line_of(pending_, length_, 0);
}

std::string_view LineReader::pending_text() {
  if (returned_) return {};
  strip_telnet(pending_, text_);
  return text_;
}

void LineReader::keep(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return;
  length_ += bytes.size();
  last_ = bytes.back();
  const auto kept = bytes.first(std::min(bytes.size(), limit_ - pending_.size()));
  pending_.insert(pending_.end(), kept.begin(), kept.end());
}

Line LineReader::line_of(std::span<const std::uint8_t> raw, std::size_t length, std::size_t end_length) {
  Line line{{}, raw, length, end_length};
  const auto content = line.content();
  if (std::find(content.begin(), content.end(), kIac) == content.end()) {
    line.text = as_text(content);
  } else {
    strip_telnet(content, text_);
    line.text = text_;
  }
  return line;
}

}  // namespace pinhole::stream
