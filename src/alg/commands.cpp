#include "alg/commands.hpp"

#include <algorithm>

#include "ftp/text.hpp"

namespace pinhole::alg {
namespace {

bool lists(const std::vector<std::string>& commands, std::string_view verb) {
  return std::ranges::any_of(
      commands, [verb](const auto& command) { return ftp::equals_ignoring_case(verb, command); });
}

}  // namespace

bool names_commands(const Policy& policy) {
  return !policy.allow_commands.empty() || !policy.deny_commands.empty() || policy.tls == Tls::deny;
}

bool filters_commands(const Policy& policy) {
  return names_commands(policy) || policy.commands_per_second > 0;
}

std::optional<Reason> objection_to(const ftp::Command& command, bool whole, const Policy& policy) {
  const bool allowed = policy.allow_commands.empty() || lists(policy.allow_commands, command.word);
  if (!allowed || lists(policy.deny_commands, command.word)) return Reason::command_denied;
  // Whatever a server may take for TLS: a tab, quotation marks.
  const bool harmless = whole && (ftp::equals_ignoring_case(command.argument, "GSSAPI") ||
                                  ftp::equals_ignoring_case(command.argument, "KERBEROS_V4"));
  if (policy.tls == Tls::deny && ftp::equals_ignoring_case(command.word, "AUTH") && !harmless) {
    return Reason::tls_denied;
  }
  return std::nullopt;
}

bool holds_secret(const ftp::Command& command) {
  return command.verb == ftp::Verb::pass || command.verb == ftp::Verb::acct;
}

std::optional<std::size_t> verb_length(std::string_view text) {
  const auto end = text.find_first_of(" \r\n");
  if (end == text.npos) return std::nullopt;
  return end;
}

std::optional<std::string> with_masked_verb(std::span<const std::uint8_t> bytes, std::size_t before,
                                            std::size_t verb_length) {
  if (verb_length < before) return std::nullopt;
  std::string text(bytes.begin(), bytes.end());
  // With nothing left of the verb, the space or CR behind it becomes a part of it.
  const std::size_t end = std::max<std::size_t>(verb_length - before, 1);
  if (end > text.size() || text[end - 1] == '\n') return std::nullopt;
  std::fill_n(text.begin(), end, 'X');
  return text;
}

}  // namespace pinhole::alg
