#include "differential/options.hpp"

#include <charconv>
#include <string_view>

#include "support/lab.hpp"

namespace pinhole::test::differential {
namespace {

bool read_number(std::string_view text, std::uint64_t& number, std::uint64_t least) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= least;
}

/// True for the second of two words.
bool read_choice(std::string_view text, bool& choice, std::string_view no, std::string_view yes) {
  choice = text == yes;
  return choice || text == no;
}

bool read_option(std::string_view name, std::string_view value, Options& options) {
  if (name == "--first") return read_number(value, options.first, 0);
  if (name == "--seeds") return read_number(value, options.seeds, 0);
  if (name == "--jobs") return read_number(value, options.jobs, 1);
  if (name == "--late") return read_choice(value, options.late, "no", "yes");
  if (name == "--others") return read_choice(value, options.fixed.others_plain, "drawn", "plain");
  if (name == "--exceptions") {
    options.exceptions = value;
    return true;
  }
  const auto* dialect = name == "--dialect" ? dialect_named(value) : nullptr;
  if (dialect != nullptr) options.fixed.dialects.push_back(dialect);
  return dialect != nullptr;
}

}  // namespace

Options::Options() : exceptions(checkout() / "tests/differential/exceptions.txt") {}

std::optional<Options> read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc || !read_option(argv[i], argv[i + 1], options)) return std::nullopt;
  }
  return options;
}

}  // namespace pinhole::test::differential
