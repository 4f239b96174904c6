// judge, open: turns what was heard into a pinhole and into the line that goes on.
//
// A transaction: either the pinhole is open, the sequence shift is set and the line names what was opened, or
// nothing is open and the line was masked or left alone. The tracker does the first part whole or not at all;
// what was decided is reported once, when nothing can change it any more.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "control/arrival.hpp"
#include "control/judge.hpp"
#include "control/line_fate.hpp"
#include "control/session.hpp"
#include "control/unused_pinholes.hpp"

namespace pinhole::control {

/// How much of a line can still be changed.
enum class LineState : std::uint8_t {
  whole,   ///< all of it
  begun,   ///< its end: the beginning has left as it was
  masked,  ///< its end: the beginning has left masked
};

class Negotiator {
 public:
  /// Both must outlive this.
  Negotiator(const alg::Limits& limits, alg::Tracker& tracker, alg::Observer& observer)
      : port_tries_(limits.port_tries),
        tracker_(tracker),
        observer_(observer),
        unused_(limits.unused_pinholes_per_client) {}

  /// Handles the offer or answer that `line` made.
  LineFate negotiate(Session& session, const Arrival& arrival, const ftp::Heard& heard,
                     const stream::Line& line, LineState state);

  /// Withdraws the session's pinhole, if it has one that is open.
  void withdraw(Session& session, Reason why);

  /// A connection of this session's, opener -> what it dialed, is established. The first one of a pinhole
  /// closes it; any other one is cut off.
  void established(Session& session, const net::FlowKey& connection);

  /// Withdraws the oldest unused pinholes of clients that have too many.
  void withdraw_superfluous(alg::Time now);

 private:
  /// A pinhole that is open, and the line's text if it must be another one.
  struct Granted {
    alg::Pinhole pinhole;
    std::optional<std::string> text;
  };
  /// Granted, or why not.
  using Outcome = std::variant<Granted, Reason>;

  /// What was said, by whom, and how much of it can be changed.
  struct Request {
    Side sender;
    const ftp::Heard& heard;
    const stream::Line& line;
    LineState state;
  };

  static bool is_taken(const Outcome& outcome);
  Outcome grant(Session& session, const Request& request, const Judgement& judgement);
  Outcome try_port(const Session& session, const Request& request, const Judgement& judgement,
                   const alg::Pinhole& pinhole);
  net::Port next_public_port(const alg::PortRange& range);

  std::size_t port_tries_;
  alg::Tracker& tracker_;
  alg::Observer& observer_;
  UnusedPinholes unused_;
  net::Port next_port_ = 0;  // where the next search for a free port begins, so that searches spread
};

}  // namespace pinhole::control
