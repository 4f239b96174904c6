// The last things that happened at a router, in the order they did: packets in and out, verdicts, what was
// sent back, connection tracking, events. Cheap to keep; text only when somebody asks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pinhole/alg/event.hpp"
#include "pinhole/alg/time.hpp"
#include "pinhole/alg/tracker.hpp"

namespace pinhole::test {

class Transcript {
 public:
  /// `most` entries are kept.
  explicit Transcript(std::size_t most = 200) : most_(most) {}

  void time(alg::Time now) { now_ = now; }
  void packet(alg::PacketId id, std::span<const std::uint8_t> packet);
  void bypassed(std::span<const std::uint8_t> packet);
  void verdict(alg::PacketId id, const alg::Verdict& verdict);
  void sent_back(alg::PacketId id, std::span<const std::uint8_t> packet);
  void failed(alg::PacketId id, bool passes);
  void event(const alg::Event& event);
  void applied(const alg::Change& change, alg::Applied applied);
  void closed(const alg::Pinhole& pinhole, bool was_there);

  /// A line for each entry, oldest first.
  std::string text() const;

 private:
  struct Entry {
    alg::Time when{};
    const char* what = "";  // of static storage
    alg::PacketId id = 0;
    std::optional<alg::Reason> reason;
    std::uint64_t bytes_at = 0;  // of its packet, in the ring
    std::size_t size = 0;
    std::string detail;
  };
  Entry& next(const char* what, alg::PacketId id, std::span<const std::uint8_t> packet = {});
  std::string packet_of(const Entry& entry) const;

  std::size_t most_;
  std::vector<Entry> entries_;  // a ring once it is full: the slots keep their capacity
  std::uint64_t count_ = 0;
  std::vector<std::uint8_t> bytes_;  // a ring, too
  std::uint64_t bytes_count_ = 0;
  alg::Time now_{};
};

/// "192.0.2.1:40000 -> 198.51.100.2:21 seq 17 ack 4 PSH \"NOOP\\r\\n\"", or how many bytes of what it is.
std::string describe_packet(std::span<const std::uint8_t> packet);

}  // namespace pinhole::test
