// One end of a model TCP connection: it cuts, repeats, delays and acknowledges as its habits say.
//
// It checks the laws that hold for every honest path: nobody acknowledges what was not sent, and bytes that
// come twice are the same both times. A broken law throws LawBroken.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pinhole/net/flow_key.hpp"
#include "pinhole/net/seq.hpp"
#include "pinhole/net/tcp_segment.hpp"
#include "property/random.hpp"
#include "support/law.hpp"

namespace pinhole::test::simulator {

using Microseconds = std::uint64_t;

/// Percentages are of the occasions that there are.
struct Habits {
  std::size_t segment = 1448;  ///< largest payload
  std::size_t cut = 1448;      ///< largest piece of one write; 1: byte by byte
  bool nagle = true;
  bool sack = true;
  bool timestamps = true;
  unsigned delayed_acks = 50;  ///< acknowledgments that wait for data
  unsigned spurious = 0;       ///< repeats what needs no repeating
  unsigned keep_alives = 0;    ///< asks whether the peer is there, with any byte or with none
  unsigned stalls = 0;         ///< stops reading, so that its window is zero for a while
  unsigned lies = 0;           ///< repeats with another byte
  std::size_t window = 65535;
};

class Host {
 public:
  using Packet = std::vector<std::uint8_t>;

  /// `key` is this host's own view of the connection: itself -> its peer.
  Host(net::FlowKey key, net::Seq isn, net::Seq peer_isn, const Habits& habits, Random& random);

  void write(std::string_view text) { outgoing_ += text; }
  void finish() { finishing_ = true; }
  /// Nobody promises any longer that bytes which come twice are the same.
  void expect_lies() { lies_expected_ = true; }
  /// Forgets the connection, with a RST.
  void abort();

  /// A packet from the peer.
  void arrive(const net::TcpSegment& segment, Microseconds now);
  /// Sends what may be sent and does what is due.
  void run(Microseconds now);
  std::optional<Microseconds> timer() const;

  std::vector<Packet> take_output() { return std::exchange(output_, {}); }
  const std::string& heard() const { return incoming_; }
  const std::string& said() const { return outgoing_; }
  bool heard_fin() const { return peer_fin_; }
  /// Everything said was acknowledged, the FIN too, and the peer's FIN has come.
  bool done() const { return fin_sent_ && una_ == outgoing_.size() + 1 && peer_fin_; }
  /// It has broken the connection off, or the peer has.
  bool dead() const { return dead_; }

  std::string story() const;

 private:
  static constexpr Microseconds kFirstTimeout = 200'000;

  /// RFC 7323 section 5: false for a segment that must be a duplicate from the past.
  bool is_timely(const net::TcpSegment& segment);
  void emit(std::size_t begin, std::size_t length, bool fin);
  void emit(std::size_t begin, std::string_view payload, std::uint8_t flags);
  void reset(net::Seq seq);
  void send_new(Microseconds now);
  void repeat(Microseconds now);
  void keep_alive();
  void acknowledged(const net::TcpSegment& segment, Microseconds now);
  void take_payload(std::int64_t begin, std::span<const std::uint8_t> payload);
  void check_sack(const net::TcpSegment& segment) const;
  net::Seq seq_of(std::size_t offset) const { return isn_ + 1 + static_cast<std::int64_t>(offset); }
  net::Seq expected() const;
  std::size_t window() const { return stalled_until_ ? 0 : habits_.window; }

  net::FlowKey key_;
  net::Seq isn_, peer_isn_;
  Habits habits_;
  Random& random_;
  std::string outgoing_, incoming_;
  std::size_t una_ = 0, next_ = 0;  // offsets into outgoing_; one more than its size is behind the FIN
  bool finishing_ = false, fin_sent_ = false, dead_ = false, lying_ = false, lies_expected_ = false;
  std::size_t peer_window_ = 65535;
  int duplicates_ = 0;
  std::uint32_t clock_ = 0;  // milliseconds

  std::optional<std::uint32_t> recent_{};      // the peer's clock
  std::map<std::int64_t, std::string> early_;  // by offset: behind a gap
  std::optional<std::int64_t> peer_fin_at_;
  bool peer_fin_ = false;
  bool ack_now_ = false;
  std::optional<Microseconds> ack_at_, repeat_at_, stalled_until_;
  Microseconds timeout_ = kFirstTimeout, spurious_at_ = 0;
  // A reset that was lost may never come again with the right number; TCP gives up then (RFC 1122, 4.2.3.5).
  bool doubted_ = false;
  int vain_ = 0;
  Microseconds challenge_at_ = 0;
  std::vector<Packet> output_;
};

}  // namespace pinhole::test::simulator
