#include "differential/dialects.hpp"

#include <algorithm>

namespace pinhole::test::differential {
namespace {

void plain(Habits&) {}

// Weights: the plain one is about half of each facet, so that most sessions have a few oddities, not all.
// The kernel's helper reads every one of these, but those of the facet "announces".
constexpr Dialect kDialects[] = {
    // what servers say
    {"greeting", "plain", 4, plain},
    {"greeting", "several-lines", 2,
     [](Habits& h) {
       h.server.greeting = {"220-Welcome to the lab.", "220-", "220 Ready."};
     }},
    {"greeting", "lines-without-code", 2,
     [](Habits& h) {
       h.server.greeting = {"220-Welcome", "  to the lab,", "stranger.", "220 Ready."};
     }},
    {"greeting", "120-first", 1,
     [](Habits& h) {
       h.server.greeting = {"120 In a moment.", "220 Ready."};
     }},
    {"login", "plain", 5, plain},
    {"login", "at-user", 1, [](Habits& h) { h.server.user = {"230 Anonymous access granted."}; }},
    {"login", "several-lines", 2,
     [](Habits& h) {
       h.server.pass = {"230-Quota: 12 of 500 MB", " 230 files,", "230-", "230 Logged in."};
     }},
    {"login", "account", 1, [](Habits& h) { h.server.account = {"332 Need account for login."}; }},
    {"227", "plain", 5, plain},
    {"227", "no-dot", 1, [](Habits& h) { h.server.pasv = {"227 Entering Passive Mode ($COMMAS)"}; }},
    {"227", "no-parentheses", 1, [](Habits& h) { h.server.pasv = {"227 Entering Passive Mode. $COMMAS"}; }},
    {"227", "equals", 1, [](Habits& h) { h.server.pasv = {"227 Entering Passive Mode (=$COMMAS)"}; }},
    {"227", "numbers-only", 1, [](Habits& h) { h.server.pasv = {"227 $COMMAS"}; }},
    {"227", "brackets", 1, [](Habits& h) { h.server.pasv = {"227 Passive on [$COMMAS]."}; }},
    {"227", "text-behind", 1,
     [](Habits& h) { h.server.pasv = {"227 Entering passive mode ($COMMAS), connect now please"}; }},
    {"227", "trailing-blank", 1,
     [](Habits& h) { h.server.pasv = {"227 Entering Passive Mode ($COMMAS). "}; }},
    {"229", "plain", 4, plain},
    {"229", "exclamation", 1,
     [](Habits& h) { h.server.epsv = {"229 Entering Extended Passive Mode (!!!$PORT!)"}; }},
    {"229", "dot", 1, [](Habits& h) { h.server.epsv = {"229 Entering Extended Passive Mode (|||$PORT|)."}; }},
    {"229", "short", 1, [](Habits& h) { h.server.epsv = {"229 (|||$PORT|)"}; }},
    {"229", "text-behind", 1,
     [](Habits& h) { h.server.epsv = {"229 Extended Passive Mode OK (|||$PORT|) waiting"}; }},
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
    {"preliminary", "150", 3, plain},
    {"preliminary", "125", 1,
     [](Habits& h) { h.server.preliminary = {"125 Data connection already open; transfer starting."}; }},
    {"preliminary", "several-lines", 1,
     [](Habits& h) {
       h.server.preliminary = {"150-Accepted data connection", "150 12.3 kbytes to go"};
     }},
    {"complete", "226", 3, plain},
    {"complete", "250", 1, [](Habits& h) { h.server.complete = {"250 Requested file action okay."}; }},
    {"complete", "several-lines", 1,
     [](Habits& h) {
       h.server.complete = {"226-File successfully transferred", "226 0.004 seconds, 3.06 Mbytes per second"};
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

    // what clients say
    {"letters", "upper", 4, plain},
    {"letters", "lower", 1, [](Habits& h) { h.client.letters = Letters::lower; }},
    {"letters", "mixed", 1, [](Habits& h) { h.client.letters = Letters::mixed; }},
    {"PASV", "plain", 4, plain},
    {"PASV", "trailing-blank", 1, [](Habits& h) { h.client.pasv = "PASV "; }},
    {"EPSV", "plain", 3, plain},
    {"EPSV", "family", 1, [](Habits& h) { h.client.epsv = "EPSV $FAMILY"; }},
    {"EPSV", "trailing-blank", 1, [](Habits& h) { h.client.epsv = "EPSV "; }},
    {"PORT", "plain", 4, plain},
    {"PORT", "leading-zeros", 1, [](Habits& h) { h.client.port = "PORT $ZEROS"; }},
    {"EPRT", "plain", 4, plain},
    {"EPRT", "exclamation", 1, [](Habits& h) { h.client.eprt = "EPRT !$FAMILY!$HOST!$PORT!"; }},
    {"EPRT", "comma", 1, [](Habits& h) { h.client.eprt = "EPRT ,$FAMILY,$HOST,$PORT,"; }},
    {"EPRT", "upper-case-address", 1, [](Habits& h) { h.client.eprt = "EPRT |$FAMILY|$HOST_UPPER|$PORT|"; }},
    {"EPRT", "full-address", 1, [](Habits& h) { h.client.eprt = "EPRT |$FAMILY|$HOST_FULL|$PORT|"; }},
    {"dials", "behind-the-command", 2, plain},
    {"dials", "on-the-answer", 2, [](Habits& h) { h.client.dials_at_once = true; }},
    {"dials-host", "announced", 2, plain},
    {"dials-host", "of-the-control-connection", 1, [](Habits& h) { h.client.ignores_host = true; }},
    {"pipelining", "none", 4, plain},
    {"pipelining", "behind-TYPE", 1, [](Habits& h) { h.client.pipelines = true; }},
    {"probes", "none", 4, plain},
    {"probes", "AUTH", 1,
     [](Habits& h) {
       h.client.probes = {"AUTH TLS", "AUTH SSL"};
     }},
    {"files", "plain", 3, plain},
    {"files", "blanks", 1, [](Habits& h) { h.client.file = "a file  with blanks (1,2,3,4,5,6)"; }},
    {"files", "eight-bit", 1, [](Habits& h) { h.client.file = "gr\xc3\xbc\xc3\x9f\x65-\xe9.txt"; }},
    {"files", "long", 1, [](Habits& h) { h.client.file = std::string(180, 'x') + ".tar.gz"; }},

    // who announces an address that is not its own
    {"announces", "own", 48, plain},
    {"announces", "server-the-dialed", 1, [](Habits& h) { h.server.announces_dialed = true; }},
    {"announces", "client-the-seen", 1, [](Habits& h) { h.client.announces_seen = true; }},
};

const Dialect& one_of(std::span<const Dialect> facet, Random& random) {
  std::size_t all = 0;
  for (const auto& dialect : facet) all += dialect.weight;
  auto drawn = random.below(all);
  for (const auto& dialect : facet) {
    if (drawn < dialect.weight) return dialect;
    drawn -= dialect.weight;
  }
  return facet.back();
}

}  // namespace

std::string name_of(const Dialect& dialect) {
  return std::string(dialect.facet) + "/" + std::string(dialect.name);
}

std::span<const Dialect> dialects() {
  return kDialects;
}

std::vector<const Dialect*> some_dialects(Random& random) {
  std::vector<const Dialect*> chosen;
  for (auto rest = dialects(); !rest.empty();) {
    const auto end = std::ranges::find_if(
        rest, [&](const Dialect& dialect) { return dialect.facet != rest.front().facet; });
    const auto size = static_cast<std::size_t>(end - rest.begin());
    chosen.push_back(&one_of(rest.first(size), random));
    rest = rest.subspan(size);
  }
  return chosen;
}

}  // namespace pinhole::test::differential
