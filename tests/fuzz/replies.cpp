// ftp::parse_reply, and ftp::Session driven with lines of both sides (laws: support/session_witness.hpp).
//
// The first byte is how many commands may be open. Then lines, each ended by LF; a line's first byte says
// whose it is:
//
//   >   the client's      }   of which only the beginning is known
//   <   the server's      {   of which only the beginning is known
//   !   TLS has ended on both sides

#include <string>

#include "fuzz/input.hpp"
#include "pinhole/ftp/reply.hpp"
#include "support/law.hpp"
#include "support/session_witness.hpp"

namespace pinhole::fuzz {
namespace {

using test::law;

void check_reply(std::string_view line) {
  const auto reply = ftp::parse_reply(line);
  const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
  const bool begins_with_code = digits == 3 && line[0] >= '1' && line[0] <= '6';
  law(reply.has_value() == begins_with_code, "a reply begins with a code of three digits");
  if (reply) {
    law(std::to_string(reply->code) == line.substr(0, 3), "another code");
    law(reply->continues == line.substr(3).starts_with('-'), "only a hyphen makes a reply go on");
    const auto rest = line.substr(3);
    const bool separated = rest.starts_with('-') || rest.starts_with(' ');
    law(reply->text == rest.substr(separated ? 1 : 0), "the text is all that follows");
    const int kinds =
        reply->preliminary() + reply->completes() + reply->intermediate() + (reply->code >= 400);
    law(kinds == 1, "a reply is of one kind");
  }
  bool may = true;
  const bool answers = reply && (reply->code == 227 || reply->code == 229);
  for (std::size_t length = 0; length <= line.size(); ++length) {
    const bool now = ftp::may_become_answer(line.substr(0, length));
    law(may || !now, "what could not become an answer became one");
    law(now || !answers, "an answer was not foreseen");
    may = now;
  }
}

void run(Input input) {
  test::SessionWitness session(input.u8() + std::size_t{1});
  const auto script = input.rest();
  for (auto rest = text_of(script); !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto marked = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 1));
    const char mark = marked.empty() ? '<' : marked[0];
    // A copy of exactly its size: a read behind it is one behind the allocation.
    const Bytes copy(marked.begin() + (marked.empty() ? 0 : 1), marked.end());
    const auto line = text_of(copy);
    if (mark == '!') {
      session.cleared();
    } else if (mark == '>' || mark == '}') {
      session.hear_command(line, mark == '>');
    } else {
      check_reply(line);
      session.hear_reply(line, mark != '{');
    }
  }
}

}  // namespace
}  // namespace pinhole::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pinhole::fuzz::run({data, size});
  return 0;
}
