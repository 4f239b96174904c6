// A session of which one end makes its segments by hand and the other is a real socket.
#pragma once

#include "support/handmade_end.hpp"
#include "way.hpp"

namespace pinhole::test {

struct HandmadeCase {
  Way way;
  Role handmade;  ///< client or server
};

std::string handmade_name(const testing::TestParamInfo<HandmadeCase>& instance);
void PrintTo(const HandmadeCase& c, std::ostream* out);

/// Every translated way, with either end made by hand.
std::vector<HandmadeCase> handmade_cases();

class HandmadeSession : public testing::TestWithParam<HandmadeCase> {
 protected:
  /// Logged in. The handmade end's bytes begin at number `initial_seq` + 1, the real client's at that number
  /// if it is the real one.
  void SetUp() override { enter(kInitialSeq); }
  void enter(net::Seq initial_seq, std::optional<int> receive_buffer = {});

  bool client_is_handmade() const { return GetParam().handmade == Role::client; }
  Family family() const { return GetParam().way.family; }
  const Lab& lab() const { return site_->lab(); }
  HandmadeEnd& handmade() { return *handmade_; }
  Socket& real() { return *real_; }

  /// What the handmade end is about to announce: PORT or EPRT if it is the client, 227 or 229 (the command
  /// has gone before it) if it is the server.
  struct Announced {
    std::unique_ptr<Listener> listener;
    std::string text;  ///< with CRLF
  };
  Announced prepare();
  /// The line as it arrived at the real end names what the listener can be reached at, and it can be.
  void expect_arrived(const Announced& announced);
  /// The same announcement with another port, as long as it is.
  static std::string with_other_port(const std::string& text);

  /// The same the other way round: the real end announces. Returns the text, and what is to be sent.
  Announced prepare_real();

  std::optional<std::string> to_real(std::string_view line);
  std::optional<std::string> to_handmade(std::string_view line);
  /// Ordinary lines pass, and the handmade end's whole stream is acknowledged.
  void expect_in_step();

 private:
  static constexpr net::Seq kInitialSeq{1'000'000};
  const std::string& address(std::string_view of) const { return lab().address(of, family()); }
  Announced announce_from(Role role);

  Site* site_ = nullptr;
  std::unique_ptr<HandmadeEnd> handmade_;
  std::optional<Socket> real_;
};

}  // namespace pinhole::test
