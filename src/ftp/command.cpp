#include "pinhole/ftp/command.hpp"

#include <array>
#include <utility>

#include "ftp/text.hpp"

namespace pinhole::ftp {
namespace {

constexpr std::array kSpecial{
    std::pair{std::string_view{"USER"}, Verb::user},
    std::pair{std::string_view{"PASS"}, Verb::pass},
    std::pair{std::string_view{"ACCT"}, Verb::acct},
    std::pair{std::string_view{"REIN"}, Verb::rein},
    std::pair{std::string_view{"QUIT"}, Verb::quit},
    std::pair{std::string_view{"CCC"}, Verb::ccc},
    std::pair{std::string_view{"PORT"}, Verb::port},
    std::pair{std::string_view{"EPRT"}, Verb::eprt},
    std::pair{std::string_view{"PASV"}, Verb::pasv},
    std::pair{std::string_view{"EPSV"}, Verb::epsv},
    std::pair{std::string_view{"FEAT"}, Verb::server_text},
    std::pair{std::string_view{"HELP"}, Verb::server_text},
    std::pair{std::string_view{"MLST"}, Verb::mlst},
    std::pair{std::string_view{"TYPE"}, Verb::setting},
    std::pair{std::string_view{"MODE"}, Verb::setting},
    std::pair{std::string_view{"STRU"}, Verb::setting},
    std::pair{std::string_view{"NOOP"}, Verb::setting},
    std::pair{std::string_view{"SYST"}, Verb::setting},
    std::pair{std::string_view{"PBSZ"}, Verb::setting},
    std::pair{std::string_view{"PROT"}, Verb::setting},
};

// RFC 5797 section 3, RFC 3659, RFC 7151, RFC 1639 and what servers announce in FEAT and HELP.
constexpr std::array<std::string_view, 79> kOthers{
    "ABOR", "ADAT", "ALGS", "ALLO", "APPE", "AUTH",  "AVBL",   "CDUP", "CLNT", "COMB", "CONF", "CSID",
    "CWD",  "DELE", "DSIZ", "ENC",  "ESTA", "ESTP",  "FEAT",   "HASH", "HELP", "HOST", "LANG", "LIST",
    "LPRT", "LPSV", "MAIL", "MD5",  "MDTM", "MFCT",  "MFF",    "MFMT", "MIC",  "MKD",  "MLFL", "MLSD",
    "MLST", "MMD5", "MODE", "MRCP", "MRSQ", "MSAM",  "MSND",   "MSOM", "NLST", "NOOP", "OPTS", "P@SW",
    "PBSZ", "PROT", "PWD",  "RANG", "REST", "RETR",  "RMD",    "RMDA", "RNFR", "RNTO", "SITE", "SIZE",
    "SMNT", "SPSV", "STAT", "STOR", "STOU", "STRU",  "SYST",   "THMB", "TYPE", "XCRC", "XCUP", "XCWD",
    "XMD5", "XMKD", "XPWD", "XRMD", "XSHA", "XSHA1", "XSHA256"};

// Methods of protocols whose messages begin like an FTP command (RFC 9110, 4918, 7826, 3261, 5321).
constexpr std::array<std::string_view, 40> kOtherProtocols{
    "GET",       "POST",      "PUT",    "HEAD",    "DELETE", "CONNECT",  "OPTIONS",  "TRACE",
    "PATCH",     "PROPFIND",  "LOCK",   "UNLOCK",  "MOVE",   "COPY",     "MKCOL",    "DESCRIBE",
    "ANNOUNCE",  "SETUP",     "PLAY",   "PAUSE",   "RECORD", "TEARDOWN", "INVITE",   "REGISTER",
    "SUBSCRIBE", "PROPPATCH", "NOTIFY", "EHLO",    "HELO",   "PRI",      "REDIRECT", "ACK",
    "BYE",       "CANCEL",    "INFO",   "MESSAGE", "PRACK",  "PUBLISH",  "REFER",    "UPDATE"};

template <std::size_t N>
bool listed(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::any_of(list.begin(), list.end(),
                     [word](std::string_view entry) { return equals_ignoring_case(word, entry); });
}

constexpr std::size_t kLongestVerb = 12;

bool is_tls(std::string_view mechanism) {  // RFC 4217 section 2
  return equals_ignoring_case(mechanism.substr(0, 3), "TLS") || equals_ignoring_case(mechanism, "SSL");
}

/// What some commands do depends on their argument.
Verb refined(Verb verb, std::string_view word, std::string_view argument) {
  if (verb == Verb::epsv && equals_ignoring_case(argument, "ALL")) return Verb::epsv_all;
  if (equals_ignoring_case(word, "AUTH") && is_tls(argument)) return Verb::auth_tls;
  if (equals_ignoring_case(word, "STAT") && argument.empty()) return Verb::server_text;
  return verb;
}

}  // namespace

std::optional<Command> parse_command(std::string_view line) {
  const auto length = std::min(line.find(' '), line.size());
  const auto word = line.substr(0, length);
  if (word.empty() || word.size() > kLongestVerb || !is_letter(word[0])) return std::nullopt;
  const bool shaped = std::ranges::all_of(word, is_verb_character);
  if (!shaped || listed(kOtherProtocols, word)) return std::nullopt;

  Command command{Verb::other, false, word, trimmed(line.substr(length))};
  for (const auto& [name, verb] : kSpecial) {
    if (equals_ignoring_case(word, name)) command.verb = verb;
  }
  command.verb = refined(command.verb, word, command.argument);
  command.known = command.verb != Verb::other || listed(kOthers, word);
  if (command.verb == Verb::pass || command.verb == Verb::acct) command.argument = {};
  return command;
}

bool may_become_offer(std::string_view text) {
  const auto begins_like = [text](std::string_view verb) {
    const auto length = std::min(text.size(), verb.size());
    return equals_ignoring_case(text.substr(0, length), verb.substr(0, length));
  };
  return begins_like("PORT ") || begins_like("EPRT ");
}

}  // namespace pinhole::ftp
