#include "pinhole/alg/reason.hpp"

#include <algorithm>
#include <array>

namespace pinhole::alg {
namespace {

using enum Reason;

constexpr std::array kPackets{
    ReasonText{passed, "passed", "The packet went on as it came.", ""},
    ReasonText{rewritten, "rewritten", "The packet left with an edited line.", ""},
    ReasonText{retransmitted, "retransmitted",
               "The sender repeated bytes; they left as they had left the first time.", ""},
    ReasonText{
        absorbed, "absorbed",
        "The packet held part of a line that may need an edit; it was acknowledged in the receiver's name "
        "and leaves with the rest of the line.",
        ""},
    ReasonText{unfinished_line, "unfinished-line",
               "A line that may need an edit grew too long or was not finished in time; what there was of it "
               "went on, or was refused, as the key on-unfinished-line says.",
               "Look at the sender: it began a PORT, EPRT, 227 or 229 and did not end it."},
    ReasonText{held, "held",
               "The packet waited for earlier bytes and then went on, with its sender's newest timestamps.",
               ""},
    ReasonText{
        hold_overflow, "hold-overflow",
        "Too many packets waited for earlier bytes; this one was dropped and TCP sends it again.",
        "Nothing, unless it happens often: then the path before this router loses or reorders many packets."},
    ReasonText{overlap_conflict, "overlap-conflict",
               "The sender repeated bytes with another content; what left first left again.",
               "Look at the client: an honest TCP never does this."},
    ReasonText{
        edit_pending, "edit-pending",
        "Edits not yet acknowledged fill a packet. TCP sends this one again; if none is acknowledged then, "
        "its lines are refused.",
        "Have the client wait for the replies to its PORT, EPRT and PASV commands."},
    ReasonText{out_of_window, "out-of-window",
               "The packet's sequence number cannot belong to its connection; it was dropped.", ""},
    ReasonText{forgotten, "forgotten",
               "Repeated bytes that may have been edited are no longer remembered; the packet was dropped.",
               "The receiver has not acknowledged 64 KiB of replies; look for loss on its path."},
    ReasonText{not_a_segment, "not-a-segment", "The packet is no complete TCP segment; it was dropped.",
               "Queue only TCP packets: pinhole-nft and pinhole-iptables do."},
    ReasonText{fragment, "fragment", "The packet is a fragment; it was dropped.",
               "Queue behind conntrack's defragmentation: pinhole-nft and pinhole-iptables do."},
    ReasonText{unknown_connection, "unknown-connection", "Conntrack does not know the packet's connection.",
               "Queue only packets of established connections: pinhole-nft and pinhole-iptables do."},
    ReasonText{
        too_many_flows, "too-many-flows",
        "The table of sessions is full: a new connection was reset, a packet of one that is not in the "
        "table passed unread.",
        "Find out who opens so many control connections; lower sessions-per-client."},
    ReasonText{too_many_sessions, "too-many-sessions",
               "The client has as many sessions as it may have; the new one was reset.",
               "Raise sessions-per-client if many users share the address."},
    ReasonText{cut_off, "cut-off", "The packet belongs to a session that was reset; it was dropped.", ""},
    ReasonText{internal_error, "internal-error", "Pinhole failed while handling the packet.",
               "Please report it, with the log line."},
};

constexpr std::array kNegotiations{
    ReasonText{negotiated, "negotiated", "The data connection was negotiated and may pass.", ""},
    ReasonText{
        repaired, "repaired",
        "The server announced an address that is not its own; the client was told the one it had dialed.",
        "Configure the server's public address as external-address, or have the server announce its own."},
    ReasonText{fxp, "fxp",
               "The client named a third host, which the key fxp lists; the server may connect to it.", ""},
    ReasonText{
        not_ftp, "not-ftp",
        "A line of this connection was no FTP command or reply; since then nothing is opened for it.",
        "If it is an FTP server, look at its greeting and replies: each must begin with a reply code."},
    ReasonText{seen_from_middle, "seen-from-middle",
               "The session's beginning was not seen, so it is unknown who logged in.",
               "The client must connect again; sessions that began before Pinhole are left alone."},
    ReasonText{
        too_many_commands, "too-many-commands",
        "More commands waited for replies than max-outstanding-commands allows; nobody can tell any longer "
        "which reply answers which, so nothing is opened for this session any more.",
        "Have the client wait for replies, or raise max-outstanding-commands."},
    ReasonText{not_logged_in, "not-logged-in", "The client has not logged in yet.",
               "Log in before negotiating data connections."},
    ReasonText{unsolicited, "unsolicited",
               "The server announced an endpoint that no PASV or EPSV had asked for.",
               "Look at the server: it answers commands that were not given."},
    ReasonText{epsv_all, "epsv-all", "The client had promised to use EPSV only (EPSV ALL).",
               "Look at the client: RFC 2428 forbids PORT, EPRT and PASV after EPSV ALL."},
    ReasonText{
        malformed, "malformed", "The line names no endpoint that every reader would read alike.",
        "Look at the sender of the line; six numbers up to 255, or the form of RFC 2428, are understood."},
    ReasonText{other_family, "other-family",
               "The endpoint is of another address family than the control connection.",
               "Use EPSV or EPRT over IPv6, and IPv4 addresses over IPv4."},
    ReasonText{bounce, "bounce", "The client named a third host (FTP bounce, RFC 2577).",
               "Have the client announce its own address, or use passive mode."},
    ReasonText{foreign_address, "foreign-address", "The server named a host that is not itself.",
               "Name the server's public address as external-address."},
    ReasonText{
        port_too_low, "port-too-low", "The port is below the lowest that data connections may use.",
        "Have the client or server choose its data ports from min-data-port upwards, or lower that key."},
    ReasonText{ports_exhausted, "ports-exhausted", "Every port tried in the public range is in use.",
               "Widen public-ports, or shorten pinhole-timeout."},
    ReasonText{port_taken, "port-taken",
               "Another connection holds the port, and without NAT no other one can be announced.",
               "Try again; the client or server will choose another port."},
    ReasonText{line_split, "line-split",
               "The line needed an edit, but its beginning had already left in an earlier packet.",
               "Try again; if its sender is slow to finish its lines, raise line-timeout."},
    ReasonText{
        cannot_shift, "cannot-shift",
        "The line needed an edit of another length, and conntrack cannot shift this connection's numbers.",
        "Attach the helper before NAT is set up: pinhole-nft and pinhole-iptables do; reconnect afterwards."},
    ReasonText{tracker_refused, "tracker-refused", "The kernel refused the expectation; the log says why.",
               "Check that the rules of pinhole-nft or pinhole-iptables are up; reconnect afterwards."},
    ReasonText{too_many_pinholes, "too-many-pinholes",
               "The session has had as many pinholes as pinholes-per-session allows.",
               "The client must connect again; raise pinholes-per-session if that is ordinary use."},
};

constexpr std::array kRefusals{
    ReasonText{command_denied, "command-denied",
               "The policy does not let this command pass; the server was made to refuse it.",
               "Look at allow-commands and deny-commands for this server."},
    ReasonText{tls_denied, "tls-denied",
               "The client asked for TLS, which the policy does not allow: negotiations could not be read.",
               "Set tls = allow for this server if its data ports are open in another way."},
    ReasonText{command_rate, "command-rate",
               "The client gives more commands than commands-per-second allows; this one was refused.",
               "Raise commands-per-second if that is ordinary use."},
    ReasonText{line_too_long, "line-too-long",
               "A line was longer than max-command-length or max-reply-length allows; the session was reset.",
               "Look at its sender: no ordinary path or reply is so long. Raise the key if one is."},
};

constexpr std::array kEndings{
    ReasonText{superseded, "superseded", "A newer negotiation of the same session took the pinhole's place.",
               ""},
    ReasonText{server_refused, "server-refused",
               "The server refused the PORT or EPRT; the pinhole was withdrawn.",
               "Look at the server's reply."},
    ReasonText{session_ended, "session-ended", "The control connection ended.", ""},
    ReasonText{idle, "idle", "The session was silent for so long that it was forgotten.", ""},
    ReasonText{tuple_reused, "tuple-reused",
               "Another connection took over the session's addresses and ports before its end was seen.", ""},
    ReasonText{gateway_stopped, "gateway-stopped",
               "Pinhole stopped while the session was open; the session itself goes on.",
               "Clients must connect again to get data connections."},
    ReasonText{
        stray, "stray",
        "Connection tracking had a pinhole that nobody had asked for, or not any more; it was removed.",
        "Nothing, unless it happens often: then something else makes expectations for FTP."},
};

constexpr std::array kDataConnections{
    ReasonText{not_negotiated, "not-negotiated", "Nobody negotiated this data connection.",
               "Look for an earlier negotiation that was refused or ignored, and for its reason."},
    ReasonText{pinhole_used, "pinhole-used", "The pinhole had already let one connection pass.",
               "Negotiate again for every data connection."},
    ReasonText{pinhole_expired, "pinhole-expired", "The connection came after the pinhole's timeout.",
               "Raise pinhole-timeout if a peer connects so late."},
    ReasonText{pinhole_withdrawn, "pinhole-withdrawn",
               "The pinhole was withdrawn before the connection came.",
               "Look at the server's reply to the command, and whether the control connection had ended."},
};

constexpr std::array kGroups{
    ReasonGroup{"What happens to packets", kPackets},
    ReasonGroup{"What becomes of a negotiation", kNegotiations},
    ReasonGroup{"Why a command or a line was refused", kRefusals},
    ReasonGroup{"Why a pinhole or a session ended", kEndings},
    ReasonGroup{"What becomes of a data connection", kDataConnections},
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
