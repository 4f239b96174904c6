// The two FTP ends of a simulated session.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pinhole/alg/event.hpp"
#include "pinhole/alg/policy.hpp"
#include "property/random.hpp"

namespace pinhole::test::simulator {

/// Ports that many announce.
inline constexpr alg::PortRange kPopular{2000, 2007};

std::string host_port(const net::IpAddress& address, net::Port port);
/// The whole line, as FtpClient and FtpServer write it.
std::string announce(alg::Form form, const net::IpAddress& address, net::Port port);

/// Says commands one by one or in bursts, and counts replies.
class FtpClient {
 public:
  FtpClient(const alg::NatView& view, Random& random);

  /// What to say now, having read `heard` so far.
  std::string next(std::string_view heard);
  bool finished() const { return at_ == script_.size(); }

 private:
  std::string command();

  const alg::NatView& view_;
  Random& random_;
  std::vector<std::string> script_;
  std::size_t at_ = 0;
  std::size_t burst_;  // commands that may wait for their replies
};

/// Answers each whole line.
class FtpServer {
 public:
  FtpServer(const alg::NatView& view, Random& random)
      : view_(view), random_(random), hurry_(random.chance(10) ? 10 : 0) {}

  std::string next(std::string_view heard);
  bool finished() const { return quit_; }

 private:
  std::string answer(std::string_view line);

  const alg::NatView& view_;
  Random& random_;
  unsigned hurry_;  // percent of commands that it answers by ending the session
  std::size_t read_ = 0;
  bool quit_ = false;
};

}  // namespace pinhole::test::simulator
