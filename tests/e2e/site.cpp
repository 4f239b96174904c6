#include "site.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <exception>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

#include "waits.hpp"

namespace pinhole::test {
namespace {

struct AtHand {
  std::optional<SiteKey> key;
  std::unique_ptr<Site> site;
  std::string obstacle;        // why there is none: something is missing
  std::exception_ptr failure;  // why there is none: something is wrong
};

AtHand at_hand;

// Before main returns: the lab must not outlive the objects that its removal needs.
class LeaveSite : public testing::Environment {
 public:
  void TearDown() override {
    forget_waits();
    at_hand = {};
  }
};
[[maybe_unused]] const auto* const kLeaveSite = testing::AddGlobalTestEnvironment(new LeaveSite);

}  // namespace

Site::Site(const SiteKey& key) : lab_(key.topology) {
  if (key.guarded) {
    at_hand.obstacle = Gateway::obstacle(lab_);
    if (!at_hand.obstacle.empty()) return;
  }
  if (!key.server.empty()) {
    at_hand.obstacle = lab_.serve(key.server, key.server_on);
    if (!at_hand.obstacle.empty()) return;
  }
  if (key.guarded)
    gateway_ = std::make_unique<Gateway>(
        lab_, GatewayOptions{.queues = key.queues, .fail = key.fail, .more = key.more});
}

Site* Site::at(const SiteKey& key) {
  auto* site = find(key);
  if (site != nullptr) watch_waits(site->lab());
  return site;
}

Site* Site::find(const SiteKey& key) {
  if (at_hand.key == key) {
    if (at_hand.failure) std::rethrow_exception(at_hand.failure);
    return at_hand.site.get();
  }
  forget_waits();
  at_hand = {};
  at_hand.key = key;
  at_hand.obstacle = Lab::obstacle();
  if (!at_hand.obstacle.empty()) return nullptr;
  try {
    at_hand.site.reset(new Site(key));
  } catch (...) {
    at_hand.failure = std::current_exception();
    throw;
  }
  if (!at_hand.obstacle.empty()) at_hand.site.reset();
  return at_hand.site.get();
}

const std::string& Site::obstacle() {
  return at_hand.obstacle;
}

TemporaryDirectory::TemporaryDirectory() {
  auto name = (std::filesystem::temp_directory_path() / "pinhole-e2e-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  return content.str();
}

}  // namespace pinhole::test
