#include "app/settings.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "app/keys.hpp"

namespace pinhole::app {
namespace {

namespace po = boost::program_options;

using Texts = std::vector<std::string>;

void describe(po::options_description& description, std::span<const Key> keys) {
  for (const Key& key : keys) {
    if (key.clear != nullptr) {
      description.add_options()(key.name, po::value<Texts>()->composing()->value_name("VALUE"), key.help);
    } else {
      description.add_options()(key.name, po::value<std::string>()->value_name("VALUE"), key.help);
    }
  }
}

/// Later sections may lie inside earlier ones, whose values they begin with.
std::vector<std::pair<net::Network, alg::Policy>> policies_by_server(Sections sections,
                                                                     const Settings& general) {
  std::ranges::stable_sort(sections, {}, [](const Section& section) { return section.network.length(); });
  std::vector<std::pair<net::Network, alg::Policy>> policies;
  for (const auto& section : sections) {
    Settings settings = general;
    const auto around = std::find_if(policies.rbegin(), policies.rend(), [&section](const auto& earlier) {
      return earlier.first.contains(section.network.base());
    });
    if (around != policies.rend()) settings.policy = around->second;
    const Key* last = nullptr;
    for (const auto& [name, value] : section.values) {
      const Key* key = find_key(name);
      if (key->clear != nullptr && key != last) key->clear(settings);
      set(*key, value, settings);
      last = key;
    }
    policies.emplace_back(section.network, settings.policy);
  }
  return policies;
}

}  // namespace

po::options_description gateway_options() {
  po::options_description description("Policy and limits");
  describe(description, gateway_keys());
  describe(description, policy_keys());
  return description;
}

po::options_description policy_options() {
  po::options_description description("Policy of a server");
  describe(description, policy_keys());
  return description;
}

po::options_description queue_options() {
  po::options_description description("Queues");
  describe(description, queue_keys());
  return description;
}

Settings settings_from(const po::variables_map& values) {
  Settings settings;
  for (const auto& [name, value] : values) {
    const Key* key = find_key(name);
    if (key == nullptr || value.empty()) continue;
    if (key->clear != nullptr) {
      for (const auto& text : value.as<Texts>()) set(*key, text, settings);
    } else {
      set(*key, value.as<std::string>(), settings);
    }
  }
  if (settings.queue_base + settings.queues > 65535) {
    throw UsageError("queue-base: the last of " + std::to_string(settings.queues + 1) +
                     " queues would be above 65535");
  }
  settings.policy.control_ports = settings.control_ports;
  if (const auto sections = values.find(kSectionsKey); sections != values.end()) {
    settings.by_server = policies_by_server(sections->second.as<Sections>(), settings);
  }
  return settings;
}

}  // namespace pinhole::app
