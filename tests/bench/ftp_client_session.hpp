// One session of FtpClients: login, bodies, QUIT.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "control_end.hpp"
#include "data_end.hpp"
#include "ftp_client.hpp"

namespace pinhole::bench {

class FtpClients::Session : public ControlEnd {
 public:
  Session(FtpClients& clients, std::size_t client);

  void fail(const std::string& why);
  bool is_over() const { return over_; }
  /// What it waits for, for a reason.
  std::string waiting_for() const { return std::string(to_string(current_)); }

 private:
  void heard(std::string_view reply) override;
  void lost() override;

  void next();
  void begin(Command command);
  void offer(Command command);
  void open(const std::optional<Endpoint>& to);
  void transfer(Way way);
  void heard_during_transfer(std::string_view reply);
  void transferred(DataEnd::Outcome outcome);
  void finish_transfer();
  void done(Command command);

  FtpClients& clients_;
  const std::size_t client_;
  bool over_ = false;
  Command current_ = Command::connect;
  Clock::time_point since_;
  std::size_t step_ = 0;  // of the login, then of the body
  bool logged_in_ = false;
  unsigned bodies_ = 0;
  std::optional<DataEnd> data_;
  Contents contents_;
  bool arrived_ = false, confirmed_ = false;  // the transfer's two halves: its bytes and its 226
};

}  // namespace pinhole::bench
