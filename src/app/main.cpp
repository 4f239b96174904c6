// pinhole: one program, a table of subcommands.

#include <array>
#include <cstdio>
#include <exception>
#include <string_view>

#include "app/standard_descriptors.hpp"
#include "app/subcommand.hpp"

namespace {

using namespace pinhole::app;

struct Subcommand {
  std::string_view name;
  std::string_view summary;
  Main* main;
};

constexpr std::array kSubcommands{
    Subcommand{"run", "run the gateway in the foreground", run_main},
    Subcommand{"replay", "show what the gateway would do with a capture", replay_main},
    Subcommand{"explain", "explain a reason and what to do about it", explain_main},
    Subcommand{"distrust", "mark existing control connections as not inspected", distrust_main},
};

void print_usage(std::FILE* out) {
  std::fputs("usage: pinhole SUBCOMMAND [OPTIONS]\n\n", out);
  for (const auto& subcommand : kSubcommands) {
    std::fprintf(out, "  %-8.*s  %.*s\n", static_cast<int>(subcommand.name.size()), subcommand.name.data(),
                 static_cast<int>(subcommand.summary.size()), subcommand.summary.data());
  }
  std::fputs("\n'pinhole SUBCOMMAND --help' lists its options; see also pinhole(8).\n", out);
}

}  // namespace

int main(int argc, char** argv) {
  if (!occupy_standard_descriptors()) return kFailure;
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name == "--help" || name == "-h") {
    print_usage(stdout);
    return kOk;
  }
  if (name == "--version") {
    std::puts("pinhole " PINHOLE_VERSION);
    return kOk;
  }
  for (const auto& subcommand : kSubcommands) {
    if (subcommand.name != name) continue;
    try {
      return subcommand.main({argv + 2, argv + argc});
    } catch (const std::exception& error) {
      std::fprintf(stderr, "pinhole %s: %s\n", argv[1], error.what());
      return kFailure;
    }
  }
  if (name.empty()) {
    print_usage(stderr);
  } else {
    std::fprintf(stderr, "pinhole: unknown subcommand '%s' (see pinhole --help)\n", argv[1]);
  }
  return kUsage;
}
