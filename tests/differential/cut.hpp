// How lines are cut into segments: which pieces, and how fast they follow each other.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "property/random.hpp"
#include "support/lab_socket.hpp"

namespace pinhole::test::differential {

struct Cut {
  enum class Into {
    lines,       ///< each in a segment of its own: uncut
    bytes,       ///< byte by byte
    halves,      ///< each line in two, anywhere
    line_ends,   ///< CR and LF away from the line, and from each other
    pieces,      ///< of random length
    joined,      ///< what follows each other at once, in one segment
    rearranged,  ///< joined, and that cut anywhere, line end or not
    mixed,       ///< now this, now that
  };
  enum class Pace {
    at_once,
    pauses,        ///< of a millisecond
    acknowledged,  ///< when the peer's TCP has what was sent before
  };
  Into into = Into::lines;
  Pace pace = Pace::at_once;
};

/// Every way to cut, whole lines excluded.
Cut some_cut(Random& random);

/// "into", or "into-pace".
std::string name_of(const Cut& cut);

/// `lines` have their ends. Together the pieces are the lines; none is empty.
std::vector<std::string> pieces_of(const std::vector<std::string>& lines, Cut::Into into, Random& random);

struct Sent {
  std::size_t pieces;
  std::chrono::nanoseconds paused;  ///< the sender's own waiting
  bool apart;                       ///< whether as many segments left, as far as TCP's window allowed
};

/// `peer_reads` has the peer take in what is there. Throws std::system_error when the connection is gone.
Sent send_pieces(const Socket& socket, const std::vector<std::string>& pieces, Cut::Pace pace,
                 const std::function<void()>& peer_reads);

}  // namespace pinhole::test::differential
