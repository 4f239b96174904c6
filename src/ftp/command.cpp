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
    std::pair{std::string_view{"XAUT"}, Verb::pass},  // name and password in one, scrambled (WS_FTP)
    std::pair{std::string_view{"REIN"}, Verb::rein},
    std::pair{std::string_view{"QUIT"}, Verb::quit},
    std::pair{std::string_view{"CCC"}, Verb::ccc},
    std::pair{std::string_view{"PORT"}, Verb::port},
    std::pair{std::string_view{"EPRT"}, Verb::eprt},
    std::pair{std::string_view{"PASV"}, Verb::pasv},
    std::pair{std::string_view{"EPSV"}, Verb::epsv},
    std::pair{std::string_view{"P@SW"}, Verb::pasv},  // what some sites and clients say for it
    std::pair{std::string_view{"LPRT"}, Verb::long_form},
    std::pair{std::string_view{"LPSV"}, Verb::long_form},
    std::pair{std::string_view{"RETR"}, Verb::transfer},
    std::pair{std::string_view{"STOR"}, Verb::transfer},
    std::pair{std::string_view{"STOU"}, Verb::transfer},
    std::pair{std::string_view{"APPE"}, Verb::transfer},
    std::pair{std::string_view{"LIST"}, Verb::transfer},
    std::pair{std::string_view{"NLST"}, Verb::transfer},
    std::pair{std::string_view{"MLSD"}, Verb::transfer},
    std::pair{std::string_view{"REST"}, Verb::restart},
    std::pair{std::string_view{"RNFR"}, Verb::restart},
    std::pair{std::string_view{"ABOR"}, Verb::abort},
    std::pair{std::string_view{"FEAT"}, Verb::server_text},
    std::pair{std::string_view{"HELP"}, Verb::server_text},
    std::pair{std::string_view{"MLST"}, Verb::mlst},
    std::pair{std::string_view{"STAT"}, Verb::listing},
    std::pair{std::string_view{"SITE"}, Verb::listing},
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

/// The versions with which requests of other protocols end, "GET / HTTP/1.1".
bool ends_like_a_request(std::string_view argument) {
  const auto last = argument.find_last_of(kBlanks);
  if (last == argument.npos) return false;
  const auto version = argument.substr(last + 1);
  return std::ranges::any_of(std::array<std::string_view, 3>{"HTTP/", "RTSP/", "SIP/"}, [&](auto protocol) {
    if (!equals_ignoring_case(version.substr(0, protocol.size()), protocol)) return false;
    const auto number = version.substr(protocol.size());  // "1.1"; else it is somebody's directory
    return !number.empty() && number.find_first_not_of("0123456789.") == number.npos;
  });
}

}  // namespace

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == line.npos;
}

std::optional<Command> parse_command(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
  const auto length = std::min(line.find_first_of(kBlanks), line.size());
  const auto word = line.substr(0, length);
  if (word.empty() || word.size() > kLongestVerb || !is_letter(word[0])) return std::nullopt;
  const bool shaped = std::ranges::all_of(word, is_verb_character);
  if (!shaped || listed(kOtherProtocols, word)) return std::nullopt;

  Command command{Verb::other, false, word, trimmed(line.substr(length))};
  if (ends_like_a_request(command.argument)) return std::nullopt;
  for (const auto& [name, verb] : kSpecial) {
    if (equals_ignoring_case(word, name)) command.verb = verb;
  }
  command.verb = refined(command.verb, word, command.argument);
  command.known = command.verb != Verb::other || listed(kOthers, word);
  if (command.verb == Verb::pass || command.verb == Verb::acct) command.argument = {};
  return command;
}

bool may_become_offer(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  const auto begins_like = [text](std::string_view verb) {
    const auto length = std::min(text.size(), verb.size());
    const bool alike = equals_ignoring_case(text.substr(0, length), verb.substr(0, length));
    return alike && (text.size() <= verb.size() || is_space(text[verb.size()]));
  };
  return begins_like("PORT") || begins_like("EPRT");
}

}  // namespace pinhole::ftp
