// What tests ask of a real TCP socket beyond sending and receiving.
#pragma once

#include "lab_socket.hpp"

namespace pinhole::test {

/// Whether small writes wait until everything before them is acknowledged.
void set_nagle(const Socket& socket, bool on);

/// Beyond what the system allows its users. Throws std::system_error.
void set_send_buffer(const Socket& socket, int bytes);

/// An acknowledgment that the socket's TCP owes and still puts off goes out now.
void acknowledge_at_once(const Socket& socket);

/// A probe after one silent second; if the next second brings no answer, the connection breaks.
void set_keep_alive(const Socket& socket);

/// Urgent bytes come in their place in the stream.
void set_urgent_inline(const Socket& socket);

/// Sends `bytes`, of which the last one is urgent. Throws std::system_error.
void send_urgent(const Socket& socket, std::string_view bytes);

/// Waits until the next byte to be read is the urgent one.
bool at_urgent_mark(const Socket& socket, Milliseconds limit = kPatience);

/// Waits until everything sent is acknowledged.
bool all_acknowledged(const Socket& socket, Milliseconds limit = kPatience);

/// Segments with data that were sent so far, repeated ones too.
unsigned data_segments_sent(const Socket& socket);

/// How many more may be on their way at once; those behind them may leave joined.
unsigned segments_that_fit(const Socket& socket);

/// Waits until the peer has closed in order, with everything before that read.
bool ended(const Socket& socket, Milliseconds limit = kPatience);
/// Waits until the connection is broken off.
bool broken(const Socket& socket, Milliseconds limit = kPatience);

/// Sends what fits into the socket's buffer now and returns how much that was.
std::size_t send_some(const Socket& socket, std::string_view bytes);

/// The next `size` bytes, less if they do not come in time. Not to be mixed with Socket::line().
std::string read_bytes(const Socket& socket, std::size_t size, Milliseconds limit = kPatience);

}  // namespace pinhole::test
