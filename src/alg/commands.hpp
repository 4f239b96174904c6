// judge: which commands the policy lets pass, whatever they say.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "pinhole/alg/policy.hpp"
#include "pinhole/alg/reason.hpp"
#include "pinhole/ftp/command.hpp"

namespace pinhole::alg {

/// True if the policy lets some commands pass and others not.
bool names_commands(const Policy& policy);

/// True if the policy looks at commands at all.
bool filters_commands(const Policy& policy);

/// What the policy has against a command. `whole` is false if its argument is not known yet.
std::optional<Reason> objection_to(const ftp::Command& command, bool whole, const Policy& policy);

/// True if the argument is a password: servers log what follows a verb that they do not know.
bool holds_secret(const ftp::Command& command);

/// The length of the verb that `text` begins with, whose end has come too; nullopt if it has not.
std::optional<std::size_t> verb_length(std::string_view text);

/// `bytes`, which begin `before` bytes after the line does, with the verb of `verb_length` bytes made one
/// that no server knows; nullopt if its end has left already.
std::optional<std::string> with_masked_verb(std::span<const std::uint8_t> bytes, std::size_t before,
                                            std::size_t verb_length);

}  // namespace pinhole::alg
