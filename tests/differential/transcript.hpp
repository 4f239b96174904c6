// What happened in a session, a line for each act with its time. No secrets.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "differential/script.hpp"

namespace pinhole::test::differential {

const char* name_of(Side side);

/// As C++ would write it.
std::string visible(std::string_view text);
/// What of `text`, said or heard in an act, may be printed where `said` was said.
std::string shown(const Act& act, const std::string& text, const std::string& said);

class Transcript {
 public:
  void tell(const std::string& what);
  void tell_said(const Act& act, const std::string& said, const std::string& heard, std::size_t pieces);

  const std::string& text() const { return text_; }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::string text_;
};

}  // namespace pinhole::test::differential
