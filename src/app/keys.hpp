// The keys of the configuration: how each value reads, what it sets, and how it is explained.
#pragma once

#include <span>
#include <string_view>

#include "app/settings.hpp"

namespace pinhole::app {

struct Key {
  const char* name = nullptr;
  const char* help = nullptr;
  const char* expected = nullptr;
  /// False if the value is not as `expected`.
  bool (*set)(std::string_view value, Settings& settings) = nullptr;
  /// Of a key that may be repeated: forgets the values it has.
  void (*clear)(Settings& settings) = nullptr;
};

/// What may differ between servers: keys of Settings::policy.
std::span<const Key> policy_keys();

/// What decides which packets and sessions are looked at, for all servers.
std::span<const Key> gateway_keys();

/// The kernel's side.
std::span<const Key> queue_keys();

/// nullptr if there is none.
const Key* find_key(std::string_view name);

/// Sets a value, or throws a UsageError that names the key, the value and what is expected.
void set(const Key& key, std::string_view value, Settings& settings);

}  // namespace pinhole::app
