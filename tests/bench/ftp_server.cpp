#include "ftp_server.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "announced.hpp"

namespace pinhole::bench {

class FtpServer::Session : public ControlEnd {
 public:
  Session(FtpServer& server, Descriptor socket)
      : ControlEnd(server.loop_, std::move(socket)),
        server_(server),
        address_(local_of(this->socket()).address) {
    send_line("220 ready");
  }

 private:
  using Handler = void (Session::*)(std::string_view argument);
  struct Command {
    std::string_view verb;
    Handler handler;
  };

  void heard(std::string_view line) override;
  void lost() override { data_.reset(); }

  void user(std::string_view) { send_line("331 password, please"); }
  void pass(std::string_view) { send_line("230 logged in"); }
  void noop(std::string_view) { send_line("200 nothing done"); }
  void quit(std::string_view);
  void port(std::string_view argument) { offered(from_commas(argument)); }
  void eprt(std::string_view argument) { offered(from_bars(argument)); }
  void offered(const std::optional<Endpoint>& endpoint);
  void pasv(std::string_view) { send_line("227 entering passive mode (" + commas(listen()) + ")"); }
  void epsv(std::string_view) {
    send_line("229 entering extended passive mode (|||" + std::to_string(listen().port) + "|)");
  }
  Endpoint listen();
  void retr(std::string_view name) { transfer(Way::send, name); }
  void stor(std::string_view name) { transfer(Way::receive, name); }
  void transfer(Way way, std::string_view name);

  static constexpr std::array<Command, 10> kCommands{{{"NOOP", &Session::noop},
                                                      {"PORT", &Session::port},
                                                      {"PASV", &Session::pasv},
                                                      {"RETR", &Session::retr},
                                                      {"STOR", &Session::stor},
                                                      {"EPRT", &Session::eprt},
                                                      {"EPSV", &Session::epsv},
                                                      {"USER", &Session::user},
                                                      {"PASS", &Session::pass},
                                                      {"QUIT", &Session::quit}}};

  FtpServer& server_;
  net::IpAddress address_;
  std::optional<DataEnd> data_;
  std::optional<Endpoint> client_;  // where to connect, in active mode
};

void FtpServer::Session::heard(std::string_view line) {
  const auto verb = line.substr(0, 4);
  for (const auto& command : kCommands) {
    if (command.verb == verb)
      return (this->*command.handler)(line.substr(std::min<std::size_t>(5, line.size())));
  }
  send_line("500 what?");
}

void FtpServer::Session::quit(std::string_view) {
  send_line("221 goodbye");
  data_.reset();
  close();
}

void FtpServer::Session::offered(const std::optional<Endpoint>& endpoint) {
  client_ = endpoint;
  send_line(endpoint ? "200 will connect" : "501 no endpoint");
}

Endpoint FtpServer::Session::listen() {
  client_.reset();
  data_.emplace(server_.loop_);
  return data_->listen(address_);
}

void FtpServer::Session::transfer(Way way, std::string_view name) {
  const auto contents = Contents::named(name);
  if (!contents) return send_line("550 no such file");
  const auto done = [this](DataEnd::Outcome outcome) {
    data_.reset();
    send_line(outcome == DataEnd::Outcome::whole ? "226 whole" : std::string("451 ") + to_string(outcome));
  };
  if (client_) {
    data_.emplace(server_.loop_);
    try {
      data_->connect(*std::exchange(client_, {}), {}, done);
    } catch (const std::system_error&) {
      data_.reset();
    }
  }
  if (!data_) return send_line("425 no data connection");
  send_line("150 here it comes");
  data_->transfer(way, *contents, done);
}

FtpServer::FtpServer(EventLoop& loop, const Endpoint& at) : loop_(loop), listener_(listen_at(at)) {
  loop_.watch(listener_.get(), EPOLLIN, *this);
}

FtpServer::~FtpServer() {
  loop_.forget(listener_.get(), *this);
}

void FtpServer::ready(std::uint32_t) {
  while (Descriptor socket = accept_from(listener_)) {
    sessions_.push_back(std::make_unique<Session>(*this, std::move(socket)));
  }
}

void FtpServer::bury() {
  sessions_.remove_if([](const auto& session) { return !session->is_open(); });
}

}  // namespace pinhole::bench
