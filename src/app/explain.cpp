// pinhole explain [REASON | --markdown]: what a reason means and what to do about it.

#include <cstdio>
#include <string>
#include <string_view>

#include "app/replay_columns.hpp"
#include "app/subcommand.hpp"
#include "pinhole/alg/reason.hpp"

namespace pinhole::app {
namespace {

constexpr const char* kExplainUsage =
    R"(usage: pinhole explain [REASON | --markdown]

Explains a reason given in the log or by a replay, and what to do about it;
without REASON, all of them. --markdown prints them as tables.
)";

constexpr const char* kPage =
    R"(# Reasons

Every verdict, refusal and closed pinhole has one of these reasons. They appear in the log and in the output of
`pinhole replay`; `pinhole explain REASON` prints one of them. If the last column is empty, nothing needs to be done.
This page is the output of `pinhole explain --markdown`.
)";

constexpr std::size_t kWidth = 79;

void print(const alg::ReasonText& text) {
  std::string lines = wrapped(std::string(text.meaning), 2, kWidth);
  if (!text.advice.empty()) lines += wrapped("What to do: " + std::string(text.advice), 2, kWidth);
  std::printf("%s\n%s", text.name.data(), lines.c_str());  // a literal: terminated
}

std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped.append(c == '|' ? "\\" : "").push_back(c);
  return escaped;
}

/// docs/reasons.md, as it is printed.
void print_markdown() {
  std::fputs(kPage, stdout);
  for (const auto& group : alg::reason_groups()) {
    std::printf("\n## %s\n\n| reason | meaning | what to do |\n|---|---|---|\n", group.title.data());
    for (const auto& text : group.reasons) {
      std::printf("| `%s` | %s | %s |\n", text.name.data(), cell(text.meaning).c_str(),
                  cell(text.advice).c_str());
    }
  }
}

}  // namespace

int explain_main(std::span<char* const> arguments) {
  const std::string_view word = arguments.empty() ? "" : arguments[0];
  if (arguments.size() > 1 || word == "--help" || word == "-h") {
    std::fputs(kExplainUsage, arguments.size() > 1 ? stderr : stdout);
    return arguments.size() > 1 ? kUsage : kOk;
  }
  if (word == "--markdown") {
    print_markdown();
    return kOk;
  }
  if (word.empty()) {
    for (const auto& text : alg::all_reasons()) print(text);
    return kOk;
  }
  const auto reason = alg::reason_named(word);
  if (!reason) {
    std::fprintf(stderr, "pinhole explain: unknown reason '%s'; 'pinhole explain' lists all of them\n",
                 word.data());
    return kUsage;
  }
  print(alg::text_of(*reason));
  return kOk;
}

}  // namespace pinhole::app
