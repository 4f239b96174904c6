// A lab of scripts/lab: client, router and server in network namespaces.
//
// Taken down by the destructor; a reaper of scripts/lab does so when the test process is killed.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "lab_process.hpp"

namespace pinhole::test {

enum class Role { client, router, server };
enum class Family { ipv4, ipv6 };

/// The checkout that the tests belong to: $PINHOLE_CHECKOUT, or what the build recorded.
std::filesystem::path checkout();

class Lab {
 public:
  /// Topology as `scripts/lab up --topology` knows it. Throws std::runtime_error with the script's words.
  explicit Lab(std::string_view topology);
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  /// What is in the way of making a lab here; empty when nothing is.
  static std::string obstacle();

  /// An address by the script's name for it: "client", "dialed", "server", "seen", "router_inside" …
  const std::string& address(std::string_view of, Family family = Family::ipv4) const;

  /// The namespace's file, for setns().
  std::string netns_file(Role role) const;

  /// `command`, to be run in that namespace.
  Arguments in(Role role, const Arguments& command) const;

  /// Starts vsftpd, proftpd or pureftpd. Returns what is missing on this system, or nothing when it serves;
  /// throws std::runtime_error when the server is there and does not start.
  std::string serve(std::string_view server, Role on = Role::server);

  /// What the server serves: readme.txt, blob.bin, incoming/.
  std::filesystem::path served() const;

 private:
  const std::string& variable(const std::string& name) const;

  std::string name_;
  std::map<std::string, std::string> variables_;
};

}  // namespace pinhole::test
