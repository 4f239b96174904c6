// Where the tests of a suite take place: a lab, the server in it, Pinhole in its router.
//
// Making one takes about half a second, so tests that want the same site share it; tests must leave it as
// they found it. GoogleTest runs a suite's tests in order, so one site is kept at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "support/lab.hpp"
#include "support/lab_gateway.hpp"

namespace pinhole::test {

struct SiteKey {
  std::string topology;
  std::string server = {};  ///< empty: none
  bool guarded = true;      ///< whether Pinhole runs
  Role server_on = Role::server;
  int queues = 1;
  std::string fail = "closed";
  Arguments more = {};  ///< further words for `pinhole run`

  friend bool operator==(const SiteKey&, const SiteKey&) = default;
};

class Site {
 public:
  /// The site, made if it is not the one at hand. Null when something is missing: see obstacle().
  static Site* at(const SiteKey& key);
  static const std::string& obstacle();

  Lab& lab() { return lab_; }
  Gateway& gateway() { return *gateway_; }

 private:
  explicit Site(const SiteKey& key);
  static Site* find(const SiteKey& key);

  Lab lab_;
  std::unique_ptr<Gateway> gateway_;
};

/// A directory that vanishes with its owner, for what clients fetch and store.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string content_of(const std::filesystem::path& file);

/// Ends a test as skipped, saying why, unless the site is there.
#define PINHOLE_NEEDS(site) \
  if ((site) == nullptr) GTEST_SKIP() << "not tested: " << ::pinhole::test::Site::obstacle()

}  // namespace pinhole::test
