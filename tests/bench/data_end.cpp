#include "data_end.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

namespace pinhole::bench {
namespace {

constexpr std::size_t kChunk = 256 * 1024;

// One for all: an EventLoop and whatever it calls belong to one thread.
std::span<std::uint8_t> chunk() {
  thread_local std::array<std::uint8_t, kChunk> bytes;
  return bytes;
}

bool is_temporary(int error) {
  return error == EAGAIN || error == EINTR;
}

}  // namespace

DataEnd::~DataEnd() {
  unwatch();
}

void DataEnd::watch(std::uint32_t events) {
  loop_.watch(socket_.get(), events, *this);
  watched_ = true;
}

void DataEnd::unwatch() {
  if (std::exchange(watched_, false)) loop_.forget(socket_.get(), *this);
}

Endpoint DataEnd::listen(const net::IpAddress& at) {
  socket_ = listen_at({at, 0});
  state_ = State::listening;
  watch(EPOLLIN);
  return local_of(socket_);
}

void DataEnd::connect(const Endpoint& to, Connected connected, Done failed) {
  socket_ = connect_to(to);
  state_ = State::connecting;
  connected_ = std::move(connected);
  done_ = std::move(failed);
  watch(EPOLLOUT);
}

void DataEnd::transfer(Way way, const Contents& contents, Done done) {
  way_ = way;
  contents_ = contents;
  done_ = std::move(done);
  if (state_ == State::open) begin();
}

void DataEnd::ready(std::uint32_t) {
  switch (state_) {
    case State::idle:
      return;
    case State::listening:
      return accept();
    case State::connecting:
      return finish_connect();
    case State::open:
      if (way_) return *way_ == Way::send ? send() : receive();
  }
}

// The port is closed as soon as the one connection that it was for is there.
void DataEnd::accept() {
  Descriptor accepted = accept_from(socket_);
  if (!accepted) return;
  unwatch();
  socket_ = std::move(accepted);
  state_ = State::open;
  if (way_) begin();
}

void DataEnd::finish_connect() {
  if (connection_error(socket_) != 0) return end(Outcome::broken);
  unwatch();
  state_ = State::open;
  if (way_) begin();
  if (connected_) std::exchange(connected_, nullptr)();
}

void DataEnd::begin() {
  watch(*way_ == Way::send ? EPOLLOUT : EPOLLIN);
}

void DataEnd::send() {
  for (auto bytes = contents_.from(position_); !bytes.empty(); bytes = contents_.from(position_)) {
    const auto sent = ::send(socket_.get(), bytes.data(), std::min(bytes.size(), kChunk), MSG_NOSIGNAL);
    if (sent < 0) {
      if (!is_temporary(errno)) end(Outcome::broken);
      return;
    }
    position_ += static_cast<std::uint64_t>(sent);
  }
  end(Outcome::whole);
}

void DataEnd::receive() {
  const auto room = chunk();
  const auto got = recv(socket_.get(), room.data(), room.size(), 0);
  if (got < 0) {
    if (!is_temporary(errno)) end(Outcome::broken);
    return;
  }
  if (got == 0) return end(position_ == contents_.size ? Outcome::whole : Outcome::wrong_size);
  const auto bytes = room.first(static_cast<std::size_t>(got));
  if (!contents_.match(position_, bytes)) {
    return end(position_ + bytes.size() > contents_.size ? Outcome::wrong_size : Outcome::wrong_bytes);
  }
  position_ += bytes.size();
}

// The FIN says that this was all.
void DataEnd::end(Outcome outcome) {
  unwatch();
  socket_.reset();
  state_ = State::idle;
  if (done_) std::exchange(done_, nullptr)(outcome);
}

const char* to_string(DataEnd::Outcome outcome) {
  switch (outcome) {
    case DataEnd::Outcome::whole:
      return "whole";
    case DataEnd::Outcome::wrong_bytes:
      return "wrong bytes";
    case DataEnd::Outcome::wrong_size:
      return "wrong size";
    case DataEnd::Outcome::broken:
      return "connection broken";
  }
  return "";
}

}  // namespace pinhole::bench
