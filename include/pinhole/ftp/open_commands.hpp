// The commands that have no final reply yet, oldest first, and which of them a reply answers.
//
// Replies answer commands in order (RFC 959 section 5.4). But some servers leave a command without a reply
// (NOOP in a transfer), answer two with one (ABOR), or say more than was asked. So a reply that the oldest
// command cannot have, and a later one can, is the later one's: those before it get none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pinhole/ftp/command.hpp"
#include "pinhole/ftp/reply.hpp"

namespace pinhole::ftp {

bool is_offer(Verb verb);    ///< PORT, EPRT
bool is_passive(Verb verb);  ///< PASV, EPSV: their answers are 227 and 229

struct OpenCommand {
  Verb verb = Verb::other;
  std::uint32_t number = 0;       ///< in its session, from 1 on
  std::uint32_t negotiation = 0;  ///< number of the last PORT, EPRT, PASV or EPSV before it
  bool alone = false;  ///< nothing was under way when it was sent but settings: sent alone themselves, or all
                       ///< that the server had said was acknowledged. Each had one line for a reply since
  bool begun = false;  ///< it has a preliminary reply (1yz)
  bool doubtful = false;  ///< perhaps no reply is to come: it was sent during a transfer, or what came for
                          ///< such a one may have been its own
  bool acknowledged = false;  ///< all that the server had said was, when it was sent
  bool first = false;         ///< no other was open when it was sent: its reply is the next one
};

class OpenCommands {
 public:
  std::size_t size() const { return commands_.size() - first_; }
  bool empty() const { return size() == 0; }
  /// The oldest one; there must be one.
  const OpenCommand& oldest() const { return commands_[first_]; }

  /// `alone` of `command` is true here if no reply was under way; `acknowledged`: nor any byte of one.
  void add(OpenCommand command, bool acknowledged);
  void clear();

  /// The command that this reply, which is no answer to PASV or EPSV, is for. Those before it are over; it
  /// is itself if the reply is final. Nullopt: it answers none.
  std::optional<OpenCommand> answered_by(const ReplyLine& reply);

  /// What an answer to `verb`, PASV or EPSV, is for: the oldest of these, else of the other. It is over then,
  /// as are those before it.
  std::optional<OpenCommand> take_passive(Verb verb);

  /// What they are answered with may be what came behind a forged end.
  void note_line_too_many();

  template <class Is>
  bool any(Is is) const {
    return count(is) > 0;
  }
  template <class Is>
  std::size_t count(Is is) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(open(), [&is](const OpenCommand& command) { return is(command.verb); }));
  }

  /// As many as were open when size() was `size`, before one command was added or replies were heard.
  void rewind(std::size_t size);

 private:
  std::span<const OpenCommand> open() const { return std::span(commands_).subspan(first_); }
  std::optional<std::size_t> place_of(int code) const;
  void note_doubt(int code);
  bool quiet(bool acknowledged) const;

  std::vector<OpenCommand> commands_;  // the answered ones stay until the next is added
  std::size_t first_ = 0;
};

}  // namespace pinhole::ftp
