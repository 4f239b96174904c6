// The two FTP ends of a simulated session, and what each may read of what the other said.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pinhole/alg/nat_view.hpp"
#include "property/random.hpp"

namespace pinhole::test {

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
  FtpServer(const alg::NatView& view, Random& random) : view_(view), random_(random) {}

  std::string next(std::string_view heard);
  bool finished() const { return quit_; }

 private:
  std::string answer(std::string_view line);

  const alg::NatView& view_;
  Random& random_;
  std::size_t read_ = 0;
  bool quit_ = false;
};

/// How a line that left one end may arrive at the other.
enum class Fate : std::uint8_t {
  right,   ///< as the rules say
  spoilt,  ///< refused in its middle: allowed where its beginning had left
  wrong,
};
/// `too_late`: the gateway has refused the line because it could not be edited any more.
Fate fate_of(alg::Side sender, const alg::NatView& view, std::string_view said, std::string_view read,
             bool too_late);

/// The line negotiates: the gateway must have noticed it.
bool negotiates(alg::Side sender, std::string_view line);

}  // namespace pinhole::test
