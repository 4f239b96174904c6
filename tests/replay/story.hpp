// A capture made up in memory: a control connection and its data connections, told line by line.
//
// The hosts bear their own addresses and numbers, as in a capture taken beside them; every checksum is right.
// Every segment with payload is acknowledged by an empty one unless told otherwise.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "pcap/link_layer.hpp"
#include "pcap/reader.hpp"
#include "support/segments.hpp"

namespace pinhole::test {

struct StoredFrame {
  std::chrono::nanoseconds time{};
  std::vector<std::uint8_t> bytes;
  std::size_t wire_length = 0;
};

class Story {
 public:
  Story(net::Endpoint client, net::Endpoint server, std::uint32_t client_isn = 1000,
        std::uint32_t server_isn = 500'000);

  /// Bytes before the IP packet of every frame from now on; Ethernet without tags at first.
  void link(pcap::LinkType type, std::vector<std::uint8_t> header);
  pcap::LinkType link_type() const { return link_type_; }

  Story& open();    ///< the handshake
  Story& log_in();  ///< open(), 220, USER, 331, PASS, 230
  Story& client(std::string_view text, bool acknowledged = true);
  Story& server(std::string_view text, bool acknowledged = true);
  Story& close();  ///< FIN from both sides
  Story& wait(std::chrono::milliseconds time);

  /// Single pieces. `skip` takes bytes as sent without a frame.
  Story& skip(bool by_client, std::string_view text);
  Story& segment(bool by_client, net::Seq seq, std::string_view text, std::uint8_t flags = kAck | kPsh);
  Story& acknowledge(bool by_client);
  net::Seq next(bool by_client) const { return by_client ? client_next_ : server_next_; }

  /// A whole data connection with `text` from the opener: SYN, SYN+ACK, ACK, data, both FINs.
  Story& data(const net::Endpoint& from, const net::Endpoint& to, std::string_view text = "data");
  Story& syn(const net::Endpoint& from, const net::Endpoint& to, std::uint32_t isn = 77);

  /// Any IP packet.
  Story& packet(std::vector<std::uint8_t> bytes);

  /// Number of the last frame.
  std::uint64_t frame() const { return frames_.size(); }
  std::vector<StoredFrame>& frames() { return frames_; }
  const std::vector<StoredFrame>& frames() const { return frames_; }

 private:
  net::Endpoint client_, server_;
  net::Seq client_next_, server_next_;
  std::chrono::nanoseconds now_{std::chrono::seconds(1'700'000'000)};
  pcap::LinkType link_type_ = pcap::LinkType::ethernet;
  std::vector<std::uint8_t> link_header_{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
  bool typed_ = false;  // link_header_ is whole
  std::vector<StoredFrame> frames_;
};

}  // namespace pinhole::test
