// What clients say. The kernel's helper reads nothing of theirs but PORT and EPRT, at the beginning of a
// packet.

#include "differential/dialects.hpp"

namespace pinhole::test::differential {
namespace {

constexpr const char* kLogInFirst = "530 Please login with USER and PASS.";

constexpr Dialect kClients[] = {
    {"probes", "none", 12, plain},
    {"probes", "AUTH", 2,
     [](Habits& h) {
       h.client.probes = {{"AUTH TLS", {kLogInFirst}}, {"AUTH SSL", {kLogInFirst}}};
     }},
    {"probes", "FEAT", 1,
     [](Habits& h) {
       h.client.probes = {{"FEAT", {"211-Features:", " EPSV", " PASV", "211 End"}}};
     }},
    {"probes", "OPEN", 1,
     [](Habits& h) {
       h.client.probes = {{"OPEN ftp.example.net 21", {"220 ftp.example.net is ready."}}};
     }},
    {"probes", "SITE", 1,
     [](Habits& h) {
       h.client.probes = {{"SITE ftp.example.net", {"220 ftp.example.net is ready."}}};
     }},
    {"probes", "HOST", 1,
     [](Habits& h) {
       h.client.probes = {{"HOST ftp.example.net", {"220 Host accepted."}}};
     }},
    {"probes", "unknown", 1,
     [](Habits& h) {
       h.client.probes = {{"XYZZY 1", {"500 Nothing happens."}}, {"CLNT lab 1.0", {"200 Noted."}}};
     }},

    {"logs-in", "plain", 6, plain},
    {"logs-in", "user-at-host", 1, [](Habits& h) { h.client.user += "@ftp.example.net"; }},
    {"logs-in", "XAUT", 1,
     [](Habits& h) {
       h.client.login = {{"XAUT 2 0F1E2D3C4B5A", {"230 Login successful."}}};
     }},
    {"logs-in", "ADAT", 1,
     [](Habits& h) {
       h.client.login = {{"AUTH GSSAPI", {"334 Go on with ADAT."}},
                         {"ADAT YII=", {"235 ADAT=YIJ="}},
                         {"USER anonymous", {"232 Known by GSSAPI."}}};
     }},

    {"letters", "upper", 4, plain},
    {"letters", "lower", 1, [](Habits& h) { h.client.letters = Letters::lower; }},
    {"letters", "mixed", 1, [](Habits& h) { h.client.letters = Letters::mixed; }},
    {"blanks", "none", 8, plain},
    {"blanks", "before-verbs", 1, [](Habits& h) { h.client.before_verb = "  "; }},
    {"blanks", "tab-before-verbs", 1, [](Habits& h) { h.client.before_verb = "\t"; }},
    {"blanks", "behind-commands", 1, [](Habits& h) { h.client.behind_command = " \t "; }},

    {"PASV", "plain", 4, plain},
    {"PASV", "trailing-blank", 1, [](Habits& h) { h.client.pasv = "PASV "; }},
    {"PASV", "p-at-sw", 1, [](Habits& h) { h.client.pasv = "P@SW"; }},
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
    {"files", "plain", 3, plain},
    {"files", "blanks", 1, [](Habits& h) { h.client.file = "a file  with blanks (1,2,3,4,5,6)"; }},
    {"files", "eight-bit", 1, [](Habits& h) { h.client.file = "gr\xc3\xbc\xc3\x9f\x65-\xe9.txt"; }},
    {"files", "long", 1, [](Habits& h) { h.client.file = std::string(180, 'x') + ".tar.gz"; }},
};

}  // namespace

std::span<const Dialect> dialects_of_clients() {
  return kClients;
}

}  // namespace pinhole::test::differential
