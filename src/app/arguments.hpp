// From a command line, and the configuration file it names, to values.
//
// Whatever is wrong, also a single value, is reported as one line; with the file's name and line if it stands
// in a file. What the values mean is settings.hpp's business.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>
#include <iosfwd>
#include <span>
#include <string>

namespace pinhole::app {

/// Parses a command line (without the program's and subcommand's names) and then, if `options` has a key
/// `config` and the command line gives it, that file. Where both have a key the command line's holds, except
/// that external-address collects from both. Throws UsageError.
boost::program_options::variables_map parse_arguments(
    std::span<char* const> arguments, const boost::program_options::options_description& options,
    const boost::program_options::positional_options_description& positional = {});

/// Adds the keys of a configuration file (`key = value` lines, `#` comments, `[server NETWORK]` sections) to
/// `values`, which keeps what it has. All keys of gateway_options() and queue_options() are known, in
/// sections those of policy_options(). `name` is for messages. Throws UsageError.
void parse_file(std::istream& file, const std::string& name, boost::program_options::variables_map& values);

}  // namespace pinhole::app
