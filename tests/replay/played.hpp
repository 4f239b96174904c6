// A story played through the replay, and what an independent reader finds in the output.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pcap/replay.hpp"
#include "story.hpp"

namespace pinhole::test {

/// A path in the temporary directory that no other test uses; what is there is removed at the end.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& suffix = ".pcap");
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string contents(const std::string& path);
void write_file(const std::string& path, const Story& story);
void write_file(const std::string& path, pcap::LinkType type, const std::vector<StoredFrame>& frames);
std::vector<StoredFrame> read_file(const std::string& path);

/// The TCP packets of a capture as an independent receiver reads them.
class FarReading {
 public:
  FarReading(pcap::LinkType type, const std::vector<StoredFrame>& frames);

  /// Everything that `from` said to `to`, in order.
  std::string text(const net::Endpoint& from, const net::Endpoint& to) const;
  bool has(const net::Endpoint& from, const net::Endpoint& to) const;
  std::size_t packets() const { return packets_; }

  /// Bytes or acknowledgments that cannot be, wrong checksums: empty if all is well.
  const std::vector<std::string>& faults() const { return faults_; }

 private:
  struct Direction {
    net::Seq next;  // behind the last byte in order
    std::string text;
  };
  void read(std::size_t number, const net::TcpSegment& segment);

  std::map<std::pair<net::Endpoint, net::Endpoint>, Direction> directions_;
  std::vector<std::string> faults_;
  std::size_t packets_ = 0;
};

struct Played {
  pcap::Report report;
  std::vector<StoredFrame> output;
  FarReading far;
  std::shared_ptr<TemporaryFile> file;  ///< the output
};

Played play(Story& story, const pcap::ReplayOptions& options);

/// --snat and --dnat as on the command line.
pcap::ReplayOptions with_nat(std::vector<std::string> snat, std::vector<std::string> dnat = {});

}  // namespace pinhole::test
