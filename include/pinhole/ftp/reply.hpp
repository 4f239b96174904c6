// One line of an FTP reply (RFC 959 section 4.2).
//
// Folding multi-line replies is the Session's business: only it knows which code is open.
#pragma once

#include <optional>
#include <string_view>

namespace pinhole::ftp {

struct ReplyLine {
  int code = 0;            ///< 100 to 699 (6yz are the protected replies of RFC 2228)
  bool continues = false;  ///< "ddd-": the first line of a multi-line reply
  std::string_view text;   ///< behind the code and its separator

  bool preliminary() const { return code < 200; }
  bool completes() const { return code >= 200 && code < 300; }
  bool intermediate() const { return code >= 300 && code < 400; }
};

/// nullopt if the line does not begin with a reply code. Behind it may stand a space, a hyphen, the end, or
/// (some servers forget the space) anything but a digit.
std::optional<ReplyLine> parse_reply(std::string_view line);

/// True if a line that begins with `text` may turn out to be a 227 or 229.
bool may_become_answer(std::string_view text);

}  // namespace pinhole::ftp
