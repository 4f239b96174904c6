#include "control/masking.hpp"

#include <algorithm>

#include "ftp/text.hpp"

namespace pinhole::control {

using net::Side;

namespace {

/// Whether it is enough to mask the verb.
bool only_verb_counts(const stream::Line& line) {
  const auto command = ftp::parse_command(line.text);
  return command && !line.has_telnet() && !holds_secret(*command);
}

}  // namespace

std::string refusal(Side sender, std::size_t offset, std::size_t length) {
  if (sender == Side::client) return std::string(length, 'X');
  static constexpr std::string_view kReply = "425 Data connection refused by the firewall.";
  std::string text(kReply.substr(std::min(offset, kReply.size()), length));
  text.resize(length, ' ');
  return text;
}

std::string masked(Side sender, const stream::Line& line) {
  std::string text = refusal(sender, 0, line.length - line.end_length);
  if (sender == Side::client && only_verb_counts(line)) {
    text = line.text;
    std::fill_n(text.begin(), verb_length(text).value_or(text.size()), 'X');
  }
  return text.append(end_of(line));
}

std::string garbled(Side sender, const stream::Line& line, std::size_t here, bool refused_before) {
  const std::size_t end = std::min(here, line.end_length);
  const std::size_t text = here - end;
  // Behind a beginning that reads like a refusal, or in place of it, more of the same; else what nobody can
  // read.
  const bool readable = refused_before || here == line.length;
  std::string rest = readable ? refusal(sender, line.length - here, text) : std::string(text, 'X');
  return rest.append(std::string_view("\r\n").substr(2 - end));
}

bool holds_secret(const ftp::Command& command) {
  return command.verb == ftp::Verb::pass || command.verb == ftp::Verb::acct;
}

std::optional<std::size_t> verb_length(std::string_view text) {
  const auto begin = std::ranges::find_if_not(text, ftp::is_space);
  const auto end = std::find_if_not(begin, text.end(), ftp::is_verb_character);
  if (end == text.end()) return std::nullopt;
  return static_cast<std::size_t>(end - text.begin());
}

std::optional<std::string> with_masked_verb(std::span<const std::uint8_t> bytes, std::size_t before,
                                            std::size_t verb_length) {
  if (verb_length < before) return std::nullopt;
  std::string text(bytes.begin(), bytes.end());
  // With nothing left of the verb, the space or CR behind it becomes a part of it.
  const std::size_t end = std::max<std::size_t>(verb_length - before, 1);
  if (end > text.size() || text[end - 1] == '\n') return std::nullopt;
  std::fill_n(text.begin(), end, 'X');
  return text;
}

}  // namespace pinhole::control
