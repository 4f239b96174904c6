// The clients' side of the load: as many FTP clients as the workload has, in one thread.
//
// A reply that is not the right one, a transfer with one byte wrong, a connection that breaks: each ends its
// session and is counted with its reason.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "event_loop.hpp"
#include "tally.hpp"
#include "tcp.hpp"

namespace pinhole::bench {

class FtpClients {
 public:
  using Clock = std::chrono::steady_clock;

  FtpClients(EventLoop& loop, const Workload& workload, const Length& length, const Endpoint& server);
  ~FtpClients();

  /// Plays all sessions. One that waits for `patience` while nothing happens anywhere is a failure: it would
  /// wait for ever.
  void run(std::chrono::milliseconds patience);

  Tally& tally() { return tally_; }

 private:
  class Session;

  bool may_go_on(std::size_t client) const;
  void begin(std::size_t client);
  void replace_ended();
  void ended(std::size_t client) { ended_.push_back(client); }
  void failed(std::size_t client, const std::string& reason);
  void give_up();

  EventLoop& loop_;
  const Workload& workload_;
  const Length length_;
  const Endpoint server_;
  Clock::time_point began_{};
  Tally tally_;
  std::vector<std::unique_ptr<Session>> sessions_;  // by client; none for one that is through
  std::vector<unsigned> bodies_;                    // done by each client, well or not
  std::vector<std::size_t> ended_;                  // clients whose session is over, this turn
  std::size_t at_work_ = 0;
  std::uint32_t next_transfer_ = 0;
};

}  // namespace pinhole::bench
