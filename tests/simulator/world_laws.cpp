// What must hold of a session: while it goes on, what is remembered; afterwards, what each side has received.

#include <algorithm>

#include "simulator/world.hpp"

namespace pinhole::test::simulator {

using alg::Side;

void World::check_memory() const {
  const auto usage = router_->usage();
  // Per direction: what may be repeated, what one more packet brings, and one line.
  constexpr std::size_t kPacket = 2 * 1500;
  if (usage.remembered_bytes > 2 * (limits_.history + kPacket + limits_.line)) {
    throw LawBroken("more bytes are remembered than may be: " + std::to_string(usage.remembered_bytes));
  }
}

/// Of the bytes from `begin` to `end` that a side said. What the gateway heard and when is not known here,
/// but it heard the line's end not later than when something from before `end` came for the last time.
Passage World::passage_of(Side sender, std::size_t begin, std::size_t end, bool edited) const {
  const auto first = static_cast<std::int64_t>(begin), last = static_cast<std::int64_t>(end);
  Passage passage;
  passage.behind_an_edit = edited;
  std::optional<Microseconds> begun;
  Microseconds done = 0;
  for (const auto& came : end_of(sender).came) {
    if (came.begin >= last) continue;
    done = came.when;
    if (came.end <= first) continue;
    if (!begun && came.begin <= first) begun = came.when;
    for (const auto at : {came.begin, came.end}) {
      if (at > first && at < last) passage.ends.insert(static_cast<std::size_t>(at - first));
    }
  }
  const bool late = begun && std::chrono::microseconds(done - *begun) >= rules_.policy.line_timeout;
  // Whatever is unacknowledged has to find room beside the line.
  const alg::Limits usual;
  const bool tight = end > limits_.acknowledged_locally || limits_.waiting_packets < usual.waiting_packets ||
                     limits_.waiting_bytes < usual.waiting_bytes;
  passage.may_be_given_up = rules_.view.nated() && (late || tight);
  return passage;
}

/// Each side has received exactly what the rules say of what the other said.
void World::check_streams() {
  std::vector<const alg::Negotiated*> of[2];
  for (const auto& negotiation : negotiations_) {
    of[is_active(negotiation.form) ? 0 : 1].push_back(&negotiation);
  }
  for (const auto sender : {Side::client, Side::server}) {
    std::string_view said = end_of(sender).host->said();
    std::string_view read = end_of(other(sender)).host->heard();
    const bool whole = !end_of(Side::client).host->dead() && !end_of(Side::server).host->dead();
    auto& noticed = of[alg::index(sender)];
    std::size_t negotiating = 0, at = 0;
    bool edited = false;
    while (!said.empty() && (whole || read.find('\n') != read.npos)) {
      const auto line = said.substr(0, said.find('\n') + 1);
      const auto arrived = read.substr(0, read.find('\n') + 1);
      const alg::Negotiated* negotiation = nullptr;
      if (negotiates(sender, line) && negotiating < noticed.size()) negotiation = noticed[negotiating++];
      const auto fate = fate_of(sender, rules_, line, arrived, negotiation,
                                [&] { return passage_of(sender, at, at + line.size(), edited); });
      if (fate == Fate::wrong) {
        throw LawBroken("said '" + std::string(line) + "', read '" + std::string(arrived) + "'");
      }
      if (fate == Fate::garbled) ++outcome_.garbled;
      edited |= arrived != line;
      at += line.size();
      said.remove_prefix(line.size());
      read.remove_prefix(arrived.size());
    }
    if (whole && !read.empty()) throw LawBroken("more was read than was said");
    if (whole && negotiating != noticed.size()) throw LawBroken("something was noticed that was not said");
  }
}

/// Whatever somebody says the second time: no command that names an endpoint reaches the server unjudged. (A
/// reply may, within a longer one, where it means nothing.)
void World::check_lies() const {
  std::string_view read = end_of(Side::server).host->heard();
  for (std::size_t end; (end = read.find('\n')) != read.npos; read.remove_prefix(end + 1)) {
    const auto line = read.substr(0, end + 1);
    if (!negotiates(Side::client, line) || line.find('X') != line.npos) continue;  // X: garbled
    const auto form = line.starts_with("PORT") ? alg::Form::port : alg::Form::eprt;
    const auto endpoint = ftp::find_endpoint(form, line.substr(0, line.find_last_not_of("\r\n") + 1));
    if (!endpoint) continue;
    const bool judged = std::ranges::any_of(negotiations_, [&](const alg::Negotiated& negotiation) {
      const auto& shown = negotiation.rewritten ? negotiation.rewritten : negotiation.announced;
      return negotiation.form == form && shown && shown->port == endpoint->port &&
             shown->address == endpoint->address;
    });
    if (!judged) throw LawBroken("nobody judged '" + std::string(line) + "'");
  }
}

/// After the end of the control connection nothing is open.
void World::check_pinholes() {
  // A RST that was lost before it came by leaves the pinhole to its timeout.
  if (!ended_)
    tracker_->advance(std::chrono::microseconds(now_) + rules_.policy.pinhole_timeout +
                      std::chrono::seconds(1));
  for (const auto& negotiation : negotiations_) {
    if (!negotiation.pinhole) continue;
    if (tracker_->admit({negotiation.pinhole->from, 7}, negotiation.pinhole->forward_to).passes()) {
      throw LawBroken("a pinhole outlived its session");
    }
  }
}

}  // namespace pinhole::test::simulator
