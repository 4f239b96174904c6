// One end of a data connection: it listens or connects, and then sends or receives the contents of one
// transfer.
//
// Both orders work: a transfer that is told before the connection is there begins with it. Whoever receives
// compares each byte.
#pragma once

#include <functional>
#include <optional>

#include "contents.hpp"
#include "event_loop.hpp"
#include "tcp.hpp"

namespace pinhole::bench {

enum class Way { send, receive };

class DataEnd : public Watcher {
 public:
  /// How it went; called once, and last: it may destroy the DataEnd.
  enum class Outcome { whole, wrong_bytes, wrong_size, broken };
  using Done = std::function<void(Outcome)>;
  using Connected = std::function<void()>;

  explicit DataEnd(EventLoop& loop) : loop_(loop) {}
  ~DataEnd() override;

  /// Listens at any port of this address and returns where.
  Endpoint listen(const net::IpAddress& at);

  /// `connected` is not called where it fails: `done` of transfer(), or of failed(), is.
  void connect(const Endpoint& to, Connected connected, Done failed);

  void transfer(Way way, const Contents& contents, Done done);

  std::uint64_t bytes() const { return position_; }  ///< sent or received so far

 private:
  enum class State { idle, listening, connecting, open };

  void ready(std::uint32_t events) override;
  void accept();
  void finish_connect();
  void begin();
  void watch(std::uint32_t events);
  void unwatch();
  void send();
  void receive();
  void end(Outcome outcome);

  EventLoop& loop_;
  State state_ = State::idle;
  Descriptor socket_;
  bool watched_ = false;  // an open connection only while it has something to do
  Connected connected_;
  Done done_;
  std::optional<Way> way_;
  Contents contents_;
  std::uint64_t position_ = 0;
};

const char* to_string(DataEnd::Outcome outcome);

}  // namespace pinhole::bench
