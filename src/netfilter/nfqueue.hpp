// One NFQUEUE: packets come out of it, verdicts go in.
//
// A packet stays in the kernel until its verdict, at most `length` of them; what is queued when a NfQueue
// goes out of existence is dropped. Packets come whole, before segmentation, and without their conntrack.
// Used by one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

#include "netfilter/mnl_socket.hpp"
#include "netfilter/queue_messages.hpp"

namespace pinhole::netfilter {

/// A queue that cannot be had.
class QueueError : public std::system_error {
 public:
  QueueError(std::uint16_t queue, int error, const char* what)
      : std::system_error(error, std::generic_category(), what), queue_(queue) {}
  std::uint16_t queue() const { return queue_; }

 private:
  std::uint16_t queue_;
};

class NfQueue {
 public:
  struct Options {
    std::uint16_t number = 0;
    std::optional<std::uint16_t> second = {};  ///< another queue, whose packets come by the same socket
    std::uint32_t length = 4096;               ///< packets
    int socket_buffer = 8 << 20;               ///< bytes
    bool fail_open = false;                    ///< pass what does not fit, instead of dropping it
  };

  /// Binds the queues. Throws QueueError: EBUSY if another program has it, or if CAP_NET_ADMIN is
  /// missing (the kernel answers both alike).
  explicit NfQueue(const Options& options);

  /// Netlink messages that have arrived, up to kBatch, without waiting; valid until the next call. An overrun
  /// (ENOBUFS: the kernel met a full buffer and lost packets) is counted and otherwise no matter. Throws
  /// std::system_error if the socket is broken.
  std::span<const std::span<const std::uint8_t>> receive();

  /// Sends what `verdicts` has and clears it. Throws std::system_error if the socket is broken.
  void send(VerdictBatch& verdicts);

  int descriptor() const { return socket_.descriptor(); }
  std::uint64_t overruns() const { return overruns_; }

 private:
  static constexpr std::size_t kBatch = 16;
  static constexpr std::size_t kMessage = 64 * 1024 + 4096;  // the largest packet and what comes with it

  MnlSocket socket_;
  std::vector<std::uint8_t> buffer_;
  std::vector<std::span<const std::uint8_t>> messages_;
  std::uint64_t overruns_ = 0;
};

}  // namespace pinhole::netfilter
