#include "differential/pen.hpp"

#include <cctype>

namespace pinhole::test::differential {

void Pen::write(Side side, const Reply& lines) {
  act({.kind = Act::Kind::say, .side = side, .lines = lines});
  shows("line-end");
}

void Pen::say(const std::string& command) {
  write(Side::client, {habits_.client.before_verb + spelt(command) + habits_.client.behind_command});
  shows("blanks");
}

void Pen::offer(const std::string& command) {
  write(Side::client, {spelt(command)});
}

void Pen::say_secret(const std::string& command) {
  say(command);
  steps_.back().acts.back().secret = true;
}

void Pen::reply(const Reply& lines) {
  const bool bare = habits_.server.bare_codes && lines.size() == 1 && lines[0].find('$') == std::string::npos;
  write(Side::server, bare ? Reply{lines[0].substr(0, 3)} : lines);
  shows("replies");
}

void Pen::reply_behind_text(const Reply& lines) {
  if (!habits_.server.before.empty()) write(Side::server, habits_.server.before);
  reply(lines);
  shows("before-replies");
}

void Pen::exchange(const std::string& command, const Reply& lines) {
  step(command);
  say(command);
  reply(lines);
}

/// The verb in the client's letters.
std::string Pen::spelt(std::string command) {
  const auto letters = habits_.client.letters;
  for (auto& letter : command) {
    if (letter == ' ') break;
    const bool lower = letters == Letters::lower || (letters == Letters::mixed && random_.chance(50));
    if (lower) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  shows("letters");
  return command;
}

}  // namespace pinhole::test::differential
