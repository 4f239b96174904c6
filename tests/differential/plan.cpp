#include "differential/plan.hpp"

#include <algorithm>
#include <sstream>

namespace pinhole::test::differential {
namespace {

// Without translation nothing is edited, so that is tried less.
Way some_way(Random& random) {
  Way way;
  way.topology = random.chance(10) ? kTopologies[3] : kTopologies[random.below(3)];
  way.family = random.chance(30) ? Family::ipv6 : Family::ipv4;
  way.other_client = random.chance(40);
  way.other_dialed = random.chance(40) && (way.topology == "dnat" || way.topology == "both");
  way.port = random.chance(30) ? 2121 : 21;
  return way;
}

const char* name_of(Family family) {
  return family == Family::ipv4 ? "ipv4" : "ipv6";
}

}  // namespace

Plan Plan::of(std::uint64_t seed, const Fixed& fixed) {
  Random random(seed);
  Plan plan;
  plan.seed = seed;
  plan.fixed = fixed;
  plan.way = some_way(random);
  plan.dialects = some_dialects(random, fixed);
  for (const auto* dialect : plan.dialects) dialect->speak(plan.habits);
  plan.steps = some_script(plan.habits, plan.way.family, random);
  plan.client_cut = some_cut(random);
  plan.server_cut = some_cut(random);
  return plan;
}

std::set<std::string> kind_of(const Plan& plan, const Step& step, Cutting cutting) {
  std::set<std::string> words{plan.way.topology, name_of(plan.way.family)};
  std::istringstream name(step.name);
  for (std::string word; name >> word;) words.insert(word);
  for (const auto* dialect : plan.dialects) {
    if (step.facets.contains(dialect->facet)) words.insert(name_of(*dialect));
  }
  if (cutting == Cutting::none) {
    words.insert("uncut");
  } else {
    words.insert("client-cut/" + name_of(plan.client_cut));
    words.insert("server-cut/" + name_of(plan.server_cut));
  }
  return words;
}

std::string described(const Plan& plan) {
  std::string text = plan.way.topology + ", " + name_of(plan.way.family) + ", port " +
                     std::to_string(plan.way.port) + (plan.way.other_client ? ", the other client" : "") +
                     (plan.way.other_dialed ? ", the other dialed address" : "") + "; client cut into " +
                     name_of(plan.client_cut) + ", server into " + name_of(plan.server_cut) + "; dialects:";
  for (const auto* dialect : plan.dialects) {
    const auto name = name_of(*dialect);
    const bool plain = dialect == &*std::ranges::find(dialects(), dialect->facet, &Dialect::facet);
    if (!plain) text += " " + name;
  }
  return text;
}

}  // namespace pinhole::test::differential
