// A gateway under laws: it stands between the real Gateway and its surroundings (their Sink, Observer,
// Tracker and Surveyor), does with packets what conntrack does behind the hook (nf_ct_seq_adjust() and NAT),
// and knows what the gateway promises, whatever it is fed. Conversations, the simulator, fuzzed stories and
// property tests all run their gateway in it.
//
//   - exactly one verdict for every packet, once the gateway is gone; before, a bounded number wait
//   - what replaces a packet parses, has right checksums, is no larger than it or kSafePacket, and says
//     nothing that nobody said; what passes is a segment
//   - what left once for a number leaves the same way again, as the receiver behind conntrack's shift sees it
//   - what is acknowledged locally was sent, and is delivered, unless the session is broken off
//   - a packet fails only where the surroundings do
//   - whenever nothing is being judged, a pinhole is open exactly if its session is alive and has announced
//     it; once the gateway is gone, none is
//   - a pinhole bears its session's own addresses (or a third host's that the policy lists) and is never one
//     of a session that is no FTP or had no login
//   - a data connection is asked for only through a pinhole that was open
//
// A law that is broken throws LawBroken, with the transcript of what led to it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pinhole/gateway/gateway.hpp"
#include "support/flow_record.hpp"
#include "support/law.hpp"
#include "support/transcript.hpp"

namespace pinhole::test {

class RouterModel : private alg::Tracker, private alg::Surveyor, private alg::Sink, private alg::Observer {
 public:
  /// `around` is told what the gateway says once that was found lawful, and decides what conntrack has.
  RouterModel(alg::Policies policies, const alg::Limits& limits, const gateway::Surroundings& around);
  /// Ends the gateway, if finish() has not.
  ~RouterModel() override;

  /// A connection of which everything is seen: the first bytes of its ends bear these numbers. Of others the
  /// model learns where they begin from what it sees first.
  void connect(const alg::NatView& view, net::Seq client_first, net::Seq server_first);

  // As Gateway's. `id` may be used again once its packet has a verdict.
  void packet(alg::PacketId id, std::span<const std::uint8_t> bytes, alg::Time now,
              alg::Entry entry = alg::Entry::unsaid);
  void data_connection(std::span<const std::uint8_t> bytes);
  void tick(alg::Time now);
  void answer(const alg::TransferAnswer& answer, alg::Time now);
  void answer(std::span<const alg::Listed> pinholes);
  /// After the last call.
  const alg::Usage& usage() const { return usage_; }

  /// A packet of a known connection that the rules let pass without asking the gateway.
  void bypass(std::span<const std::uint8_t> packet);

  /// An end has given its connection up, perhaps unheard: what was said need not arrive.
  void end_has_given_up() {
    for (auto& [id, flow] : flows_) flow.broken_off = true;
  }

  /// Ends the gateway, and checks what holds then.
  void finish();

  /// What a host receives.
  struct Arrival {
    std::uint64_t flow = 0;
    alg::Side at = alg::Side::client;
    std::vector<std::uint8_t> packet;  ///< behind conntrack, but for what the gateway sent back itself
    bool sent_back = false;
  };
  /// Those since the last call, in order.
  std::vector<Arrival> take_arrivals() { return std::exchange(arrivals_, {}); }
  /// The same, into a vector whose memory is used again.
  void take_arrivals(std::vector<Arrival>& into) {
    into.clear();
    into.swap(arrivals_);
  }

  /// What a receiver that loses nothing acknowledges, in the numbers that it sees.
  net::Seq next(std::uint64_t flow, alg::Side receiver) const;
  /// The same in the sender's numbers, and what the sender takes for acknowledged.
  net::Seq received(std::uint64_t flow, alg::Side sender) const;
  net::Seq acknowledged(std::uint64_t flow, alg::Side sender) const;
  /// The gateway has reset it.
  bool is_reset(std::uint64_t flow) const { return flows_.at(flow).reset; }

  /// A law was broken: what it threw has the transcript.
  bool is_broken() const { return broken_ != nullptr; }
  std::string transcript() const { return transcript_.text(); }

 private:
  struct Waiting {
    std::vector<std::uint8_t> packet;
    std::optional<net::TcpSegment> segment{};  // the view of it
    FlowRecord* flow = nullptr;                // it belongs to no connection
    alg::Side sender = alg::Side::client;
  };

  std::optional<alg::View> lookup(const net::FlowKey& key) override;
  alg::Applied apply(const alg::NatView& flow, const alg::Change& change) override;
  bool close(const alg::NatView& flow, const alg::Pinhole& pinhole) override;
  std::optional<net::FlowKey> master_of(const net::FlowKey& data) override;
  bool cut(const alg::NatView& flow, const net::FlowKey& data) override;
  void ask(const alg::TransferQuestion& question) override;
  void ask_for_pinholes() override;
  void verdict(alg::PacketId id, const alg::Verdict& verdict) override;
  bool fail(alg::PacketId id, alg::Reason why) override;
  void send_back(alg::PacketId id, alg::Answer answer, std::span<const std::uint8_t> packet) override;
  void notice(const alg::Event& event) override;

  /// Throws LawBroken unless it holds; while the gateway is being destroyed it is thrown afterwards.
  void hold(bool holds, const char* broken);
  [[noreturn]] void tell(const char* broken) const;
  template <class Call>
  void watched(Call call);
  template <class Call>
  auto of_surroundings(Call call);

  const Waiting& take_in(alg::PacketId id, std::span<const std::uint8_t> bytes);
  FlowRecord* flow_of(const net::TcpSegment& segment, alg::Side& sender);
  FlowRecord& touch(const alg::NatView& view);
  Waiting given(alg::PacketId id);
  void deliver(const Waiting& waiting, const alg::Verdict& verdict);
  void forward(const Waiting& waiting, std::span<const std::uint8_t> packet, net::Seq seq);
  void check_replacement(const Waiting& waiting, const alg::Verdict& verdict);
  void check_rest();
  void check_waiting();
  void check_pinholes_of(const FlowRecord& flow);
  void check_kept(FlowRecord& flow, alg::Side sender);
  void check_delivered(const FlowRecord& flow);
  void check_pinhole(const alg::NatView& view, const alg::Pinhole& pinhole);
  void check_login(FlowRecord& flow, const alg::Policy& policy, bool active);

  void check(FlowRecord& flow, const alg::Began&);
  void check(FlowRecord& flow, const alg::Negotiated& negotiation);
  void check(FlowRecord&, const alg::Refused&) {}
  void check(FlowRecord& flow, const alg::Closed& closed);
  void check(FlowRecord& flow, const alg::Connected& connected);
  void check(FlowRecord& flow, const alg::Cut&);
  void check(FlowRecord& flow, const alg::Missed&);
  void check(FlowRecord& flow, const alg::NotFtp&);
  void check(FlowRecord& flow, const alg::Ended&);

  const alg::Policies policies_;
  const alg::Limits limits_;
  const gateway::Surroundings around_;
  std::unordered_map<std::uint64_t, FlowRecord> flows_;
  std::unordered_map<alg::PacketId, Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  alg::Usage usage_;
  std::vector<FlowRecord*> touched_;  // in this call
  std::vector<Arrival> arrivals_;
  Transcript transcript_;
  std::optional<alg::PacketId> current_;  // the packet being handed in
  std::vector<std::uint8_t> judged_;
  bool surroundings_failed_ = false;  // in this call
  bool ending_ = false;
  const char* broken_ = nullptr;  // the first law that was
  std::unique_ptr<gateway::Gateway> gateway_;
};

}  // namespace pinhole::test
