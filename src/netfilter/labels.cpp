#include "netfilter/labels.hpp"

#include <bit>
#include <optional>
#include <utility>

namespace pinhole::netfilter {
namespace {

using State = alg::Labels::State;

constexpr std::array kStates{
    std::pair{State::greeting, Label::greeting}, std::pair{State::login, Label::login},
    std::pair{State::authorized, Label::authorized}, std::pair{State::encrypted, Label::encrypted},
    std::pair{State::not_ftp, Label::not_ftp}};

/// The byte and the bit of a label in an array of the kernel's unsigned longs.
std::pair<std::size_t, std::uint8_t> place_of(unsigned label) {
  constexpr std::size_t kWord = sizeof(unsigned long);
  const std::size_t word = label / (8 * kWord), in_word = label / 8 % kWord;
  const std::size_t byte = std::endian::native == std::endian::little ? in_word : kWord - 1 - in_word;
  return {word * kWord + byte, static_cast<std::uint8_t>(1u << label % 8)};
}

void set(LabelBits& bits, Label label) {
  const auto [byte, bit] = place_of(static_cast<unsigned>(label));
  bits[byte] = static_cast<std::uint8_t>(bits[byte] | bit);
}

bool has(std::span<const std::uint8_t, 16> bits, unsigned label) {
  const auto [byte, bit] = place_of(label);
  return (bits[byte] & bit) != 0;
}
bool has(std::span<const std::uint8_t, 16> bits, Label label) {
  return has(bits, static_cast<unsigned>(label));
}

}  // namespace

LabelBits bits_of(const alg::Labels& labels) {
  LabelBits bits{};
  for (const auto& [state, label] : kStates) {
    if (labels.state == state) set(bits, label);
  }
  if (labels.epsv_all) set(bits, Label::epsv_all);
  if (labels.fresh) set(bits, Label::fresh);
  if (labels.unread) set(bits, Label::unread);
  return bits;
}

LabelBits bits_that_change() {
  LabelBits bits{};
  for (const auto& [state, label] : kStates) set(bits, label);
  set(bits, Label::epsv_all);
  set(bits, Label::fresh);
  return bits;
}

alg::Labels labels_in(std::span<const std::uint8_t, 16> bits) {
  alg::Labels labels;
  labels.fresh = has(bits, Label::fresh);
  labels.unread = has(bits, Label::unread);
  labels.epsv_all = has(bits, Label::epsv_all);
  for (const auto& [state, label] : kStates) {
    if (!has(bits, label)) continue;
    labels.garbled = labels.garbled || labels.state != State::none;
    labels.state = state;
  }
  for (auto label = static_cast<unsigned>(Label::first_unknown); label < 128; ++label) {
    labels.garbled = labels.garbled || has(bits, label);
  }
  return labels;
}

}  // namespace pinhole::netfilter
