// A control connection of which the test holds both ends: what is said at one is heard at the other.
//
// No server software decides what is possible here, so a test can say what no server would.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "clients.hpp"
#include "site.hpp"
#include "support/lab_socket.hpp"

namespace pinhole::test {

/// How a line, with its CRLF, is put on the wire. Default: whole.
using Say = std::function<void(const Socket&, std::string_view)>;

class LabConversation {
 public:
  /// Connects to the dialed address, at `port`, and to the server's port 21 behind it (in a routed or
  /// masquerading lab: the same port). A receive buffer given in `origin` is both ends'. Throws
  /// std::runtime_error when the connection does not come about.
  LabConversation(const Lab& lab, Family family, std::uint16_t port = 21, const Origin& origin = {});

  /// Greeting and login, up to the 230.
  void log_in();

  /// Says a line (CRLF is added) and returns the line that arrives at the other end.
  std::optional<std::string> to_server(std::string_view line, const Say& say = {});
  std::optional<std::string> to_client(std::string_view line, const Say& say = {});

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

/// The line, without its CRLF, that announces the address in that mode: PORT, EPRT, 227 or 229.
std::string announcement(Mode mode, const Address& address);

/// The first address of either form in a line. A 229's empty one has the host `implied`.
std::optional<Address> announced_in(std::string_view line, const std::string& implied = {});

/// A negotiation that both ends have agreed on, and the listener that waits for its data connection.
struct Negotiated {
  Listener listener;
  Address announced;  ///< as the other end was told
  std::string heard;  ///< the line in which it was
  Role caller;        ///< who is to connect
};

struct Wording {
  Say say = {};            ///< of the line that announces
  Address listening = {};  ///< if the kernel is not to choose
  std::string spelt = {};  ///< the announced host, if not the one that listens
};

/// Listens, negotiates in the given mode and expects the announcement to name `dialed` or `seen`. Null, after
/// a failed expectation, when it does not arrive.
std::unique_ptr<Negotiated> negotiate(const Lab& lab, Family family, LabConversation& talk, Mode mode,
                                      const Wording& wording = {});

/// Whether a data connection to what was negotiated comes about, carrying bytes both ways.
bool data_passes(const Lab& lab, const Negotiated& negotiated, Milliseconds limit = kPatience);

}  // namespace pinhole::test
