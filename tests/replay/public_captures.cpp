#include "public_captures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace pinhole::test {

namespace fs = std::filesystem;

std::vector<net::Port> PublicCapture::control_ports() const {
  std::vector<net::Port> ports{21};
  for (const auto& port : truth["decode_as_ftp_ports"]) ports.push_back(port.get<net::Port>());
  for (const auto& flow : truth["control_flows"]) ports.push_back(flow["server_port"].get<net::Port>());
  return ports;
}

std::vector<PublicCapture> public_captures() {
  const char* set = std::getenv("PINHOLE_PUBLIC_CAPTURES");
  const fs::path directory = set != nullptr ? fs::path(set) : fs::path(PINHOLE_CHECKOUT) / "../shared/pcaps";
  std::vector<PublicCapture> captures;
  if (!fs::is_directory(directory)) return captures;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.path().string().ends_with(".truth.json")) continue;
    std::ifstream stream(entry.path());
    auto truth = nlohmann::json::parse(stream);
    const fs::path path = directory / truth["file"].get<std::string>();
    captures.push_back({path, std::move(truth)});
  }
  std::sort(captures.begin(), captures.end(),
            [](const auto& a, const auto& b) { return a.name() < b.name(); });
  return captures;
}

pcap::Report play(const PublicCapture& capture, pcap::ReplayOptions options, pcap::Writer* writer) {
  options.control_ports = capture.control_ports();
  pcap::Reader reader(capture.path.string());
  pcap::Replay replay(std::move(options), reader.link_type(), writer);
  while (const auto frame = reader.next()) replay.play(*frame);
  EXPECT_EQ(reader.complaint(), "");
  return replay.finish();
}

}  // namespace pinhole::test
