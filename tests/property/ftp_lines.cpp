#include "property/ftp_lines.hpp"

namespace pinhole::test {
namespace {

constexpr std::string_view kCommands[] = {"USER anonymous",
                                          "PASS guest@example.org",
                                          "ACCT x",
                                          "SYST",
                                          "FEAT",
                                          "TYPE I",
                                          "PWD",
                                          "CWD /pub",
                                          "NOOP",
                                          "PASV",
                                          "pasv",
                                          "EPSV",
                                          "EPSV 1",
                                          "EPSV 2",
                                          "EPSV ALL",
                                          "PORT 192,168,1,2,200,13",
                                          "PORT 10,0,0,1,4,1",
                                          "port 1,2,3,4,5,6",
                                          "EPRT |1|132.235.1.2|6275|",
                                          "EPRT |2|1080::8:800:200C:417A|5282|",
                                          "eprt ,2,0:0:0:0:0:0:0:0,1025,",
                                          "LIST",
                                          "RETR file",
                                          "STOR file",
                                          "ABOR",
                                          "REST 100",
                                          "AUTH TLS",
                                          "AUTH GSSAPI",
                                          "PBSZ 0",
                                          "PROT P",
                                          "CCC",
                                          "REIN",
                                          "QUIT",
                                          "XYZZY",
                                          "",
                                          "STAT",
                                          "POST / HTTP/1.1",
                                          "Host: example.org"};

constexpr std::string_view kReplies[] = {"220 (vsFTPd 3.0.3)",
                                         "220-Welcome",
                                         "220 ProFTPD Server ready",
                                         "120 Wait",
                                         "331 Please specify the password.",
                                         "230 Login successful.",
                                         "230-Hello",
                                         "230 ok",
                                         "232 ok",
                                         "332 Account",
                                         "530 Login incorrect.",
                                         "200 PORT ok.",
                                         "200 Switching to Binary mode.",
                                         "215 UNIX Type: L8",
                                         "211-Features:",
                                         " EPRT",
                                         " MDTM",
                                         "211 End",
                                         "227 Entering Passive Mode (192,168,1,2,200,13).",
                                         "227 Entering Passive Mode. 1,2,3,4,5,6",
                                         "227 =10,0,0,1,4,1",
                                         "229 Entering Extended Passive Mode (|||6446|)",
                                         "229 EPSV ok (!!!50000!)",
                                         "150 Opening",
                                         "150-Opening",
                                         "125 Open",
                                         "226 Transfer complete.",
                                         "426 Aborted",
                                         "425 Can't",
                                         "500 Unknown command.",
                                         "502 No",
                                         "234 Proceed",
                                         "334 More",
                                         "235 Done",
                                         "221 Goodbye.",
                                         "421 Timeout",
                                         "257 \"/\"",
                                         "631 abc",
                                         "HTTP/1.1 200 OK",
                                         ""};

}  // namespace

std::string_view real_command(Random& random) {
  return random.one_of(kCommands);
}

std::string_view real_reply(Random& random) {
  return random.one_of(kReplies);
}

std::string mutated(Random& random, std::string line) {
  static constexpr std::string_view kNoise[] = {"0", "256", "65536", "99999999999", "-1", "255", ",", "|"};
  static constexpr std::string_view kLetters = "0123456789,,,||.:() -\xff\r\t/afPORT";
  for (auto changes = random.below(4); changes > 0; --changes) {
    const auto at = random.below(line.size() + 1);
    switch (random.below(5)) {
      case 0:
        line.insert(at, 1, random.one_of(kLetters));
        break;
      case 1:
        if (at < line.size()) line.erase(at, 1);
        break;
      case 2:
        if (at < line.size()) line[at] = random.one_of(kLetters);
        break;
      case 3:
        line.insert(at, line.substr(at, random.below(8)));
        break;
      default:
        line.insert(at, random.one_of(kNoise));
        break;
    }
  }
  return line;
}

}  // namespace pinhole::test
