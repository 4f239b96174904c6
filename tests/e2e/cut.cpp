#include "cut.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/socket_options.hpp"

namespace pinhole::test {
namespace {

void send_piece(const Socket& socket, std::string_view piece, bool first, Pace pace) {
  if (pace == Pace::acknowledged && !first) {
    EXPECT_TRUE(all_acknowledged(socket)) << "before '" << piece << "'";
  }
  socket.send(piece);
}

// TCP sends so many segments before it has seen an acknowledgment (RFC 6928), then it may join what waits.
constexpr std::size_t kInitialWindow = 10;

// Were two pieces to leave in one segment, a test of pieces would test nothing.
void expect_segments(const Socket& socket, unsigned before, std::size_t pieces, Pace pace) {
  if (pace != Pace::nagle) {
    EXPECT_GE(data_segments_sent(socket) - before, std::min(pieces, kInitialWindow));
  }
}

}  // namespace

std::string_view name_of(Pace pace) {
  switch (pace) {
    case Pace::at_once:
      return "at once";
    case Pace::nagle:
      return "Nagle";
    case Pace::acknowledged:
      return "acknowledged";
  }
  return "";
}

Say in_pieces(std::size_t size, Pace pace) {
  return [size, pace](const Socket& socket, std::string_view text) {
    const auto before = data_segments_sent(socket);
    for (std::size_t at = 0; at < text.size(); at += size) {
      send_piece(socket, text.substr(at, size), at == 0, pace);
    }
    expect_segments(socket, before, (text.size() + size - 1) / size, pace);
  };
}

Say cut_at(std::size_t position, Pace pace) {
  return [position, pace](const Socket& socket, std::string_view text) {
    const auto before = data_segments_sent(socket);
    send_piece(socket, text.substr(0, position), true, pace);
    send_piece(socket, text.substr(position), false, pace);
    expect_segments(socket, before, 2, pace);
  };
}

}  // namespace pinhole::test
