// What a step makes of a packet: the only way in which a packet gets its verdict.
//
// Steps return it; the compiler complains where it is dropped. conclude() makes the verdict of it, at the
// front door and where held packets are released.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pinhole/alg/sink.hpp"

namespace pinhole::control {

class [[nodiscard]] Fate {
 public:
  enum class Kind : std::uint8_t {
    accept,   ///< goes on as it came
    replace,  ///< onward() goes on in its place
    drop,
    keep,  ///< waits: DelayedVerdicts has it
    fail,  ///< takes the fail mode
  };

  static Fate accept(alg::Reason why) { return {Kind::accept, why, {}}; }
  static Fate replace(alg::Reason why, std::span<const std::uint8_t> packet) {
    return {Kind::replace, why, packet};
  }
  static Fate drop(alg::Reason why) { return {Kind::drop, why, {}}; }
  static Fate keep() { return {Kind::keep, alg::Reason::held, {}}; }
  /// The installation does not let it be judged.
  static Fate fail(alg::Reason why) { return {Kind::fail, why, {}}; }

  /// The same, and before it `packet` is sent back to the sender.
  Fate answered(alg::Answer answer, std::span<const std::uint8_t> packet) const {
    Fate fate = *this;
    fate.answer_ = answer;
    fate.back_ = packet;
    return fate;
  }

  Kind kind() const { return kind_; }
  alg::Reason reason() const { return reason_; }
  std::span<const std::uint8_t> onward() const { return onward_; }
  alg::Answer answer() const { return answer_; }
  std::span<const std::uint8_t> back() const { return back_; }  ///< empty: nothing is sent back

 private:
  Fate(Kind kind, alg::Reason reason, std::span<const std::uint8_t> onward)
      : kind_(kind), reason_(reason), onward_(onward) {}

  Kind kind_;
  alg::Reason reason_;
  alg::Answer answer_ = alg::Answer::acknowledgment;
  std::span<const std::uint8_t> onward_, back_;
};

/// Where packets of our own are made: the spans of a Fate point here until the next one is made.
struct Outbox {
  std::vector<std::uint8_t> onward, back;
};

/// Gives the verdict, unless the packet is kept.
inline void conclude(alg::PacketId id, const Fate& fate, alg::Sink& sink) {
  using Action = alg::Verdict::Action;
  if (!fate.back().empty()) sink.send_back(id, fate.answer(), fate.back());
  switch (fate.kind()) {
    case Fate::Kind::accept:
      return sink.verdict(id, {Action::accept, fate.reason(), {}});
    case Fate::Kind::replace:
      return sink.verdict(id, {Action::replace, fate.reason(), fate.onward()});
    case Fate::Kind::drop:
      return sink.verdict(id, {Action::drop, fate.reason(), {}});
    case Fate::Kind::keep:
      return;
    case Fate::Kind::fail:
      sink.fail(id, fate.reason());
      return;
  }
}

}  // namespace pinhole::control
