// Where the kernel's edge says what is wrong with the installation or the kernel, not what peers do.
//
// Called from several threads at once, also while packets wait: it does not block.
#pragma once

#include <cstdint>
#include <string_view>

namespace pinhole::netfilter {

enum class Severity : std::uint8_t { error, warning, info, debug };

class Reporter {
 public:
  virtual ~Reporter() = default;

  /// One line.
  virtual void report(Severity severity, std::string_view line) = 0;
};

}  // namespace pinhole::netfilter
