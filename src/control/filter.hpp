// refuse: which commands the policy lets pass, whatever they say, and how the others are kept from the
// server.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "control/arrival.hpp"
#include "control/line_fate.hpp"
#include "control/session.hpp"
#include "pinhole/alg/event.hpp"
#include "pinhole/alg/policy.hpp"
#include "pinhole/ftp/command.hpp"

namespace pinhole::control {

/// True if the policy lets some commands pass and others not.
bool names_commands(const alg::Policy& policy);

/// True if the policy looks at commands at all.
bool filters_commands(const alg::Policy& policy);

/// True if anything may come of what `sender` says: it is FTP, or its commands are filtered.
bool is_judged(const Session& session, Side sender);

/// What the policy has against a command. `whole` is false if its argument is not known yet.
std::optional<Reason> objection_to(const ftp::Command& command, bool whole, const alg::Policy& policy);

/// True if the line that `sender` says is longer than the policy allows.
bool exceeds_length(const Session& session, Side sender, std::size_t length);
/// Reports that, once for each line. True if the session must end for it.
bool refuse_length(Session& session, const Arrival& arrival, alg::Observer& observer);

/// Of a line whose end has come: what becomes of it if the policy does not let the command pass; nullopt if
/// it does. A command that passes is counted. `piece` is what this packet has of the line.
/// `stray_end`: one in it is to be refused.
std::optional<LineFate> filter(Session& session, const Arrival& arrival, const stream::Line& line,
                               std::span<const std::uint8_t> piece, bool stray_end, alg::Observer& observer);

/// Why the client's last line, which its FIN ends, must not reach the server: some obey it. Told to
/// `observer`.
std::optional<Reason> objection_to_end(Session& session, const Arrival& arrival, alg::Observer& observer);

/// Of a line whose beginning is about to leave and in which a stray end has come (control/stray_ends):
/// reports it, once for each line; whether it must be masked, or the session be reset for it.
enum class StrayEnd : std::uint8_t { none, mask, reset };
StrayEnd refuse_stray_end(Session& session, const Arrival& arrival, std::span<const std::uint8_t> piece,
                          alg::Observer& observer);

/// Of a line whose beginning is about to leave: the verb must not have left before it is judged.
std::optional<LineFate> filter_beginning(Session& session, const Arrival& arrival,
                                         std::span<const std::uint8_t> piece, alg::Observer& observer);

}  // namespace pinhole::control
