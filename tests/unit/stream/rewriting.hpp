// A Rewriter spoken to in text and in offsets from its first byte, wherever that byte's number lies.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "pinhole/stream/rewriter.hpp"
#include "unit/stream/lines.hpp"

namespace pinhole::test {

struct Packet {
  std::int32_t begin, end;  // in the sender's numbers
  std::string bytes;

  bool operator==(const Packet&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Packet& packet) {
  return out << packet.begin << " to " << packet.end << " \"" << packet.bytes << '"';
}

class Rewriting : public testing::TestWithParam<std::uint32_t> {
 protected:
  static constexpr std::size_t kHistory = 1000;

  net::Seq at(std::int64_t offset) const { return net::Seq(GetParam()) + offset; }

  void pass(std::string_view bytes) { rewriter.pass(bytes_of(bytes)); }
  void replace(std::string_view original, std::string_view by) {
    rewriter.replace(bytes_of(original), bytes_of(by));
  }
  /// The receiver, to whom the first byte is 0 too, has so many bytes.
  void acknowledge(std::int64_t bytes) { rewriter.acknowledge(at(bytes)); }

  /// Whether the receiver is known to have exactly so many of the sender's bytes.
  bool has_exactly(std::int64_t bytes) const {
    using Memory = stream::Rewriter::Memory;
    return rewriter.recall(at(bytes)) == Memory::acknowledged &&
           rewriter.recall(at(bytes + 1)) == Memory::known;
  }
  Packet render(std::int64_t begin, std::int64_t end, std::size_t room = 1000) {
    const auto rendering = rewriter.render(at(begin), at(end), room);
    return {rendering.begin - at(0), rendering.end - at(0), text_of(rendering.bytes)};
  }
  stream::SeqShift shift(std::int64_t position, std::int32_t before, std::int32_t after) const {
    return {at(position), before, after};
  }

  stream::Rewriter rewriter{at(0), {}, kHistory};
};

/// Numbers that wrap early, late or not at all.
inline const auto kBegins = testing::Values(1000u, 0u, 0xffffffffu, 0xfffffff5u, 0x7ffffff5u);

}  // namespace pinhole::test
