#include "ftp_client.hpp"

#include <system_error>
#include <utility>

#include "ftp_client_session.hpp"

namespace pinhole::bench {
namespace {

constexpr std::uint64_t kEnoughFailures = 100;  // of a run: what follows would tell nothing new

}  // namespace

FtpClients::FtpClients(EventLoop& loop, const Workload& workload, const Length& length,
                       const Endpoint& server)
    : loop_(loop),
      workload_(workload),
      length_(length),
      server_(server),
      sessions_(workload.clients),
      bodies_(workload.clients) {}

FtpClients::~FtpClients() = default;

void FtpClients::run(std::chrono::milliseconds patience) {
  began_ = Clock::now();
  at_work_ = sessions_.size();
  for (std::size_t client = 0; client < sessions_.size(); ++client) begin(client);
  replace_ended();
  while (at_work_ > 0) {
    if (!loop_.turn(patience)) give_up();
    replace_ended();
  }
  tally_.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
}

bool FtpClients::may_go_on(std::size_t client) const {
  if (tally_.failures >= kEnoughFailures) return false;
  return bodies_[client] < length_.bodies || Clock::now() - began_ < length_.time;
}

void FtpClients::begin(std::size_t client) {
  try {
    sessions_[client] = std::make_unique<Session>(*this, client);
  } catch (const std::system_error& error) {
    failed(client, std::string("connect: ") + error.what());
  }
}

// Between turns, when no session is in the middle of a call.
void FtpClients::replace_ended() {
  while (!ended_.empty()) {
    for (const auto client : std::exchange(ended_, {})) {
      sessions_[client].reset();
      if (may_go_on(client)) {
        begin(client);
      } else {
        --at_work_;
      }
    }
  }
}

void FtpClients::failed(std::size_t client, const std::string& reason) {
  ++tally_.failures;
  ++tally_.reasons[reason];
  ++bodies_[client];
  ended(client);
}

void FtpClients::give_up() {
  for (const auto& session : sessions_) {
    if (session && !session->is_over()) session->fail("stalled");
  }
}

}  // namespace pinhole::bench
