// What a replay found, as plain values for a table or JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pinhole/alg/event.hpp"

namespace pinhole::pcap {

struct Report {
  using Time = std::chrono::nanoseconds;  ///< since the epoch

  /// A control connection; its place in `flows` is its id.
  struct Flow {
    alg::NatView view;
    std::uint64_t first_frame = 0;
    Time time{};                         ///< of that
    std::optional<alg::Reason> not_ftp;  ///< why it never got a pinhole, or no more
    /// Bytes are missing from the capture: these frames were not judged.
    struct Gap {
      std::uint64_t first = 0;
      std::optional<std::uint64_t> last;  ///< nullopt: nor were those behind them
    };
    std::vector<Gap> gaps{};
  };

  struct Negotiation {
    std::uint64_t flow = 0;
    std::uint64_t frame = 0;  ///< that completed the line
    Time time{};
    alg::Form form = alg::Form::port;
    std::optional<net::Endpoint> announced;
    std::optional<net::Endpoint> rewritten;
    alg::Decision decision = alg::Decision::ignore;
    alg::Reason reason = alg::Reason::passed;
    bool observed = false;  ///< the decision was not carried out
    std::optional<alg::Pinhole> pinhole;
    std::optional<std::size_t> data_connection;  ///< that followed: place in `data_connections`
  };

  /// A command, a line or a session that the policy refuses.
  struct Refusal {
    std::uint64_t flow = 0;
    std::uint64_t frame = 0;
    Time time{};
    std::string verb;  ///< empty if it is about no command
    alg::Reason reason = alg::Reason::passed;
    bool observed = false;
  };

  /// One attempt between the two hosts of a control connection.
  struct DataConnection {
    net::Endpoint from;       ///< as captured
    net::Endpoint to;         ///< as captured
    std::uint64_t frame = 0;  ///< of its first SYN
    Time time{};
    bool passes = false;
    alg::Reason reason = alg::Reason::not_negotiated;
    std::optional<std::size_t> negotiation;  ///< that it follows: place in `negotiations`
  };

  /// Frames by what could be done with them.
  struct Counts {
    std::uint64_t frames = 0;
    std::uint64_t control = 0;            ///< of control connections
    std::uint64_t far = 0;                ///< of these, those on NAT's other side, which are not played
    std::uint64_t data = 0;               ///< of data connections, passing or not
    std::uint64_t written = 0;            ///< to the output, if there is one
    std::uint64_t fragments = 0;          ///< IP fragments, which show no ports
    std::uint64_t truncated = 0;          ///< the snap length cut off headers
    std::uint64_t truncated_control = 0;  ///< the snap length cut off payload of a control connection
    std::uint64_t broken = 0;             ///< headers that contradict themselves
  };

  std::vector<Flow> flows;
  std::vector<Negotiation> negotiations;
  std::vector<Refusal> refusals;
  std::vector<DataConnection> data_connections;
  Counts counts;
};

}  // namespace pinhole::pcap
