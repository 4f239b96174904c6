#include "app/arguments.hpp"

#include <algorithm>
#include <boost/program_options/parsers.hpp>
#include <cerrno>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <system_error>
#include <vector>

#include "app/settings.hpp"
#include "app/values.hpp"

namespace pinhole::app {
namespace {

namespace po = boost::program_options;

/// "[server 192.0.2.0/24]"; nullopt if the line is none of a section at all.
std::optional<net::Network> section_of(std::string_view line) {
  line = trimmed(line);
  if (!line.empty() && line.back() == '\r') line = trimmed(line.substr(0, line.size() - 1));
  if (!line.starts_with('[')) return std::nullopt;
  constexpr std::string_view kBegin = "[server ";
  const bool shaped = line.starts_with(kBegin) && line.ends_with(']');
  const auto network =
      shaped ? net::Network::parse(trimmed(line.substr(kBegin.size(), line.size() - kBegin.size() - 1)))
             : std::nullopt;
  if (!network) {
    throw UsageError("'" + std::string(line) +
                     "' is not a section, such as [server 192.0.2.7] or [server 192.0.2.0/24]");
  }
  return network;
}

/// Boost's parser knows no line numbers, so it is given one line at a time.
po::parsed_options parse_line(const std::string& text, const po::options_description& known) {
  std::istringstream line(text);
  auto parsed = po::parse_config_file(line, known);
  po::variables_map values;
  po::store(parsed, values);
  settings_from(values);
  return parsed;
}

/// A file's contents, gathered line by line.
class File {
 public:
  File() {
    known_.add(gateway_options()).add(queue_options());
    in_section_.add(policy_options());
  }

  void add(const std::string& text, unsigned number) {
    if (const auto network = section_of(text)) return begin_section(*network, number);
    const auto parsed = parse_line(text, sections_.empty() ? known_ : allowed_in_section(text));
    for (const auto& option : parsed.options) {
      const auto [earlier, first] = lines_.emplace(option.string_key, number);
      if (!first && !known_.find(option.string_key, false).semantic()->is_composing()) {
        throw UsageError(option.string_key + " was already set in line " + std::to_string(earlier->second));
      }
      if (sections_.empty()) {
        general_.options.push_back(option);
      } else {
        add_to_section(option.string_key, option.value.at(0));
      }
    }
  }

  void store(po::variables_map& values) const {
    po::store(general_, values);
    values.emplace(kSectionsKey, po::variable_value(sections_, false));
  }

 private:
  void begin_section(const net::Network& network, unsigned number) {
    const auto [earlier, first] = networks_.emplace(network.to_string(), number);
    if (!first) {
      throw UsageError("this section already appears in line " + std::to_string(earlier->second));
    }
    sections_.push_back({network, {}});
    lines_.clear();
  }

  const po::options_description& allowed_in_section(const std::string& text) const {
    const auto key = trimmed(std::string_view(text).substr(0, text.find('=')));
    const bool elsewhere = !key.empty() && known_.find_nothrow(std::string(key), false) != nullptr &&
                           in_section_.find_nothrow(std::string(key), false) == nullptr;
    if (elsewhere) {
      throw UsageError(std::string(key) + " applies to all servers and must appear before the first section");
    }
    return in_section_;
  }

  void add_to_section(const std::string& key, const std::string& value) {
    auto& values = sections_.back().values;
    const auto same =
        std::find_if(values.rbegin(), values.rend(), [&](const auto& v) { return v.first == key; });
    values.emplace(same == values.rend() ? values.end() : same.base(), key, value);
  }

  po::options_description known_, in_section_;
  po::parsed_options general_{&known_};
  std::map<std::string, unsigned> lines_;     // key -> where it was set, in this section
  std::map<std::string, unsigned> networks_;  // of sections -> where they began
  Sections sections_;
};

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
    throw UsageError("there is an argument that belongs to no option");
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
  File contents;
  std::string text;
  for (unsigned number = 1; std::getline(file, text); ++number) {
    try {
      contents.add(text, number);
    } catch (const std::exception& error) {
      throw UsageError(name + ":" + std::to_string(number) + ": " + error.what());
    }
  }
  if (file.bad()) throw UsageError("config: cannot read " + name);
  contents.store(values);
}

}  // namespace pinhole::app
