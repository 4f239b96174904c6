// A replay's report as people read it, and as machines do.
#pragma once

#include <string>

#include "pcap/report.hpp"

namespace pinhole::app {

/// Tables of everything that was negotiated and of the data connections that would have been dropped, with a
/// sentence for every reason. `width` bounds the lines where that is possible; 0: no bound.
std::string report_text(const std::string& file, const pcap::Report& report, std::size_t width);

/// What could not be judged: one line for each kind, without line ends. Usually none.
std::vector<std::string> report_gaps(const pcap::Report& report);

/// One JSON object, with the `complaint` if there was one. Pretty without `file`; with it, on one line that
/// names the file.
std::string report_json(const std::string& complaint, const pcap::Report& report);
std::string report_json_line(const std::string& file, const std::string& complaint,
                             const pcap::Report& report);

}  // namespace pinhole::app
