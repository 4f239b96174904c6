// The server's side of the load: an FTP server of the commands that a measurement needs, any number of
// sessions in one thread. It trusts everybody, and serves every file named as Contents are.
#pragma once

#include <list>
#include <memory>

#include "control_end.hpp"
#include "data_end.hpp"

namespace pinhole::bench {

class FtpServer : private Watcher {
 public:
  /// Throws std::system_error where it cannot listen.
  FtpServer(EventLoop& loop, const Endpoint& at);
  ~FtpServer() override;

  Endpoint local() const { return local_of(listener_); }

  /// Forgets sessions that have ended. Between turns of the loop.
  void bury();

 private:
  class Session;

  void ready(std::uint32_t events) override;

  EventLoop& loop_;
  Descriptor listener_;
  std::list<std::unique_ptr<Session>> sessions_;
};

}  // namespace pinhole::bench
