#include "control/pinhole_record.hpp"

#include <algorithm>

namespace pinhole::control {

void PinholeRecord::opened(const alg::Pinhole& pinhole, std::uint32_t command) {
  pinhole_ = pinhole;
  command_ = command;
  transfer_ = Transfer::unknown;
  ++count_;
  std::erase_if(uses_, [&](const Use& use) { return use.from == pinhole.from && use.to == pinhole.to; });
  if (uses_.size() == kUses) uses_.erase(uses_.begin());
  uses_.push_back({pinhole.from, pinhole.to, std::nullopt});
}

PinholeRecord::Connection PinholeRecord::established(const net::FlowKey& connection) {
  const auto use = std::ranges::find_if(uses_, [&](const Use& candidate) {
    return candidate.from == connection.source.address && candidate.to == connection.destination;
  });
  if (use == uses_.end()) return count_ == 0 ? Connection::unknown : Connection::further;
  if (!use->opener_port) use->opener_port = connection.source.port;
  return use->opener_port == connection.source.port ? Connection::its_own : Connection::further;
}

bool PinholeRecord::answered(const alg::TransferAnswer& answer) {
  if (pinhole_ != answer.question.pinhole || transfer_ != Transfer::asked) return false;
  transfer_ = answer.there ? Transfer::there : Transfer::gone;
  return true;
}

}  // namespace pinhole::control
