// TLS on a control connection: where it begins, what of a packet belongs to it, where it ends (CCC).
#pragma once

#include <cstdint>
#include <span>

#include "control/session.hpp"

namespace pinhole::control {

/// The client takes an answer to AUTH for a yes that need not have been one, and begins with TLS.
bool turns_to_tls(const Session& session, Side sender, std::span<const std::uint8_t> bytes);

/// From now on both sides speak TLS.
void follow_records(Session& session);

/// Passes the TLS records that `bytes` begin with; what is behind them is clear text.
[[nodiscard]] std::span<const std::uint8_t> skip_records(Session& session, Side sender,
                                                         std::span<const std::uint8_t> bytes);

}  // namespace pinhole::control
