#include "simulator/ftp_ends.hpp"

#include <algorithm>
#include <array>

#include "support/segments.hpp"

namespace pinhole::test {
namespace {

const net::IpAddress kThird = endpoint("8.8.4.4", 0).address;

std::string host_port(const net::IpAddress& address, net::Port port) {
  std::string text = address.to_string();
  std::replace(text.begin(), text.end(), '.', ',');
  return text + "," + std::to_string(port / 256) + "," + std::to_string(port % 256);
}

std::string eprt(const net::IpAddress& address, net::Port port) {
  const bool v4 = address.family() == net::Family::v4;
  return std::string("EPRT |") + (v4 ? "1|" : "2|") + address.to_string() + "|" + std::to_string(port) +
         "|\r\n";
}

net::Port some_port(Random& random) {
  return static_cast<net::Port>(random.chance(90) ? random.between(1024, 65535) : random.between(0, 1023));
}

std::size_t final_replies(std::string_view text) {
  std::size_t count = 0;
  std::string_view open;
  while (true) {
    const auto end = text.find('\n');
    if (end == text.npos) return count;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.size() < 4) continue;
    if (open.empty() && line[3] == '-') open = line.substr(0, 3);
    const bool closes = open.empty() ? line[0] >= '2' && line[0] <= '5'  // its rest may be spoilt
                                     : line.substr(0, 3) == open && line[3] == ' ';
    if (closes) {
      open = {};
      ++count;
    }
  }
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  return at == text.npos ? text : text.replace(at, what.size(), with);
}

std::string_view content(std::string_view line) {
  return line.substr(0, line.find_last_not_of("\r\n") + 1);
}

}  // namespace

FtpClient::FtpClient(const alg::NatView& view, Random& random)
    : view_(view),
      random_(random),
      burst_(random.chance(50)   ? 1
             : random.chance(50) ? random.between(2, 12)
                                 : 1000) {
  script_ = {"USER someone\r\n", "PASS secret\r\n"};
  const auto count = random_.chance(90) ? random_.between(1, 14) : random_.between(15, 80);
  for (std::size_t i = 0; i < count; ++i) script_.push_back(command());
  script_.push_back("QUIT\r\n");
}

std::string FtpClient::command() {
  const bool v4 = view_.client.address.family() == net::Family::v4;
  const auto port = some_port(random_);
  const auto address = random_.chance(85)   ? view_.client.address
                       : random_.chance(50) ? view_.seen.address
                                            : kThird;
  switch (random_.below(8)) {
    case 0:
    case 1:
      return v4 ? "PORT " + host_port(address, port) + "\r\n" : eprt(view_.client.address, port);
    case 2:
      return address.family() == view_.client.address.family() ? eprt(address, port) : "NOOP\r\n";
    case 3:
      return v4 ? "PASV\r\n" : "EPSV\r\n";
    case 4:
      return "EPSV\r\n";
    case 5:
      return "HELP\r\n";
    case 6:
      return "RETR P" + random_.text(random_.between(0, 60), "abcPORT 127") + "\n";
    default:
      return random_.chance(50) ? "PWD\r\n" : "P\r\n";
  }
}

std::string FtpClient::next(std::string_view heard) {
  const auto replies = final_replies(heard);  // the greeting is one
  std::string text;
  // The login goes step by step: what comes before it gets no pinhole.
  while (at_ < script_.size() && replies > 0 && (at_ < 3 ? replies > at_ : replies - 1 + burst_ > at_)) {
    text += script_[at_++];
  }
  return text;
}

std::string FtpServer::next(std::string_view heard) {
  std::string text;
  if (read_ == 0 && heard.empty() && !quit_) return text;
  while (!quit_) {
    const auto end = heard.find('\n', read_);
    if (end == heard.npos) break;
    text += answer(heard.substr(read_, end - read_));
    read_ = end + 1;
  }
  return text;
}

std::string FtpServer::answer(std::string_view line) {
  const auto verb = line.substr(0, 4);
  const auto port = some_port(random_);
  if (verb == "USER") return "331 password\r\n";
  if (verb == "PASS") return "230-welcome\r\n227 (1,2,3,4,5,6) is no answer\r\n 230 nor this\r\n230 in\r\n";
  if (verb == "PORT" || verb == "EPRT") return random_.chance(80) ? "200 ok\r\n" : "500 no\r\n";
  if (verb == "PASV") {
    const auto address = random_.chance(80)   ? view_.server.address
                         : random_.chance(50) ? view_.dialed.address
                                              : kThird;
    return "227 Entering Passive Mode (" + host_port(address, port) + ").\r\n";
  }
  if (verb == "EPSV") return "229 Entering Extended Passive Mode (|||" + std::to_string(port) + "|)\r\n";
  if (verb == "RETR") return "150 here it comes\r\n226 done\r\n";
  if (verb == "HELP") {
    std::string text = "214-help\r\n";
    for (auto lines = random_.below(60); lines > 0; --lines) text += " a line of help, with a 227 in it\r\n";
    return text + "214 end\r\n";
  }
  if (verb == "QUIT") {
    quit_ = true;
    return "221 bye\r\n";
  }
  return "500 unknown\r\n";
}

bool negotiates(alg::Side sender, std::string_view line) {
  const auto is = [line](std::string_view head) { return line.starts_with(head); };
  if (sender == alg::Side::client) return is("PORT ") || is("EPRT ");
  return is("227 Entering") || is("229 Entering");
}

Fate fate_of(alg::Side sender, const alg::NatView& view, std::string_view said, std::string_view read,
             bool too_late) {
  if (!negotiates(sender, said)) return said == read ? Fate::right : Fate::wrong;
  const bool client = sender == alg::Side::client;
  const auto own = client ? view.client.address : view.server.address;
  const auto shown = client ? view.seen.address : view.dialed.address;
  const bool v4 = own.family() == net::Family::v4;
  const auto name = [&](const net::IpAddress& address) {
    if (!said.starts_with("PORT") && !said.starts_with("227")) return "|" + address.to_string() + "|";
    std::string text = address.to_string();
    std::replace(text.begin(), text.end(), '.', ',');
    return text + ",";
  };
  const auto names = [&](const net::IpAddress& address) { return said.find(name(address)) != said.npos; };
  const auto text = content(said);

  // The port stands at the end: behind the last two commas, or between the last two bars.
  unsigned port = 0;
  if (said.starts_with("PORT") || said.starts_with("227")) {
    const auto low = text.rfind(',');
    const auto high = text.rfind(',', low - 1);
    port = static_cast<unsigned>(std::atoi(std::string(text.substr(high + 1)).c_str()) * 256 +
                                 std::atoi(std::string(text.substr(low + 1)).c_str()));
  } else {
    const auto end = text.rfind('|');
    port = static_cast<unsigned>(std::atoi(std::string(text.substr(text.rfind('|', end - 1) + 1)).c_str()));
  }
  const bool third = v4 && names(kThird);
  const bool refused = too_late || port < 1024 || (client && third);
  std::string expected(said);
  if (refused && client) {
    expected.replace(0, 4, "XXXX");
  } else if (refused) {
    expected = "425 Data connection refused by the firewall.";
    expected.resize(text.size(), ' ');
    expected += said.substr(text.size());
  } else if (third) {
    expected = replaced(expected, name(kThird), name(shown));
    if (!view.nated()) {
      const auto at = expected.find('(');
      expected = "227 " + expected.substr(at, expected.find(')') - at + 1);
      expected.resize(text.size(), ' ');
      expected += said.substr(text.size());
    }
  } else if (!said.starts_with("229")) {
    expected = replaced(expected, name(own), name(shown));
  }
  if (read == expected) return too_late ? Fate::spoilt : Fate::right;
  // Spoilt: its beginning as said, the rest X, the length unchanged; nothing is left to spoil of a refused
  // line of which only the end is still to come.
  const auto heard = content(read);
  if (heard.size() != text.size() || (heard == text && !refused)) return Fate::wrong;
  const auto kept =
      static_cast<std::size_t>(std::mismatch(text.begin(), text.end(), heard.begin()).first - text.begin());
  return heard.find_first_not_of('X', kept) == heard.npos ? Fate::spoilt : Fate::wrong;
}

}  // namespace pinhole::test
