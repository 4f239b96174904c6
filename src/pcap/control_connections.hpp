// The control connections of a capture, played through a Gateway.
//
// Finds the connection of a captured segment, gives the gateway what the router's queue would give it, and
// sends on what the gateway lets pass. SYNs and empty acknowledgments never reach the gateway: the rules keep
// them in the kernel.
//
// A capture does not react to the gateway, so two things are played here: what the gateway drops because TCP
// would send it again is sent again, and a connection whose bytes are not all in the capture is judged up to
// the first missing one, from there on only translated, and judged again from the next certain beginning of a
// line on. Of a capture with both sides of NAT only the side of the hidden hosts is played.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "pcap/both_sides.hpp"
#include "pcap/far_side.hpp"
#include "pcap/line_ends.hpp"
#include "pcap/outlet.hpp"
#include "pcap/replay_tracker.hpp"
#include "pcap/report.hpp"
#include "pinhole/gateway/gateway.hpp"

namespace pinhole::pcap {

class ControlConnections final : private alg::Sink, private alg::Observer, private alg::Surveyor {
 public:
  /// All three must outlive this object.
  ControlConnections(alg::Policies policies, alg::Limits limits, ReplayTracker& tracker, Outlet& outlet,
                     Report& report);
  ~ControlConnections() override;
  ControlConnections(const ControlConnections&) = delete;
  ControlConnections& operator=(const ControlConnections&) = delete;

  struct Place {
    std::uint64_t flow;
    alg::Side sender;
    bool far = false;  ///< the same segment on NAT's other side
    /// The client and the server that data connections are between; empty if known before.
    std::optional<net::FlowKey> hosts{};
    std::optional<net::FlowKey> not_hosts{};  ///< those that were told before are not
  };
  /// The connection of a segment with a control port, which begins one if it can; nullopt for what cannot
  /// be a control connection.
  std::optional<Place> place(const Captured& captured, alg::Time now);

  void play(const Captured& captured, const Place& place, alg::Time now);

  /// About once a second of the capture's time.
  void tick(alg::Time now);

  /// Behind the last frame: whatever still waits for bytes that never came is sent on.
  void finish();

 private:
  /// A packet on its way, as it is at the hook.
  struct Waiting {
    std::uint64_t frame = 0;
    Report::Time time{};
    std::uint64_t flow = 0;
    std::uint64_t arrival = 0;  // how many packets of its connection came before
    Passage passage;
    net::Seq acknowledged;              // as captured
    bool acknowledged_locally = false;  // in part
    IpPlace place;
    std::vector<std::uint8_t> link_header;
    std::vector<std::uint8_t> packet;
  };
  struct Connection {
    net::Seq initial;            // the client's; meaningful if `opened`
    bool opened = false;         // with a captured SYN
    bool blind = false;          // bytes are missing: nothing is judged
    bool login_missing = false;  // perhaps: taken up behind missing bytes, and not known to be logged in
    bool beyond_login = false;   // the server has said what none says before
    std::uint64_t packets = 0;
    std::uint64_t frame = 0;  // the last one
    LineEnds lines;
    net::PerSide<std::optional<net::Seq>> given;  // to the gateway, without a gap; behind the last byte
    FarSide far_side;
    std::deque<Waiting> unsent;  // dropped by the gateway, to be sent again
  };

  Place begin(const Captured& captured, alg::Side sender, alg::Time now);
  Place pair_up(const BothSides::Pair& pair, const Captured& captured, alg::Side sender);
  void go_on();
  void load(const Captured& captured, const Place& place);
  void give();
  void send_again(std::uint64_t flow);
  void acknowledge(std::uint64_t flow, const Waiting& waiting);
  void send(const Waiting& waiting, std::span<const std::uint8_t> packet);
  void leave_out_known(const Waiting& waiting, std::optional<net::Seq> left_end);
  void keep_tail(const Waiting& waiting);
  bool came_late(const Waiting& waiting, std::span<const std::uint8_t> rendered) const;
  bool lacks_bytes(std::uint64_t flow, const Captured& captured, alg::Side sender) const;
  void go_blind(std::uint64_t flow, std::uint64_t frame);
  void see_again();
  void note_progress(std::span<const std::uint8_t> payload);
  std::span<const std::uint8_t> as_captured();

  void verdict(alg::PacketId id, const alg::Verdict& verdict) override;
  bool fail(alg::PacketId id, alg::Reason why) override;
  void send_back(alg::PacketId id, alg::Answer answer, std::span<const std::uint8_t> packet) override;
  void notice(const alg::Event& event) override;
  void ask(const alg::TransferQuestion& question) override { questions_.push_back(question); }
  void ask_for_pinholes() override { pinholes_wanted_ = true; }

  void report(std::uint64_t flow, const alg::Negotiated& negotiated);
  void report(std::uint64_t flow, const alg::Refused& refused);
  const Waiting& packet_of(alg::PacketId id) const;

  ReplayTracker& tracker_;
  Outlet& outlet_;
  Report& report_;
  struct Known {
    std::uint64_t flow;
    alg::Side sender;
    bool far = false;
  };
  std::unordered_map<net::FlowKey, Known, net::FlowKeyHash> by_captured_key_;
  BothSides both_sides_;
  std::deque<Connection> connections_;  // by id
  alg::Time now_{};
  alg::PacketId last_id_ = 0;
  alg::PacketId current_id_ = 0;  // 0: it has its verdict
  Waiting current_;
  std::vector<Waiting> dropped_;           // while the current packet is judged: what TCP would send again
  std::map<alg::PacketId, Waiting> held_;  // given to the gateway, in that order
  std::vector<std::uint8_t> far_;          // the packet that is being sent on
  std::vector<std::uint8_t> shorter_;
  std::vector<std::uint8_t> lowered_;
  std::vector<alg::TransferQuestion> questions_;  // to be answered after this tick
  bool pinholes_wanted_ = false;
  std::unique_ptr<gateway::Gateway> gateway_;  // last: its destructor calls back
};

}  // namespace pinhole::pcap
