// A tracker and an edge that remember what they were told, for tests of the gateway.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "pinhole/gateway/gateway.hpp"

namespace pinhole::test {

/// Knows the connections it was given; pinholes open unless their port is in `taken_ports`.
class FakeTracker : public alg::Tracker, public alg::Surveyor {
 public:
  std::optional<alg::View> lookup(const net::FlowKey& key) override;
  alg::Applied apply(const alg::NatView& flow, const alg::Change& change) override;
  bool close(const alg::NatView& flow, const alg::Pinhole& pinhole) override;
  std::optional<net::FlowKey> master_of(const net::FlowKey& data) override;
  bool cut(const alg::NatView& flow, const net::FlowKey& data) override;
  void ask(const alg::TransferQuestion& question) override { questions.push_back(question); }
  void ask_for_pinholes() override { pinholes_wanted = true; }

  /// Answers what the gateway (or a RouterModel) has asked.
  template <class AnyGateway>
  void answer(AnyGateway& gateway, alg::Time now) {
    for (const auto& question : std::exchange(questions, {})) {
      if (question.search) sought.push_back(question.flow.id);
      kept_alive.push_back(question.flow.id);
      gateway.answer({question, transferring}, now);
    }
    if (std::exchange(pinholes_wanted, false)) gateway.answer(list());
  }

  /// The connection with one of these endpoints.
  const alg::NatView* find(const net::FlowKey& key) const;
  stream::SeqShift shift_of(const alg::NatView& flow, alg::Side sender) const;
  std::vector<alg::Listed> list() const;

  std::vector<alg::NatView> connections;
  alg::Labels labelled{.fresh = true};          ///< what the rules write into every entry
  bool has_labels = true;                       ///< entries have room for them
  bool opening = false;                         ///< as View's
  alg::Helper helper = alg::Helper::ours;       ///< as View's
  std::map<std::uint64_t, alg::Labels> labels;  ///< that were written
  std::set<net::Port> taken_ports;
  bool refuses = false;                            ///< to open anything
  bool broken = false;                             ///< apply() and close() throw
  bool can_shift = true;                           ///< the sequence-adjust extension is there
  std::vector<alg::Pinhole> opened;                ///< ever
  std::map<std::uint64_t, alg::Pinhole> open_now;  ///< by connection
  std::vector<alg::Pinhole> withdrawn;             ///< by close()
  std::vector<alg::Listed> strays;                 ///< listed beside those, and there to be closed
  bool transferring = false;                       ///< there are data connections
  std::vector<alg::TransferQuestion> questions;    ///< not answered yet
  bool pinholes_wanted = false;
  std::map<net::Port, net::FlowKey> masters;  ///< of data connections, by their openers' ports
  std::vector<net::FlowKey> cut_off;
  std::vector<std::uint64_t> sought;      ///< connections whose data connection was searched for
  std::vector<std::uint64_t> kept_alive;  ///< connections that it was asked for
  std::map<std::pair<std::uint64_t, alg::Side>, stream::SeqShift> shifts;  ///< that were set
};

class FakeEdge : public alg::Sink, public alg::Observer {
 public:
  struct Given {
    alg::Verdict::Action action;
    alg::Reason reason;
    std::vector<std::uint8_t> packet;  ///< of replace
  };
  void verdict(alg::PacketId id, const alg::Verdict& verdict) override;
  bool fail(alg::PacketId id, alg::Reason why) override;
  void send_back(alg::PacketId id, alg::Answer answer, std::span<const std::uint8_t> packet) override;
  void notice(const alg::Event& event) override;

  bool fail_open = false;
  std::map<alg::PacketId, Given> verdicts;
  std::vector<alg::PacketId> failed;  ///< could not be judged
  std::vector<alg::PacketId> order;   ///< in which verdicts were given
  std::map<alg::PacketId, std::vector<std::uint8_t>> sent_back;
  std::vector<alg::Answer> answers;  ///< what was sent back
  std::vector<alg::Negotiated> negotiations;
  std::vector<alg::Reason> refusals;
  std::vector<std::string> refused_verbs;
  std::vector<alg::Reason> closed;
  std::vector<alg::Connected> connected;
  std::vector<alg::Side> missed;  ///< whose bytes
  std::vector<alg::Reason> not_ftp;
  std::vector<alg::Reason> ended;
  int flows_began = 0;
};

}  // namespace pinhole::test
