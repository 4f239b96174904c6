// Writes a session's steps as its two ends spell what they say; what they say is its callers' matter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "differential/script.hpp"

namespace pinhole::test::differential {

class Pen {
 public:
  Pen(const Habits& habits, Random& random) : habits_(habits), random_(random) {}

  /// A new step; all that follows is in it.
  void step(std::string name) { steps_.push_back({.name = std::move(name)}); }
  /// The facet's dialect shows in this step.
  void shows(std::string_view facet) { steps_.back().facets.insert(facet); }
  void act(Act act) { steps_.back().acts.push_back(std::move(act)); }

  void say(const std::string& command);
  /// PORT and EPRT, which the kernel's helper finds nowhere but at a packet's beginning, and up to its end.
  void offer(const std::string& command);
  /// What must not be printed.
  void say_secret(const std::string& command);
  void reply(const Reply& lines);
  /// Behind the lines that this server says before its replies, if it does.
  void reply_behind_text(const Reply& lines);

  void exchange(const std::string& command, const Reply& lines);

  std::vector<Step> steps() { return std::move(steps_); }

 private:
  void write(Side side, const Reply& lines);
  std::string spelt(std::string command);

  const Habits& habits_;
  Random& random_;
  std::vector<Step> steps_;
};

}  // namespace pinhole::test::differential
