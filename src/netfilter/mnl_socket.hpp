// A netlink socket that asks and waits for the answer.
//
// Several requests may be sent at once; every one gets exactly one answer, in order: an acknowledgment or a
// message with data. Only a dump's answer has many parts, and it is asked for alone. Waiting is bounded, so
// that a lost answer costs a packet its judgment and no more. It subscribes to nothing, and is used by one
// thread.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "netfilter/message.hpp"

struct mnl_socket;

namespace pinhole::netfilter {

/// How often a dump is made again that the table's changes disturbed: one that changes all the time is taken
/// as it comes.
inline constexpr int kDumpTries = 4;

class MnlSocket {
 public:
  /// The kernel's answer to one request.
  struct Answer {
    int error = 0;                       ///< errno value; 0 means done
    std::span<const std::uint8_t> data;  ///< a netlink message, empty if it was an acknowledgment; valid
                                         ///< until the next receive()
  };

  /// How the answer to a dump ended.
  struct Dump {
    int error = 0;             ///< errno value; 0 means done
    bool interrupted = false;  ///< the table changed meanwhile: entries may be missing, or have come twice
  };

  /// Throws std::system_error.
  explicit MnlSocket(int bus = NETLINK_NETFILTER);

  /// Numbers the requests and sends them in one datagram. Throws std::system_error.
  void send(std::span<Message> requests);

  /// The answer to `request`, one of those sent last, in the order they were sent. Answers to other requests
  /// are passed over. Throws std::system_error, ETIMEDOUT if none comes within kPatience.
  Answer receive(const Message& request);

  /// send() and receive() of one.
  Answer ask(Message& request);

  /// Sends a request for a whole table and gives `entry` each netlink message of the answer, valid for the
  /// call. Throws std::system_error as send() and receive() do.
  Dump dump(Message& request, const std::function<void(std::span<const std::uint8_t>)>& entry);

  int descriptor() const;
  std::uint32_t port() const;

 private:
  std::span<const std::uint8_t> receive_datagram();

  static constexpr int kPatienceSeconds = 1;  // requests are answered during sendmsg(): this is for the worst
  static constexpr std::size_t kBufferSize = 8192;

  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  std::unique_ptr<mnl_socket, Close> socket_;
  std::uint32_t sequence_ = 0;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace pinhole::netfilter
