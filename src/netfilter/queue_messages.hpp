// NFQUEUE's netlink messages: a queued packet as a value, and verdicts as bytes.
//
// Pure: no socket, no kernel. Verdicts never carry a conntrack (NFQA_CT): together with a changed payload it
// would make some kernels shift sequence numbers by themselves. Wire format:
// linux/netfilter/nfnetlink_queue.h.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pinhole/alg/reason.hpp"
#include "pinhole/alg/sink.hpp"

namespace pinhole::netfilter {

/// Where a frame came from on its link; `length` is 0 on devices without addresses (tun, ppp).
struct LinkAddress {
  std::array<std::uint8_t, 8> bytes{};
  std::uint8_t length = 0;

  bool operator==(const LinkAddress&) const = default;
};

struct QueuedPacket {
  alg::PacketId id = 0;                 ///< of the queue's number and the packet's in it
  std::span<const std::uint8_t> bytes;  ///< from the IP header on; borrowed from the message
  std::uint8_t hook = 0;                ///< NF_INET_PRE_ROUTING, NF_INET_LOCAL_OUT, ...
  std::uint32_t in_device = 0;          ///< interface index; 0 if it was made on this machine
  LinkAddress sender;
  bool truncated = false;         ///< `bytes` are not all of it
  bool partial_checksum = false;  ///< the checksum field awaits the sending device
  bool unverified = false;        ///< nobody has compared the checksum yet, conntrack neither
  bool gso = false;               ///< several segments in one, to be segmented by the sending device
};

alg::PacketId packet_id(std::uint16_t queue, std::uint32_t number);
std::uint16_t queue_of(alg::PacketId id);

/// Why a packet must not be judged: it is a part, or not what was sent. Conntrack compares checksums unless
/// net.netfilter.nf_conntrack_checksum is 0.
std::optional<alg::Reason> damage_of(const QueuedPacket& packet);

/// What a message on a queue's socket may be.
struct QueueMessage {
  std::optional<QueuedPacket> packet;
  int error = 0;  ///< errno value of an earlier verdict of ours
};

/// nullopt if the message is neither a packet nor an error, or is malformed.
std::optional<QueueMessage> parse_queue_message(std::span<const std::uint8_t> message);

/// Verdicts on their way to the queues of one socket, kept together so that one system call sends several.
class VerdictBatch {
 public:
  VerdictBatch();

  void accept(alg::PacketId id) { put(id, true, {}); }
  void accept(alg::PacketId id, std::span<const std::uint8_t> replacement) { put(id, true, replacement); }
  void drop(alg::PacketId id) { put(id, false, {}); }

  std::span<const std::uint8_t> bytes() const { return std::span(buffer_).first(size_); }
  bool empty() const { return size_ == 0; }
  /// True if it should be sent before another one is added.
  bool full() const { return size_ > kEnough; }
  void clear() { size_ = 0; }

 private:
  static constexpr std::size_t kEnough = 16 * 1024;
  static constexpr std::size_t kLargest = 64 * 1024 + 128;  // a verdict with the largest packet

  void put(alg::PacketId id, bool accepted, std::span<const std::uint8_t> replacement);

  std::vector<std::uint8_t> buffer_;
  std::size_t size_ = 0;
};

}  // namespace pinhole::netfilter
