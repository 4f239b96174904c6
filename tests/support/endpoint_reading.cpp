#include "support/endpoint_reading.hpp"

#include <string>
#include <vector>

namespace pinhole::test {
namespace {

/// All digits, and at most `max`.
bool is_number(std::string_view text, unsigned max, unsigned& value) {
  if (text.empty() || text.size() > 9) return false;
  value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value <= max;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// The text of a reply begins behind its code, that of PORT nowhere else than at its argument.
bool says_six_numbers(std::string_view line, const ftp::DataEndpoint& found, std::size_t text_begin) {
  auto text = std::string(line.substr(found.offset, found.length));
  const auto behind = line.substr(found.offset + found.length);
  if (!behind.empty() && behind[0] >= '0' && behind[0] <= '9') return false;  // cut out of a longer number
  if (line[found.offset - 1] >= '0' && line[found.offset - 1] <= '9') return false;
  auto before = line.substr(text_begin, found.offset - text_begin);
  const auto last = [&before] {
    before = before.substr(0, before.find_last_not_of(' ') + 1);
    return before.empty() ? ' ' : before.back();
  };
  if (last() == ',') {
    before.remove_suffix(1);
    if (last() >= '0' && last() <= '9') return false;  // the rest of a longer list
  }
  const auto next = behind.find_first_not_of(' ');
  if (next != behind.npos && behind[next] == ',') return false;  // a seventh number
  std::erase(text, ' ');
  const auto parts = split(text, ',');
  if (parts.size() != 6) return false;
  unsigned numbers[6];
  for (std::size_t i = 0; i < 6; ++i) {
    if (!is_number(parts[i], 255, numbers[i])) return false;
    if (i < 4 && found.address->bytes()[i] != numbers[i]) return false;
  }
  return found.port == numbers[4] * 256 + numbers[5];
}

bool says_extended(std::string_view line, const ftp::DataEndpoint& found) {
  const auto text = line.substr(found.offset, found.length);
  const auto parts = split(text, text[0]);
  unsigned protocol = 0, port = 0;
  return parts.size() == 5 && parts[0].empty() && parts[4].empty() && is_number(parts[1], 2, protocol) &&
         protocol == (found.address->family() == net::Family::v4 ? 1u : 2u) &&
         net::IpAddress::parse(parts[2]) == found.address && is_number(parts[3], 65535, port) &&
         port == found.port;
}

}  // namespace

bool says(ftp::Form form, std::string_view line, const ftp::DataEndpoint& found) {
  if (found.offset + found.length > line.size() || found.length == 0 || found.offset == 0) return false;
  if (form == ftp::Form::epsv) {
    unsigned port = 0;
    return !found.address && is_number(line.substr(found.offset, found.length), 65535, port) &&
           port == found.port;
  }
  if (!found.address) return false;
  if (form == ftp::Form::eprt) return says_extended(line, found);
  return says_six_numbers(line, found, form == ftp::Form::pasv ? 3 : found.offset);
}

}  // namespace pinhole::test
