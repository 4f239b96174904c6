// Bytes inside a command that some server takes for the end of a line.
//
// A NUL (vsftpd), also behind a CR as Telnet writes a CR alone (RFC 854), and a CR that no LF follows. What
// stands behind one could be a line of its own to that server, which nobody here has heard: in a reply that
// quotes it, or as a command. CRs directly before the line's end are no matter, as some clients send several;
// nor is what a line begins with, as it is no command then, whoever reads it.
#pragma once

#include <string_view>

#include "control/session.hpp"

namespace pinhole::control {

/// Whether there is one in `text`, a command or its beginning, without the line's end; false if it begins
/// with none.
bool has_stray_end(std::string_view text);

/// Whether such a command must not reach the server: what is known not to be FTP is nobody's command, unless
/// commands are filtered.
bool refuses_stray_ends(const Session& session);

}  // namespace pinhole::control
