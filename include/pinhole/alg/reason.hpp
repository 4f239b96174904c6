// Why: the one table behind every verdict, counter, log line, replay's output and `pinhole explain`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace pinhole::alg {

enum class Reason : std::uint8_t {
  // What happens to packets
  passed,
  rewritten,
  retransmitted,
  acknowledged_locally,
  unfinished_line,
  held,
  urgent_cleared,
  hold_overflow,
  overlap_conflict,
  edit_pending,
  out_of_window,
  unknown_retransmission,
  malformed_packet,
  truncated_packet,
  wrong_checksum,
  fragment,
  unknown_connection,
  hidden_connection,
  session_table_full,
  too_many_sessions,
  session_reset,
  internal_error,
  // What happens to a negotiation
  negotiated,
  repaired,
  fxp,
  data_node,
  not_ftp,
  mid_stream,
  bytes_missed,
  other_helper,
  no_helper,
  too_many_commands,
  not_logged_in,
  unsolicited,
  epsv_all,
  malformed,
  other_family,
  bounce,
  other_host,
  port_too_low,
  control_port,
  quoted_reply,
  ports_exhausted,
  port_taken,
  line_split,
  no_sequence_adjustment,
  expectation_refused,
  too_many_pinholes,
  // Why a command or a line was refused
  command_denied,
  tls_denied,
  command_rate,
  line_too_long,
  stray_line_end,
  long_form,
  helper_request,
  // Why a pinhole or a session ended
  superseded,
  server_refused,
  transfer_ended,
  unused,
  session_ended,
  idle,
  tuple_reused,
  gateway_stopped,
  stray,
  // What happens to a data connection
  not_negotiated,
  pinhole_used,
  pinhole_expired,
  pinhole_withdrawn,
};

struct ReasonText {
  Reason reason;
  std::string_view name;     ///< short, lower case, with hyphens: what users type and metrics are called
  std::string_view meaning;  ///< one sentence
  std::string_view advice;   ///< what to do about it; empty if nothing needs doing
};

/// What reasons of one kind are about, as a heading says it.
struct ReasonGroup {
  std::string_view title;
  std::span<const ReasonText> reasons;
};

/// Every reason, in the order of the enumeration.
std::span<const ReasonText> all_reasons();
/// The same, by group.
std::span<const ReasonGroup> reason_groups();
const ReasonText& text_of(Reason reason);
inline std::string_view name_of(Reason reason) {
  return text_of(reason).name;
}
std::optional<Reason> reason_named(std::string_view name);

}  // namespace pinhole::alg
