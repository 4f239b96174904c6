// Laws that hold for whatever comes, checked outside GoogleTest: by the simulator and by the fuzz targets.
#pragma once

#include <stdexcept>
#include <string>

namespace pinhole::test {

struct LawBroken : std::logic_error {
  using std::logic_error::logic_error;
};

inline void law(bool holds, const char* broken) {
  if (!holds) throw LawBroken(broken);
}

}  // namespace pinhole::test
