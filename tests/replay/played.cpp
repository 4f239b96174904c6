#include "played.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include "pcap/writer.hpp"

namespace pinhole::test {

TemporaryFile::TemporaryFile(const std::string& suffix) {
  static std::atomic<int> count{0};
  path_ = testing::TempDir() + "/pinhole-replay-" + std::to_string(::getpid()) + "-" +
          std::to_string(++count) + suffix;
}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, pcap::LinkType type, const std::vector<StoredFrame>& frames) {
  pcap::Writer writer(path, type, false);
  for (const auto& frame : frames) writer.write(frame.time, frame.bytes, frame.wire_length);
  writer.close();
}

void write_file(const std::string& path, const Story& story) {
  write_file(path, story.link_type(), story.frames());
}

std::vector<StoredFrame> read_file(const std::string& path) {
  pcap::Reader reader(path);
  std::vector<StoredFrame> frames;
  while (const auto frame = reader.next()) {
    frames.push_back({frame->time, {frame->bytes.begin(), frame->bytes.end()}, frame->wire_length});
  }
  EXPECT_EQ(reader.complaint(), "");
  return frames;
}

FarReading::FarReading(pcap::LinkType type, const std::vector<StoredFrame>& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const std::span<const std::uint8_t> bytes = frames[i].bytes;
    const auto place = pcap::find_ip(type, bytes);
    const auto packet = bytes.subspan(std::get<pcap::IpPlace>(place).offset);
    const auto parsed = net::TcpSegment::parse(packet);
    const auto* segment = std::get_if<net::TcpSegment>(&parsed);
    const auto number = std::to_string(i + 1);
    if (segment == nullptr) {
      faults_.push_back("frame " + number + " is no segment");
      continue;
    }
    if (!checksums_right(packet)) faults_.push_back("frame " + number + " has a wrong checksum");
    read(i + 1, *segment);
    ++packets_;
  }
}

void FarReading::read(std::size_t number, const net::TcpSegment& segment) {
  const auto text_of = [&](const char* what) { return "frame " + std::to_string(number) + ": " + what; };
  const auto [mine, is_first] = directions_.try_emplace({segment.source(), segment.destination()});
  auto& direction = mine->second;
  if (is_first || segment.syn()) direction.next = segment.seq();
  // A reset counts nothing, and its number may be ahead (RFC 5961 section 3.2).
  if (segment.seq() > direction.next && !segment.rst())
    faults_.push_back(text_of("bytes before it never came"));
  const auto known = direction.next - segment.seq() - (segment.syn() ? 1 : 0);
  const auto payload = segment.payload();
  for (std::size_t i = static_cast<std::size_t>(std::max(known, 0)); i < payload.size(); ++i) {
    direction.text.push_back(static_cast<char>(payload[i]));
  }
  const auto end = segment.payload_end() + (segment.syn() ? 1 : 0) + (segment.fin() ? 1 : 0);
  direction.next = net::later(direction.next, end);

  const auto theirs = directions_.find({segment.destination(), segment.source()});
  if (segment.has_ack() && theirs != directions_.end() && segment.ack() > theirs->second.next) {
    faults_.push_back(text_of("acknowledges bytes that never came"));
  }
}

std::string FarReading::text(const net::Endpoint& from, const net::Endpoint& to) const {
  const auto found = directions_.find({from, to});
  return found == directions_.end() ? "" : found->second.text;
}

bool FarReading::has(const net::Endpoint& from, const net::Endpoint& to) const {
  return directions_.contains({from, to});
}

Played play(Story& story, const pcap::ReplayOptions& options) {
  auto file = std::make_shared<TemporaryFile>();
  pcap::Report report;
  {
    pcap::Writer writer(file->path(), story.link_type(), false);
    pcap::Replay replay(options, story.link_type(), &writer);
    std::uint64_t number = 0;
    for (const auto& frame : story.frames())
      replay.play({++number, frame.time, frame.wire_length, frame.bytes});
    report = replay.finish();
    writer.close();
  }
  auto output = read_file(file->path());
  FarReading far(story.link_type(), output);
  return {std::move(report), std::move(output), std::move(far), std::move(file)};
}

pcap::ReplayOptions with_nat(std::vector<std::string> snat, std::vector<std::string> dnat) {
  pcap::ReplayOptions options;
  for (const auto& text : snat) options.nat.source.push_back(pcap::SourceNat::parse(text).value());
  for (const auto& text : dnat) options.nat.destination.push_back(pcap::DestinationNat::parse(text).value());
  return options;
}

}  // namespace pinhole::test
