// How the two ends of a session speak and behave, apart from what they negotiate: one field for everything in
// which real programs differ. A dialect (dialects.hpp) changes one of them, or a few that belong together.
//
// Texts have no line ends. In a line that announces an endpoint stand, for its parts,
//   $COMMAS h1,h2,h3,h4,p1,p2   $ZEROS the same with three digits each   $PORT the port
//   $FAMILY 1 or 2   $HOST the address   $HOST_UPPER, $HOST_FULL other spellings of an IPv6 address
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace pinhole::test::differential {

using Reply = std::vector<std::string>;  ///< its lines

struct Exchange {
  std::string command;
  Reply reply;
};

enum class Letters { upper, lower, mixed };

/// What becomes of a client's NOOP in a transfer.
enum class Awake { says_nothing, unanswered, answered, answered_behind };

struct ServerHabits {
  Reply greeting{"220 The lab's server."};
  Reply user{"331 Please specify the password."};
  Reply pass{"230 Login successful."};
  Reply account{};  ///< if any, the reply to PASS, and `pass` the one to ACCT

  Reply pasv{"227 Entering Passive Mode ($COMMAS)."};
  Reply epsv{"229 Entering Extended Passive Mode (|||$PORT|)"};
  Reply port{"200 PORT command successful."};
  Reply eprt{"200 EPRT command successful."};
  Reply no_epsv{};                ///< if any, the reply to EPSV
  bool announces_dialed = false;  ///< the address that clients dial, in place of its own

  Reply preliminary{"150 Opening data connection."};
  Reply complete{"226 Transfer complete."};
  bool completes_early = false;    ///< right behind the preliminary reply, before what it sends is out
  bool connects_first = false;     ///< has the data connection before the preliminary reply
  std::uint16_t active_port = 20;  ///< where its data connections come from; 0: any

  Reply before{};           ///< lines without a code, before replies behind the login that open no transfer
  bool bare_codes = false;  ///< replies of one line are a code and nothing else
  Reply quit{"221 Goodbye."};
  std::string line_end = "\r\n";
};

struct ClientHabits {
  std::vector<Exchange> probes{};  ///< before the login
  std::string user = "USER anonymous";
  std::vector<Exchange> login{};  ///< if any, in place of USER and PASS

  Letters letters = Letters::upper;
  std::string before_verb{}, behind_command{};  ///< but not of PORT and EPRT
  std::string pasv = "PASV", epsv = "EPSV";
  std::string port = "PORT $COMMAS", eprt = "EPRT |$FAMILY|$HOST|$PORT|";
  bool announces_seen = false;  ///< the address that servers see, in place of its own
  bool dials_at_once = false;   ///< on the answer, not only behind the transfer command
  bool ignores_host = false;    ///< of a 227: dials the control connection's
  bool pipelines = false;       ///< TYPE and what negotiates, without waiting for the reply between them
  std::string file = "readme.txt";
  std::string line_end = "\r\n";
};

/// When the first data connection of a session is a minute late, or more.
struct Lateness {
  std::chrono::seconds time{0};
  bool passive = false;         ///< the client's, in place of the server's
  bool before_command = false;  ///< the ends wait before the transfer command, not behind it
};

struct Habits {
  ServerHabits server;
  ClientHabits client;
  Awake awake = Awake::says_nothing;
  std::vector<Reply> aborted{};  ///< if any, clients abort some transfers, and this is what they hear
  Lateness late;
};

}  // namespace pinhole::test::differential
