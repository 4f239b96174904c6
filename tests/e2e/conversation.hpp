// A control connection of which the test holds both ends: what is said at one is heard at the other.
//
// No server software decides what is possible here, so a test can say what no server would.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "clients.hpp"
#include "site.hpp"
#include "support/lab_socket.hpp"

namespace pinhole::test {

class Conversation {
 public:
  /// Connects to the dialed address, at `port`, and to the server's port 21 behind it (in a routed or
  /// masquerading lab: the same port). Throws std::runtime_error when the connection does not come about.
  Conversation(const Lab& lab, Family family, std::uint16_t port = 21);

  /// Greeting and login, up to the 230.
  void log_in();

  /// Says a line (CRLF is added) and returns the line that arrives at the other end.
  std::optional<std::string> to_server(std::string_view line);
  std::optional<std::string> to_client(std::string_view line);

  Socket& client() { return *client_; }
  Socket& server() { return *server_; }

  /// Closes both ends, the client's first, and waits until each has seen the other's end.
  void hang_up();

 private:
  std::optional<Socket> client_;
  std::optional<Socket> server_;
};

/// "10,1,0,2,4,1", as in PORT and 227.
std::string comma_form(const Address& address);
/// "|1|10.1.0.2|1025|", as in EPRT.
std::string bar_form(const Address& address);

/// The first address of either form in a line. A 229's empty one has the host `implied`.
std::optional<Address> announced_in(std::string_view line, const std::string& implied = {});

/// A negotiation that both ends have agreed on, and the listener that waits for its data connection.
struct Negotiated {
  Listener listener;
  Address announced;  ///< as the other end was told
  Role caller;        ///< who is to connect
};

/// Listens, negotiates in the given mode and expects the announcement to name `dialed` or `seen`. Null, after
/// a failed expectation, when it does not arrive.
std::unique_ptr<Negotiated> negotiate(const Lab& lab, Family family, Conversation& talk, Mode mode);

/// Whether a data connection to what was negotiated comes about, carrying bytes both ways.
bool data_passes(const Lab& lab, const Negotiated& negotiated, Milliseconds limit = kPatience);

}  // namespace pinhole::test
