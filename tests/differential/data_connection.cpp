#include "differential/data_connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "property/random.hpp"
#include "support/socket_options.hpp"

namespace pinhole::test::differential {
namespace {

Role role_of(Side side) {
  return side == Side::client ? Role::client : Role::server;
}

// Whatever `from` has to send, while `to` reads.
std::string carry(const Socket& from, const Socket& to, std::string_view bytes, Milliseconds limit) {
  std::string arrived;
  arrived.reserve(bytes.size());
  bool sending = true;
  while (true) {
    if (sending) bytes.remove_prefix(send_some(from, bytes));
    if (sending && bytes.empty()) {
      from.end();
      sending = false;
    }
    std::array<pollfd, 2> waited{{{.fd = to.descriptor(), .events = POLLIN, .revents = 0},
                                  {.fd = sending ? from.descriptor() : -1, .events = POLLOUT, .revents = 0}}};
    if (poll(waited.data(), waited.size(), static_cast<int>(limit.count())) <= 0) return arrived;
    if (waited[1].revents & (POLLERR | POLLHUP)) return arrived;
    if (waited[0].revents == 0) continue;
    std::array<char, 65'536> buffer{};
    const auto got = recv(to.descriptor(), buffer.data(), buffer.size(), 0);
    if (got <= 0) return arrived;
    arrived.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

std::string content_of_file(std::uint64_t seed, std::size_t bytes) {
  Random random(seed);
  std::string content(bytes, ' ');
  for (std::size_t at = 0; at < bytes; at += 8) {
    auto word = random.any();
    for (std::size_t i = at; i < std::min(bytes, at + 8); ++i, word >>= 8) {
      content[i] = static_cast<char>(word & 0xff);
    }
  }
  return content;
}

// FNV-1a
std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const char byte : bytes) sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return sum;
}

Address DataConnection::listen(Side side) {
  const bool client = side == Side::client;
  const auto& own = client ? route_.client : route_.server;
  const auto wish = Random(plan_.seed + (++listened_ << 48)).any();
  const auto port = world_.at_fresh_port(wish, [&](std::uint16_t fresh) {
    listener_.emplace(world_.lab(), role_of(side), Address{own, fresh});
    return fresh;
  });
  if (client && plan_.habits.client.announces_seen) return {route_.seen, port};
  if (!client && plan_.habits.server.announces_dialed) return {route_.dialed.host, port};
  return {own, port};
}

bool DataConnection::call(Side side, const Address& to, Milliseconds limit) {
  const Address from = side == Side::client ? Address{route_.client, 0}
                                            : Address{route_.server, plan_.habits.server.active_port};
  caller_ = dial(world_.lab(), role_of(side), to, limit, {.from = from});
  caller_side_ = side;
  return caller_.has_value();
}

bool DataConnection::meet(Milliseconds limit) {
  called_ = listener_->accept(limit);
  listener_.reset();
  return called_.has_value();
}

std::string DataConnection::send(Side side, std::string_view bytes, Milliseconds limit) {
  const auto& from = side == caller_side_ ? *caller_ : *called_;
  const auto& to = side == caller_side_ ? *called_ : *caller_;
  auto arrived = carry(from, to, bytes, limit);
  if (arrived.size() == bytes.size()) close();
  return arrived;
}

void DataConnection::close() {
  caller_.reset();
  called_.reset();
}

void DataConnection::break_off() {
  listener_.reset();
  for (auto* end : {&caller_, &called_}) {
    if (*end) (*end)->reset();
  }
}

}  // namespace pinhole::test::differential
