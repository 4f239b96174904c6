// Three FTP clients, each made to use one way of negotiating its data connections.
//
// | mode | curl | lftp | tnftp |
// |---|---|---|---|
// | PASV | --disable-epsv | prefer-epsv off | -p, epsv4 off |
// | EPSV | default | prefer-epsv on | -p, epsv4 on |
// | PORT | --ftp-port - --disable-eprt | passive-mode off | -A, epsv4 off |
// | EPRT | --ftp-port - | passive-mode off, over IPv6 only | -A, epsv4 on |
//
// PASV and PORT cannot carry IPv6 addresses. lftp has no setting for EPRT over IPv4.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/lab.hpp"

namespace pinhole::test {

enum class Client { curl, lftp, tnftp };
enum class Mode { pasv, epsv, port, eprt };

std::string_view name_of(Client client);
std::string_view name_of(Mode mode);  ///< lower case, for test names
std::string_view verb_of(Mode mode);  ///< as it stands in a control connection

/// Whether the client can be made to use the mode.
bool can_use(Client client, Mode mode, Family family);

/// One session: fetch blob.bin to `directory`/fetched, list the root to `directory`/listing, store
/// `directory`/upload as incoming/`upload_name`. Its transcript, with the commands sent, is in errors +
/// output.
Finished transfer(const Lab& lab, Client client, Mode mode, Family family,
                  const std::filesystem::path& directory, const std::string& upload_name);

/// A curl that fetches readme.txt from `host` to its standard output, and gives up after `limit`.
Arguments curl_command(const std::string& host, Mode mode, Milliseconds limit);

/// Many transfers on one control connection: fetches the files 1 to `count` to `directory`/fetched-N, stores
/// `directory`/upload-N in the server's directory `into`.
struct Series {
  int count;
  std::filesystem::path directory;
  std::string into;
};
Arguments curl_series(const std::string& host, Mode mode, const Series& series);

/// What became of one transfer of a curl_series().
struct Result {
  int exit_code = -1;  ///< curl's, for this transfer
  int reply = 0;       ///< the server's last
  std::size_t fetched = 0, stored = 0;
};
/// In the order of the transfers: first those fetched, then those stored.
std::vector<Result> results_in(const Finished& series);

/// How many transfers of transfer() the server has said to be complete, one final 226 for each.
int completed(const Finished& session);

/// Whether the command was sent in a transcript of transfer().
bool sent(const Finished& session, Mode mode);

}  // namespace pinhole::test
