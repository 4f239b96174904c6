#include "dissector.hpp"

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace pinhole::test {
namespace {

std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"), ::pclose);
  if (!pipe) throw std::runtime_error("cannot run " + command);
  std::string text;
  std::array<char, 4096> buffer{};
  while (const auto size = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
    text.append(buffer.data(), size);
  return text;
}

/// `line` at its tabs.
std::vector<std::string> fields(const std::string& line, std::size_t count) {
  std::vector<std::string> result;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, '\t');) result.push_back(field);
  result.resize(count);
  return result;
}

}  // namespace

bool has_tshark() {
  static const bool there = std::system("tshark --version >/dev/null 2>&1") == 0;
  return there;
}

std::vector<Finding> findings(const std::string& path) {
  // Checksum status: 0 is bad. The last field is set for any malformed protocol.
  const std::string command =
      "tshark -n -r '" + path +
      "' -o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE"
      " -Y 'tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment || tcp.checksum.status == 0"
      " || ip.checksum.status == 0 || _ws.malformed' -T fields -e frame.number -e ip.src -e ip.dst -e "
      "ipv6.src"
      " -e ipv6.dst -e tcp.analysis.lost_segment -e tcp.analysis.ack_lost_segment -e tcp.checksum.status"
      " -e ip.checksum.status -e _ws.malformed 2>/dev/null";
  std::vector<Finding> result;
  std::istringstream lines(output_of(command));
  for (std::string line; std::getline(lines, line);) {
    const auto field = fields(line, 10);
    result.push_back({std::stoull(field[0]), field[1] + field[3], field[2] + field[4], !field[5].empty(),
                      !field[6].empty(), field[7] == "0" || field[8] == "0", !field[9].empty()});
  }
  return result;
}

std::string complaints(const std::string& path) {
  std::string text;
  for (const auto& finding : findings(path)) {
    text += "frame " + std::to_string(finding.frame) + (finding.lost ? " lost segment" : "") +
            (finding.unseen ? " acknowledges unseen" : "") + (finding.bad_checksum ? " bad checksum" : "") +
            (finding.malformed ? " malformed" : "") + "\n";
  }
  return text;
}

}  // namespace pinhole::test
