// pinhole explain [REASON]: what a reason means and what to do about it.

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "app/subcommand.hpp"
#include "pinhole/alg/reason.hpp"

namespace pinhole::app {
namespace {

void print(const alg::ReasonText& text) {
  std::printf("%s\n  %s\n", text.name.data(), text.meaning.data());  // literals: terminated
  if (!text.advice.empty()) std::printf("  What to do: %s\n", text.advice.data());
}

}  // namespace

int explain_main(std::span<char* const> arguments) {
  const std::string_view word = arguments.empty() ? "" : arguments[0];
  if (arguments.size() > 1 || word == "--help" || word == "-h") {
    std::fputs(
        "usage: pinhole explain [REASON]\n\nSays what a reason in a log line or a replay means and what to "
        "do "
        "about it; without REASON, all of them.\n",
        arguments.size() > 1 ? stderr : stdout);
    return arguments.size() > 1 ? kUsage : kOk;
  }
  if (word.empty()) {
    for (const auto& text : alg::all_reasons()) print(text);
    return kOk;
  }
  const auto reason = alg::reason_named(word);
  if (!reason) {
    std::fprintf(stderr, "pinhole explain: no reason is called '%s'; 'pinhole explain' lists them all\n",
                 word.data());
    return kUsage;
  }
  print(alg::text_of(*reason));
  return kOk;
}

}  // namespace pinhole::app
