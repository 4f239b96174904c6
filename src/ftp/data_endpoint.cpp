#include "pinhole/ftp/data_endpoint.hpp"

#include <array>
#include <charconv>

#include "ftp/text.hpp"
#include "pinhole/ftp/command.hpp"

namespace pinhole::ftp {
namespace {

/// Reads digits at `at` and moves it behind them. A number of more than `max_digits` is none.
std::optional<unsigned> read_number(std::string_view line, std::size_t& at, std::size_t max_digits,
                                    unsigned max) {
  std::size_t end = at;
  while (end < line.size() && is_digit(line[end])) ++end;
  if (end == at || end - at > max_digits) return std::nullopt;
  unsigned value = 0;
  std::from_chars(line.data() + at, line.data() + end, value);
  if (value > max) return std::nullopt;
  at = end;
  return value;
}

std::size_t skip_spaces(std::string_view line, std::size_t at) {
  return std::min(line.find_first_not_of(' ', at), line.size());
}
std::size_t skip_blanks(std::string_view line, std::size_t at) {
  return std::min(line.find_first_not_of(kBlanks, at), line.size());
}

/// Six numbers, commas between them (spaces around a comma are tolerated), and no seventh.
std::optional<DataEndpoint> read_host_port(std::string_view line, std::size_t begin) {
  std::array<std::uint8_t, 6> numbers{};
  std::size_t at = begin;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i > 0) {
      at = skip_spaces(line, at);
      if (at == line.size() || line[at] != ',') return std::nullopt;
      at = skip_spaces(line, at + 1);
    }
    const auto number = read_number(line, at, 3, 255);
    if (!number) return std::nullopt;
    numbers[i] = static_cast<std::uint8_t>(*number);
  }
  const auto behind = skip_spaces(line, at);
  if (behind < line.size() && line[behind] == ',') return std::nullopt;
  return DataEndpoint{net::IpAddress::from_bytes(std::span(numbers).first(4)),
                      static_cast<net::Port>(numbers[4] << 8 | numbers[5]), begin, at - begin};
}

std::size_t argument_of(std::string_view line) {
  const auto verb = skip_blanks(line, 0);
  return skip_blanks(line, std::min(line.find_first_of(kBlanks, verb), line.size()));
}

bool only_spaces_behind(std::string_view line, const DataEndpoint& found) {
  return is_blank(line.substr(found.offset + found.length));
}

std::optional<DataEndpoint> find_port(std::string_view line) {
  const auto found = read_host_port(line, argument_of(line));
  if (!found || !only_spaces_behind(line, *found)) return std::nullopt;
  return found;
}

/// Behind the numbers with commas between them that begin at `at`.
std::size_t end_of_list(std::string_view line, std::size_t at) {
  while (true) {
    while (at < line.size() && is_digit(line[at])) ++at;
    const auto comma = skip_spaces(line, at);
    if (comma == line.size() || line[comma] != ',') return at;
    at = skip_spaces(line, comma + 1);
  }
}

std::optional<DataEndpoint> find_pasv(std::string_view line) {
  for (std::size_t at = 3; at < line.size(); ++at) {
    if (!is_digit(line[at]) || is_digit(line[at - 1])) continue;
    if (const auto found = read_host_port(line, at)) return found;
    at = end_of_list(line, at);  // a list that is no endpoint must not become one by leaving out its head
  }
  return std::nullopt;
}

bool is_delimiter(char c) {
  return c > ' ' && c < 127 && !is_digit(c);
}

std::optional<DataEndpoint> find_eprt(std::string_view line) {
  const std::size_t begin = argument_of(line);
  if (begin == line.size() || !is_delimiter(line[begin])) return std::nullopt;
  const char delimiter = line[begin];
  std::size_t at = begin + 1;
  const auto protocol = read_number(line, at, 1, 2);
  if (!protocol || at == line.size() || line[at] != delimiter) return std::nullopt;
  const auto address_end = line.find(delimiter, at + 1);
  if (address_end == line.npos) return std::nullopt;
  const auto address = net::IpAddress::parse(line.substr(at + 1, address_end - at - 1));
  const auto family = *protocol == 1 ? net::Family::v4 : net::Family::v6;
  if (!address || *protocol == 0 || address->family() != family) return std::nullopt;
  at = address_end + 1;
  const auto port = read_number(line, at, 5, 65535);
  if (!port || at == line.size() || line[at] != delimiter) return std::nullopt;
  const DataEndpoint found{address, static_cast<net::Port>(*port), begin, at + 1 - begin};
  return only_spaces_behind(line, found) ? std::optional(found) : std::nullopt;
}

std::optional<DataEndpoint> find_epsv(std::string_view line) {
  for (std::size_t at = 3; at + 3 < line.size(); ++at) {
    const char delimiter = line[at];
    if (!is_delimiter(delimiter) || line[at + 1] != delimiter || line[at + 2] != delimiter) continue;
    std::size_t end = at + 3;
    if (end < line.size() && !is_digit(line[end])) continue;  // "..." in the text
    const auto port = read_number(line, end, 5, 65535);
    if (!port) return std::nullopt;
    // Some servers forget the last delimiter; then nothing but a closing parenthesis may follow.
    if (end < line.size() && line[end] != delimiter && line[end] != ')') return std::nullopt;
    return DataEndpoint{std::nullopt, static_cast<net::Port>(*port), at + 3, end - at - 3};
  }
  return std::nullopt;
}

std::string host_port(const net::Endpoint& endpoint) {
  std::string text;
  for (const auto byte : endpoint.address.bytes()) text += std::to_string(byte) + ',';
  return text + std::to_string(endpoint.port >> 8) + ',' + std::to_string(endpoint.port & 0xff);
}

std::string extended(const net::Endpoint& endpoint, char delimiter) {
  const char* protocol = endpoint.address.family() == net::Family::v4 ? "1" : "2";
  const auto address = endpoint.address.to_string();
  // A letter may delimit one address and be a digit of another.
  const std::string d(1, address.find(delimiter) == address.npos ? delimiter : '|');
  return d + protocol + d + address + d + std::to_string(endpoint.port) + d;
}

}  // namespace

const char* to_string(Form form) {
  switch (form) {
    case Form::port:
      return "PORT";
    case Form::eprt:
      return "EPRT";
    case Form::pasv:
      return "PASV";
    case Form::epsv:
      return "EPSV";
  }
  return "";
}

std::optional<DataEndpoint> find_endpoint(Form form, std::string_view line) {
  switch (form) {
    case Form::port:
      return find_port(line);
    case Form::eprt:
      return find_eprt(line);
    case Form::pasv:
      return find_pasv(line);
    case Form::epsv:
      return find_epsv(line);
  }
  return std::nullopt;
}

std::string with_endpoint(Form form, std::string_view line, const DataEndpoint& found,
                          const net::Endpoint& replacement) {
  std::string text;
  if (form == Form::eprt) {
    text = extended(replacement, line[found.offset]);
  } else {
    text = form == Form::epsv ? std::to_string(replacement.port) : host_port(replacement);
  }
  std::string result(line.substr(0, found.offset));
  result += text;
  result += line.substr(found.offset + found.length);
  return result;
}

std::optional<std::string> pasv_reply_of_length(const net::Endpoint& endpoint, std::size_t length) {
  std::string text = "227 (" + host_port(endpoint) + ")";
  if (text.size() > length) return std::nullopt;
  text.resize(length, ' ');
  return text;
}

}  // namespace pinhole::ftp
