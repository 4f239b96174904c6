// What servers say. The kernel's helper reads every one of these, where each line comes in a packet of its
// own.

#include "differential/dialects.hpp"

namespace pinhole::test::differential {
namespace {

// Weights: the plain one is about half of each facet or more, so that most sessions have a few oddities, not
// all.
constexpr Dialect kServers[] = {
    {"greeting", "plain", 8, plain},
    {"greeting", "several-lines", 3,
     [](Habits& h) {
       h.server.greeting = {"220-Welcome to the lab.", "220-", "220 Ready."};
     }},
    {"greeting", "lines-without-code", 3,
     [](Habits& h) {
       h.server.greeting = {"220-Welcome", "  to the lab,", "stranger.", "220 Ready."};
     }},
    {"greeting", "120-first", 2,
     [](Habits& h) {
       h.server.greeting = {"120 In a moment.", "220 Ready."};
     }},
    {"greeting", "text-first", 1,
     [](Habits& h) {
       h.server.greeting = {"*** The lab's gate ***", "", "220 Ready."};
     }},
    {"greeting", "200", 1, [](Habits& h) { h.server.greeting = {"200 Ready."}; }},

    {"login", "plain", 10, plain},
    {"login", "at-user", 2, [](Habits& h) { h.server.user = {"230 Anonymous access granted."}; }},
    {"login", "several-lines", 3,
     [](Habits& h) {
       h.server.pass = {"230-Quota: 12 of 500 MB", " 230 files,", "230-", "230 Logged in."};
     }},
    {"login", "account", 2, [](Habits& h) { h.server.account = {"332 Need account for login."}; }},
    {"login", "220-to-PASS", 1, [](Habits& h) { h.server.pass = {"220 Come in."}; }},
    {"login", "202-to-PASS", 1, [](Habits& h) { h.server.pass = {"202 Anybody may come in."}; }},
    {"login", "200-to-USER", 1, [](Habits& h) { h.server.user = {"200 No password needed."}; }},
    {"login", "200-to-ACCT", 1,
     [](Habits& h) {
       h.server.account = {"332 Who pays?"};
       h.server.pass = {"200 Noted."};
     }},

    {"before-replies", "nothing", 8, plain},
    {"before-replies", "value", 1,
     [](Habits& h) {
       h.server.before = {"memsize               0x20000000", ""};
     }},
    {"before-replies", "empty-line", 1, [](Habits& h) { h.server.before = {""}; }},
    {"before-replies", "text", 1, [](Habits& h) { h.server.before = {"note: this took a while"}; }},

    {"replies", "with-text", 8, plain},
    {"replies", "bare-codes", 1, [](Habits& h) { h.server.bare_codes = true; }},

    {"227", "plain", 8, plain},
    {"227", "no-dot", 1, [](Habits& h) { h.server.pasv = {"227 Entering Passive Mode ($COMMAS)"}; }},
    {"227", "no-parentheses", 1, [](Habits& h) { h.server.pasv = {"227 Entering Passive Mode. $COMMAS"}; }},
    {"227", "equals", 1, [](Habits& h) { h.server.pasv = {"227 Entering Passive Mode (=$COMMAS)"}; }},
    {"227", "numbers-only", 1, [](Habits& h) { h.server.pasv = {"227 $COMMAS"}; }},
    {"227", "brackets", 1, [](Habits& h) { h.server.pasv = {"227 Passive on [$COMMAS]."}; }},
    {"227", "text-behind", 1,
     [](Habits& h) { h.server.pasv = {"227 Entering passive mode ($COMMAS), connect now please"}; }},
    {"227", "trailing-blank", 1,
     [](Habits& h) { h.server.pasv = {"227 Entering Passive Mode ($COMMAS). "}; }},
    {"227", "in-the-last-line", 1,
     [](Habits& h) {
       h.server.pasv = {"227-A socket listens.", "227 ($COMMAS)"};
     }},
    {"227", "behind-a-text-line", 1,
     [](Habits& h) {
       h.server.pasv = {"227-Entering", " passive mode now.", "227 Entering Passive Mode ($COMMAS)"};
     }},

    {"229", "plain", 5, plain},
    {"229", "exclamation", 1,
     [](Habits& h) { h.server.epsv = {"229 Entering Extended Passive Mode (!!!$PORT!)"}; }},
    {"229", "dot", 1, [](Habits& h) { h.server.epsv = {"229 Entering Extended Passive Mode (|||$PORT|)."}; }},
    {"229", "short", 1, [](Habits& h) { h.server.epsv = {"229 (|||$PORT|)"}; }},
    {"229", "text-behind", 1,
     [](Habits& h) { h.server.epsv = {"229 Extended Passive Mode OK (|||$PORT|) waiting"}; }},
    {"229", "in-the-last-line", 1,
     [](Habits& h) {
       h.server.epsv = {"229-A socket listens.", "229 Extended Passive Mode (|||$PORT|)"};
     }},

    {"epsv", "taken", 6, plain},
    {"epsv", "unknown-500", 1, [](Habits& h) { h.server.no_epsv = {"500 EPSV not understood."}; }},
    {"epsv", "unimplemented-502", 1, [](Habits& h) { h.server.no_epsv = {"502 Command not implemented."}; }},
    {"epsv", "other-protocol-522", 1,
     [](Habits& h) { h.server.no_epsv = {"522 Network protocol not supported, use (1)"}; }},

    {"port-reply", "plain", 3, plain},
    {"port-reply", "ok", 1, [](Habits& h) { h.server.port = h.server.eprt = {"200 Ok."}; }},
    {"port-reply", "several-lines", 1,
     [](Habits& h) {
       h.server.port = h.server.eprt = {"200-Noted.", "200 Consider using PASV."};
     }},

    {"preliminary", "150", 5, plain},
    {"preliminary", "125", 1,
     [](Habits& h) { h.server.preliminary = {"125 Data connection already open; transfer starting."}; }},
    {"preliminary", "several-lines", 1,
     [](Habits& h) {
       h.server.preliminary = {"150-Accepted data connection", "150 12.3 kbytes to go"};
     }},
    {"preliminary", "behind-553", 1,
     [](Habits& h) {
       h.server.preliminary = {"553-", "553- left out by a script", "150 Opening data connection."};
     }},

    {"complete", "226", 5, plain},
    {"complete", "250", 1, [](Habits& h) { h.server.complete = {"250 Requested file action okay."}; }},
    {"complete", "several-lines", 1,
     [](Habits& h) {
       h.server.complete = {"226-File successfully transferred", "226 0.004 seconds, 3.06 Mbytes per second"};
     }},
    {"complete", "behind-426", 1,
     [](Habits& h) {
       h.server.complete = {"426-The disk was slow,", "226 but all is there."};
     }},

    {"order", "226-at-the-end", 4, plain},
    {"order", "226-behind-150", 1, [](Habits& h) { h.server.completes_early = true; }},
    {"order", "connection-before-150", 2, [](Habits& h) { h.server.connects_first = true; }},
    {"active-from", "port-20", 3, plain},
    {"active-from", "any-port", 2, [](Habits& h) { h.server.active_port = 0; }},

    {"goodbye", "plain", 3, plain},
    {"goodbye", "several-lines", 1,
     [](Habits& h) {
       h.server.quit = {"221-Goodbye. You uploaded 0 and downloaded 12 kbytes.", "221 Logout."};
     }},
};

}  // namespace

std::span<const Dialect> dialects_of_servers() {
  return kServers;
}

}  // namespace pinhole::test::differential
