// A tracker and an edge that remember what they were told, for tests of the gateway.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "pinhole/alg/edge.hpp"
#include "pinhole/alg/tracker.hpp"

namespace pinhole::test {

/// Knows the connections it was given; pinholes open unless their port is in `taken_ports`.
class FakeTracker : public alg::Tracker {
 public:
  std::optional<alg::NatView> lookup(const net::FlowKey& key) override;
  alg::Opened open(const alg::NatView& flow, const alg::Pinhole& pinhole) override;
  void close(const alg::NatView& flow, const alg::Pinhole& pinhole) override;
  std::vector<alg::Listed> list() override;
  bool keep_alive(const alg::NatView& flow, const alg::Pinhole& pinhole, bool search) override;
  bool shift(const alg::NatView& flow, alg::Side sender, const stream::SeqShift& shift) override;

  std::vector<alg::NatView> connections;
  std::set<net::Port> taken_ports;
  bool refuses = false;                            ///< open() fails
  bool broken = false;                             ///< open() and close() throw
  bool can_shift = true;                           ///< the sequence-adjust extension is there
  std::vector<alg::Pinhole> opened;                ///< ever
  std::map<std::uint64_t, alg::Pinhole> open_now;  ///< by connection
  std::vector<alg::Pinhole> withdrawn;             ///< by close()
  std::vector<alg::Listed> strays;                 ///< listed beside those
  bool transferring = false;                       ///< keep_alive() finds a data connection
  std::vector<std::uint64_t> sought;               ///< connections whose data connection was searched for
  std::vector<std::uint64_t> kept_alive;           ///< connections that it was asked for
  std::map<std::pair<std::uint64_t, alg::Side>, stream::SeqShift> shifts;
};

class FakeEdge : public alg::Edge {
 public:
  struct Given {
    alg::Verdict::Action action;
    alg::Reason reason;
    std::vector<std::uint8_t> packet;  ///< of replace
  };
  void verdict(alg::PacketId id, const alg::Verdict& verdict) override;
  void send_back(alg::PacketId id, std::span<const std::uint8_t> packet) override;
  void flow_began(const alg::NatView&) override { ++flows_began; }
  void negotiated(const alg::NatView& flow, const alg::Negotiation& negotiation) override;
  void refused(const alg::NatView& flow, const alg::Refusal& refusal) override;
  void pinhole_closed(const alg::NatView& flow, const alg::Pinhole& pinhole, alg::Reason why) override;
  void flow_foreign(const alg::NatView& flow, alg::Reason why) override;
  void flow_ended(const alg::NatView& flow, alg::Reason why) override;

  std::map<alg::PacketId, Given> verdicts;
  std::vector<alg::PacketId> order;  ///< in which verdicts were given
  std::map<alg::PacketId, std::vector<std::uint8_t>> sent_back;
  std::vector<alg::Negotiation> negotiations;
  std::vector<alg::Reason> refusals;
  std::vector<std::string> refused_verbs;
  std::vector<alg::Reason> closed;
  std::vector<alg::Reason> foreign;
  std::vector<alg::Reason> ended;
  int flows_began = 0;
};

}  // namespace pinhole::test
