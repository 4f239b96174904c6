#include "control/filter.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "control/masking.hpp"
#include "control/stray_ends.hpp"
#include "control/telnet_in_verb.hpp"
#include "ftp/text.hpp"

namespace pinhole::control {
namespace {

using alg::Policy;

bool lists(const std::vector<std::string>& commands, std::string_view verb) {
  return std::ranges::any_of(
      commands, [verb](const auto& command) { return ftp::equals_ignoring_case(verb, command); });
}

/// The command that some servers take it for (RFC 775; P@SW of WinSock's ftp; the X of experiments).
std::string_view meant_by(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kAliases{{{"P@SW", "PASV"},
                                                                                   {"XCUP", "CDUP"},
                                                                                   {"XCWD", "CWD"},
                                                                                   {"XMKD", "MKD"},
                                                                                   {"XPWD", "PWD"},
                                                                                   {"XRMD", "RMD"},
                                                                                   {"XSTAT", "STAT"},
                                                                                   {"XABOR", "ABOR"},
                                                                                   {"XQUIT", "QUIT"}}};
  for (const auto& [alias, command] : kAliases) {
    if (ftp::equals_ignoring_case(word, alias)) return command;
  }
  return word;
}

/// What has not left yet of the line that begins with `line` and that `piece` belongs to.
std::vector<std::uint8_t> bytes_here(std::span<const std::uint8_t> line, std::size_t acknowledged,
                                     std::span<const std::uint8_t> piece) {
  std::vector<std::uint8_t> bytes(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(acknowledged));
  bytes.insert(bytes.end(), piece.begin(), piece.end());
  return bytes;
}

/// Some server may read another verb, which the policy does not let pass, in a command that begins with
/// `raw`. Of those that no server knows none is meant.
bool hides_verb(const Policy& policy, std::span<const std::uint8_t> raw) {
  if (!names_commands(policy)) return false;
  const auto verbs = verbs_behind_telnet(raw);
  return !verbs || std::ranges::any_of(*verbs, [&policy](const auto& verb) {
    const auto command = ftp::parse_command(verb);
    const bool meant = command && (command->known || lists(policy.deny_commands, verb));
    return meant && objection_to(*command, false, policy);
  });
}

/// What the policy has against what the client says, which may be no command. `raw` is what came for `text`.
std::optional<Reason> objection(const Session& session, std::string_view text,
                                std::span<const std::uint8_t> raw, const std::optional<ftp::Command>& command,
                                bool whole, bool overlong, Time now) {
  const Policy& policy = *session.policy;
  const bool beginning_unknown = session.channel(Side::client).line.may_lack_beginning();
  // It may end a verb that left before this was a session of ours.
  if (beginning_unknown && names_commands(policy) && (text.empty() || !ftp::is_letter(text.front()))) {
    return Reason::command_denied;
  }
  // Of a line without end nobody knows which verb stands behind what is kept.
  if (overlong && names_commands(policy) && !verb_length(text)) return Reason::command_denied;
  if (text.empty()) return std::nullopt;
  // Some server might read a command in it, behind a space or with a tab for a space.
  if (!command) return names_commands(policy) ? std::optional(Reason::command_denied) : std::nullopt;
  if (const auto why = objection_to(*command, whole, policy)) return why;
  if (hides_verb(policy, raw)) return Reason::command_denied;
  // The end of a verb whose beginning left before this was a session of ours.
  if (beginning_unknown && !command->known && names_commands(policy)) return Reason::command_denied;
  if (!session.rate.allows(now, policy.commands_per_second)) return Reason::command_rate;
  return std::nullopt;
}

void count_command(Session& session, std::string_view text, const std::optional<ftp::Command>& command,
                   Time now) {
  if (!text.empty() && command) session.rate.count(now, session.policy->commands_per_second);
}

/// Data connections may be negotiated, as far as is known.
bool negotiates(const Session& session) {
  using State = ftp::Session::State;
  const auto state = session.dialogue.state();
  return state == State::login || state == State::authorized;
}

/// Tells that a command is refused. `fate` is what makes the server refuse it, if anything can. Nothing of a
/// line that is no command is shown.
std::optional<LineFate> refuse(const Session& session, const Arrival& arrival, Reason why,
                               const std::optional<ftp::Command>& command, LineFate fate,
                               alg::Observer& observer) {
  const bool observed = session.policy->observe;
  const auto word = command ? alg::CommandWord(command->word) : alg::CommandWord();
  observer.notice({session.nat, alg::Refused{why, word, arrival.id, observed}});
  if (observed) return std::nullopt;
  const bool can_mask = fate.replacement || fate.overwrite || fate.garble;
  if (can_mask && session.policy->on_refusal == alg::OnRefusal::mask) return fate;
  LineFate end;
  end.reset = why;
  return end;
}

}  // namespace

bool names_commands(const Policy& policy) {
  return !policy.allow_commands.empty() || !policy.deny_commands.empty() || policy.tls == alg::Tls::deny;
}

bool filters_commands(const Policy& policy) {
  return names_commands(policy) || policy.commands_per_second > 0;
}

bool is_judged(const Session& session, Side sender) {
  return session.dialogue.state() != ftp::Session::State::not_ftp ||
         (sender == Side::client && filters_commands(*session.policy));
}

std::optional<Reason> objection_to(const ftp::Command& command, bool whole, const Policy& policy) {
  const auto meant = meant_by(command.word);
  const bool allowed = policy.allow_commands.empty() || lists(policy.allow_commands, command.word) ||
                       lists(policy.allow_commands, meant);
  if (!allowed || lists(policy.deny_commands, command.word) || lists(policy.deny_commands, meant)) {
    return Reason::command_denied;
  }
  // Whatever a server may take for TLS: a tab, quotation marks.
  const bool harmless = whole && (ftp::equals_ignoring_case(command.argument, "GSSAPI") ||
                                  ftp::equals_ignoring_case(command.argument, "KERBEROS_V4"));
  if (policy.tls == alg::Tls::deny && ftp::equals_ignoring_case(command.word, "AUTH") && !harmless) {
    return Reason::tls_denied;
  }
  return std::nullopt;
}

bool exceeds_length(const Session& session, Side sender, std::size_t length) {
  const Policy& policy = *session.policy;
  const auto most = sender == Side::client ? policy.max_command_length : policy.max_reply_length;
  return most > 0 && length > most && is_judged(session, sender);
}

bool refuse_length(Session& session, const Arrival& arrival, alg::Observer& observer) {
  auto& line = session.channel(arrival.sender).line;
  const bool observed = session.policy->observe;
  if (!line.length_reported()) {
    observer.notice({session.nat, alg::Refused{Reason::line_too_long, {}, arrival.id, observed}});
    line.report_length();
  }
  return !observed;
}

std::optional<LineFate> filter(Session& session, const Arrival& arrival, const stream::Line& line,
                               std::span<const std::uint8_t> piece, bool stray_end, alg::Observer& observer) {
  if (arrival.sender != Side::client) return std::nullopt;
  const auto& channel = session.channel(Side::client);
  const auto extent = PendingLine::extent(line.length, channel.stream.acknowledged_locally(), piece.size());
  const bool whole = extent.whole() && !line.overlong();
  if (stray_end && !channel.line.stray_end_reported() && channel.line.verb() != PendingLine::Verb::denied) {
    LineFate fate;
    if (whole)
      fate.replacement = refusal(Side::client, 0, line.length - line.end_length).append(end_of(line));
    auto refused = refuse(session, arrival, Reason::stray_line_end, {}, std::move(fate), observer);
    if (refused) return refused;
  }
  const auto command = ftp::parse_command(line.text);
  if (command && command->verb == ftp::Verb::long_form && negotiates(session)) {
    LineFate fate;
    fate.garble = true;  // of what has not left
    if (whole) fate.replacement = masked(Side::client, line);
    auto refused = refuse(session, arrival, Reason::long_form, command, std::move(fate), observer);
    if (refused) return refused;
  }
  if (!filters_commands(*session.policy)) return std::nullopt;
  switch (channel.line.verb()) {
    case PendingLine::Verb::allowed:
      return std::nullopt;
    case PendingLine::Verb::denied:
      return LineFate{};  // its verb has left masked
    case PendingLine::Verb::unknown:
      break;
  }
  const auto why = objection(session, line.text, line.raw, command, true, line.overlong(), arrival.now);
  if (!why) {
    count_command(session, line.text, command, arrival.now);
    return std::nullopt;
  }
  LineFate fate;
  const bool has_verb = !line.text.empty() && (!line.overlong() || verb_length(line.text));
  if (!has_verb) return refuse(session, arrival, *why, command, std::move(fate), observer);
  if (whole) {
    fate.replacement = masked(Side::client, line);
  } else if (!line.has_telnet() && !(command && holds_secret(*command))) {
    const auto length = verb_length(line.text).value_or(line.text.size());
    fate.overwrite = with_masked_verb(bytes_here(line.raw, extent.acknowledged, piece), extent.left, length);
  }
  return refuse(session, arrival, *why, command, std::move(fate), observer);
}

StrayEnd refuse_stray_end(Session& session, const Arrival& arrival, std::span<const std::uint8_t> piece,
                          alg::Observer& observer) {
  auto& channel = session.channel(Side::client);
  auto& line = channel.line;
  if (arrival.sender != Side::client || line.masked() || line.stray_end_reported() ||
      !refuses_stray_ends(session) || !has_stray_end(line.text())) {
    return StrayEnd::none;
  }
  line.report_stray_end();
  LineFate fate;
  const auto extent = PendingLine::extent(line.length(), channel.stream.acknowledged_locally(), piece.size());
  if (extent.whole()) fate.overwrite.emplace();  // it can be masked
  const auto refused = refuse(session, arrival, Reason::stray_line_end, {}, std::move(fate), observer);
  if (!refused) return StrayEnd::none;
  return refused->reset ? StrayEnd::reset : StrayEnd::mask;
}

std::optional<Reason> objection_to_end(Session& session, const Arrival& arrival, alg::Observer& observer) {
  if (arrival.sender != Side::client || !names_commands(*session.policy)) return std::nullopt;
  auto& line = session.channel(Side::client).line;
  if (line.length() == 0 || line.verb() != PendingLine::Verb::unknown) return std::nullopt;
  const auto text = line.text();
  const auto command = ftp::parse_command(text);
  const bool overlong = line.length() > line.bytes().size();
  const auto why = objection(session, text, line.bytes(), command, true, overlong, arrival.now);
  if (!why || !refuse(session, arrival, *why, command, {}, observer)) return std::nullopt;
  return why;
}

std::optional<LineFate> filter_beginning(Session& session, const Arrival& arrival,
                                         std::span<const std::uint8_t> piece, alg::Observer& observer) {
  if (arrival.sender != Side::client || !filters_commands(*session.policy)) return std::nullopt;
  auto& channel = session.channel(Side::client);
  auto& line = channel.line;
  if (line.verb() != PendingLine::Verb::unknown) return std::nullopt;
  const auto text = line.text();
  const auto length = verb_length(text);
  const bool overlong = line.length() > line.bytes().size();
  const bool ends_another = line.may_lack_beginning() && !text.empty() && !ftp::is_letter(text.front());
  // Servers skip a CR that ends nothing.
  if (!ends_another && !(overlong && !length) && (!length || text == "\r")) return std::nullopt;
  const bool ended = length && (text[*length] == ' ' || text[*length] == '\r');
  const auto command = ended ? ftp::parse_command(text.substr(0, *length)) : std::nullopt;
  const auto why = objection(session, text, line.bytes(), command, false, overlong, arrival.now);
  line.judge_verb(!why || session.policy->observe);
  if (!why) {
    count_command(session, text, command, arrival.now);
    return std::nullopt;
  }
  LineFate fate;
  const auto extent = PendingLine::extent(line.length(), channel.stream.acknowledged_locally(), piece.size());
  const bool plain = text.size() == line.bytes().size();  // no Telnet commands among it
  if (plain && length && !ends_another && !(command && holds_secret(*command)))
    fate.overwrite =
        with_masked_verb(bytes_here(line.bytes(), extent.acknowledged, piece), extent.left, *length);
  return refuse(session, arrival, *why, command, std::move(fate), observer);
}

}  // namespace pinhole::control
