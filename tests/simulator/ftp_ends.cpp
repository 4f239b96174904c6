#include "simulator/ftp_ends.hpp"

#include <algorithm>
#include <array>

#include "support/segments.hpp"

namespace pinhole::test::simulator {
namespace {

using alg::Form;

const net::IpAddress kThird = endpoint("8.8.4.4", 0).address;

net::Port some_port(Random& random) {
  if (random.chance(30)) return static_cast<net::Port>(random.between(kPopular.first, kPopular.last));
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
    const bool closes = open.empty() ? line[0] >= '2' && line[0] <= '5'  // its rest may be garbled
                                     : line.substr(0, 3) == open && line[3] == ' ';
    if (closes) {
      open = {};
      ++count;
    }
  }
}

}  // namespace

std::string host_port(const net::IpAddress& address, net::Port port) {
  std::string text = address.to_string();
  std::replace(text.begin(), text.end(), '.', ',');
  return text + "," + std::to_string(port / 256) + "," + std::to_string(port % 256);
}

std::string announce(alg::Form form, const net::IpAddress& address, net::Port port) {
  switch (form) {
    case alg::Form::port:
      return "PORT " + host_port(address, port) + "\r\n";
    case alg::Form::eprt: {
      const bool v4 = address.family() == net::Family::v4;
      return std::string("EPRT |") + (v4 ? "1|" : "2|") + address.to_string() + "|" + std::to_string(port) +
             "|\r\n";
    }
    case alg::Form::pasv:
      return "227 Entering Passive Mode (" + host_port(address, port) + ").\r\n";
    case alg::Form::epsv:
      return "229 Entering Extended Passive Mode (|||" + std::to_string(port) + "|)\r\n";
  }
  return {};
}

FtpClient::FtpClient(const alg::NatView& view, Random& random)
    : view_(view),
      random_(random),
      burst_(random.chance(50)   ? 1
             : random.chance(50) ? random.between(2, 12)
                                 : 1000) {
  script_ = {"USER someone\r\n", "PASS secret\r\n"};
  const auto count = random_.chance(90) ? random_.between(1, 14) : random_.between(15, 80);
  for (std::size_t i = 0; i < count; ++i) script_.push_back(command());
  if (random_.chance(80)) script_.push_back("QUIT\r\n");
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
      return v4 ? announce(Form::port, address, port) : announce(Form::eprt, view_.client.address, port);
    case 2:
      return address.family() == view_.client.address.family() ? announce(Form::eprt, address, port)
                                                               : "NOOP\r\n";
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
  const bool logged_in = !line.starts_with("USER") && !line.starts_with("PASS");
  if (logged_in && random_.chance(hurry_)) {
    quit_ = true;
    return "421 going down\r\n";
  }
  const auto verb = line.substr(0, 4);
  const auto port = some_port(random_);
  if (verb == "USER") return "331 password\r\n";
  if (verb == "PASS") return "230-welcome\r\n227 (1,2,3,4,5,6) is no answer\r\n 230 nor this\r\n230 in\r\n";
  if (verb == "PORT" || verb == "EPRT") return random_.chance(80) ? "200 ok\r\n" : "500 no\r\n";
  if (verb == "PASV") {
    const auto address = random_.chance(80)   ? view_.server.address
                         : random_.chance(50) ? view_.dialed.address
                                              : kThird;
    return announce(Form::pasv, address, port);
  }
  if (verb == "EPSV") return announce(Form::epsv, view_.server.address, port);
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

}  // namespace pinhole::test::simulator
