// A tracker, an edge and two receivers that know what the gateway promises, whatever it is fed, and throw
// LawBroken where it does not keep it.
//
//   - exactly one verdict for every packet, once the gateway is gone; before, a bounded number wait
//   - what replaces a packet parses, has right checksums, and is no larger than it or kSafePacket
//   - what left once for a number leaves the same way again, as the receiver behind conntrack's shift sees it
//   - a negotiation that opened has its pinhole in the tracker, every other failed one has none there, and
//     once the gateway is gone none is open
//   - a pinhole bears its flow's own addresses, and is never one of a flow that is no FTP or had no login
//   - what is acknowledged in the receiver's name was sent
#pragma once

#include <array>
#include <map>
#include <set>
#include <string_view>

#include "pinhole/gateway/gateway.hpp"
#include "support/fake_edge.hpp"
#include "support/stream_memory.hpp"

namespace pinhole::test {

class GatewayWatch : public FakeTracker, public FakeEdge {
 public:
  GatewayWatch(alg::Policy policy, const alg::Limits& limits) : policy_(std::move(policy)), limits_(limits) {}

  /// Writes every packet, verdict and notice to standard error.
  void tell_all() { telling_ = true; }

  /// A connection that begins behind these numbers; takes the place of one with the same endpoints.
  void connect(const alg::NatView& view, net::Seq client_isn, net::Seq server_isn);

  void hand_in(gateway::Gateway& gateway, std::span<const std::uint8_t> packet, alg::Time now);
  void tick(gateway::Gateway& gateway, alg::Time now);
  /// The gateway is gone.
  void finish() const;

  /// What `side` acknowledges, in the numbers that it sees.
  net::Seq next(std::uint64_t flow, alg::Side side) const;
  /// The gateway has reset it.
  bool cut(std::uint64_t flow) const { return flows_.at(flow).cut; }
  /// Of the bytes of `sender`: what its peer has acknowledged, and what it takes for acknowledged.
  net::Seq received(std::uint64_t flow, alg::Side sender) const;
  net::Seq acknowledged(std::uint64_t flow, alg::Side sender) const;

  // alg::Tracker
  alg::Applied apply(const alg::NatView& flow, const alg::Change& change) override;

  // alg::Sink, alg::Observer
  void verdict(alg::PacketId id, const alg::Verdict& verdict) override;
  void send_back(alg::PacketId id, alg::Answer answer, std::span<const std::uint8_t> packet) override;
  void notice(const alg::Event& event) override;

 private:
  using Packet = std::vector<std::uint8_t>;
  struct Sent {
    alg::PacketId id;
    net::Seq begin;
    std::vector<std::uint8_t> payload;
  };
  struct Flow {
    alg::NatView view;
    bool alive = false;                            // began and has not ended
    bool foreign = false;                          // or may be
    bool cut = false;                              // the gateway has reset it
    std::array<std::optional<net::Seq>, 2> first;  // seen of the sender; what came before passes unjudged
    bool whole = true;  // nothing was edited before it began, of which the gateway cannot know
    std::optional<alg::Pinhole> announced;
    std::array<StreamMemory, 2> heard;                    // by the receiver
    std::array<std::vector<Sent>, 2> sent;                // by the sender, since the flow began
    std::array<std::optional<net::Seq>, 2> acknowledged;  // to the sender, in the receiver's name
    std::array<std::optional<net::Seq>, 2>
        left;  // behind the last byte that went on, in the sender's numbers
  };
  struct Waiting {
    Packet packet;
    std::uint64_t flow = 0;
    alg::Side sender = alg::Side::client;
    bool placed = false;  // it belongs to `flow`
  };

  void tell(const char* what, alg::PacketId id, std::span<const std::uint8_t> packet,
            alg::Reason reason) const;
  void deliver(const Waiting& waiting, const alg::Verdict& verdict);
  void check_replacement(const Waiting& waiting, const alg::Verdict& verdict) const;
  void check_pinholes() const;
  void check_login(const Flow& flow, bool active) const;

  void check(const alg::NatView& view, const alg::Began&);
  void check(const alg::NatView& view, const alg::Negotiated& negotiation);
  void check(const alg::NatView&, const alg::Refused&) {}
  void check(const alg::NatView& view, const alg::Closed&);
  void check(const alg::NatView& view, const alg::NotFtp& event);
  void check(const alg::NatView& view, const alg::Ended&);

  alg::Policy policy_;
  alg::Limits limits_;
  std::map<std::uint64_t, Flow> flows_;
  std::map<alg::PacketId, Waiting> waiting_;
  alg::PacketId id_ = 0;
  bool telling_ = false;
};

/// Whether `text`, of upper-case letters, can be read somewhere in what was sent: the pieces may overlap and
/// contradict each other, and any reading of them counts.
bool may_read(const std::vector<std::pair<net::Seq, std::span<const std::uint8_t>>>& sent,
              std::string_view text);

}  // namespace pinhole::test
