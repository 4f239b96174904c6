// The ways through a router that translates, and a session along one of them that a test holds both ends of.
#pragma once

#include <gtest/gtest.h>

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "conversation.hpp"

namespace pinhole::test {

struct Way {
  std::string topology;
  Family family;
};

std::string name_of(const Way& way);
void PrintTo(const Way& way, std::ostream* out);

/// Source, destination and both translated, with IPv4 and IPv6.
std::vector<Way> translated_ways();
/// Those where clients are seen with another address.
std::vector<Way> ways_of_masked_clients();

/// PORT and PASV cannot carry IPv6 addresses.
std::vector<Mode> modes_of(Family family);
inline bool is_passive(Mode mode) {
  return mode == Mode::pasv || mode == Mode::epsv;
}
/// The mode whose line the router must readdress, where it readdresses any: PORT and 227, EPRT and 229.
Mode active_mode(Family family);
Mode passive_mode(Family family);

/// `talk()` is logged in.
class SessionTest : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override { enter({}); }
  /// In the site of the parameter's topology; `more` are words for `pinhole run`.
  void enter(const Arguments& more);
  void enter_site(const SiteKey& key);

  Family family() const { return GetParam().family; }
  Site& site() const { return *site_; }
  const Lab& lab() const { return site_->lab(); }
  const std::string& address(std::string_view of) const { return lab().address(of, family()); }
  LabConversation& talk() { return *talk_; }

  std::unique_ptr<Negotiated> negotiate_in(Mode mode, const Wording& wording = {});
  void expect_data(const std::unique_ptr<Negotiated>& negotiated) const;

  Listener listen_at(Role role) const {
    return {lab(), role, {address(role == Role::client ? "client" : "server"), 0}};
  }
  /// The line announces `listener`'s port under the address that the other end knows.
  void expect_announced(const std::optional<std::string>& line, Mode mode, const Listener& listener) const;
  /// Ordinary lines arrive as they were sent: the numbers are right in both directions.
  void expect_in_step();

 private:
  Site* site_ = nullptr;
  std::unique_ptr<LabConversation> talk_;
};

inline std::string way_name(const testing::TestParamInfo<Way>& instance) {
  return name_of(instance.param);
}

}  // namespace pinhole::test
