// The conntrack labels that alg::Labels are, as the kernel keeps them: 128 bits, one for each label.
//
// rules/common has the numbers of those that rules use (tests/unit/netfilter/labels_test.cpp compares them).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "pinhole/alg/labels.hpp"

namespace pinhole::netfilter {

enum class Label : std::uint8_t {
  greeting = 112,
  login = 113,
  authorized = 114,
  encrypted = 115,
  not_ftp = 116,
  epsv_all = 117,
  fresh = 118,
  unread = 119,
  first_unknown = 120,  ///< from here to 127: of later versions
};

using LabelBits = std::array<std::uint8_t, 16>;

/// As the kernel's memory has them, which is how CTA_LABELS and CTA_LABELS_MASK do.
LabelBits bits_of(const alg::Labels& labels);
/// What the gateway may change: all of ours but `unread`.
LabelBits bits_that_change();
alg::Labels labels_in(std::span<const std::uint8_t, 16> bits);

}  // namespace pinhole::netfilter
