// ftp::parse_command and may_become_offer. The input is one line without its end.

#include <string>

#include "fuzz/input.hpp"
#include "pinhole/ftp/command.hpp"
#include "support/law.hpp"

namespace pinhole::fuzz {
namespace {

using test::law;

std::string in_upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

bool is_part_of(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_parts(std::string_view line, const ftp::Command& command) {
  const auto& [verb, known, word, argument] = command;
  law(!word.empty() && word.size() <= 12, "a verb has 1 to 12 characters");
  law(line.starts_with(word) && word.data() == line.data(), "the verb stands at the line's beginning");
  law(line.size() == word.size() || line[word.size()] == ' ', "a space or the end follows the verb");
  const auto upper = in_upper_case(word);
  law(upper[0] >= 'A' && upper[0] <= 'Z', "a verb begins with a letter");
  law(upper.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@") == upper.npos,
      "letters and digits only");
  for (const char* method : {"GET", "POST", "HEAD", "PUT", "OPTIONS", "CONNECT", "INVITE", "EHLO", "HELO"}) {
    law(upper != method, "a method of another protocol");
  }
  law(known || verb == ftp::Verb::other, "a special command is known");

  law(is_part_of(argument, line), "the argument is a part of the line");
  law(!argument.starts_with(' ') && !argument.ends_with(' '), "no spaces around the argument");
  if (verb == ftp::Verb::pass || verb == ftp::Verb::acct) {
    law(argument.empty(), "a password got out");
  } else {
    const auto behind = line.substr(word.size());
    const auto first = behind.find_first_not_of(' ');
    law(argument.empty() == (first == behind.npos), "the argument is all that stands behind the verb");
    if (!argument.empty()) {
      law(argument.data() == behind.data() + first, "the argument begins behind the spaces");
      const auto rest = behind.substr(first + argument.size());
      law(rest.find_first_not_of(' ') == rest.npos, "the argument ends before the spaces");
    }
  }
}

void run(Input input) {
  const auto bytes = input.rest();
  const auto line = text_of(bytes);
  const auto command = ftp::parse_command(line);
  if (command) check_parts(line, *command);

  const auto upper_line = in_upper_case(line);
  const auto upper = ftp::parse_command(upper_line);
  law(upper.has_value() == command.has_value(), "letter case decides whether it is a command");
  if (command)
    law(upper->verb == command->verb && upper->known == command->known, "letter case decides which");

  const bool offers = command && (command->verb == ftp::Verb::port || command->verb == ftp::Verb::eprt);
  bool may = true;
  for (std::size_t length = 0; length <= line.size(); ++length) {
    const bool now = ftp::may_become_offer(line.substr(0, length));
    law(may || !now, "what could not become an offer became one");
    law(now || length == line.size() || !offers, "an offer was not foreseen");
    may = now;
  }
}

}  // namespace
}  // namespace pinhole::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pinhole::fuzz::run({data, size});
  return 0;
}
