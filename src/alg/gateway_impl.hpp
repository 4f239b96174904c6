// The inside of the Gateway: the table of flows and the steps of the walk.
#pragma once

#include <list>
#include <unordered_map>

#include "alg/flow.hpp"
#include "alg/negotiator.hpp"

namespace pinhole::alg {

class Gateway::Impl {
 public:
  Impl(Policy policy, Limits limits, Tracker& tracker, Edge& edge);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void packet(PacketId id, std::span<const std::uint8_t> bytes, Time now);
  void tick(Time now);
  std::size_t flow_count() const { return flows_.size(); }

 private:
  using Flows = std::list<Flow>;
  struct Place {
    Flows::iterator flow;
    Side sender;
  };
  struct Arrival {  // a packet on its walk
    PacketId id;
    const net::TcpSegment& segment;
    Side sender;
  };
  /// What hearing a packet's new bytes did to it.
  struct Hearing {
    bool edited = false;
    bool absorbing = false;
  };

  // place
  std::optional<Place> place(PacketId id, const net::TcpSegment& segment);
  std::optional<Place> begin_flow(PacketId id, const net::TcpSegment& segment, const net::FlowKey& key);
  bool may_be_another(Flow& flow, Side sender, const net::TcpSegment& segment) const;
  void close(Flow& flow, Reason why);
  Flows::iterator forget(Flows::iterator flow);

  // order
  void walk(Flow& flow, const Arrival& arrival);
  void hold(Flow& flow, const Arrival& arrival);
  void release_held(Flow& flow, Side sender);
  void in_order(Flow& flow, const Arrival& arrival, stream::Reassembler::Placement placement);
  void fresh(Flow& flow, const Arrival& arrival, std::size_t skip);
  void repeated(Flow& flow, const Arrival& arrival);
  void heard_fin(Flow& flow, Side sender);

  // cut, hear
  Hearing hear(Flow& flow, const Arrival& arrival, std::span<const std::uint8_t> bytes);
  void hear_line(Flow& flow, const Arrival& arrival, const stream::Line& line,
                 std::span<const std::uint8_t> piece, Hearing& hearing);
  void unfinished_line(Flow& flow, const Arrival& arrival, std::span<const std::uint8_t> piece,
                       Hearing& hearing);
  LineFate react(Flow& flow, const Arrival& arrival, const ftp::Heard& heard, const stream::Line& line,
                 bool editable);
  void leave_tls(Flow& flow, Side sender);
  bool may_edit(const Flow& flow, Side sender, std::string_view line) const;
  bool edits_would_overflow(Flow& flow, const Arrival& arrival, std::span<const std::uint8_t> bytes) const;

  // render
  void send_rendered(Flow& flow, const Arrival& arrival, Reason reason);
  void verdict(PacketId id, Verdict::Action action, Reason reason) {
    edge_.verdict(id, {action, reason, {}});
  }

  Policy policy_;
  Limits limits_;
  Tracker& tracker_;
  Edge& edge_;
  Negotiator negotiator_;
  Flows flows_;
  std::unordered_map<net::FlowKey, Place, net::FlowKeyHash> places_;
  std::size_t held_bytes_ = 0;
  std::vector<std::uint8_t> packet_;  // the one being rendered
  Time now_{};
};

}  // namespace pinhole::alg
