#include "pinhole/ftp/reply.hpp"

#include <algorithm>

#include "ftp/text.hpp"

namespace pinhole::ftp {

std::optional<ReplyLine> parse_reply(std::string_view line) {
  if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit)) return std::nullopt;
  if (line[0] < '1' || line[0] > '6') return std::nullopt;
  if (line.size() > 3 && is_digit(line[3])) return std::nullopt;
  ReplyLine reply;
  reply.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  reply.continues = line.size() > 3 && line[3] == '-';
  const bool separated = reply.continues || (line.size() > 3 && line[3] == ' ');
  reply.text = line.substr(separated ? 4 : 3);
  return reply;
}

bool may_become_answer(std::string_view text) {
  const auto code = text.substr(0, 3);
  return std::string_view("227").starts_with(code) || std::string_view("229").starts_with(code);
}

}  // namespace pinhole::ftp
