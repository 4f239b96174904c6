// Descriptors 0, 1 and 2, where whoever starts the program has closed them: the next file or socket that is
// opened would get their number, and what is printed would be written into it.
#pragma once

namespace pinhole::app {

/// Opens /dev/null for those that are closed: standard error takes what is written and forgets it; to write
/// to standard output fails, as it would have. Before anything else is opened. False if that is impossible.
bool occupy_standard_descriptors();

}  // namespace pinhole::app
