// Bytes over a data connection: what is sent is known beforehand, so that what arrives can be judged.
#pragma once

#include <cstdint>
#include <string>

#include "support/lab_socket.hpp"

namespace pinhole::test {

/// The same for the same seed, anywhere.
std::string content_of_file(std::uint64_t seed, std::size_t bytes);

std::uint64_t checksum(std::string_view bytes);

/// Sends everything and closes; meanwhile `to` reads to the end, and closes in turn. What it read.
std::string carry(const Socket& from, const Socket& to, std::string_view bytes, Milliseconds limit);

}  // namespace pinhole::test
