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
    {"greeting", "text-first", 1,
     [](Habits& h) {
       h.server.greeting = {"Welcome to the lab!", "", "220 Ready."};
     }},
    {"greeting", "200", 1, [](Habits& h) { h.server.greeting = {"200 Ready."}; }},
    {"greeting", "bare-code", 1, [](Habits& h) { h.server.greeting = {"220"}; }},
    {"login", "plain", 7, plain},
    {"login", "220-to-PASS", 1, [](Habits& h) { h.server.pass = {"220 Welcome."}; }},
    {"login", "202-to-PASS", 1, [](Habits& h) { h.server.pass = {"202 Not needed here."}; }},
    {"login", "200-to-USER", 1, [](Habits& h) { h.server.user = {"200 You are in."}; }},
    {"login", "bare-code", 1, [](Habits& h) { h.server.pass = {"230"}; }},
    {"login", "user-at-host", 1, [](Habits& h) { h.client.user = "USER anonymous@ftp.example.org"; }},
    {"login", "XAUT", 1,
     [](Habits& h) {
       h.client.login = {{"XAUT 2 0A1B2C3D4E5F", {"230 Login successful."}}};
     }},
    {"login", "ADAT", 1,
     [](Habits& h) {
       h.client.login = {{"AUTH GSSAPI", {"334 Using authentication type GSSAPI; ADAT must follow"}},
                         {"ADAT YII=", {"235 ADAT=YIJ="}},
                         {"USER anonymous", {"232 GSSAPI user is authorized."}}};
     }},
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
    {"227", "in-the-last-line", 1,
     [](Habits& h) {
       h.server.pasv = {"227-Passive mode it is.", "227 Entering Passive Mode ($COMMAS)."};
     }},
    {"229", "plain", 5, plain},
    {"229", "in-the-last-line", 1,
     [](Habits& h) {
       h.server.epsv = {"229-Passive mode it is.", "229 Entering Extended Passive Mode (|||$PORT|)"};
     }},
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
    {"preliminary", "behind-553", 1,
     [](Habits& h) {
       h.server.preliminary = {"553-It is there; you get it anyway.", "150 Opening data connection."};
     }},
    {"complete", "226", 4, plain},
    {"complete", "behind-426", 1,
     [](Habits& h) {
       h.server.complete = {"426-The connection was slow.", "226 Transfer complete."};
     }},
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
    {"before-replies", "nothing", 5, plain},
    {"before-replies", "value", 2,
     [](Habits& h) {
       h.server.before = {"0x940a0000", ""};
     }},
    {"before-replies", "text", 1, [](Habits& h) { h.server.before = {"note: this takes a while"}; }},
    {"ABOR", "answered-twice", 2, plain},
    {"ABOR", "answered-once", 1, [](Habits& h) { h.server.abort = {{"226 Abort successful."}}; }},
    {"goodbye", "plain", 3, plain},
    {"goodbye", "several-lines", 1,
     [](Habits& h) {
       h.server.quit = {"221-Goodbye. You uploaded 0 and downloaded 12 kbytes.", "221 Logout."};
     }},

    // what clients say
    {"letters", "upper", 4, plain},
    {"letters", "lower", 1, [](Habits& h) { h.client.letters = Letters::lower; }},
    {"letters", "mixed", 1, [](Habits& h) { h.client.letters = Letters::mixed; }},
    {"line-end", "cr-lf", 5, plain},
    {"line-end", "cr-cr-lf", 1, [](Habits& h) { h.client.line_end = "\r\r\n"; }},
    {"awake", "silent", 4, plain},
    {"awake", "NOOP-unanswered", 1, [](Habits& h) { h.client.keeps_awake = true; }},
    {"PASV", "plain", 5, plain},
    {"PASV", "p-at-sw", 1, [](Habits& h) { h.client.pasv = "P@SW"; }},
    {"PASV", "leading-blank", 1, [](Habits& h) { h.client.pasv = " PASV"; }},
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
    {"probes", "none", 6, plain},
    {"probes", "AUTH", 1,
     [](Habits& h) {
       h.client.probes = {{"AUTH TLS", {"530 Please login with USER and PASS."}},
                          {"AUTH SSL", {"530 Please login with USER and PASS."}}};
     }},
    {"probes", "OPEN", 1,
     [](Habits& h) {
       h.client.probes = {{"OPEN ftp.example.org", {"220 Connected to ftp.example.org."}}};
     }},
    {"probes", "SITE", 1,
     [](Habits& h) {
       h.client.probes = {{"SITE ftp.example.org", {"220 Connected to ftp.example.org."}}};
     }},
    {"probes", "HOST", 1,
     [](Habits& h) {
       h.client.probes = {{"HOST ftp.example.org", {"220 Host accepted."}}};
     }},
    {"probes", "unknown", 1,
     [](Habits& h) {
       h.client.probes = {{"XYZZY 1", {"500 Nothing happens."}}, {"CLNT lab 1.0", {"200 Noted."}}};
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

const Dialect* dialect_named(std::string_view name) {
  const auto found =
      std::ranges::find(dialects(), name, [](const Dialect& dialect) { return name_of(dialect); });
  return found == dialects().end() ? nullptr : &*found;
}

std::vector<const Dialect*> some_dialects(Random& random, const Dialect* fixed) {
  std::vector<const Dialect*> chosen;
  for (auto rest = dialects(); !rest.empty();) {
    const auto end = std::ranges::find_if(
        rest, [&](const Dialect& dialect) { return dialect.facet != rest.front().facet; });
    const auto size = static_cast<std::size_t>(end - rest.begin());
    const auto& drawn = one_of(rest.first(size), random);
    const auto* plain = fixed != nullptr && fixed->facet == drawn.facet ? fixed : &rest.front();
    chosen.push_back(fixed == nullptr ? &drawn : plain);
    rest = rest.subspan(size);
  }
  return chosen;
}

}  // namespace pinhole::test::differential
