// What the gateway tells those around it, and what it may not tell them.

#include "simulator/world.hpp"
#include "support/segments.hpp"

namespace pinhole::test::simulator {

using alg::Side;

void World::verdict(alg::PacketId, const alg::Verdict& verdict) {
  if (verdict.reason == alg::Reason::acknowledged_locally) ++outcome_.acknowledged_locally;
  if (verdict.reason != alg::Reason::overlap_conflict) return;
  law(lies_, "an honest sender was taken for a liar");
  ++outcome_.conflicts;
}

void World::send_back(alg::PacketId id, alg::Answer answer, std::span<const std::uint8_t>) {
  if (answer != alg::Answer::reset) return;
  // Only where a refused command would be obeyed, as its endpoint has left, or where a NUL has come behind a
  // verb that has left; and whatever comes then.
  const bool refused = outcome_.resets > 0 || (!negotiations_.empty() && negotiations_.back().packet == id &&
                                               negotiations_.back().decision == alg::Decision::refuse);
  law(refused || stray_end_ == id, "a session was reset without cause");
  outcome_.resets = 1;
}

void World::notice(const alg::Event& event) {
  if (const auto* what = std::get_if<alg::Negotiated>(&event.what)) negotiated(*what);
  if (const auto* what = std::get_if<alg::NotFtp>(&event.what)) not_ftp(what->why);
  if (std::holds_alternative<alg::Ended>(event.what)) ended_ = true;
  if (std::holds_alternative<alg::Missed>(event.what)) ++outcome_.misjudged;
  const auto* refused = std::get_if<alg::Refused>(&event.what);
  if (refused != nullptr && refused->reason == alg::Reason::stray_line_end) stray_end_ = refused->packet;
}

void World::negotiated(const alg::Negotiated& negotiation) {
  negotiations_.push_back(negotiation);
  if (negotiation.decision != alg::Decision::open) return;
  if (not_ftp_) throw LawBroken("a pinhole for what is not FTP");
  // Whoever opened it for is let in once, and nobody else.
  const auto& pinhole = *negotiation.pinhole;
  const net::Endpoint stranger =
      endpoint(pinhole.from.family() == net::Family::v4 ? "7.7.7.7" : "2001:db8::7777", 5);
  if (tracker_->admit(stranger, pinhole.forward_to).passes()) throw LawBroken("a stranger passed");
  if (!random_.chance(50)) return;
  if (!tracker_->admit({pinhole.from, 5}, pinhole.forward_to).passes())
    throw LawBroken("a pinhole is not open");
  if (tracker_->admit({pinhole.from, 6}, pinhole.forward_to).passes())
    throw LawBroken("a pinhole was used twice");
}

void World::not_ftp(alg::Reason why) {
  not_ftp_ = true;
  for (auto& end : ends_) end.host->expect_lies();  // what is not FTP is not judged
  if (!lies_) throw LawBroken("the session was taken for " + std::string(alg::name_of(why)));
}

}  // namespace pinhole::test::simulator
