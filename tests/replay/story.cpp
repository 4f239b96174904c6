#include "story.hpp"

#include <utility>

namespace pinhole::test {

Story::Story(net::Endpoint client, net::Endpoint server, std::uint32_t client_isn, std::uint32_t server_isn)
    : client_(client), server_(server), client_next_(client_isn), server_next_(server_isn) {}

void Story::link(pcap::LinkType type, std::vector<std::uint8_t> header) {
  link_type_ = type;
  link_header_ = std::move(header);
  typed_ = true;
}

Story& Story::packet(std::vector<std::uint8_t> bytes) {
  now_ += std::chrono::milliseconds(1);
  auto frame = link_header_;
  if (!typed_) {
    const bool v4 = bytes[0] >> 4 == 4;
    frame.push_back(v4 ? 0x08 : 0x86);
    frame.push_back(v4 ? 0x00 : 0xdd);
  }
  frame.insert(frame.end(), bytes.begin(), bytes.end());
  const auto size = frame.size();
  frames_.push_back({now_, std::move(frame), size});
  return *this;
}

Story& Story::segment(bool by_client, net::Seq seq, std::string_view text, std::uint8_t flags) {
  const auto& from = by_client ? client_ : server_;
  const auto& to = by_client ? server_ : client_;
  const net::Seq ack = (flags & kAck) != 0 ? next(!by_client) : net::Seq(0);
  return packet(make_segment({from, to, seq, ack, text, flags}));
}

Story& Story::acknowledge(bool by_client) {
  return segment(by_client, next(by_client), "", kAck);
}

Story& Story::open() {
  segment(true, client_next_, "", kSyn);
  client_next_ = client_next_ + 1;
  segment(false, server_next_, "", kSyn | kAck);
  server_next_ = server_next_ + 1;
  return acknowledge(true);
}

Story& Story::log_in() {
  return open()
      .server("220 ready\r\n")
      .client("USER u\r\n")
      .server("331 password?\r\n")
      .client("PASS p\r\n")
      .server("230 welcome\r\n");
}

Story& Story::skip(bool by_client, std::string_view text) {
  auto& seq = by_client ? client_next_ : server_next_;
  seq = seq + static_cast<std::int64_t>(text.size());
  return *this;
}

Story& Story::client(std::string_view text, bool acknowledged) {
  segment(true, client_next_, text).skip(true, text);
  return acknowledged ? acknowledge(false) : *this;
}

Story& Story::server(std::string_view text, bool acknowledged) {
  segment(false, server_next_, text).skip(false, text);
  return acknowledged ? acknowledge(true) : *this;
}

Story& Story::close() {
  segment(true, client_next_, "", kFin | kAck);
  client_next_ = client_next_ + 1;
  segment(false, server_next_, "", kFin | kAck);
  server_next_ = server_next_ + 1;
  return acknowledge(true);
}

Story& Story::wait(std::chrono::milliseconds time) {
  now_ += time;
  return *this;
}

Story& Story::syn(const net::Endpoint& from, const net::Endpoint& to, std::uint32_t isn) {
  return packet(make_segment({from, to, net::Seq(isn), net::Seq(0), "", kSyn}));
}

Story& Story::data(const net::Endpoint& from, const net::Endpoint& to, std::string_view text) {
  const net::Seq mine(8000), theirs(9000);
  const auto end = mine + 1 + static_cast<std::int64_t>(text.size());
  syn(from, to, mine.raw());
  packet(make_segment({to, from, theirs, mine + 1, "", kSyn | kAck}));
  packet(make_segment({from, to, mine + 1, theirs + 1, "", kAck}));
  packet(make_segment({from, to, mine + 1, theirs + 1, text, kAck | kPsh}));
  packet(make_segment({from, to, end, theirs + 1, "", kFin | kAck}));
  packet(make_segment({to, from, theirs + 1, end + 1, "", kFin | kAck}));
  return packet(make_segment({from, to, end + 1, theirs + 2, "", kAck}));
}

}  // namespace pinhole::test
