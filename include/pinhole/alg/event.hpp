// What happens to control connections, as small values: whoever wants to know is an Observer.
//
// An event holds copies only, so that it may be kept, queued and told in another thread. No text from the
// wire is in it but a command's verb, which is letters and digits: no password gets here.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "pinhole/alg/nat_view.hpp"
#include "pinhole/alg/pinhole.hpp"
#include "pinhole/alg/reason.hpp"
#include "pinhole/alg/sink.hpp"
#include "pinhole/ftp/data_endpoint.hpp"
#include "pinhole/net/address.hpp"

namespace pinhole::alg {

using ftp::Form;
using ftp::is_active;
using ftp::to_string;

enum class Decision : std::uint8_t {
  open,    ///< a pinhole was opened
  refuse,  ///< none was, and the peers were told (masked command, 425 reply)
  ignore,  ///< none was, and the line went on as it was
};
const char* to_string(Decision decision);

/// A command's verb as it was written: at most twelve letters and digits (ftp::parse_command).
class CommandWord {
 public:
  constexpr CommandWord() = default;
  constexpr CommandWord(std::string_view word)
      : length_(static_cast<std::uint8_t>(std::min(word.size(), letters_.size()))) {
    std::copy_n(word.begin(), length_, letters_.begin());
  }
  constexpr std::string_view text() const { return {letters_.data(), length_}; }
  constexpr bool empty() const { return length_ == 0; }

  bool operator==(const CommandWord&) const = default;

 private:
  std::array<char, 12> letters_{};
  std::uint8_t length_ = 0;
};

/// A control connection was seen for the first time.
struct Began {};

/// One PORT, EPRT, 227 or 229 and what became of it.
struct Negotiated {
  Form form = Form::port;
  std::optional<net::Endpoint> announced;  ///< nullopt if the line holds no endpoint
  std::optional<net::Endpoint> rewritten;  ///< what the other side reads, if the text was changed
  Decision decision = Decision::ignore;
  Reason reason = Reason::passed;
  std::optional<Pinhole> pinhole;  ///< if decision is open
  PacketId packet = 0;             ///< the packet that completed the line
  bool observed = false;           ///< it is refused in the report only: the line went on as it came
};

/// A command, a line or a session that the policy refuses, for another cause than its endpoint.
struct Refused {
  Reason reason = Reason::passed;
  CommandWord verb;  ///< of the command; empty if it is about no command
  PacketId packet = 0;
  bool observed = false;  ///< refused in the report only
};

/// A pinhole was withdrawn before it was known to be used.
struct Closed {
  Pinhole pinhole;
  Reason why = Reason::passed;
};

/// The pinhole's data connection is established; the pinhole was withdrawn.
struct Connected {
  Pinhole pinhole;
  net::Port opener_port = 0;
};

/// A further connection came through a pinhole that had its data connection; conntrack was made to forget it.
struct Cut {
  net::Endpoint opener;
  net::Endpoint to;
};

/// Bytes of this side went by unheard.
struct Missed {
  Side sender = Side::client;
};

/// The session will never (again) get a pinhole: it is not FTP, or was seen from its middle.
struct NotFtp {
  Reason why = Reason::passed;
};

struct Ended {
  Reason why = Reason::passed;
};

struct Event {
  using What = std::variant<Began, Negotiated, Refused, Closed, Connected, Cut, Missed, NotFtp, Ended>;

  NatView flow;
  What what;
};

/// Is told, in the thread that judges packets, which wait meanwhile: what takes long is done elsewhere.
/// Nothing that an observer does changes a verdict; one that throws makes the packet take the fail mode.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void notice(const Event& event) = 0;
};

}  // namespace pinhole::alg
