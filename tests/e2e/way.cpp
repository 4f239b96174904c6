#include "way.hpp"

#include <ostream>

namespace pinhole::test {

std::string name_of(const Way& way) {
  return way.topology + (way.family == Family::ipv4 ? "_ipv4" : "_ipv6");
}

void PrintTo(const Way& way, std::ostream* out) {
  *out << name_of(way);
}

std::vector<Way> translated_ways() {
  std::vector<Way> ways;
  for (const auto* topology : {"masquerade", "dnat", "both"}) {
    for (const auto family : {Family::ipv4, Family::ipv6}) ways.push_back({topology, family});
  }
  return ways;
}

std::vector<Way> ways_of_masked_clients() {
  auto ways = translated_ways();
  std::erase_if(ways, [](const Way& way) { return way.topology == "dnat"; });
  return ways;
}

std::vector<Mode> modes_of(Family family) {
  if (family == Family::ipv6) return {Mode::epsv, Mode::eprt};
  return {Mode::pasv, Mode::epsv, Mode::port, Mode::eprt};
}

Mode active_mode(Family family) {
  return family == Family::ipv4 ? Mode::port : Mode::eprt;
}

Mode passive_mode(Family family) {
  return family == Family::ipv4 ? Mode::pasv : Mode::epsv;
}

void SessionTest::enter(const Arguments& more) {
  enter_site({.topology = GetParam().topology, .more = more});
}

void SessionTest::enter_site(const SiteKey& key) {
  site_ = Site::at(key);
  PINHOLE_NEEDS(site_);
  talk_ = std::make_unique<LabConversation>(lab(), family());
  talk_->log_in();
}

std::unique_ptr<Negotiated> SessionTest::negotiate_in(Mode mode, const Wording& wording) {
  return negotiate(lab(), family(), talk(), mode, wording);
}

void SessionTest::expect_data(const std::unique_ptr<Negotiated>& negotiated) const {
  ASSERT_NE(negotiated, nullptr);
  EXPECT_TRUE(data_passes(lab(), *negotiated));
}

void SessionTest::expect_announced(const std::optional<std::string>& line, Mode mode,
                                   const Listener& listener) const {
  const auto& host = address(is_passive(mode) ? "dialed" : "seen");
  EXPECT_EQ(announced_in(line.value_or("(nothing)"), host), (Address{host, listener.local().port}))
      << line.value_or("(nothing)");
}

void SessionTest::expect_in_step() {
  EXPECT_EQ(talk().to_server("NOOP"), "NOOP");
  EXPECT_EQ(talk().to_client("200 still here"), "200 still here");
}

}  // namespace pinhole::test
