// fuzz_seeds DIRECTORY CAPTURE...: makes the first inputs of every fuzz target out of captures.
//
// Writes DIRECTORY/TARGET/seed-..., named by what they hold, so that the same captures make the same files.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "fuzz/gateway_story.hpp"
#include "pcap/reader.hpp"
#include "pinhole/net/tcp_segment.hpp"

namespace {

using namespace pinhole;
namespace fs = std::filesystem;

struct Saying {
  bool client = true;
  std::string text;
};

/// What both sides of one control connection said, in order.
struct Conversation {
  std::vector<Saying> sayings;
  std::vector<std::vector<std::uint8_t>> packets;
};

constexpr net::Port kControl = 21;

Conversation read(const std::string& capture) {
  Conversation conversation;
  std::map<bool, std::set<std::uint32_t>> seen;
  pcap::Reader reader(capture);
  while (const auto frame = reader.next()) {
    const auto found = pcap::find_ip(reader.link_type(), frame->bytes);
    const auto* place = std::get_if<pcap::IpPlace>(&found);
    if (place == nullptr) continue;
    const auto parsed = net::TcpSegment::parse(frame->bytes.subspan(place->offset));
    const auto* segment = std::get_if<net::TcpSegment>(&parsed);
    if (segment == nullptr) continue;
    const bool client = segment->destination().port == kControl;
    if (!client && segment->source().port != kControl) continue;
    const auto packet = segment->packet();
    conversation.packets.emplace_back(packet.begin(), packet.end());
    const auto payload = segment->payload();
    if (payload.empty() || !seen[client].insert(segment->seq().raw()).second) continue;
    conversation.sayings.push_back({client, {payload.begin(), payload.end()}});
  }
  return conversation;
}

class Seeds {
 public:
  explicit Seeds(fs::path directory) : directory_(std::move(directory)) {}

  void write(const std::string& target, const std::string& name, std::string_view bytes) {
    if (!written_[target].emplace(bytes).second) return;  // the captures have much in common
    fs::create_directories(directory_ / target);
    std::ofstream file(directory_ / target / ("seed-" + name), std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) throw std::runtime_error("cannot write to " + directory_.string());
    ++count_;
  }
  std::size_t count() const { return count_; }

 private:
  fs::path directory_;
  std::map<std::string, std::set<std::string, std::less<>>> written_;
  std::size_t count_ = 0;
};

std::string_view without_end(std::string_view line) {
  return line.substr(0, line.find_last_not_of("\r\n") + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n') + 1);  // npos + 1 is 0
    lines.push_back(without_end(line.empty() ? text : line));
    text.remove_prefix(line.empty() ? text.size() : line.size());
  }
  return lines;
}

/// A short name for a line's own file: its first word.
std::string name_of(std::string_view line) {
  return std::string(line.substr(0, line.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")));
}

char form_of(std::string_view line) {
  const auto verb = line.substr(0, 4);
  if (verb == "PORT") return '\0';
  if (verb == "EPRT") return '\1';
  if (verb == "227 ") return '\2';
  if (verb == "229 ") return '\3';
  return '\4';
}

void make_line_seeds(Seeds& seeds, const std::string& name, const Conversation& conversation) {
  std::string script(1, '\x13'), streams[2];
  for (const auto& [client, text] : conversation.sayings) {
    streams[client ? 0 : 1] += text;
    for (const auto line : lines_of(text)) {
      script += (client ? '>' : '<') + std::string(line) + '\n';
      if (client) seeds.write("commands", name_of(line) + "-" + name, line);
      if (form_of(line) == '\4') continue;
      const std::string replacement("\xcb\0\x71\7\0\0\0\0\0\0\0\0\0\0\0\7\xc3\x50", 18);  // 203.0.113.7:50000
      const auto input = std::string{form_of(line), '\0'} + replacement;
      seeds.write("data_endpoint", name_of(line) + "-" + name, input + std::string(line));
    }
  }
  seeds.write("replies", name, script);
  for (const bool server : {false, true}) {
    const std::string head("\x4f\3\4\xff\0", 5);  // lines of 80 bytes, three cuts
    seeds.write("line_reader", name + (server ? "-server" : "-client"), head + streams[server]);
  }
}

void make_segment_seeds(Seeds& seeds, const std::string& name, const Conversation& conversation) {
  std::set<std::size_t> sizes;  // one of each layout is enough
  for (const auto& packet : conversation.packets) {
    const auto parsed = net::TcpSegment::parse(packet);
    const auto& segment = std::get<net::TcpSegment>(parsed);
    if (!sizes.insert(segment.payload_offset() * 2 + segment.payload().empty()).second) continue;
    std::string input(1, '\7');
    input += std::string(8, '\1') + '\4' + "NOOP" + std::string(36, '\2');
    input.append(packet.begin(), packet.end());
    seeds.write("segment", name + "-" + std::to_string(sizes.size()), input);
  }
}

/// A negotiating line names the story's hosts, not the capture's.
std::string steps_of(const Saying& saying, fuzz::Cut cut) {
  const char head = static_cast<char>(static_cast<int>(cut) | (saying.client ? 0 : fuzz::kServer));
  const char form = form_of(saying.text);
  if (form < '\4') {
    constexpr char kLines[] = {0, 1, 3, 5};  // of GatewayStory::line()
    const auto which = kLines[static_cast<std::size_t>(form)];
    return {static_cast<char>(head | static_cast<int>(fuzz::Step::negotiate)), which, '\xc3', '\x50'};
  }
  const auto said = saying.text.substr(0, 255);
  return std::string{head, static_cast<char>(said.size())} + said;
}

/// The same conversation under every NAT of its family, in whole lines and in cut ones.
void make_gateway_seeds(Seeds& seeds, const std::string& name, const Conversation& conversation, bool v6) {
  const char* kNats[] = {"none", "masquerade", "forward", "both", "masquerade6"};
  for (std::size_t nat = v6 ? 4 : 0; nat < (v6 ? 5 : 4); ++nat) {
    for (const auto cut : {fuzz::Cut::whole, fuzz::Cut::end_apart}) {
      std::string input{static_cast<char>(nat), '\0', '\0'};
      for (const auto& saying : conversation.sayings) input += steps_of(saying, cut);
      seeds.write("gateway", name + "-" + kNats[nat] + (cut == fuzz::Cut::whole ? "" : "-cut"), input);
    }
  }
}

/// What no capture holds and chance seldom hits on.
void make_rare_seeds(Seeds& seeds) {
  const std::string v6("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x0a\xc3\x50", 18);  // [2001:db8::a]:50000
  seeds.write("data_endpoint", "letter-as-delimiter", std::string("\5\0", 2) + v6 + "EPRT a1a10.0.0.2a80a");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: fuzz_seeds DIRECTORY CAPTURE...\n");
    return 2;
  }
  try {
    Seeds seeds(argv[1]);
    for (int i = 2; i < argc; ++i) {
      const auto name = fs::path(argv[i]).parent_path().filename().string();
      const auto conversation = read(argv[i]);
      if (conversation.sayings.empty())
        throw std::runtime_error(std::string(argv[i]) + " has no conversation");
      make_line_seeds(seeds, name, conversation);
      make_segment_seeds(seeds, name, conversation);
      make_gateway_seeds(seeds, name, conversation, conversation.packets[0][0] >> 4 == 6);
    }
    make_rare_seeds(seeds);
    std::printf("%zu seeds\n", seeds.count());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fuzz_seeds: %s\n", error.what());
    return 1;
  }
}
