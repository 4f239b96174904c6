// tshark, asked what is wrong with a capture.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace pinhole::test {

bool has_tshark();

/// A frame in which the dissector finds something wrong.
struct Finding {
  std::uint64_t frame = 0;
  std::string source, destination;  ///< IP addresses
  bool lost = false;                ///< a segment before it is missing
  bool unseen = false;              ///< acknowledges what never came
  bool bad_checksum = false;        ///< of IP or TCP
  bool malformed = false;
};

std::vector<Finding> findings(const std::string& path);

/// The same in words, for a message; empty if nothing is wrong.
std::string complaints(const std::string& path);

}  // namespace pinhole::test
