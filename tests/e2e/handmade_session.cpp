#include "handmade_session.hpp"

#include <future>
#include <ostream>
#include <stdexcept>

namespace pinhole::test {
namespace {

std::string name_of(const HandmadeCase& c) {
  return name_of(c.way) + (c.handmade == Role::client ? "_client" : "_server");
}

// Each connection has a port of its own: routers remember closed ones.
std::uint16_t next_port() {
  static std::uint16_t port = 20'000;
  return ++port;
}

}  // namespace

std::string handmade_name(const testing::TestParamInfo<HandmadeCase>& instance) {
  return name_of(instance.param);
}

void PrintTo(const HandmadeCase& c, std::ostream* out) {
  *out << name_of(c);
}

std::vector<HandmadeCase> handmade_cases() {
  std::vector<HandmadeCase> cases;
  for (const auto& way : translated_ways()) {
    for (const auto role : {Role::client, Role::server}) cases.push_back({way, role});
  }
  return cases;
}

void HandmadeSession::enter(net::Seq initial_seq, std::optional<int> receive_buffer) {
  site_ = Site::at({.topology = GetParam().way.topology});
  PINHOLE_NEEDS(site_);
  real_.reset();
  handmade_.reset();  // the port is its alone
  const Address at_server{address("server"), 21};
  if (client_is_handmade()) {
    const Listener listener(lab(), Role::server, at_server, receive_buffer);
    handmade_ = std::make_unique<HandmadeEnd>(lab(), Role::client, Address{address("client"), next_port()},
                                              initial_seq);
    if (!handmade_->connect({address("dialed"), 21})) throw std::runtime_error("no SYN ACK");
    real_ = listener.accept();
  } else {
    handmade_ = std::make_unique<HandmadeEnd>(lab(), Role::server, at_server, initial_seq);
    const Origin origin{.from = {}, .initial_seq = initial_seq.raw(), .receive_buffer = receive_buffer};
    auto dialing = std::async(std::launch::async, [&] {
      return dial(lab(), Role::client, {address("dialed"), 21}, kPatience, origin);
    });
    if (!handmade_->accept()) throw std::runtime_error("no SYN");
    real_ = dialing.get();
  }
  if (!real_) throw std::runtime_error("no control connection");

  const auto to_server = [this](const char* line) {
    EXPECT_EQ(client_is_handmade() ? to_real(line) : to_handmade(line), line);
  };
  const auto to_client = [this](const char* line) {
    EXPECT_EQ(client_is_handmade() ? to_handmade(line) : to_real(line), line);
  };
  to_client("220 lab");
  to_server("USER anonymous");
  to_client("331 who?");
  to_server("PASS me@here");
  to_client("230 in");
}

std::optional<std::string> HandmadeSession::to_real(std::string_view line) {
  handmade().say(std::string(line) + "\r\n");
  return real().line();
}

std::optional<std::string> HandmadeSession::to_handmade(std::string_view line) {
  real().send(std::string(line) + "\r\n");
  return handmade().line();
}

HandmadeSession::Announced HandmadeSession::announce_from(Role role) {
  auto listener = std::make_unique<Listener>(lab(), role,
                                             Address{address(role == Role::client ? "client" : "server"), 0});
  const auto mode = role == Role::client ? active_mode(family()) : passive_mode(family());
  auto text = announcement(mode, listener->local()) + "\r\n";
  return {std::move(listener), std::move(text)};
}

HandmadeSession::Announced HandmadeSession::prepare() {
  if (!client_is_handmade()) {
    const auto command = verb_of(passive_mode(family()));
    EXPECT_EQ(to_handmade(command), command);
  }
  return announce_from(GetParam().handmade);
}

HandmadeSession::Announced HandmadeSession::prepare_real() {
  if (client_is_handmade()) {
    const auto command = verb_of(passive_mode(family()));
    EXPECT_EQ(to_real(command), command);
  }
  return announce_from(client_is_handmade() ? Role::server : Role::client);
}

void HandmadeSession::expect_arrived(const Announced& announced) {
  const auto& host = address(client_is_handmade() ? "seen" : "dialed");
  const Address expected{host, announced.listener->local().port};
  const auto line = real().line().value_or("(nothing)");
  EXPECT_EQ(announced_in(line, host), expected) << line;
  if (client_is_handmade()) {
    EXPECT_EQ(to_handmade("200 ok"), "200 ok");
  }
  const auto caller = client_is_handmade() ? Role::server : Role::client;
  EXPECT_TRUE(dial(lab(), caller, expected) && announced.listener->accept());
}

std::string HandmadeSession::with_other_port(const std::string& text) {
  auto other = text;
  auto& digit = other[other.find_last_of("0123456789")];
  digit = digit == '1' ? '2' : '1';
  return other;
}

void HandmadeSession::expect_in_step() {
  const std::string command = client_is_handmade() ? "NOOP" : "200 from a handmade server";
  const std::string reply = client_is_handmade() ? "200 from a real server" : "NOOP";
  EXPECT_EQ(to_real(command), command);
  EXPECT_EQ(to_handmade(reply), reply);
  EXPECT_TRUE(handmade().acknowledged());
}

}  // namespace pinhole::test
