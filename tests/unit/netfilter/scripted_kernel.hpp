// A kernel that answers netlink requests by a script, and calls that fail.
//
// In a program with scripted_kernel.cpp the C library's calls for sockets go through it: while a
// ScriptedKernel lives, those of its thread are answered from its script, in order. What the script does not
// have times out, as a kernel that says nothing would.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <system_error>
#include <variant>
#include <vector>

namespace pinhole::test {

using Bytes = std::vector<std::uint8_t>;

/// One netlink message of an answer.
struct Reply {
  std::uint16_t type = 0;
  Bytes payload{};
  std::uint16_t flags = 0;
  int request = 0;  ///< which one it answers: 0 that sent last, -1 the one before
};

Reply error_reply(int error);  ///< errno value; 0 acknowledges
Reply done_reply(int error = 0);

class ScriptedKernel {
 public:
  ScriptedKernel();
  ~ScriptedKernel();
  ScriptedKernel(const ScriptedKernel&) = delete;
  ScriptedKernel& operator=(const ScriptedKernel&) = delete;

  /// The next datagram to be received: messages, or bytes as they are.
  ScriptedKernel& answer(std::vector<Reply> messages);
  ScriptedKernel& answer_bytes(Bytes datagram);
  /// Instead of it, receiving fails; or the datagram is larger than the buffer.
  ScriptedKernel& receive_fails(int error);
  ScriptedKernel& answer_too_large();

  /// The next sending fails.
  ScriptedKernel& send_fails(int error);

  /// The next call of this name (socket, bind, setsockopt) fails.
  void fail(std::string_view call, int error);

  /// Datagrams that were sent, and how often that was tried.
  const std::vector<Bytes>& sent() const { return sent_; }
  std::size_t sendings() const { return sendings_; }
  /// The netlink type of each request that was sent, several in a datagram one after the other.
  std::vector<int> types_sent() const;
  /// Nothing of the script is left.
  bool finished() const { return to_receive_.empty() && send_errors_.empty(); }

  // For the calls.
  long take_sent(Bytes datagram);
  /// The next datagram, or -1 with errno.
  long next(Bytes& datagram, bool& truncated);
  bool fails(std::string_view call);

 private:
  struct TooLarge {};
  using Receiving = std::variant<std::vector<Reply>, Bytes, int, TooLarge>;
  Bytes datagram_of(const std::vector<Reply>& messages) const;

  std::deque<Receiving> to_receive_;
  std::deque<int> send_errors_;
  std::vector<Bytes> sent_;
  std::size_t sendings_ = 0;
  std::uint32_t last_sequence_ = 0;
  std::string_view failing_call_;
  int failing_error_ = 0;
  ScriptedKernel* outer_;
};

/// The errno value of what `call` throws; 0 if it throws nothing.
template <class Call>
int thrown_by(Call call) {
  try {
    call();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

}  // namespace pinhole::test
