// refuse: commands and lines that the policy does not let pass, and the end of sessions that it resets.

#include "alg/commands.hpp"
#include "alg/gateway_impl.hpp"
#include "pinhole/net/packet_edit.hpp"

namespace pinhole::alg {
namespace {

using Action = Verdict::Action;

/// What has not left yet of the line that begins with `line` and that `piece` belongs to.
std::vector<std::uint8_t> bytes_here(std::span<const std::uint8_t> line, std::size_t absorbed,
                                     std::span<const std::uint8_t> piece) {
  std::vector<std::uint8_t> bytes(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(absorbed));
  bytes.insert(bytes.end(), piece.begin(), piece.end());
  return bytes;
}

/// For reports: nothing of a line that is no command is shown.
std::string_view word_of(const std::optional<ftp::Command>& command) {
  return command ? command->word : std::string_view();
}

}  // namespace

/// What the policy has against a command. Commands are counted here, so it is asked once for each.
std::optional<Reason> Gateway::Impl::objection(Flow& flow, std::string_view line,
                                               const std::optional<ftp::Command>& command, bool whole) const {
  if (line.empty()) return std::nullopt;
  // Some server might read a command in it, behind a space or with a tab for a space.
  if (!command && names_commands(*flow.policy)) return Reason::command_denied;
  if (!command) return std::nullopt;
  if (const auto why = objection_to(*command, whole, *flow.policy)) return why;
  // The end of a verb whose beginning left before this was a flow of ours.
  const bool cut = flow.direction(Side::client).line_cut;
  if (cut && !command->known && names_commands(*flow.policy)) return Reason::command_denied;
  const unsigned rate = flow.policy->commands_per_second;
  if (rate == 0) return std::nullopt;
  const Time second = std::chrono::seconds(1);
  const Time due = std::max(flow.next_command, now_);
  if (due - now_ > second - second / rate) return Reason::command_rate;
  flow.next_command = due + second / rate;
  return std::nullopt;
}

/// Of a line whose end has come: what becomes of it if the policy does not let the command pass.
std::optional<LineFate> Gateway::Impl::deny(Flow& flow, const Arrival& arrival, const stream::Line& line,
                                            std::span<const std::uint8_t> piece) {
  if (arrival.sender != Side::client || !filters_commands(*flow.policy)) return std::nullopt;
  const auto& direction = flow.direction(Side::client);
  switch (direction.verb) {
    case VerbFate::allowed:
      return std::nullopt;
    case VerbFate::denied:
      return LineFate{};  // its verb has left masked
    case VerbFate::unknown:
      break;
  }
  const auto command = ftp::parse_command(line.text);
  const auto why = objection(flow, line.text, command, true);
  if (!why) return std::nullopt;
  LineFate fate;
  const std::size_t absorbed = direction.absorbed();
  const std::size_t before = line.length - absorbed - piece.size();
  if (before == 0 && !line.overlong()) {
    fate.replacement = masked(Side::client, line);
  } else if (!line.has_telnet() && !(command && holds_secret(*command))) {
    const auto length = verb_length(line.text).value_or(line.text.size());
    fate.overwrite = with_masked_verb(bytes_here(line.raw, absorbed, piece), before, length);
  }
  return refused(flow, arrival, *why, word_of(command), std::move(fate));
}

/// Of a line whose beginning is about to leave: the verb must not have left before it is judged.
std::optional<LineFate> Gateway::Impl::deny_begun(Flow& flow, const Arrival& arrival, std::size_t absorbed,
                                                  std::span<const std::uint8_t> piece) {
  auto& direction = flow.direction(arrival.sender);
  if (arrival.sender != Side::client || !filters_commands(*flow.policy)) return std::nullopt;
  if (direction.verb != VerbFate::unknown) return std::nullopt;
  auto& lines = direction.lines;
  const auto text = lines.pending_text();
  const auto length = verb_length(text);
  if (!length || text == "\r") return std::nullopt;  // servers skip a CR that ends nothing
  const auto command = ftp::parse_command(text.substr(0, *length));
  const auto why = objection(flow, text, command, false);
  direction.verb = why && !flow.policy->observe ? VerbFate::denied : VerbFate::allowed;
  if (!why) return std::nullopt;
  LineFate fate;
  const std::size_t before = lines.pending_length() - absorbed - piece.size();
  const bool plain = text.size() == lines.pending().size();  // no Telnet commands among it
  if (plain && !(command && holds_secret(*command)))
    fate.overwrite = with_masked_verb(bytes_here(lines.pending(), absorbed, piece), before, *length);
  return refused(flow, arrival, *why, word_of(command), std::move(fate));
}

/// Tells that a command is refused. `fate` is what makes the server refuse it, if anything can.
std::optional<LineFate> Gateway::Impl::refused(Flow& flow, const Arrival& arrival, Reason why,
                                               std::string_view verb, LineFate fate) {
  edge_.refused(flow.view, {why, verb, arrival.id, flow.policy->observe});
  if (flow.policy->observe) return std::nullopt;
  const bool can_mask = fate.replacement || fate.overwrite;
  if (!can_mask || flow.policy->on_refusal == OnRefusal::reset) {
    fate = {};
    fate.reset = why;
  }
  return fate;
}

bool Gateway::Impl::exceeds_length(Flow& flow, const Arrival& arrival, std::size_t length) {
  const Policy& policy = *flow.policy;
  const auto most = arrival.sender == Side::client ? policy.command_length : policy.reply_length;
  if (most == 0 || length <= most || flow.session.state() == ftp::Session::State::foreign) return false;
  bool& told = flow.direction(arrival.sender).length_told;
  if (!std::exchange(told, true)) {
    edge_.refused(flow.view, {Reason::line_too_long, {}, arrival.id, policy.observe});
  }
  return !policy.observe;
}

/// Ends the session: both sides get a RST with the number that they wait for.
void Gateway::Impl::cut_off(Flow& flow, const Arrival& arrival, net::Seq awaited, Reason why) {
  close(flow, why);
  flow.cut = true;
  drop_waiting(flow, why);
  reset_both(arrival, awaited, why);
}

void Gateway::Impl::reset_both(const Arrival& arrival, net::Seq seq, Reason why) {
  net::build_reset(arrival.segment, packet_);
  edge_.send_back(arrival.id, packet_);
  net::rebuild_as_reset(arrival.segment, seq, packet_);
  edge_.verdict(arrival.id, {Action::replace, why, packet_});
}

/// A packet of a session that was cut off: its sender may have missed the RST.
void Gateway::Impl::turn_away(const Arrival& arrival) {
  if (arrival.segment.rst()) return verdict(arrival.id, Action::accept, Reason::passed);
  if (arrival.segment.has_ack()) {
    net::build_reset(arrival.segment, packet_);
    edge_.send_back(arrival.id, packet_);
  }
  verdict(arrival.id, Action::drop, Reason::cut_off);
}

/// True if a new session is one too many; it is reset then, before its server has greeted.
bool Gateway::Impl::is_too_many(const NatView& view, const Policy& policy, const Arrival& arrival) {
  const bool full = flows_.size() >= limits_.flows;
  const auto most = policy.sessions_per_client;
  const bool greedy = most > 0 && clients_.count(view.client.address) >= most;
  if (!full && !(greedy && arrival.segment.syn())) return false;
  const Reason why = full ? Reason::too_many_flows : Reason::too_many_sessions;
  const bool observed = policy.observe && !full;
  edge_.refused(view, {why, {}, arrival.id, observed});
  if (observed) return false;
  if (arrival.segment.syn()) {
    reset_both(arrival, arrival.segment.seq(), why);
  } else if (filters_commands(policy)) {
    verdict(arrival.id, Action::drop, why);
  } else {
    verdict(arrival.id, Action::accept, why);  // it may have been there before us
  }
  return true;
}

}  // namespace pinhole::alg
