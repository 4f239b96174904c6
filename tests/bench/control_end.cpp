#include "control_end.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

namespace pinhole::bench {

ControlEnd::ControlEnd(EventLoop& loop, Descriptor socket) : loop_(loop), socket_(std::move(socket)) {
  loop_.watch(socket_.get(), EPOLLIN, *this);
}

ControlEnd::~ControlEnd() {
  close();
}

void ControlEnd::close() {
  if (!socket_) return;
  loop_.forget(socket_.get(), *this);
  socket_.reset();
}

void ControlEnd::send_line(std::string_view line, std::size_t piece) {
  const std::string bytes = std::string(line) + "\r\n";
  if (piece == 0) piece = bytes.size();
  for (std::size_t sent = 0; sent < bytes.size(); sent += piece) {
    const auto length = std::min(piece, bytes.size() - sent);
    // A line and its like fit into an empty buffer; what does not is no session any more.
    if (::send(socket_.get(), bytes.data() + sent, length, MSG_NOSIGNAL) != static_cast<ssize_t>(length)) {
      shutdown(socket_.get(), SHUT_RDWR);
      return;
    }
  }
}

void ControlEnd::ready(std::uint32_t) {
  std::array<char, 4096> bytes;
  const auto got = recv(socket_.get(), bytes.data(), bytes.size(), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    close();
    return lost();
  }
  pending_.append(bytes.data(), static_cast<std::size_t>(got));
  std::size_t begin = 0;
  for (auto end = pending_.find("\r\n"); is_open() && end != std::string::npos;
       end = pending_.find("\r\n", begin)) {
    heard(std::string_view(pending_).substr(begin, end - begin));
    begin = end + 2;
  }
  pending_.erase(0, begin);
}

}  // namespace pinhole::bench
