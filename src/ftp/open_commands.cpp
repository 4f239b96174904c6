#include "pinhole/ftp/open_commands.hpp"

#include <algorithm>

namespace pinhole::ftp {
namespace {

/// Whether a server may answer such a command with this code, by RFC 959 section 5.4, RFC 2228 section 7 and
/// RFC 2428. Of most commands servers say what they like.
bool may_answer(int code, Verb verb) {
  const bool completes = code >= 200 && code < 300;
  if (code >= 400) return true;
  switch (verb) {
    case Verb::setting:
    case Verb::port:
    case Verb::eprt:
    case Verb::epsv_all:
      return code == 200 || code == 202 || code == 215;
    case Verb::restart:
      return code >= 300;
    case Verb::abort:
      return code == 225 || code == 226;
    case Verb::transfer:
      return code < 200 || code == 225 || code == 226 || code == 250;
    case Verb::pasv:
    case Verb::epsv:
      return false;
    case Verb::user:
    case Verb::pass:
    case Verb::acct:
    case Verb::auth_tls:
      return code >= 200;
    case Verb::rein:
    case Verb::quit:
    case Verb::ccc:
    case Verb::mlst:
      return completes;
    case Verb::server_text:
    case Verb::long_form:
    case Verb::listing:
    case Verb::other:
      break;
  }
  return true;
}

}  // namespace

bool is_offer(Verb verb) {
  return verb == Verb::port || verb == Verb::eprt;
}

bool is_passive(Verb verb) {
  return verb == Verb::pasv || verb == Verb::epsv;
}

void OpenCommands::add(OpenCommand command, bool acknowledged) {
  command.first = empty();
  command.alone = command.alone && quiet(acknowledged);
  command.acknowledged = acknowledged;
  command.doubtful = std::ranges::any_of(
      open(), [](const OpenCommand& before) { return before.verb == Verb::transfer && before.begun; });
  if (empty() || commands_.size() == commands_.capacity()) {  // the answered ones make room
    commands_.erase(commands_.begin(), commands_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  commands_.push_back(command);
}

void OpenCommands::clear() {
  commands_.clear();
  first_ = 0;
}

std::optional<OpenCommand> OpenCommands::answered_by(const ReplyLine& reply) {
  if (empty()) return std::nullopt;
  auto at = place_of(reply.code);
  // Some servers complete a command with whatever 2yz.
  if (!at && reply.completes() && !is_passive(oldest().verb)) at = first_;
  if (!at) return std::nullopt;
  auto& command = commands_[*at];
  command.begun = command.begun || reply.preliminary();
  first_ = reply.preliminary() ? *at : *at + 1;
  if (command.doubtful) note_doubt(reply.code);
  return command;
}

/// A doubtful command was answered so, or the first other one was.
void OpenCommands::note_doubt(int code) {
  for (auto i = first_; i < commands_.size(); ++i) {
    auto& command = commands_[i];
    if (command.doubtful) continue;
    command.doubtful = command.acknowledged && may_answer(code, command.verb);
    return;
  }
}

/// Of the first command that may be answered so. A PASV that waits is passed over by its own answer only, and
/// the end of a transfer is that of one that has begun, unless it is the oldest.
std::optional<std::size_t> OpenCommands::place_of(int code) const {
  for (auto i = first_; i < commands_.size(); ++i) {
    const auto& command = commands_[i];
    const bool ends = code >= 200 && code < 300 && command.verb == Verb::transfer;
    if (may_answer(code, command.verb) && (i == first_ || !ends || command.begun)) return i;
    if (is_passive(command.verb) && !command.doubtful) break;
  }
  return std::nullopt;
}

std::optional<OpenCommand> OpenCommands::take_passive(Verb verb) {
  const auto same = [verb](const OpenCommand& command) { return command.verb == verb; };
  const auto any = [](const OpenCommand& command) { return is_passive(command.verb); };
  auto found = std::ranges::find_if(open(), same);
  if (found == open().end()) found = std::ranges::find_if(open(), any);
  if (found == open().end()) return std::nullopt;
  const auto command = *found;
  first_ += static_cast<std::size_t>(found - open().begin()) + 1;
  return command;
}

void OpenCommands::note_line_too_many() {
  for (auto i = first_; i < commands_.size(); ++i) commands_[i].alone = false;
}

void OpenCommands::rewind(std::size_t size) {
  if (this->size() > size) {
    commands_.resize(first_ + size);
  } else {
    first_ = commands_.size() - size;
  }
}

/// Whether none of them is under way whose reply may quote. One that is doubtful may be, if the client has
/// been so quick; but then its reply has lines before the one that could be forged.
bool OpenCommands::quiet(bool acknowledged) const {
  return std::ranges::all_of(open(), [acknowledged](const OpenCommand& before) {
    const bool names_nothing = before.verb == Verb::setting || before.verb == Verb::abort;
    return acknowledged ? names_nothing || before.doubtful : names_nothing && before.alone;
  });
}

}  // namespace pinhole::ftp
