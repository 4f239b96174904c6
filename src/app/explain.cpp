// pinhole explain [REASON | --markdown]: what a reason means and what to do about it.

#include <cstdio>
#include <string>
#include <string_view>

#include "app/subcommand.hpp"
#include "pinhole/alg/reason.hpp"

namespace pinhole::app {
namespace {

constexpr const char* kExplainUsage =
    R"(usage: pinhole explain [REASON | --markdown]

Says what a reason in a log line or a replay means and what to do about it; without REASON, all of them.
--markdown prints all of them as tables.
)";

constexpr const char* kPage =
    R"(# Reasons

Every verdict, refusal and closed pinhole has one of these reasons. They stand in log lines and in what
`pinhole replay` prints; `pinhole explain REASON` says of one what this page says of all. Where the last column is
empty nothing needs doing. `pinhole explain --markdown` prints this page.
)";

void print(const alg::ReasonText& text) {
  std::printf("%s\n  %s\n", text.name.data(), text.meaning.data());  // literals: terminated
  if (!text.advice.empty()) std::printf("  What to do: %s\n", text.advice.data());
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
    std::printf("\n## %s\n\n| name | what it means | what to do |\n|---|---|---|\n", group.title.data());
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
    std::fprintf(stderr, "pinhole explain: no reason is called '%s'; 'pinhole explain' lists them all\n",
                 word.data());
    return kUsage;
  }
  print(alg::text_of(*reason));
  return kOk;
}

}  // namespace pinhole::app
