#include "property/ftp_lines.hpp"

#include <algorithm>
#include <vector>

namespace pinhole::test {
namespace {

constexpr std::string_view kCommands[] = {"USER anonymous",
                                          "PASS guest@example.org",
                                          "ACCT x",
                                          "SYST",
                                          "FEAT",
                                          "TYPE I",
                                          "PWD",
                                          "CWD /pub",
                                          "NOOP",
                                          "PASV",
                                          "pasv",
                                          "EPSV",
                                          "EPSV 1",
                                          "EPSV 2",
                                          "EPSV ALL",
                                          "PORT 192,168,1,2,200,13",
                                          "PORT 10,0,0,1,4,1",
                                          "port 1,2,3,4,5,6",
                                          "EPRT |1|132.235.1.2|6275|",
                                          "EPRT |2|1080::8:800:200C:417A|5282|",
                                          "eprt ,2,0:0:0:0:0:0:0:0,1025,",
                                          "LIST",
                                          "RETR file",
                                          "STOR file",
                                          "ABOR",
                                          "REST 100",
                                          "AUTH TLS",
                                          "AUTH GSSAPI",
                                          "PBSZ 0",
                                          "PROT P",
                                          "CCC",
                                          "REIN",
                                          "QUIT",
                                          "XYZZY",
                                          "",
                                          "STAT",
                                          "POST / HTTP/1.1",
                                          "Host: example.org"};

constexpr std::string_view kReplies[] = {"220 (vsFTPd 3.0.3)",
                                         "220-Welcome",
                                         "220 ProFTPD Server ready",
                                         "120 Wait",
                                         "331 Please specify the password.",
                                         "230 Login successful.",
                                         "230-Hello",
                                         "230 ok",
                                         "232 ok",
                                         "332 Account",
                                         "530 Login incorrect.",
                                         "200 PORT ok.",
                                         "200 Switching to Binary mode.",
                                         "215 UNIX Type: L8",
                                         "211-Features:",
                                         " EPRT",
                                         " MDTM",
                                         "211 End",
                                         "227 Entering Passive Mode (192,168,1,2,200,13).",
                                         "227 Entering Passive Mode. 1,2,3,4,5,6",
                                         "227 =10,0,0,1,4,1",
                                         "229 Entering Extended Passive Mode (|||6446|)",
                                         "229 EPSV ok (!!!50000!)",
                                         "150 Opening",
                                         "150-Opening",
                                         "125 Open",
                                         "226 Transfer complete.",
                                         "426 Aborted",
                                         "425 Can't",
                                         "500 Unknown command.",
                                         "502 No",
                                         "234 Proceed",
                                         "334 More",
                                         "235 Done",
                                         "221 Goodbye.",
                                         "421 Timeout",
                                         "257 \"/\"",
                                         "631 abc",
                                         "HTTP/1.1 200 OK",
                                         ""};

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

std::string_view real_command(Random& random) {
  return random.one_of(kCommands);
}

std::string_view real_reply(Random& random) {
  return random.one_of(kReplies);
}

std::string mutated(Random& random, std::string line) {
  static constexpr std::string_view kNoise[] = {"0", "256", "65536", "99999999999", "-1", "255", ",", "|"};
  static constexpr std::string_view kLetters = "0123456789,,,||.:() -\xff\r\t/afPORT";
  for (auto changes = random.below(4); changes > 0; --changes) {
    const auto at = random.below(line.size() + 1);
    switch (random.below(5)) {
      case 0:
        line.insert(at, 1, random.one_of(kLetters));
        break;
      case 1:
        if (at < line.size()) line.erase(at, 1);
        break;
      case 2:
        if (at < line.size()) line[at] = random.one_of(kLetters);
        break;
      case 3:
        line.insert(at, line.substr(at, random.below(8)));
        break;
      default:
        line.insert(at, random.one_of(kNoise));
        break;
    }
  }
  return line;
}

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
