#include "differential/talks.hpp"

namespace pinhole::test::differential {

const std::vector<Exchange>& talks() {
  static const std::vector<Exchange> all{
      {"SYST", {"215 UNIX Type: L8"}},
      {"FEAT", {"211-Features:", " EPRT", " EPSV", " MDTM", " PASV", " REST STREAM", " SIZE", "211 End"}},
      {"FEAT", {"500 FEAT not understood"}},
      {"OPTS UTF8 ON", {"200 Always in UTF8 mode."}},
      {"PWD", {"257 \"/\" is the current directory"}},
      {"XPWD", {"257 \"/a \"\"quoted\"\" one\""}},
      {"CWD incoming", {"250-This is the place for uploads.", "  Behave.", "250 Directory changed."}},
      {"CWD nowhere", {"550 Failed to change directory."}},
      {"CDUP", {"250 Directory successfully changed."}},
      {"NOOP", {"200 NOOP ok."}},
      {"SIZE readme.txt", {"213 1204"}},
      {"MDTM readme.txt", {"213 20240229120000"}},
      {"MKD new", {"257 \"new\" created"}},
      {"RMD new", {"250 Removed."}},
      {"RNFR old", {"350 Ready for RNTO."}},
      {"RNTO new", {"250 Rename successful."}},
      {"DELE old", {"550 Permission denied."}},
      {"SITE CHMOD 644 readme.txt", {"200 SITE CHMOD command ok."}},
      {"STRU F", {"200 Structure set to F."}},
      {"MODE S", {"200 Mode set to S."}},
      {"ALLO 4096", {"202 ALLO command ignored."}},
      {"HELP",
       {"214-The following commands are recognized.", " PORT PASV EPRT EPSV", " RETR STOR", "214 Help OK."}},
      {"STAT",
       {"211-FTP server status:", "     Connected, 227 seconds ago", "     TYPE: ASCII",
        "211 End of status"}}};
  return all;
}

}  // namespace pinhole::test::differential
