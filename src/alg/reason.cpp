#include "pinhole/alg/reason.hpp"

#include <algorithm>
#include <array>

namespace pinhole::alg {
namespace {

using enum Reason;

constexpr std::array kPackets{
    ReasonText{passed, "passed", "The packet passed unchanged.", ""},
    ReasonText{rewritten, "rewritten", "The packet was sent on with a rewritten line.", ""},
    ReasonText{retransmitted, "retransmitted", "A retransmission; it was sent on as the original was.", ""},
    ReasonText{acknowledged_locally, "acknowledged-locally",
               "The packet holds part of a line that may have to be rewritten. Pinhole acknowledged it "
               "locally and sends it on with the rest of the line.",
               ""},
    ReasonText{unfinished_line, "unfinished-line",
               "A line that may have to be rewritten became too long, or its rest did not come in time. What "
               "there was of it was passed on or refused, as on-unfinished-line says.",
               "Check the sender: it began a PORT, EPRT, 227 or 229 and did not finish it."},
    ReasonText{
        held, "held",
        "The packet was held until earlier bytes had arrived, and then passed with current TCP timestamps.",
        ""},
    ReasonText{
        urgent_cleared, "urgent-cleared",
        "The packet passed without its urgent pointer, which did not mark a Telnet command: some servers "
        "would have read another line than the one inspected.",
        ""},
    ReasonText{hold_overflow, "hold-overflow",
               "Too many packets are held for missing bytes; this one was dropped and will be retransmitted.",
               "None, unless it happens often: then check for loss or reordering on the way to this router."},
    ReasonText{overlap_conflict, "overlap-conflict",
               "A retransmission had different content; the bytes that were sent on first were sent again.",
               "Check the sender: a correct TCP never does this."},
    ReasonText{
        edit_pending, "edit-pending",
        "The rewritten lines that are not acknowledged yet fill a packet. This packet was dropped; if they "
        "are still unacknowledged when it is retransmitted, what needs rewriting in it is refused.",
        "Have the client wait for the reply to each PORT, EPRT and PASV."},
    ReasonText{out_of_window, "out-of-window",
               "The sequence number is outside the TCP window; the packet was dropped.", ""},
    ReasonText{unknown_retransmission, "unknown-retransmission",
               "A retransmission of bytes that Pinhole no longer has, or never saw, and may have rewritten; "
               "it was dropped.",
               "Check for loss on the receiver's path: up to 64 KiB of unacknowledged replies are kept."},
    ReasonText{malformed_packet, "malformed-packet",
               "The packet is not a complete TCP segment; it was dropped.",
               "Queue TCP packets only, as the rules of pinhole-nft and pinhole-iptables do."},
    ReasonText{truncated_packet, "truncated-packet",
               "The kernel passed on only a part of the packet; it was dropped.",
               "Turn off BIG TCP on the device it came from (ip link set DEVICE gro_max_size 65536)."},
    ReasonText{wrong_checksum, "wrong-checksum",
               "The packet was damaged on its way; it was dropped and will be retransmitted.",
               "Check the link that it came from. Conntrack drops such packets itself unless "
               "net.netfilter.nf_conntrack_checksum is 0."},
    ReasonText{fragment, "fragment", "The packet is an IP fragment; it was dropped.",
               "Queue packets after conntrack has defragmented them, as the rules of pinhole-nft and "
               "pinhole-iptables do."},
    ReasonText{unknown_connection, "unknown-connection",
               "Conntrack has no entry for the packet, as after a reboot or a flush. It passed uninspected "
               "or, where "
               "commands are filtered, the connection was reset.",
               "Have the client reconnect."},
    ReasonText{
        hidden_connection, "hidden-connection",
        "Conntrack has an entry for the connection but does not show it, as where it is in a zone; the "
        "packet was dropped or, with fail = open, passed uninspected. Where commands are filtered, the "
        "connection was reset.",
        "Keep control connections out of conntrack zones (CT --zone, ct zone set)."},
    ReasonText{
        session_table_full, "session-table-full",
        "The session table is full. A new control connection is reset; a packet of an older one passes "
        "uninspected.",
        "Find out who opens so many control connections. Lower sessions-per-client or raise max-sessions."},
    ReasonText{
        too_many_sessions, "too-many-sessions",
        "The client already has as many sessions as sessions-per-client allows; the new one was reset.",
        "Raise sessions-per-client if many users share this address."},
    ReasonText{session_reset, "session-reset",
               "The packet belongs to a session that was reset; it was dropped.", ""},
    ReasonText{internal_error, "internal-error", "Pinhole failed to process the packet.",
               "Please report this, with the log line."},
};

constexpr std::array kNegotiations{
    ReasonText{negotiated, "negotiated", "The data connection was negotiated and may pass.", ""},
    ReasonText{
        repaired, "repaired",
        "The 227 named an address that is not the server's; the client was told the address it had dialed.",
        "Set external-address to the server's public address, or have the server announce its own."},
    ReasonText{fxp, "fxp",
               "The client named a third host, which the key fxp lists; the server may connect to it.", ""},
    ReasonText{data_node, "data-node",
               "The 227 named another host, which the key data-nodes lists; the client may connect to it.",
               ""},
    ReasonText{
        not_ftp, "not-ftp", "A line of this connection is not FTP; no more pinholes are opened for it.",
        "If this is an FTP server, check its greeting and its replies: each must begin with a reply code."},
    ReasonText{
        mid_stream, "mid-stream",
        "The beginning of the session was not seen, so Pinhole does not know whether the client logged in.",
        "Have the client reconnect."},
    ReasonText{
        bytes_missed, "bytes-missed",
        "Bytes of the session passed uninspected, as while the rules are away, or the queue is full and "
        "fail = open lets packets pass.",
        "Keep the rules of pinhole-nft or pinhole-iptables in place when the firewall is reloaded; raise "
        "queue-length if the queue was full. Have the client reconnect if it gets no pinholes."},
    ReasonText{other_helper, "other-helper",
               "The connection has another conntrack helper than the one that the rules of pinhole-nft and "
               "pinhole-iptables assign; Pinhole leaves its data connections to that helper.",
               "Remove the rule that assigns the other helper, or turn off "
               "net.netfilter.nf_conntrack_helper."},
    ReasonText{no_helper, "no-helper",
               "The connection has no conntrack helper, so it cannot have expectations.",
               "Check that the rules of pinhole-nft or pinhole-iptables are in place, then reconnect."},
    ReasonText{too_many_commands, "too-many-commands",
               "More commands are waiting for a reply than max-outstanding-commands allows, so replies can "
               "no longer be matched to commands; no more pinholes are opened for the session.",
               "Have the client wait for replies, or raise max-outstanding-commands."},
    ReasonText{not_logged_in, "not-logged-in", "The client has not logged in yet.",
               "Log in before negotiating data connections."},
    ReasonText{unsolicited, "unsolicited", "The server sent a 227 or 229 without a PASV or EPSV.",
               "Check the server: it answers commands that the client did not send."},
    ReasonText{epsv_all, "epsv-all",
               "The client had sent EPSV ALL: it may use nothing but EPSV from then on.",
               "Check the client: RFC 2428 forbids PORT, EPRT and PASV after EPSV ALL."},
    ReasonText{
        malformed, "malformed",
        "The line does not name an address and port, or is ambiguous: not every reader would take it alike.",
        "Check the sender: it must send six numbers up to 255, or the form of RFC 2428."},
    ReasonText{other_family, "other-family", "The address is of another family than the control connection.",
               "Use EPSV or EPRT over IPv6, and IPv4 addresses over IPv4."},
    ReasonText{bounce, "bounce", "The client named a third host (FTP bounce, RFC 2577).",
               "Have the client announce its own address, or use passive mode."},
    ReasonText{
        other_host, "other-host", "The 227 named another host than the server.",
        "Set external-address to the server's public address. If the other host has the data, list it in "
        "data-nodes; where this router translates it, with the address that clients dial."},
    ReasonText{port_too_low, "port-too-low", "The port is below min-data-port.",
               "Have the client or server use data ports from min-data-port upwards, or lower that key."},
    ReasonText{control_port, "control-port",
               "The port is one of control-ports; a data connection to it would not be inspected.",
               "Try again; the client or server will pick another port."},
    ReasonText{
        quoted_reply, "quoted-reply",
        "Replies of several lines have quoted text that users can choose, such as file names, and the client "
        "sent PASV or EPSV while others were under way: the answer may be such a text.",
        "Set data-ports to the server's range of passive ports, or have the client wait for each reply."},
    ReasonText{ports_exhausted, "ports-exhausted", "All ports tried in the range public-ports are in use.",
               "Widen public-ports, or lower pinhole-timeout."},
    ReasonText{port_taken, "port-taken",
               "Another connection uses this port, and without NAT no other port can be announced.",
               "Try again; the client or server will pick another port."},
    ReasonText{
        line_split, "line-split",
        "The line had to be rewritten, but its beginning had already been sent on in an earlier packet.",
        "Try again. If the sender is slow to finish its lines, raise line-timeout."},
    ReasonText{no_sequence_adjustment, "no-sequence-adjustment",
               "Rewriting would change the length of the line, and conntrack cannot adjust the sequence "
               "numbers of this connection.",
               "The helper must be assigned before NAT is set up, as the rules of pinhole-nft and "
               "pinhole-iptables do; then reconnect."},
    ReasonText{expectation_refused, "expectation-refused",
               "The kernel refused the conntrack expectation; the log has its error.",
               "Check that the rules of pinhole-nft or pinhole-iptables are in place, then reconnect."},
    ReasonText{too_many_pinholes, "too-many-pinholes",
               "The session has used all the pinholes that pinholes-per-session allows.",
               "Have the client reconnect; raise pinholes-per-session if this is normal use."},
};

constexpr std::array kRefusals{
    ReasonText{command_denied, "command-denied", "The policy does not allow this command.",
               "Check allow-commands and deny-commands for this server. With either of them, or with tls = "
               "deny, a line that is not a valid command is refused too."},
    ReasonText{
        tls_denied, "tls-denied", "The client asked for TLS, which the policy does not allow.",
        "To allow it set tls = allow for this server; its data ports must then be open without Pinhole."},
    ReasonText{command_rate, "command-rate",
               "The client sent more commands than commands-per-second allows; this one was refused.",
               "Raise commands-per-second if this is normal use."},
    ReasonText{line_too_long, "line-too-long",
               "A line was longer than max-command-length or max-reply-length allows; the session was reset.",
               "Check the sender. Raise the key if lines this long are legitimate."},
    ReasonText{
        stray_line_end, "stray-line-end",
        "The command holds a NUL, or a CR that is not followed by LF, which some servers take for the end "
        "of a line.",
        "Rename files whose names hold such bytes."},
    ReasonText{
        long_form, "long-form",
        "LPRT and LPSV (RFC 1639) are not supported; the command was refused, so that the client tries "
        "another one.",
        "Have the client use EPRT, EPSV, PORT or PASV."},
    ReasonText{helper_request, "helper-request",
               "The packet would make the kernel's helper 'sane' open a port; the session was reset.",
               "Find out what the client is: no FTP client sends this."},
};

constexpr std::array kEndings{
    ReasonText{superseded, "superseded",
               "The pinhole was replaced by a newer negotiation of the same session.", ""},
    ReasonText{server_refused, "server-refused",
               "The server rejected the PORT or EPRT; the pinhole was closed.", "Check the server's reply."},
    ReasonText{transfer_ended, "transfer-ended",
               "The transfer ended, and nothing had told that its data connection was established; the "
               "pinhole was closed.",
               ""},
    ReasonText{
        unused, "unused",
        "The pinhole had not been used for 30 seconds, and its client had more of them than a quarter of "
        "what the kernel allows for all; it was closed.",
        "Raise net.netfilter.nf_conntrack_expect_max if many users share this address."},
    ReasonText{session_ended, "session-ended", "The control connection ended.", ""},
    ReasonText{idle, "idle", "The session was idle for too long; Pinhole removed it from its table.", ""},
    ReasonText{
        tuple_reused, "tuple-reused",
        "A new connection uses the same addresses and ports; the end of the old one had not been seen.", ""},
    ReasonText{gateway_stopped, "gateway-stopped",
               "Pinhole was stopped while the session was open; the control connection itself goes on.",
               "Clients must reconnect to get data connections."},
    ReasonText{
        stray, "stray",
        "Conntrack had an expectation that no session had asked for, or no longer needed; it was removed.",
        "None, unless it happens often: then another program creates expectations for FTP."},
};

constexpr std::array kDataConnections{
    ReasonText{not_negotiated, "not-negotiated", "No session negotiated this data connection.",
               "Look for an earlier negotiation that was refused or ignored, and its reason."},
    ReasonText{pinhole_used, "pinhole-used", "The pinhole had already let one connection through.",
               "Negotiate each data connection separately."},
    ReasonText{pinhole_expired, "pinhole-expired", "The connection came after pinhole-timeout.",
               "Raise pinhole-timeout if the peer legitimately connects this late."},
    ReasonText{pinhole_withdrawn, "pinhole-withdrawn", "The pinhole was closed before the connection came.",
               "Check the server's reply to the command, and whether the control connection had ended."},
};

constexpr std::array kGroups{
    ReasonGroup{"What happens to packets", kPackets},
    ReasonGroup{"What happens to a negotiation", kNegotiations},
    ReasonGroup{"Why a command or a line was refused", kRefusals},
    ReasonGroup{"Why a pinhole or a session ended", kEndings},
    ReasonGroup{"What happens to a data connection", kDataConnections},
};

constexpr auto kTexts = [] {
  constexpr std::size_t kCount =
      kPackets.size() + kNegotiations.size() + kRefusals.size() + kEndings.size() + kDataConnections.size();
  std::array<ReasonText, kCount> texts{};
  auto end = texts.begin();
  for (const auto& group : kGroups) end = std::copy(group.reasons.begin(), group.reasons.end(), end);
  return texts;
}();

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    if (static_cast<std::size_t>(kTexts[i].reason) != i) return false;
  }
  return true;
}
static_assert(in_order(), "the groups must list every reason in the order of the enumeration");

}  // namespace

std::span<const ReasonText> all_reasons() {
  return kTexts;
}

std::span<const ReasonGroup> reason_groups() {
  return kGroups;
}

const ReasonText& text_of(Reason reason) {
  return kTexts[static_cast<std::size_t>(reason)];
}

std::optional<Reason> reason_named(std::string_view name) {
  const auto found = std::find_if(kTexts.begin(), kTexts.end(),
                                  [name](const ReasonText& text) { return text.name == name; });
  if (found == kTexts.end()) return std::nullopt;
  return found->reason;
}

}  // namespace pinhole::alg
