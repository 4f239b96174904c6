// What takes both ends, or either. Of "announces" the kernel's helper reads only the plain one.

#include "differential/dialects.hpp"

namespace pinhole::test::differential {
namespace {

// A server's port 20 is in TIME_WAIT for 60 s; another erases its flash memory first, which may take longer.
// The kernel's helper expects a data connection for 300 s.
constexpr std::chrono::seconds kTimeWait{62}, kErasing{125};

constexpr Dialect kBoth[] = {
    {"line-end", "cr-lf", 8, plain},
    {"line-end", "cr-cr-lf", 1, [](Habits& h) { h.client.line_end = h.server.line_end = "\r\r\n"; }},
    {"line-end", "clients-cr-cr-lf", 1, [](Habits& h) { h.client.line_end = "\r\r\n"; }},
    {"line-end", "servers-cr-cr-lf", 1, [](Habits& h) { h.server.line_end = "\r\r\n"; }},

    {"awake", "says-nothing", 6, plain},
    {"awake", "NOOP-unanswered", 1, [](Habits& h) { h.awake = Awake::unanswered; }},
    {"awake", "NOOP-answered", 1, [](Habits& h) { h.awake = Awake::answered; }},
    {"awake", "NOOP-answered-behind", 1, [](Habits& h) { h.awake = Awake::answered_behind; }},

    {"ABOR", "none", 6, plain},
    {"ABOR", "answered-twice", 1,
     [](Habits& h) {
       h.aborted = {{"426 Connection closed; transfer aborted."}, {"226 Abort successful."}};
     }},
    {"ABOR", "answered-once", 1, [](Habits& h) { h.aborted = {{"226 Abort successful."}}; }},
    {"ABOR", "answered-once-by-426", 1, [](Habits& h) { h.aborted = {{"426 Transfer aborted."}}; }},
    {"ABOR", "226-behind-426", 1,
     [](Habits& h) {
       h.aborted = {{"426-Transfer aborted.", "226 Abort successful."}};
     }},

    {"announces", "own", 48, plain},
    {"announces", "server-the-dialed", 1, [](Habits& h) { h.server.announces_dialed = true; }},
    {"announces", "client-the-seen", 1, [](Habits& h) { h.client.announces_seen = true; }},

    {"late", "never", 1, plain},
    {"late", "active-by-a-minute", 0, [](Habits& h) { h.late = {.time = kTimeWait}; }},
    {"late", "active-by-two-minutes", 0, [](Habits& h) { h.late = {.time = kErasing}; }},
    {"late", "active-before-the-command", 0,
     [](Habits& h) { h.late = {.time = kTimeWait, .before_command = true}; }},
    {"late", "passive-by-two-minutes", 0, [](Habits& h) { h.late = {.time = kErasing, .passive = true}; }},
};

}  // namespace

std::span<const Dialect> dialects_of_both() {
  return kBoth;
}

}  // namespace pinhole::test::differential
