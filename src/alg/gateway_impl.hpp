// The inside of the Gateway: the table of flows and the steps of the walk.
//
//   gateway.cpp     look, place, and the life of a flow
//   ordering.cpp    order: what is in order, repeated, or behind a gap
//   hearing.cpp     cut, hear: what new bytes say
//   unfinished.cpp  lines that are not whole yet
//   refusing.cpp    what the policy does not let pass, and resets
//   rendering.cpp   render: how bytes leave, the first time and again
#pragma once

#include <algorithm>
#include <list>
#include <unordered_map>

#include "alg/client_counts.hpp"
#include "alg/flow.hpp"
#include "alg/negotiator.hpp"

namespace pinhole::alg {

/// An edited packet may grow to this size even where the original was smaller: every IPv6 link carries it
/// (RFC 8200 section 5), and so does any IPv4 link that FTP is used over.
constexpr std::size_t kSafePacket = 1280;

class Gateway::Impl {
 public:
  Impl(Policies policies, Limits limits, Tracker& tracker, Edge& edge);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void packet(PacketId id, std::span<const std::uint8_t> bytes, Time now);
  void tick(Time now);
  Usage usage() const;

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
  /// Says, as long as it lives, that a packet which had to wait is being judged.
  class Release {
   public:
    Release(Impl& gateway, const Direction& direction, WaitingPacket& packet) : gateway_(gateway) {
      gateway.restamped_ = restamp(direction, packet);
      gateway.released_ = &packet;
    }
    ~Release() { gateway_.released_ = nullptr; }
    Release(const Release&) = delete;
    Release& operator=(const Release&) = delete;

   private:
    Impl& gateway_;
  };
  /// What hearing a packet's new bytes did to it.
  struct Hearing {
    bool edited = false;
    bool absorbing = false;
    bool gave_up = false;         // a line that was being absorbed
    std::optional<Reason> cut{};  // the session ends here
  };

  // place
  std::optional<Place> place(PacketId id, const net::TcpSegment& segment);
  std::optional<Place> begin_flow(PacketId id, const net::TcpSegment& segment, const net::FlowKey& key);
  bool may_be_another(Flow& flow, Side sender, const net::TcpSegment& segment) const;
  void close(Flow& flow, Reason why);
  Flows::iterator forget(Flows::iterator flow);
  void give_up_late_lines(Flow& flow);
  void keep_alive();
  void keep_alive(Flow& flow);
  void audit();

  // order
  void walk(Flow& flow, const Arrival& arrival);
  void reset(Flow& flow, const Arrival& arrival);
  void in_order(Flow& flow, const Arrival& arrival, stream::Reassembler::Placement placement);
  void heard_fin(Flow& flow, Side sender);
  void hold(Flow& flow, const Arrival& arrival);
  void release_held(Flow& flow, Side sender);
  static bool restamp(const Direction& direction, WaitingPacket& packet);
  void drop_waiting(Flow& flow, Reason why);

  // cut, hear
  void fresh(Flow& flow, const Arrival& arrival, std::size_t skip);
  Hearing hear(Flow& flow, const Arrival& arrival, std::span<const std::uint8_t> bytes);
  void hear_line(Flow& flow, const Arrival& arrival, const stream::Line& line,
                 std::span<const std::uint8_t> piece, Hearing& hearing);
  void notice_foreign(Flow& flow, const ftp::Heard& heard);
  std::optional<Reason> foreign_reset(const Flow& flow, const ftp::Heard& heard, PacketId id);
  LineFate react(Flow& flow, const Arrival& arrival, const ftp::Heard& heard, const stream::Line& line,
                 LineState state);
  void put_off(Flow& flow, const Arrival& arrival, std::size_t skip);
  bool is_settled(Direction& direction);

  void leave_tls(Flow& flow, Side sender);
  bool may_edit(const Flow& flow, Side sender, std::string_view line) const;
  bool edits_would_overflow(Flow& flow, const Arrival& arrival, std::span<const std::uint8_t> bytes) const;

  // refuse
  std::optional<Reason> objection(Flow& flow, std::string_view line,
                                  const std::optional<ftp::Command>& command, bool whole) const;
  std::optional<LineFate> deny(Flow& flow, const Arrival& arrival, const stream::Line& line,
                               std::span<const std::uint8_t> piece);
  std::optional<LineFate> deny_begun(Flow& flow, const Arrival& arrival, std::size_t absorbed,
                                     std::span<const std::uint8_t> piece);
  std::optional<LineFate> refused(Flow& flow, const Arrival& arrival, Reason why, std::string_view verb,
                                  LineFate fate);
  bool exceeds_length(Flow& flow, const Arrival& arrival, std::size_t length);
  void cut_off(Flow& flow, const Arrival& arrival, net::Seq awaited, Reason why);
  void reset_both(const Arrival& arrival, net::Seq seq, Reason why);
  void turn_away(const Arrival& arrival);
  bool is_too_many(const NatView& view, const Policy& policy, const Arrival& arrival);

  // unfinished lines
  void unfinished_line(Flow& flow, const Arrival& arrival, std::span<const std::uint8_t> piece,
                       Hearing& hearing);
  void leave_unfinished(Flow& flow, Side sender, std::span<const std::uint8_t> piece, bool refuse);
  void give_up(Flow& flow, Side sender);
  void carry(Flow& flow, const Arrival& arrival);
  void drop_carrier(Direction& direction, Reason why);
  static bool refuses_unfinished(const Flow& flow);

  // render
  void repeated(Flow& flow, const Arrival& arrival);
  void send_rendered(Flow& flow, const Arrival& arrival, Reason reason);
  void verdict(PacketId id, Verdict::Action action, Reason reason) {
    if (action != Verdict::Action::accept || released_ == nullptr || released_->id != id) {
      return edge_.verdict(id, {action, reason, {}});
    }
    if (reason == Reason::passed) reason = Reason::held;
    if (!restamped_) return edge_.verdict(id, {action, reason, {}});
    edge_.verdict(id, {Verdict::Action::replace, reason, released_->bytes});
  }

  const Policies policies_;
  Limits limits_;
  Tracker& tracker_;
  Edge& edge_;
  Negotiator negotiator_;
  Flows flows_;           // open ones
  Flows ended_;           // closed ones, which linger; the longest closed first
  ClientCounts clients_;  // of flows_
  std::unordered_map<net::FlowKey, Place, net::FlowKeyHash> places_;
  WaitingRoom waiting_;
  const WaitingPacket* released_ = nullptr;  // the one being judged, if it had to wait
  bool restamped_ = false;                   // it is not what the kernel has any more
  std::vector<std::uint8_t> packet_;         // the one being rendered
  Time now_{};
  Time next_audit_{};
};

}  // namespace pinhole::alg
