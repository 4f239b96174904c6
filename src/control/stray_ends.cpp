#include "control/stray_ends.hpp"

#include "control/filter.hpp"
#include "pinhole/ftp/command.hpp"

namespace pinhole::control {

bool has_stray_end(std::string_view text) {
  constexpr std::string_view kEnds("\0\r", 2);
  const auto begin = text.find_first_not_of(kEnds);
  if (begin == text.npos) return false;
  text = text.substr(begin, text.find_last_not_of('\r') + 1 - begin);
  const auto end = text.find_first_of(kEnds);
  return end != text.npos && ftp::parse_command(text.substr(0, end));
}

bool refuses_stray_ends(const Session& session) {
  return is_judged(session, net::Side::client);
}

}  // namespace pinhole::control
