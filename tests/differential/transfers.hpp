// The transfers of a session: how one is negotiated, and what comes of it.
#pragma once

#include <string>

#include "differential/pen.hpp"

namespace pinhole::test::differential {

class Transfers {
 public:
  Transfers(Pen& pen, const Habits& habits, Family family, Random& random)
      : pen_(pen), habits_(habits), family_(family), random_(random), late_(habits.late) {}

  /// The client has promised to say nothing but EPSV.
  void only_epsv() { promise_ = true; }

  /// One that completes, fails, is aborted, or is thought better of.
  void some();

 private:
  enum class Mode { pasv, epsv, port, eprt };
  static constexpr bool is_passive(Mode mode) { return mode == Mode::pasv || mode == Mode::epsv; }
  static const char* name_of(Mode mode);

  bool is_late() const { return late_.time.count() > 0; }
  Mode late_mode() const;
  Mode some_mode();

  void negotiate(Mode mode);
  void carry(Mode mode, const std::string& command, Side sender);
  void complete(Side sender, bool early);
  void abort();
  void refuse(Mode mode, const std::string& command);

  void act(Act::Kind kind, Side side) { pen_.act({.kind = kind, .side = side}); }
  void wait_if(bool late);

  Pen& pen_;
  const Habits& habits_;
  Family family_;
  Random& random_;
  Lateness late_;  // of the next one
  bool promise_ = false;
};

}  // namespace pinhole::test::differential
