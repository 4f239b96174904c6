#include "pinhole/alg/event.hpp"

namespace pinhole::alg {

const char* to_string(Decision decision) {
  switch (decision) {
    case Decision::open:
      return "open";
    case Decision::refuse:
      return "refuse";
    case Decision::ignore:
      return "ignore";
  }
  return "";
}

}  // namespace pinhole::alg
