#include "app/arguments.hpp"

#include <boost/program_options/parsers.hpp>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <system_error>
#include <vector>

#include "app/settings.hpp"

namespace pinhole::app {
namespace {

namespace po = boost::program_options;

/// Boost's parser knows no line numbers, so it is given one line at a time. Sections, which would need more
/// than a line, we do not have: a key has one name everywhere.
po::parsed_options parse_line(const std::string& text, const po::options_description& known) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin != std::string::npos && text[begin] == '[') throw UsageError("there are no [sections]");
  std::istringstream line(text);
  auto parsed = po::parse_config_file(line, known);
  po::variables_map values;
  po::store(parsed, values);
  settings_from(values);
  return parsed;
}

}  // namespace

po::variables_map parse_arguments(std::span<char* const> arguments, const po::options_description& options,
                                  const po::positional_options_description& positional) {
  po::variables_map values;
  try {
    // No guessing: an abbreviation that works today would change its meaning with the next key.
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::store(po::command_line_parser(std::vector<std::string>(arguments.begin(), arguments.end()))
                  .options(options)
                  .positional(positional)
                  .style(style)
                  .run(),
              values);
  } catch (const po::too_many_positional_options_error&) {
    throw UsageError("there is a word that belongs to no option");
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  settings_from(values);  // before the file, which must not be blamed for the command line's mistakes
  if (options.find_nothrow("config", false) != nullptr && values.count("config") != 0) {
    const auto& name = values["config"].as<std::string>();
    std::ifstream file(name);
    if (!file)
      throw UsageError("config: cannot read " + name + ": " + std::generic_category().message(errno));
    parse_file(file, name, values);
  }
  return values;
}

void parse_file(std::istream& file, const std::string& name, po::variables_map& values) {
  po::options_description known;
  known.add(gateway_options()).add(queue_options());
  po::parsed_options all(&known);
  std::map<std::string, unsigned> lines;  // key -> where it was set
  std::string text;
  for (unsigned number = 1; std::getline(file, text); ++number) {
    try {
      const auto parsed = parse_line(text, known);
      for (const auto& option : parsed.options) {
        const auto [earlier, first] = lines.emplace(option.string_key, number);
        if (!first && !known.find(option.string_key, false).semantic()->is_composing()) {
          throw UsageError(option.string_key + " was already set in line " + std::to_string(earlier->second));
        }
      }
      all.options.insert(all.options.end(), parsed.options.begin(), parsed.options.end());
    } catch (const std::exception& error) {
      throw UsageError(name + ":" + std::to_string(number) + ": " + error.what());
    }
  }
  if (file.bad()) throw UsageError("config: cannot read " + name);
  po::store(all, values);
}

}  // namespace pinhole::app
