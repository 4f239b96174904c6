// The kernel's connection tracking, asked and told through ctnetlink.
//
// It remembers nothing: every answer comes from the kernel, so that a restarted gateway goes on where the old
// one stopped. Used by one thread; every worker has its own. Connections in a conntrack zone are not found.
#pragma once

#include "netfilter/ctnetlink_messages.hpp"
#include "netfilter/local_sockets.hpp"
#include "netfilter/mnl_socket.hpp"
#include "netfilter/reporter.hpp"
#include "pinhole/alg/tracker.hpp"

namespace pinhole::netfilter {

class CtnetlinkTracker : public alg::Tracker {
 public:
  /// How many packets a pinhole lets begin a connection.
  enum class Pinholes : std::uint8_t {
    end_with_first_packet,  ///< one, whatever conntrack then thinks of it: a damaged SYN, a stray RST
    last_until_closed,      ///< all that come before it is closed or times out
  };

  /// `reporter` hears why the kernel refused. Throws std::system_error.
  CtnetlinkTracker(Reporter& reporter, Pinholes pinholes) : reporter_(reporter), pinholes_(pinholes) {}

  std::optional<alg::View> lookup(const net::FlowKey& key) override;
  alg::Applied apply(const alg::NatView& flow, const alg::Change& change) override;
  bool close(const alg::NatView& flow, const alg::Pinhole& pinhole) override;
  std::optional<net::FlowKey> master_of(const net::FlowKey& data) override;
  bool cut(const alg::NatView& flow, const net::FlowKey& data) override;

 private:
  alg::Applied open(const alg::NatView& flow, const alg::Pinhole& pinhole);
  bool label(const alg::NatView& flow, const alg::Labels& labels);
  bool shift(const alg::NatView& flow, const alg::Change::Shift& shift);
  int create(const Expectation& expectation);
  bool remove_own(const Expectation& expectation);
  void report_refusal(const alg::NatView& flow, const alg::Pinhole& pinhole, int error);

  Reporter& reporter_;
  const Pinholes pinholes_;
  MnlSocket socket_;
  LocalSockets local_sockets_;
};

/// Neither our privilege nor the kernel's modules can come back while we run: throws std::system_error for
/// the errno values that say they are missing.
void throw_if_broken(int error, const char* what);

}  // namespace pinhole::netfilter
