// Endpoints in what the ends say: written into the texts of habits.hpp, and read as FTP programs read them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "support/lab_socket.hpp"

namespace pinhole::test::differential {

/// How `text` announces an endpoint, if it does.
enum class Notation { none, commas, extended, port_only };
Notation notation_of(std::string_view text);

/// `text` with its placeholders filled in.
std::string filled_in(std::string text, const Address& announced);

/// What the line announces; `implied` is the host where it says only a port. The host's spelling is the
/// system's own.
std::optional<Address> announced_in(std::string_view line, Notation notation, const std::string& implied);

}  // namespace pinhole::test::differential
