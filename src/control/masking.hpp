// How a refused line reads: something that no server obeys and no client believes, of the same length.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pinhole/ftp/command.hpp"
#include "pinhole/net/side.hpp"
#include "pinhole/stream/line_reader.hpp"

namespace pinhole::control {

/// `length` bytes of a line that is refused unread, from its byte `offset` on.
std::string refusal(net::Side sender, std::size_t offset, std::size_t length);

/// The line made harmless: a command whose verb no server knows, or a 425 reply.
std::string masked(net::Side sender, const stream::Line& line);

/// The last `here` bytes of a refused line, its end included. `refused_before`: its beginning left as a
/// refusal.
std::string garbled(net::Side sender, const stream::Line& line, std::size_t here, bool refused_before);

/// True if the argument is a password: servers log what follows a verb that they do not know.
bool holds_secret(const ftp::Command& command);

/// Where the verb ends that `text` begins with, behind spaces and tabs; nullopt if its end has not come.
/// Whatever no verb has ends it: servers differ in what they take for a space.
std::optional<std::size_t> verb_length(std::string_view text);

/// `bytes`, which begin `before` bytes after the line does, with the verb of `verb_length` bytes made one
/// that no server knows; nullopt if its end has left already.
std::optional<std::string> with_masked_verb(std::span<const std::uint8_t> bytes, std::size_t before,
                                            std::size_t verb_length);

inline std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};  // bytes and chars alias
}

/// The end of a whole line, "\r\n" or "\n".
inline std::string_view end_of(const stream::Line& line) {
  return line.end_length == 2 ? "\r\n" : "\n";
}

}  // namespace pinhole::control
