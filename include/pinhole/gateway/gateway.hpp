// The front door: every packet of control connections comes in here and gets one verdict.
//
// A Gateway owns the sessions it has seen and nothing else: packets and the time come in; verdicts go out to
// the Sink, what happens is told to the Observer, and connection tracking is asked and told through the
// Tracker and the Surveyor. It is used by one thread; several gateways share nothing.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "pinhole/alg/event.hpp"
#include "pinhole/alg/limits.hpp"
#include "pinhole/alg/policy.hpp"
#include "pinhole/alg/sink.hpp"
#include "pinhole/alg/time.hpp"
#include "pinhole/alg/tracker.hpp"

namespace pinhole::gateway {

/// What a gateway is connected to; all of it must outlive the gateway.
struct Surroundings {
  alg::Tracker& tracker;
  alg::Surveyor& surveyor;
  alg::Sink& sink;
  alg::Observer& observer;
};

class Gateway {
 public:
  Gateway(alg::Policies policies, const alg::Limits& limits, const Surroundings& surroundings);
  /// Gives the verdict of everything held.
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// One packet of a control connection (IP header first). Its verdict reaches the sink during this call or,
  /// if the packet is held, during a later call or the destructor. Where the tracker or the observer throws,
  /// the packet takes the fail mode, and the exception goes on to the caller. Where there is an entry
  /// that the tracker does not show, the packet takes the fail mode, too.
  void packet(alg::PacketId id, std::span<const std::uint8_t> bytes, alg::Time now,
              alg::Entry entry = alg::Entry::unsaid);

  /// A copy of the packet with which an opener's handshake with what it dialed is complete (IP header first),
  /// before NAT: some pinhole let this connection pass. Copies are to be handed in before the packets of
  /// control connections that were caused by them. Throws what the tracker or the observer throws.
  void data_connection(std::span<const std::uint8_t> bytes);

  /// Does what is due: forgets what is too old, asks the surveyor. Call about once a second.
  void tick(alg::Time now);

  /// The surveyor's answers.
  void answer(const alg::TransferAnswer& answer, alg::Time now);
  void answer(std::span<const alg::Listed> pinholes);

  alg::Usage usage() const;

 private:
  class Walk;
  std::unique_ptr<Walk> walk_;
};

}  // namespace pinhole::gateway
