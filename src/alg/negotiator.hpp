// judge, open, render: turns what was heard into a pinhole and into the line that goes on.
//
// Either the pinhole is open, the sequence shift is set and the line names what was opened, or nothing is
// open and the line was masked or left alone: never anything between.
#pragma once

#include <optional>
#include <string>

#include "alg/flow.hpp"
#include "alg/judge.hpp"

namespace pinhole::alg {

/// How much of a line can still be changed.
enum class LineState : std::uint8_t {
  whole,    ///< all of it
  begun,    ///< its end: the beginning has left as it was
  refused,  ///< its end: the beginning has left masked
};

/// What becomes of the line that negotiated.
struct LineFate {
  std::optional<std::string> replacement;  ///< the line that takes its place, its end included
  bool spoil = false;                      ///< refused, but its beginning has left: make the rest unreadable
  bool harmful = false;                    ///< refused for what it asks, not for what we cannot do
  std::optional<std::string> overwrite;    ///< takes the place of what has not left, length unchanged
  std::optional<Reason> reset;             ///< the session ends here
};

class Negotiator {
 public:
  Negotiator(const Limits& limits, Tracker& tracker, Edge& edge)
      : limits_(limits), tracker_(tracker), edge_(edge) {}

  /// Handles an offer or answer that `line` of `sender` made.
  LineFate negotiate(Flow& flow, Side sender, const ftp::Heard& heard, const stream::Line& line,
                     LineState state, PacketId packet);

  /// Withdraws the flow's pinhole, if it has one.
  void withdraw(Flow& flow, Reason why);

 private:
  struct Edited {
    std::string text;
    bool changed;
  };
  LineFate fate_of(const Flow& flow, Side sender, const stream::Line& line, LineState state,
                   const Judgement& judgement, std::optional<Edited>& edited) const;
  std::optional<Reason> open(Flow& flow, Pinhole& pinhole, bool other_ports);
  std::optional<Edited> render(const Flow& flow, const ftp::Heard& heard, const stream::Line& line,
                               const Judgement& judgement) const;
  bool shift(Flow& flow, Side sender, std::size_t original, std::size_t rendered);
  net::Port next_public_port(const PortRange& range);

  const Limits& limits_;
  Tracker& tracker_;
  Edge& edge_;
  net::Port next_port_ = 0;  // where the next search for a free port begins, so that searches spread
};

/// The line made harmless, length unchanged: a command whose verb no server knows, or a 425 reply.
std::string masked(Side sender, const stream::Line& line);

/// `length` bytes of a line that is refused unread, from its byte `offset` on.
std::string refusal(Side sender, std::size_t offset, std::size_t length);

inline std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};  // bytes and chars alias
}

}  // namespace pinhole::alg
