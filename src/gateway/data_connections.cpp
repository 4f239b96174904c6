// What the gateway hears of data connections: that they are established.

#include "control/place.hpp"
#include "gateway/walk.hpp"

namespace pinhole::gateway {

void Gateway::Walk::data_connection(std::span<const std::uint8_t> bytes) {
  const auto seen = control::look(bytes);
  const auto* segment = std::get_if<net::TcpSegment>(&seen);
  if (segment == nullptr) return;
  const auto connection = net::FlowKey::of(*segment);
  const auto master = around_.tracker.master_of(connection);
  if (!master) return;
  const auto place = sessions_.find(*master);
  if (!place) return;  // another queue's
  negotiator_.established(*place->session, connection);
}

}  // namespace pinhole::gateway
