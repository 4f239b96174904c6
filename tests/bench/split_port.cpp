// What a session pays for a PORT that comes in pieces: round trips through Pinhole in a masquerading lab,
// from the first write to the reply, of a PORT sent whole, in two and byte by byte, in turn.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "support/lab_gateway.hpp"
#include "support/lab_socket.hpp"
#include "support/socket_options.hpp"

namespace pinhole::test {
namespace {

constexpr int kWarmUp = 20, kRounds = 200;

using Microseconds = std::chrono::duration<double, std::micro>;

struct Kind {
  const char* name;
  std::size_t piece;  ///< bytes of one write
  bool nagle;
};
constexpr std::array<Kind, 6> kKinds{
    {{"whole", 1000, false},
     {"whole, again", 1000, false},  // what a difference of nothing looks like
     {"in two", 12, false},
     {"in two, Nagle", 12, true},
     {"byte by byte", 1, false},
     {"byte by byte, Nagle", 1, true}}};

std::string heard(Socket& socket) {
  auto line = socket.line();
  if (!line) throw std::runtime_error("a line did not arrive");
  return *line;
}

class Session {
 public:
  explicit Session(const Lab& lab) {
    const Listener listener(lab, Role::server, {lab.address("server"), 21});
    client_ = dial(lab, Role::client, {lab.address("dialed"), 21});
    server_ = listener.accept();
    if (!client_ || !server_) throw std::runtime_error("no control connection");
    reply("220 lab");
    command("USER anonymous\r\n");
    reply("331 who?");
    command("PASS me@here\r\n");
    reply("230 in");
  }

  /// One PORT and its reply. The second of two pieces is what is left.
  double round_trip(std::string_view port, const Kind& kind) {
    set_nagle(*client_, kind.nagle);
    const auto begin = std::chrono::steady_clock::now();
    if (kind.piece > 1 && kind.piece < port.size()) {
      client_->send(port.substr(0, kind.piece));
      port.remove_prefix(kind.piece);
      client_->send(port);
    } else {
      for (; !port.empty(); port.remove_prefix(std::min(kind.piece, port.size()))) {
        client_->send(port.substr(0, kind.piece));
      }
    }
    if (!heard(*server_).starts_with("PORT 198,51,100,1,")) throw std::runtime_error("not rewritten");
    reply("200 ok");
    return Microseconds(std::chrono::steady_clock::now() - begin).count();
  }

 private:
  void command(std::string_view line) {
    client_->send(line);
    heard(*server_);
  }
  void reply(std::string_view line) {
    server_->send(std::string(line) + "\r\n");
    heard(*client_);
  }

  std::optional<Socket> client_, server_;
};

void print(const std::array<std::vector<double>, kKinds.size()>& times) {
  const auto at = [](const std::vector<double>& sorted, double part) {
    return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
  };
  std::printf("%-20s %10s %10s %12s %12s   (microseconds, %d each)\n", "PORT", "median", "99th", "more",
              "more, 99th", kRounds);
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    const auto median = at(times[i], 0.5), late = at(times[i], 0.99);
    std::printf("%-20s %10.0f %10.0f %12.0f %12.0f\n", kKinds[i].name, median, late,
                median - at(times[0], 0.5), late - at(times[0], 0.99));
  }
}

int measure() {
  if (const auto obstacle = Lab::obstacle(); !obstacle.empty()) throw std::runtime_error(obstacle);
  const Lab lab("masquerade");
  if (const auto obstacle = Gateway::obstacle(lab); !obstacle.empty()) throw std::runtime_error(obstacle);
  const Gateway gateway(lab);
  Session session(lab);
  std::array<std::vector<double>, kKinds.size()> times;
  for (int round = -kWarmUp; round < kRounds; ++round) {
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
      const auto time = session.round_trip("PORT 10,1,0,2,195,149\r\n", kKinds[i]);
      if (round >= 0) times[i].push_back(time);
    }
  }
  for (auto& list : times) std::ranges::sort(list);
  print(times);
  return 0;
}

}  // namespace
}  // namespace pinhole::test

int main() {
  try {
    return pinhole::test::measure();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "split_port: %s\n", error.what());
    return 1;
  }
}
