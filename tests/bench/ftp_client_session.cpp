#include "ftp_client_session.hpp"

#include <array>
#include <system_error>

#include "announced.hpp"

namespace pinhole::bench {
namespace {

constexpr std::array kLogin{Command::user, Command::pass};

/// The reply that each command waits for; transfers have two.
std::string_view right_reply(Command command) {
  switch (command) {
    case Command::connect:
      return "220";
    case Command::user:
      return "331";
    case Command::pass:
      return "230";
    case Command::noop:
    case Command::port:
    case Command::eprt:
      return "200";
    case Command::pasv:
      return "227";
    case Command::epsv:
      return "229";
    case Command::quit:
      return "221";
    case Command::open:
    case Command::retr:
    case Command::stor:
      break;
  }
  return "";
}

}  // namespace

FtpClients::Session::Session(FtpClients& clients, std::size_t client)
    : ControlEnd(clients.loop_, connect_to(clients.server_)),
      clients_(clients),
      client_(client),
      since_(Clock::now()) {
  set_nagle(socket(), clients_.workload_.nagle);
}

void FtpClients::Session::fail(const std::string& why) {
  close();
  data_.reset();
  over_ = true;
  clients_.failed(client_, waiting_for() + ": " + why);
}

void FtpClients::Session::lost() {
  fail("connection lost");
}

void FtpClients::Session::heard(std::string_view reply) {
  if (current_ == Command::retr || current_ == Command::stor) return heard_during_transfer(reply);
  const auto right = right_reply(current_);
  if (right.empty() || !reply.starts_with(right)) return fail("reply " + std::string(reply.substr(0, 3)));
  done(current_);
  switch (current_) {
    case Command::pasv:
      return open(from_commas(parenthesized(reply)));
    case Command::epsv:
      if (const auto port = port_from_bars(parenthesized(reply))) {
        return open(Endpoint{clients_.server_.address, *port});
      }
      return open({});
    case Command::quit:
      close();
      over_ = true;
      ++clients_.tally_.sessions;
      return clients_.ended(client_);
    default:
      return next();
  }
}

void FtpClients::Session::done(Command command) {
  const std::chrono::duration<double, std::micro> time = Clock::now() - since_;
  if (bodies_ >= clients_.length_.warm_up) clients_.tally_.of(command).push_back(time.count());
}

void FtpClients::Session::next() {
  if (!logged_in_) {
    if (step_ < kLogin.size()) return begin(kLogin[step_++]);
    logged_in_ = true;
    step_ = 0;
  }
  const auto& body = clients_.workload_.body;
  if (step_ == body.size()) {
    step_ = 0;
    ++bodies_;
    ++clients_.tally_.bodies;
    ++clients_.bodies_[client_];
    if (clients_.workload_.whole_sessions || !clients_.may_go_on(client_)) return begin(Command::quit);
  }
  begin(body[step_++]);
}

void FtpClients::Session::begin(Command command) {
  current_ = command;
  try {
    switch (command) {
      case Command::port:
      case Command::eprt:
        return offer(command);
      case Command::retr:
        return transfer(Way::receive);
      case Command::stor:
        return transfer(Way::send);
      default:
        since_ = Clock::now();
        send_line(command == Command::user   ? "USER anonymous"
                  : command == Command::pass ? "PASS bench@"
                                             : to_string(command));
    }
  } catch (const std::system_error& error) {
    fail(error.what());
  }
}

void FtpClients::Session::offer(Command command) {
  data_.emplace(clients_.loop_);
  const auto at = data_->listen(local_of(socket()).address);
  since_ = Clock::now();
  send_line(command == Command::port ? "PORT " + commas(at) : "EPRT " + bars(at), clients_.workload_.piece);
}

void FtpClients::Session::open(const std::optional<Endpoint>& to) {
  if (!to) return fail("no endpoint in the reply");
  current_ = Command::open;
  data_.emplace(clients_.loop_);
  since_ = Clock::now();
  const auto connected = [this] {
    done(Command::open);
    next();
  };
  try {
    data_->connect(*to, connected, [this](DataEnd::Outcome outcome) { fail(to_string(outcome)); });
  } catch (const std::system_error& error) {
    fail(error.what());
  }
}

void FtpClients::Session::transfer(Way way) {
  contents_ = {clients_.workload_.transfer, clients_.next_transfer_++};
  arrived_ = confirmed_ = false;
  since_ = Clock::now();
  send_line((way == Way::receive ? "RETR " : "STOR ") + contents_.name());
  data_->transfer(way, contents_, [this](DataEnd::Outcome outcome) { transferred(outcome); });
}

void FtpClients::Session::heard_during_transfer(std::string_view reply) {
  if (reply.starts_with("150")) return;
  if (!reply.starts_with("226")) return fail("reply " + std::string(reply));
  confirmed_ = true;
  finish_transfer();
}

void FtpClients::Session::transferred(DataEnd::Outcome outcome) {
  if (outcome != DataEnd::Outcome::whole) return fail(to_string(outcome));
  arrived_ = true;
  finish_transfer();
}

void FtpClients::Session::finish_transfer() {
  if (!arrived_ || !confirmed_) return;
  data_.reset();
  ++clients_.tally_.transfers;
  clients_.tally_.bytes += contents_.size;
  done(current_);
  next();
}

}  // namespace pinhole::bench
