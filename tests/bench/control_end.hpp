// One end of a control connection: lines out, whole lines in.
#pragma once

#include <string>
#include <string_view>

#include "event_loop.hpp"
#include "tcp.hpp"

namespace pinhole::bench {

class ControlEnd : public Watcher {
 public:
  ControlEnd(EventLoop& loop, Descriptor socket);
  ~ControlEnd() override;

  /// Sends the line and its CRLF, `piece` bytes with each call (0: all at once). A connection that cannot
  /// take it is broken: lost() follows in a later turn.
  void send_line(std::string_view line, std::size_t piece = 0);

  bool is_open() const { return static_cast<bool>(socket_); }
  void close();
  const Descriptor& socket() const { return socket_; }

 protected:
  /// Called with the line without its end; it may close().
  virtual void heard(std::string_view line) = 0;
  /// The peer has closed, or the connection is broken. It is closed already.
  virtual void lost() = 0;

 private:
  void ready(std::uint32_t events) override;

  EventLoop& loop_;
  Descriptor socket_;
  std::string pending_;
};

}  // namespace pinhole::bench
