// Pinhole at work in a lab's router: its rules installed, `pinhole run` running.
//
// The rules are pinhole-nft where the kernel takes them, else pinhole-iptables; $PINHOLE_RULES names one. The
// program is $PINHOLE_PROGRAM, or the one built with the tests.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "lab.hpp"

namespace pinhole::test {

struct GatewayOptions {
  int queues = 1;
  int queue_base = 0;
  std::string fail = "closed";
  Arguments more = {};      ///< further words for `pinhole run`
  std::string closed = {};  ///< descriptors closed at the start, as the shell is told: "2>&-"
  /// Where the program logs to, if not into log(). Then who makes the gateway waits until it is ready.
  std::optional<int> log_to = {};
};

/// Pinhole's rules in the router. Throws std::runtime_error when they cannot be installed; the destructor
/// takes them down. Of the options only what concerns rules is read.
class Rules {
 public:
  Rules(const Lab& lab, const GatewayOptions& options);
  ~Rules();
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;

  /// As somebody's reload of the firewall does; the constructor has brought them up.
  void down();
  void up();

 private:
  const Lab& lab_;
  const GatewayOptions options_;
  std::filesystem::path script_;
};

class Gateway {
 public:
  /// Installs the rules and starts the program. Throws std::runtime_error when it is not ready in time.
  Gateway(const Lab& lab, GatewayOptions options = {});
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// What is in the way of running one in this lab (program, kernel, privileges); empty when nothing is.
  static std::string obstacle(const Lab& lab);

  /// Ends the program with `signal` and returns its exit status; the rules stay. Starting it again follows.
  std::optional<int> end(int signal);
  void start();
  Rules& rules() { return rules_; }

  /// What the program has written since its last start, from the byte `from` on.
  std::string log(std::size_t from = 0) const;
  /// Whether it contains `text`, now or soon: what is logged is written a little later.
  bool wait_for_log(std::string_view text) const;
  pid_t pid() const { return process_->pid(); }
  /// It takes no packet from its queue until resume().
  void pause() const { process_->pause(); }
  void resume() const { process_->resume(); }

 private:
  const Lab& lab_;
  GatewayOptions options_;
  Rules rules_;
  std::unique_ptr<Process> process_;
};

}  // namespace pinhole::test
