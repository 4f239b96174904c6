#include "differential/transcript.hpp"

#include <array>
#include <cstdio>

namespace pinhole::test::differential {
namespace {

constexpr std::size_t kVerbAndBlank = 5;

}  // namespace

const char* name_of(Side side) {
  return side == Side::client ? "client" : "server";
}

std::string visible(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      result += "\\r";
    } else if (c == '\n') {
      result += "\\n";
    } else if (byte < 0x20 || byte >= 0x7f) {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\x%02x", byte);
      result += hex.data();
    } else {
      result += c;
    }
  }
  return result;
}

std::string shown(const Act& act, const std::string& text, const std::string& said) {
  if (!act.secret) return visible(text);
  const bool begins_so = text.starts_with(said.substr(0, kVerbAndBlank));
  return begins_so ? visible(text.substr(0, kVerbAndBlank)) + "(hidden)" : "(hidden)";
}

void Transcript::tell(const std::string& what) {
  const std::chrono::duration<double, std::milli> since = std::chrono::steady_clock::now() - begin_;
  std::array<char, 32> time{};
  std::snprintf(time.data(), time.size(), "%9.1f ms  ", since.count());
  text_ += time.data() + what + "\n";
}

void Transcript::tell_said(const Act& act, const std::string& said, const std::string& heard,
                           std::size_t pieces) {
  auto what = std::string(name_of(act.side)) + ": " + shown(act, said, said);
  if (heard != said) what += "  arrives as: " + (heard.empty() ? "(nothing)" : shown(act, heard, said));
  if (pieces > 1) what += "  (" + std::to_string(pieces) + " pieces)";
  tell(what);
}

}  // namespace pinhole::test::differential
