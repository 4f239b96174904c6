#include "conversation.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <regex>
#include <stdexcept>

#include "waits.hpp"

namespace pinhole::test {
namespace {

std::uint16_t number(const std::string& text) {
  return static_cast<std::uint16_t>(std::stoul(text));
}

// IPv6 addresses have many spellings; this is the kernel's.
std::string canonical(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_pton(AF_INET6, host.c_str(), bytes.data()) != 1) return host;
  return inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
}

// A lab with DNAT leads every control port to the server's 21.
std::uint16_t server_port(const Lab& lab, Family family, std::uint16_t dialed) {
  return lab.address("dialed", family) == lab.address("server", family) ? dialed : std::uint16_t{21};
}

void put(const Socket& socket, std::string_view line, const Say& say) {
  const auto text = std::string(line) + "\r\n";
  say ? say(socket, text) : socket.send(text);
}

/// Remembers what was said for whoever has to read why the test failed.
std::optional<std::string> heard(const char* who, std::string_view said, std::optional<std::string> heard) {
  const std::string arrived = heard == said ? "" : "  arrived as: " + heard.value_or("(nothing)");
  remember(std::string(who) + ": " + std::string(said) + arrived);
  return heard;
}

}  // namespace

LabConversation::LabConversation(const Lab& lab, Family family, std::uint16_t port, const Origin& origin) {
  const Listener listener(lab, Role::server, {lab.address("server", family), server_port(lab, family, port)},
                          origin.receive_buffer);
  client_ = dial(lab, Role::client, {lab.address("dialed", family), port}, kPatience, origin);
  server_ = listener.accept();
  if (!client_ || !server_) throw std::runtime_error("no control connection");
}

void LabConversation::log_in() {
  EXPECT_EQ(to_client("220 lab"), "220 lab");
  EXPECT_EQ(to_server("USER anonymous"), "USER anonymous");
  EXPECT_EQ(to_client("331 who?"), "331 who?");
  EXPECT_EQ(to_server("PASS me@here"), "PASS me@here");
  EXPECT_EQ(to_client("230 in"), "230 in");
}

std::optional<std::string> LabConversation::to_server(std::string_view line, const Say& say) {
  put(*client_, line, say);
  return heard("client", line, server_->line());
}

std::optional<std::string> LabConversation::to_client(std::string_view line, const Say& say) {
  put(*server_, line, say);
  return heard("server", line, client_->line());
}

void LabConversation::hang_up() {
  client_->end();
  EXPECT_EQ(server_->line(), std::nullopt);
  server_->end();
  EXPECT_EQ(client_->line(), std::nullopt);
}

std::string comma_form(const Address& address) {
  auto text =
      address.host + "," + std::to_string(address.port >> 8) + "," + std::to_string(address.port & 255);
  std::ranges::replace(text, '.', ',');
  return text;
}

std::string bar_form(const Address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return (v6 ? "|2|" : "|1|") + address.host + "|" + std::to_string(address.port) + "|";
}

std::string announcement(Mode mode, const Address& address) {
  switch (mode) {
    case Mode::pasv:
      return "227 Entering Passive Mode (" + comma_form(address) + ").";
    case Mode::epsv:
      return "229 Entering Extended Passive Mode (|||" + std::to_string(address.port) + "|)";
    case Mode::port:
      return "PORT " + comma_form(address);
    case Mode::eprt:
      return "EPRT " + bar_form(address);
  }
  return {};
}

std::optional<Address> announced_in(std::string_view line, const std::string& implied) {
  static const std::regex comma(R"((\d+),(\d+),(\d+),(\d+),(\d+),(\d+))");
  static const std::regex bar(R"(\|[12]?\|([0-9a-fA-F.:]*)\|(\d+)\|)");
  const std::string text(line);
  std::smatch part;
  if (std::regex_search(text, part, comma)) {
    return Address{part.str(1) + "." + part.str(2) + "." + part.str(3) + "." + part.str(4),
                   static_cast<std::uint16_t>(number(part.str(5)) * 256 + number(part.str(6)))};
  }
  if (std::regex_search(text, part, bar)) {
    return Address{part.length(1) > 0 ? canonical(part.str(1)) : implied, number(part.str(2))};
  }
  return std::nullopt;
}

std::unique_ptr<Negotiated> negotiate(const Lab& lab, Family family, LabConversation& talk, Mode mode,
                                      const Wording& wording) {
  const bool passive = mode == Mode::pasv || mode == Mode::epsv;
  const auto role = passive ? Role::server : Role::client;
  auto at = wording.listening;
  if (at.host.empty()) at.host = lab.address(passive ? "server" : "client", family);
  std::unique_ptr<Negotiated> result(new Negotiated{.listener{lab, role, at},
                                                    .announced = {},
                                                    .heard = {},
                                                    .caller = passive ? Role::client : Role::server});
  const auto& expected = lab.address(passive ? "dialed" : "seen", family);

  auto named = result->listener.local();
  if (!wording.spelt.empty()) named.host = wording.spelt;
  const auto line = announcement(mode, named);
  if (passive) {
    EXPECT_EQ(talk.to_server(verb_of(mode)), verb_of(mode));
  }
  const auto heard = passive ? talk.to_client(line, wording.say) : talk.to_server(line, wording.say);
  const auto announced = announced_in(heard.value_or("(nothing)"), expected);
  if (!passive) {
    EXPECT_EQ(talk.to_client("200 ok"), "200 ok");
  }
  EXPECT_TRUE(announced.has_value()) << heard.value_or("(nothing)");
  if (!announced) return nullptr;
  EXPECT_EQ(announced->host, expected) << *heard;
  result->announced = *announced;
  result->heard = *heard;
  return result;
}

bool data_passes(const Lab& lab, const Negotiated& negotiated, Milliseconds limit) {
  auto caller = dial(lab, negotiated.caller, negotiated.announced, limit);
  if (!caller) return false;
  auto called = negotiated.listener.accept();
  if (!called) return false;
  caller->send("to and\r\n");
  called->send("fro\r\n");
  return called->line() == "to and" && caller->line() == "fro";
}

}  // namespace pinhole::test
