#include "support/transcript.hpp"

#include <algorithm>
#include <cstdio>

#include "pinhole/net/tcp_segment.hpp"

namespace pinhole::test {
namespace {

constexpr std::size_t kUsualPacket = 160;

std::string quoted(std::span<const std::uint8_t> bytes) {
  std::string text = "\"";
  for (const auto byte : bytes) {
    if (byte == '\r' || byte == '\n') {
      text += byte == '\r' ? "\\r" : "\\n";
      continue;
    }
    char escaped[8];
    const bool plain = byte >= ' ' && byte < 0x7f && byte != '\\' && byte != '"';
    std::snprintf(escaped, sizeof escaped, plain ? "%c" : "\\x%02x", byte);
    text += escaped;
  }
  return text + '"';
}

std::string pinhole_text(const alg::Pinhole& pinhole) {
  return pinhole.from.to_string() + " -> " + pinhole.to.to_string() + " (" + pinhole.forward_to.to_string() +
         ")";
}

std::string event_text(const alg::Began&) {
  return "began";
}
std::string event_text(const alg::Negotiated& what) {
  std::string text = std::string(alg::to_string(what.form)) + ' ';
  text += what.announced ? what.announced->to_string() : "-";
  if (what.rewritten) text += " as " + what.rewritten->to_string();
  text += std::string(": ") + alg::to_string(what.decision) + ", " + std::string(alg::name_of(what.reason));
  return what.observed ? text + ", observed" : text;
}
std::string event_text(const alg::Refused& what) {
  return "refused " + std::string(what.verb.text()) + ": " + std::string(alg::name_of(what.reason)) +
         (what.observed ? ", observed" : "");
}
std::string event_text(const alg::Closed& what) {
  return "closed " + pinhole_text(what.pinhole) + ": " + std::string(alg::name_of(what.why));
}
std::string event_text(const alg::Connected& what) {
  return "connected from port " + std::to_string(what.opener_port) + ' ' + pinhole_text(what.pinhole);
}
std::string event_text(const alg::Cut& what) {
  return "cut off " + what.opener.to_string() + " -> " + what.to.to_string();
}
std::string event_text(const alg::Missed& what) {
  return std::string("missed bytes of the ") + (what.sender == alg::Side::client ? "client" : "server");
}
std::string event_text(const alg::NotFtp& what) {
  return "no FTP: " + std::string(alg::name_of(what.why));
}
std::string event_text(const alg::Ended& what) {
  return "ended: " + std::string(alg::name_of(what.why));
}

const char* name_of(alg::Applied applied) {
  switch (applied) {
    case alg::Applied::all:
      return "all";
    case alg::Applied::taken:
      return "taken";
    case alg::Applied::cannot_shift:
      return "cannot shift";
    case alg::Applied::refused:
      return "refused";
  }
  return "";
}

}  // namespace

std::string describe_packet(std::span<const std::uint8_t> packet) {
  const auto parsed = net::TcpSegment::parse(packet);
  const auto* segment = std::get_if<net::TcpSegment>(&parsed);
  if (segment == nullptr) return std::to_string(packet.size()) + " bytes that are no segment";
  std::string text = segment->source().to_string() + " -> " + segment->destination().to_string() + " seq " +
                     std::to_string(segment->seq().raw());
  if (segment->has_ack()) text += " ack " + std::to_string(segment->ack().raw());
  if (segment->syn()) text += " SYN";
  if (segment->fin()) text += " FIN";
  if (segment->rst()) text += " RST";
  if (segment->urg()) text += " URG";
  return segment->payload().empty() ? text : text + ' ' + quoted(segment->payload());
}

Transcript::Entry& Transcript::next(const char* what, alg::PacketId id,
                                    std::span<const std::uint8_t> packet) {
  if (entries_.empty()) {
    entries_.reserve(most_);
    bytes_.resize(most_ * kUsualPacket);
  }
  if (entries_.size() < most_) entries_.emplace_back();
  auto& entry = entries_[count_++ % most_];
  entry.when = now_;
  entry.what = what;
  entry.id = id;
  entry.reason.reset();
  entry.detail.clear();
  entry.size = packet.size();
  if (packet.empty() || packet.size() > bytes_.size()) return entry;
  const auto left = bytes_.size() - bytes_count_ % bytes_.size();
  if (packet.size() > left) bytes_count_ += left;
  entry.bytes_at = bytes_count_;
  std::ranges::copy(packet, bytes_.begin() + static_cast<std::ptrdiff_t>(bytes_count_ % bytes_.size()));
  bytes_count_ += packet.size();
  return entry;
}

void Transcript::packet(alg::PacketId id, std::span<const std::uint8_t> packet) {
  next("packet", id, packet);
}

void Transcript::bypassed(std::span<const std::uint8_t> packet) {
  next("bypass", 0, packet);
}

void Transcript::verdict(alg::PacketId id, const alg::Verdict& verdict) {
  static constexpr const char* kActions[] = {"  accept", "  replace", "  drop"};
  next(kActions[static_cast<std::size_t>(verdict.action)], id, verdict.packet).reason = verdict.reason;
}

void Transcript::sent_back(alg::PacketId id, std::span<const std::uint8_t> packet) {
  next("  send back", id, packet);
}

void Transcript::failed(alg::PacketId id, bool passes) {
  next(passes ? "  failed, passes" : "  failed, dropped", id);
}

void Transcript::event(const alg::Event& event) {
  auto& entry = next("  event", event.flow.id);
  entry.detail = std::visit([](const auto& what) { return event_text(what); }, event.what);
}

void Transcript::applied(const alg::Change& change, alg::Applied applied) {
  auto& entry = next("  apply", 0);
  if (change.pinhole) entry.detail += pinhole_text(*change.pinhole) + ' ';
  if (change.shift) {
    const auto& [position, before, after] = change.shift->to;
    entry.detail += std::string(change.shift->sender == net::Side::client ? "client's" : "server's") +
                    " numbers behind " + std::to_string(position.raw()) + " by " + std::to_string(after) +
                    ", others by " + std::to_string(before) + ' ';
  }
  entry.detail += std::string("-> ") + name_of(applied);
}

void Transcript::closed(const alg::Pinhole& pinhole, bool was_there) {
  next("  close", 0).detail = pinhole_text(pinhole) + (was_there ? "" : " -> was not there");
}

std::string Transcript::packet_of(const Entry& entry) const {
  const bool kept = entry.size <= bytes_.size() && bytes_count_ - entry.bytes_at <= bytes_.size();
  if (!kept) return std::to_string(entry.size) + " bytes, not kept";
  return describe_packet(std::span(bytes_).subspan(entry.bytes_at % bytes_.size(), entry.size));
}

std::string Transcript::text() const {
  std::string text;
  const auto kept = entries_.size();
  if (count_ > kept) text += "(" + std::to_string(count_ - kept) + " earlier entries are not kept)\n";
  for (auto i = count_ - kept; i < count_; ++i) {
    const auto& entry = entries_[i % most_];
    char when[32];
    std::snprintf(when, sizeof when, "%10.3f ", std::chrono::duration<double>(entry.when).count());
    text += when;
    text += entry.what;
    if (entry.id != 0) text += ' ' + std::to_string(entry.id);
    if (entry.reason) text += ' ' + std::string(alg::name_of(*entry.reason));
    if (entry.size > 0) text += ' ' + packet_of(entry);
    if (!entry.detail.empty()) text += ' ' + entry.detail;
    text += '\n';
  }
  return text;
}

}  // namespace pinhole::test
