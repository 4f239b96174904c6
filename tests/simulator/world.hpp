// A whole FTP session across a router, all from one seed.
//
//   client host -> network -> the rules' bypass -> RouterModel -> network -> server host, and back
//
// The gateway is the real one, under the model's laws, with the replay's tracker. run() ends when both ends
// have finished, or throws LawBroken.
#pragma once

#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "pcap/replay_tracker.hpp"
#include "simulator/ftp_ends.hpp"
#include "simulator/host.hpp"
#include "simulator/network.hpp"
#include "simulator/oracle.hpp"
#include "support/law.hpp"
#include "support/router_model.hpp"

namespace pinhole::test::simulator {

struct Outcome {
  std::size_t packets = 0;
  std::size_t negotiations = 0;
  std::size_t resets = 0;                ///< sessions ended by the gateway
  std::size_t garbled = 0;               ///< lines that could be neither edited nor left
  std::size_t acknowledged_locally = 0;  ///< segments
  std::size_t conflicts = 0;             ///< packets that repeated other bytes
  std::size_t misjudged = 0;             ///< gaps taken for bytes that went by, which is likely and no more
  Microseconds time = 0;
};

class World : private alg::Sink, private alg::Observer, private alg::Surveyor {
 public:
  explicit World(std::uint64_t seed);
  ~World() override;

  Outcome run();

  /// Every packet at the hook, as it came and as it went, in order: raw IP.
  struct Record {
    Microseconds when;
    std::vector<std::uint8_t> packet;
  };
  void keep_records() { keeping_ = true; }
  const std::vector<Record>& records() const { return records_; }
  std::string story() const;

 private:
  struct Event {
    Microseconds when;
    std::uint64_t order;
    enum class Kind : std::uint8_t { at_router, at_host, timer } kind;
    alg::Side side;  // at_router: who sent it; otherwise whose
    std::vector<std::uint8_t> packet;
    bool operator<(const Event& other) const {
      return when != other.when ? when > other.when : order > other.order;
    }
  };
  /// One end of the session: its TCP, and what it is slow to say.
  struct End {
    std::unique_ptr<Host> host;
    unsigned dawdling = 0;  // percent of writes that stop in their middle
    std::string unsaid;
    Microseconds say_at = 0;
    net::Seq first;  // number of its first byte
    /// What it sent as it came to the router, by offsets into what it said.
    struct Came {
      Microseconds when;
      std::int64_t begin, end;
    };
    std::vector<Came> came;
  };

  void verdict(alg::PacketId id, const alg::Verdict& verdict) override;
  bool fail(alg::PacketId, alg::Reason) override { throw LawBroken("a packet could not be judged"); }
  void send_back(alg::PacketId id, alg::Answer answer, std::span<const std::uint8_t> packet) override;
  void notice(const alg::Event& event) override;
  void ask(const alg::TransferQuestion& question) override { questions_.push_back(question); }
  void ask_for_pinholes() override { pinholes_wanted_ = true; }

  void negotiated(const alg::Negotiated& negotiation);
  void not_ftp(alg::Reason why);
  void tick();
  void take_ports();
  void travel(Event::Kind kind, alg::Side side, std::vector<Host::Packet> packets);
  void leave_router();
  void at_router(const std::vector<std::uint8_t>& packet);
  void handle(const Event& event);
  void act(alg::Side side);
  void say(End& end, std::string text);
  bool finished() const;
  void check_memory() const;
  void check_streams();
  Passage passage_of(alg::Side sender, std::size_t begin, std::size_t end, bool edited) const;
  void check_lies() const;
  void check_pinholes();
  End& end_of(alg::Side side) { return ends_[alg::index(side)]; }
  const End& end_of(alg::Side side) const { return ends_[alg::index(side)]; }
  void record(const std::vector<std::uint8_t>& packet);

  Random random_;
  std::unique_ptr<pcap::ReplayTracker> tracker_;
  Rules rules_;
  alg::Limits limits_;
  std::unique_ptr<RouterModel> router_;
  std::vector<RouterModel::Arrival> leaving_;
  End ends_[2];
  std::unique_ptr<FtpClient> client_;
  std::unique_ptr<FtpServer> server_;
  Network network_;
  bool lies_ = false;  // somebody repeats other bytes: then not every session can finish
  bool not_ftp_ = false, ended_ = false;
  std::size_t abort_after_ = 0;  // packets; 0: nobody breaks the connection off
  std::priority_queue<Event> events_;
  std::uint64_t order_ = 0;
  Microseconds now_ = 0, next_tick_ = 0;
  alg::PacketId id_ = 0;
  std::vector<alg::Negotiated> negotiations_;
  std::optional<alg::PacketId> stray_end_;  // in the packet with this one
  Outcome outcome_;
  std::vector<alg::TransferQuestion> questions_;
  bool pinholes_wanted_ = false;
  bool keeping_ = false;
  std::vector<Record> records_;
};

}  // namespace pinhole::test::simulator
