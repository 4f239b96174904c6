// Captures of other projects, with what an independent dissector found in them.
//
// They are not part of this repository: the environment variable PINHOLE_PUBLIC_CAPTURES names their
// directory, or they lie in ../shared/pcaps beside the checkout.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "pcap/replay.hpp"
#include "pcap/report.hpp"

namespace pinhole::test {

struct PublicCapture {
  std::filesystem::path path;
  nlohmann::json truth;  ///< schema ftp-alg-truth/1

  std::string name() const { return truth["file"]; }
  std::vector<net::Port> control_ports() const;
};

/// Sorted by name; empty if there are none here.
std::vector<PublicCapture> public_captures();

/// Plays `capture`; `writer` may be null.
pcap::Report play(const PublicCapture& capture, pcap::ReplayOptions options, pcap::Writer* writer);

inline constexpr const char* kNoPublicCaptures =
    "no public captures: set PINHOLE_PUBLIC_CAPTURES to the directory with them";

}  // namespace pinhole::test
