// FTP sessions as data: what each end says, under which policy, and what is to be decided about it.
//
// Two players know this table: tests/replay makes captures of it, tests/e2e plays it through a router's
// kernel. Both expect the same decisions, and the same bytes at the other end.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pinhole::test {

/// What one end sends at once. Placeholders in texts stand for addresses, see Names.
struct Step {
  enum class Arrival : std::uint8_t {
    text,     ///< `arrives`
    refusal,  ///< a reply 425 as long as what was sent
    line,     ///< some line
  };

  bool by_client = true;
  std::string sent;
  std::string arrives;  ///< of it, or of what an earlier step had begun
  Arrival arrival = Arrival::text;
  /// If not 0, nothing is said, but no data connection passes from the other end to this port of the one that
  /// speaks, and conntrack expects none.
  std::uint16_t closed_port = 0;

  Step as(std::string_view text) const;  ///< arrives as `text`, a line
  Step bytes_as(std::string_view text) const;
  Step never() const { return bytes_as(""); }  ///< not, or with the next step
  Step as_some_line() const;
  Step masked() const;  ///< as what is refused: of a command, or is a refusal; one line
};

/// A line (CRLF is added) or several in one segment.
Step client(std::string_view line);
Step server(std::string_view line);
Step client_bytes(std::string_view bytes);
Step server_bytes(std::string_view bytes);
/// No pinhole leads to that port any more.
Step client_port_closed(std::uint16_t port);
Step server_port_closed(std::uint16_t port);

using Steps = std::vector<Step>;
/// What follows PASS in every session.
inline constexpr std::string_view kPassword = "s3cret";

/// Greeting and login, and then `steps`.
Steps logged_in(const Steps& steps);
Steps operator+(Steps first, const Steps& then);

struct ScriptedSession {
  std::string name;
  std::string policy = {};  ///< a configuration file; placeholders as in texts
  Steps steps = {};
  /// "PORT: open, negotiated", "DELE: refuse, command-denied", "refuse, line-too-long": in order.
  std::vector<std::string> decisions = {};
  std::string not_ftp = {};  ///< the reason why it gets no pinhole any more
  bool reset = false;        ///< by its last step
  bool ipv6 = false;
  /// If false, only where clients are seen by their own addresses: PORTs without replies are edits without
  /// acknowledgments there, and these are bounded.
  bool where_clients_are_masked = true;
};

void PrintTo(const ScriptedSession& session, std::ostream* out);  ///< its name, for GoogleTest

using ScriptedSessions = std::vector<ScriptedSession>;

/// Those that can be played where clients are masked or are not, and by what they are about.
ScriptedSessions scripted_sessions(bool clients_are_masked);
ScriptedSessions login_sessions();
ScriptedSessions reply_sessions();
ScriptedSessions dialect_sessions();
ScriptedSessions endpoint_sessions();
ScriptedSessions negotiation_sessions();
ScriptedSessions tls_sessions();
ScriptedSessions attack_sessions();
ScriptedSessions telnet_sessions();
ScriptedSessions policy_sessions();

// What many of them say.
Steps offer(std::uint8_t last = 0);    ///< PORT, port 40960 + `last`, and its 200
Steps answer(std::uint8_t last = 0);   ///< PASV and its 227
Steps refused(std::string_view line);  ///< a command that is masked, and its 500

/// Addresses by placeholder: $CLIENT, $DIALED, $SERVER and $SEEN as in docs/architecture.md. Before a comma
/// they are written with commas. $CLIENT_LONG and $CLIENT_UPPER are other spellings of an IPv6 address.
class Names {
 public:
  Names(const std::string& client, const std::string& dialed, const std::string& server,
        const std::string& seen);

  std::string expand(std::string_view text) const;

 private:
  std::map<std::string, std::string, std::greater<>> values_;  // the longer of two names first
};

/// What is to arrive of the step; null if that may be any line.
std::optional<std::string> arrival_of(const Step& step, const Names& names);

/// Where `text`, all that one end said as it arrived, is not what is expected; empty if it is.
std::string difference(const ScriptedSession& session, bool by_client, const Names& names,
                       std::string_view text);

}  // namespace pinhole::test
