// One end of a TCP connection whose segments a test makes by hand, in a lab's namespace; the other end is a
// real socket.
//
// It sends exactly what it is told to, and acknowledges what comes in order unless it is told not to. Nothing
// is repeated by itself. Positions are those of its own stream, or the peer's: 0 is the first byte behind the
// SYN. The namespace's kernel does not get to see the connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lab_socket.hpp"
#include "segments.hpp"

namespace pinhole::test {

struct Arrival {
  std::int64_t at = 0;  ///< of the peer's stream
  std::string payload;
  std::uint8_t flags = 0;
  std::int64_t acknowledged = 0;  ///< of ours
  std::vector<std::pair<std::int64_t, std::int64_t>> sack;

  friend bool operator==(const Arrival&, const Arrival&) = default;
};

class HandmadeEnd {
 public:
  /// `self`'s port is this end's alone while it exists. Throws std::system_error, std::runtime_error.
  HandmadeEnd(const Lab& lab, Role role, const Address& self, net::Seq initial_seq);
  /// Breaks the connection off.
  ~HandmadeEnd();
  HandmadeEnd(const HandmadeEnd&) = delete;
  HandmadeEnd& operator=(const HandmadeEnd&) = delete;

  /// With `text` in the SYN, if any.
  bool connect(const Address& to, std::string_view text = {}, Milliseconds limit = kPatience);
  bool accept(Milliseconds limit = kPatience);

  /// What comes next in the stream, in a segment of its own.
  void say(std::string_view bytes);
  /// Any bytes at any position; say() goes on behind them.
  void send(std::int64_t at, std::string_view bytes, std::uint8_t flags = kAck | kPsh);
  /// The same, but the router sends it no further.
  void send_lost(std::int64_t at, std::string_view bytes, std::uint8_t flags = kAck | kPsh);
  /// The same as in send(), with a wrong checksum; say() does not go on behind it.
  void send_damaged(std::int64_t at, std::string_view bytes);
  /// An empty segment, with `sack` if there are any blocks.
  void acknowledge(std::int64_t up_to, const std::vector<std::pair<std::int64_t, std::int64_t>>& sack = {});
  void break_off();
  /// Any segment: says and acknowledges whatever it likes. `lost`: the router sends it no further.
  void forge(std::int64_t at, std::int64_t up_to, std::string_view bytes, std::uint8_t flags, bool lost);

  const net::Endpoint& self() const { return self_; }
  std::int64_t next() const { return next_; }
  /// say() goes on there.
  void go_back_to(std::int64_t at) { next_ = at; }
  /// How much of the peer's stream is here.
  std::int64_t heard() const { return static_cast<std::int64_t>(heard_.size()); }

  /// Whether what comes is taken and acknowledged. If not, only receive() sees it.
  void set_attentive(bool on) { attentive_ = on; }
  void set_window(std::uint16_t window) { window_ = window; }

  /// The next segment from the peer, nothing if none comes in time.
  std::optional<Arrival> receive(Milliseconds limit = kPatience);
  /// The next line of the peer's, without its CRLF.
  std::optional<std::string> line(Milliseconds limit = kPatience);
  /// Waits until the peer has acknowledged everything up to there.
  bool acknowledged(std::int64_t up_to, Milliseconds limit = kPatience);
  bool acknowledged() { return acknowledged(next_); }

 private:
  std::optional<std::vector<std::uint8_t>> receive_packet(Milliseconds limit) const;
  void take(const Arrival& arrival);
  void emit_syn(std::uint8_t flags, std::string_view text = {}) const;
  void emit(net::Seq seq, std::uint8_t flags, std::string_view payload = {}, std::uint8_t hops = 64) const;
  void emit(const SegmentSpec& spec) const;

  const Lab& lab_;
  Role role_;
  net::Endpoint self_, peer_;
  net::Seq begin_, peer_begin_;  // of position 0
  std::int64_t next_ = 0;
  std::int64_t peer_has_ = -1;  // of ours; -1: not even the SYN
  std::uint16_t window_ = 0xffff;
  bool attentive_ = true;
  bool connected_ = false;
  std::string heard_;
  std::size_t read_ = 0;
  std::int64_t peer_fin_ = -1;  // -1: none yet
  int in_ = -1, out_ = -1;
};

}  // namespace pinhole::test
