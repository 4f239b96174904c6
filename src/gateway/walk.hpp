// The walk of a packet, on one page: look, place, order, read, hear, judge, open, render.
//
// Each step is a call that returns what becomes of the packet, or what the next one needs; what a step does
// is its own file's business (src/control). Here stands only the way, and that each packet has one verdict.
#pragma once

#include <optional>
#include <variant>

#include "control/delayed_verdicts.hpp"
#include "control/fate.hpp"
#include "control/negotiator.hpp"
#include "control/recently_told.hpp"
#include "control/session_table.hpp"
#include "pinhole/gateway/gateway.hpp"

namespace pinhole::gateway {

class Gateway::Walk {
 public:
  Walk(alg::Policies policies, const alg::Limits& limits, const Surroundings& surroundings);
  ~Walk();
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  void packet(alg::PacketId id, std::span<const std::uint8_t> bytes, alg::Time now, alg::Entry entry);
  void data_connection(std::span<const std::uint8_t> bytes);
  void tick(alg::Time now);
  void answer(const alg::TransferAnswer& answer, alg::Time now);
  void answer(std::span<const alg::Listed> pinholes);
  alg::Usage usage() const;

 private:
  using Session = control::Session;
  using Arrival = control::Arrival;
  using Fate = control::Fate;
  using Place = control::SessionTable::Place;
  using Placement = stream::Reassembler::Placement;

  std::variant<Place, Fate> place(Arrival& arrival);
  std::variant<Place, Fate> begin(Arrival& arrival, const net::FlowKey& key);
  Fate unknown(const Arrival& arrival, const net::FlowKey& key);
  void vouch(Session& session);
  Fate refuse_helper_request(Session& session, const Arrival& arrival);
  std::variant<Placement, Fate> order(Session& session, const Arrival& arrival);
  void miss(Session& session, control::Side sender, net::Seq begin, bool arrived);
  Fate walk(Session& session, const Arrival& arrival);
  Fate in_order(Session& session, const Arrival& arrival, const Placement& placement);
  Fate hear(Session& session, const Arrival& arrival, std::size_t skip);
  void release_held(Session& session, control::Side sender, alg::Time now);
  void give_up_line(Session& session, control::Side sender, alg::Time now);

  void end(Session& session, alg::Reason why, bool by_reset = false);
  void forget(Session& session, alg::Reason why, alg::Time now);
  void upkeep(Session& session, alg::Time now);

  const alg::Policies policies_;
  const alg::Limits limits_;
  const Surroundings around_;
  control::Negotiator negotiator_;
  control::DelayedVerdicts delayed_;
  control::SessionTable sessions_;
  control::RecentlyTold untracked_;
  control::Outbox outbox_;
  std::vector<std::uint8_t> inbox_;  // a packet as it should have come
  alg::Time next_audit_{};
};

}  // namespace pinhole::gateway
