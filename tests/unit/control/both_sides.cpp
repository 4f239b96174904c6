// The instances of every test of BothSides, whichever file it is in.
#include "unit/control/both_sides.hpp"

namespace pinhole::test {

INSTANTIATE_TEST_SUITE_P(Of, BothSides, kBothSides, kSideNames);

}  // namespace pinhole::test
