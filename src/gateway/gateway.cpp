#include "pinhole/gateway/gateway.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "gateway/walk.hpp"

namespace pinhole::gateway {
namespace {

/// What is acknowledged locally must be remembered.
alg::Limits consistent(alg::Limits limits) {
  limits.acknowledged_locally = std::min(limits.acknowledged_locally, limits.line);
  return limits;
}

}  // namespace

Gateway::Walk::Walk(alg::Policies policies, const alg::Limits& limits, const Surroundings& surroundings)
    : policies_(std::move(policies)),
      limits_(consistent(limits)),
      around_(surroundings),
      negotiator_(limits_, around_.tracker, around_.observer),
      delayed_(limits_, around_.sink) {}

Gateway::Walk::~Walk() {
  while (auto* session = sessions_.any()) {
    try {
      forget(*session, alg::Reason::gateway_stopped, session->last_heard);
    } catch (const std::system_error&) {
      session->pinhole.closed();  // the tracker failed to withdraw it: it ends with its timeout
    }
  }
}

Gateway::Gateway(alg::Policies policies, const alg::Limits& limits, const Surroundings& surroundings)
    : walk_(std::make_unique<Walk>(std::move(policies), limits, surroundings)) {}
Gateway::~Gateway() = default;
void Gateway::packet(alg::PacketId id, std::span<const std::uint8_t> bytes, alg::Time now, alg::Entry entry) {
  walk_->packet(id, bytes, now, entry);
}
void Gateway::data_connection(std::span<const std::uint8_t> bytes) {
  walk_->data_connection(bytes);
}
void Gateway::tick(alg::Time now) {
  walk_->tick(now);
}
void Gateway::answer(const alg::TransferAnswer& answer, alg::Time now) {
  walk_->answer(answer, now);
}
void Gateway::answer(std::span<const alg::Listed> pinholes) {
  walk_->answer(pinholes);
}
alg::Usage Gateway::usage() const {
  return walk_->usage();
}

}  // namespace pinhole::gateway
