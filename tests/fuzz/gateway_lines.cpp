// What the two ends of a GatewayStory say when they log in and negotiate, and how its tracker changes.

#include <algorithm>

#include "fuzz/gateway_story.hpp"

namespace pinhole::fuzz {

using alg::Side;

namespace {

std::string host_port(const net::IpAddress& address, net::Port port) {
  std::string text;
  for (const auto byte : address.bytes()) text += std::to_string(byte) + ',';
  return text + std::to_string(port >> 8) + ',' + std::to_string(port & 0xff);
}

std::string extended(const net::IpAddress& address, net::Port port) {
  const char* protocol = address.family() == net::Family::v4 ? "|1|" : "|2|";
  return protocol + address.to_string() + '|' + std::to_string(port) + '|';
}

}  // namespace

/// Commands begin with a letter. The addresses: the speaker's own, the one its peer knows, and a third
/// host's.
std::string GatewayStory::line(std::uint8_t which, net::Port port) const {
  const auto& view = connection_->view;
  const bool v4 = view.client.address.family() == net::Family::v4;
  const auto third = *net::IpAddress::parse(v4 ? "8.8.4.4" : "2001:db8::88");
  const auto client = which & 0x40 ? view.seen.address : which & 0x80 ? third : view.client.address;
  const auto server = which & 0x40 ? view.dialed.address : which & 0x80 ? third : view.server.address;
  const auto number = std::to_string(port);
  switch (which % 16) {
    case 0:
      return v4 ? "PORT " + host_port(client, port) + "\r\n" : "EPRT " + extended(client, port) + "\r\n";
    case 1:
      return "EPRT " + extended(client, port) + "\r\n";
    case 2:
      return "PASV\r\n";
    case 3:
      return "227 Entering Passive Mode (" + (v4 ? host_port(server, port) : "1,2,3,4,5,6") + ").\r\n";
    case 4:
      return "EPSV\r\n";
    case 5:
      return "229 Entering Extended Passive Mode (|||" + number + "|)\r\n";
    case 6:
      return "port " + (v4 ? host_port(client, port) : extended(client, port)) + " \n";
    case 7:
      return "227 " + (v4 ? host_port(server, port) : "1,2,3,4,5,6") + "\n";
    case 8:
      return "200 done\r\n";
    case 9:
      return "PORT " + std::string(port % 1400, '1') + "\r\n";
    case 10:
      return "227 " + std::string(port % 1400, ' ') + "(|||" + number + "|)\r\n";
    case 11:
      return "500-no\r\n227 (1,2,3,4,5,6)\r\n500 no\r\n";
    case 12:
      return "P\xff\xf4ORT " + host_port(client, port) + "\r\n";
    case 13:
      return "NOOP\r\nPASV\r\nPORT " + host_port(client, port) + "\r\nEPSV\r\n";
    case 14:
      return "200 ok\r\n227 (" + host_port(server, port) + ")\r\n200 ok\r\n229 (|||" + number + "|)\r\n";
    default:
      return port % 2 ? "AUTH TLS\r\n" : "234 go\r\n";
  }
}

void GatewayStory::log_in(Cut cut) {
  say(Side::server, "220 ready\r\n", cut);
  say(Side::client, "USER u\r\n", cut);
  say(Side::server, "331 password\r\n", cut);
  say(Side::client, "PASS p\r\n", cut);
  say(Side::server, "230 welcome\r\n", cut);
}

void GatewayStory::change_tracker(std::uint8_t what) {
  tracker_.refuses = (what & 0x01) != 0;
  tracker_.can_shift = (what & 0x02) == 0;
  tracker_.taken_ports.clear();
  if ((what & 0x04) != 0) tracker_.taken_ports.insert(50000);
  if ((what & 0x08) != 0) tracker_.taken_ports.insert(limits_.port_tries == 2 ? 49152 : 1024);
  if ((what & 0x10) != 0) tracker_.taken_ports.insert(49153);
}

}  // namespace pinhole::fuzz
