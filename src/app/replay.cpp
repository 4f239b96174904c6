// pinhole replay IN.pcap…: what the gateway would make of a capture.

#include "pcap/replay.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string_view>

#include "app/arguments.hpp"
#include "app/replay_output.hpp"
#include "app/settings.hpp"
#include "app/subcommand.hpp"

namespace pinhole::app {
namespace {

namespace po = boost::program_options;

using Texts = std::vector<std::string>;

constexpr std::string_view kReplayUsage =
    R"(usage: pinhole replay IN.pcap… [--snat NET=ADDR]… [--dnat PUBLIC=PRIVATE]…
                      [-w OUT.pcap] [--json] [OPTIONS]

Shows every negotiation of an FTP data connection in a capture, what Pinhole
would do with it, and which data connections would pass. Captures are pcap or
pcapng files (- is standard input), taken on the side of the hosts that NAT
hides, or on every interface of the router. Without --snat and --dnat the
router is a firewall without NAT. Neither root privileges nor kernel support
are needed.

OUT.pcap is what the other side of the router would see: translated addresses,
rewritten lines, adjusted sequence numbers. It has the packets of control
connections and of data connections that pass, nothing else. Frame numbers and
the endpoints of data connections are those of IN.pcap.

--json prints one object; for several captures, one object per line with the
name of the file.
)";

struct Options {
  Texts files;
  std::string output;
  bool json = false;
  pcap::ReplayOptions replay;
};

po::options_description visible_options() {
  po::options_description own("Options");
  auto add = own.add_options();
  add("snat", po::value<Texts>()->composing()->value_name("NET=ADDR"),
      "clients in NET, such as 192.168.0.0/16, are translated to ADDR; may be repeated");
  add("dnat", po::value<Texts>()->composing()->value_name("PUBLIC=PRIVATE"),
      "connections to PUBLIC are translated to the server PRIVATE; may be repeated");
  add("write,w", po::value<std::string>()->value_name("OUT.pcap"),
      "write the packets as the other side of the router would see them");
  add("json", "print JSON");
  add("config", po::value<std::string>()->value_name("FILE"),
      "read the configuration from FILE, as pinhole run does; options override the file");
  add("help,h", "print this help");
  own.add(gateway_options());
  return own;
}

template <class Rule>
std::vector<Rule> rules(const po::variables_map& values, const char* key, const char* expected) {
  std::vector<Rule> result;
  if (values.count(key) == 0) return result;
  for (const auto& text : values[key].as<Texts>()) {
    const auto rule = Rule::parse(text);
    if (!rule) throw UsageError(std::string(key) + ": '" + text + "' is not " + expected);
    result.push_back(*rule);
  }
  return result;
}

Options options_from(const po::variables_map& values) {
  const auto settings = settings_from(values);
  Options options;
  if (values.count("file") != 0) options.files = values["file"].as<Texts>();
  if (values.count("write") != 0) options.output = values["write"].as<std::string>();
  options.json = values.count("json") != 0;
  options.replay.nat.source = rules<pcap::SourceNat>(
      values, "snat", "NET=ADDR of one address family, such as 192.168.0.0/16=203.0.113.7");
  options.replay.nat.destination = rules<pcap::DestinationNat>(
      values, "dnat", "PUBLIC=PRIVATE of one address family, such as 203.0.113.7=10.0.0.2");
  options.replay.control_ports = settings.control_ports;
  options.replay.policies = settings.policies();
  options.replay.limits = settings.limits;
  if (options.files.empty()) throw UsageError("no capture given (see pinhole replay --help)");
  if (!options.output.empty() && options.files.size() > 1) throw UsageError("-w takes a single capture");
  std::error_code ignored;
  if (!options.output.empty() && std::filesystem::equivalent(options.files[0], options.output, ignored)) {
    throw UsageError("-w: " + options.output + " is the capture itself");
  }
  return options;
}

/// Characters of a line on standard output; 0 if nothing bounds it.
std::size_t terminal_width() {
  std::size_t width = 0;
  if (const char* columns = std::getenv("COLUMNS")) {
    const std::string_view text = columns;
    std::from_chars(text.data(), text.data() + text.size(), width);
  }
  winsize size{};
  if (width == 0 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) width = size.ws_col;
  return width;
}

/// One capture's replay: the report of what could be read, and what went wrong, if anything did.
struct Outcome {
  pcap::Report report;
  std::string complaint;
  bool readable = false;  ///< at least its beginning
};

Outcome replay(const std::string& file, const Options& options) {
  Outcome outcome;
  try {
    pcap::Reader reader(file);
    outcome.readable = true;
    std::optional<pcap::Writer> writer;
    if (!options.output.empty()) writer.emplace(options.output, reader.link_type(), reader.microseconds());
    pcap::Replay replay(options.replay, reader.link_type(), writer ? &*writer : nullptr);
    while (const auto frame = reader.next()) replay.play(*frame);
    outcome.report = replay.finish();
    outcome.complaint = reader.complaint();
    if (writer) writer->close();
  } catch (const pcap::CaptureError& error) {
    outcome.complaint = error.what();
  }
  return outcome;
}

void print(const std::string& file, const Outcome& outcome, const Options& options) {
  const bool several = options.files.size() > 1;
  if (options.json) {
    std::cout << (several ? report_json_line(file, outcome.complaint, outcome.report)
                          : report_json(outcome.complaint, outcome.report));
  } else if (outcome.readable) {
    const bool first = &file == &options.files.front();
    std::cout << (first ? "" : "\n") << report_text(file, outcome.report, terminal_width());
  }
  std::cout.flush();
  for (const auto& line : report_gaps(outcome.report))
    std::cerr << "pinhole replay: " << file << ": " << line << '\n';
  if (!outcome.complaint.empty()) std::cerr << "pinhole replay: " << outcome.complaint << '\n';
}

}  // namespace

int replay_main(std::span<char* const> arguments) {
  Options options;
  try {
    const auto visible = visible_options();
    po::options_description all;
    all.add(visible).add_options()("file", po::value<Texts>());
    po::positional_options_description positional;
    positional.add("file", -1);
    const auto values = parse_arguments(arguments, all, positional);
    if (values.count("help") != 0) {
      std::cout << kReplayUsage << '\n' << visible;
      return kOk;
    }
    options = options_from(values);
  } catch (const UsageError& error) {
    std::cerr << "pinhole replay: " << error.what() << '\n';
    return kUsage;
  }
  bool good = true;
  for (const auto& file : options.files) {
    const auto outcome = replay(file, options);
    print(file, outcome, options);
    good = good && outcome.complaint.empty();
  }
  if (!std::cout) std::cerr << "pinhole replay: cannot write to standard output\n";
  return good && std::cout ? kOk : kFailure;
}

}  // namespace pinhole::app
