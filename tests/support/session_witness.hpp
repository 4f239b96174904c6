// A Session with a witness beside it, who counts in the plainest way what was said and throws LawBroken where
// the session allows more than was earned, or did not foresee an edit.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "pinhole/ftp/session.hpp"

namespace pinhole::test {

class SessionWitness {
 public:
  explicit SessionWitness(std::size_t outstanding) : session_({outstanding, true}), at_command_(session_) {}

  ftp::Heard hear_command(std::string_view line, bool whole);
  ftp::Heard hear_reply(std::string_view line, bool whole);
  void cleared();

  ftp::Session::State state() const { return session_.state(); }
  bool not_ftp() const { return not_ftp_; }
  std::size_t answered_well() const { return answered_well_; }

 private:
  struct Foresight {
    bool every_beginning = true;     ///< of the line was said to need an edit perhaps
    bool even_behind_others = true;  ///< also when asked before the replies that came before it
  };
  Foresight foresee(bool client, std::string_view line) const;
  void check(const ftp::Heard& heard, std::string_view line, bool whole, const Foresight& foresight);
  void check_answer(const ftp::Heard& heard);
  void check_state(ftp::Session::State before, std::string_view reply);

  ftp::Session session_;
  ftp::Session at_command_;  // as it was behind the client's last line
  bool not_ftp_ = false;
  bool completed_ = false;                    // any 2yz behind the greeting: no login without one
  std::map<std::uint32_t, ftp::Verb> asked_;  // PASV, EPSV, PORT and EPRT, by the command's number
  std::uint32_t last_concluded_ = 0;
  std::size_t answered_well_ = 0;
};

}  // namespace pinhole::test
