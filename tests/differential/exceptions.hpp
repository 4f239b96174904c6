// Kinds of steps that need not pass, each with the reason why.
//
// A line of the file is `WORD + WORD…: REASON`; it excuses the steps whose kind (plan.hpp) has all the words.
// Lines that begin with # are comments.
#pragma once

#include <atomic>
#include <deque>
#include <filesystem>
#include <set>
#include <string>

namespace pinhole::test::differential {

struct Exception {
  std::string text;  ///< as the file has it
  std::set<std::string> words;
  std::atomic<std::size_t> met = 0;  ///< how many steps it excused
};

class Exceptions {
 public:
  /// Throws std::runtime_error for a file that cannot be read, or a line without words or reason.
  explicit Exceptions(const std::filesystem::path& file);

  /// The exception that excuses a step of that kind, which did not pass, and counts it.
  const Exception* excuse(const std::set<std::string>& kind);

  const std::deque<Exception>& all() const { return exceptions_; }

 private:
  std::deque<Exception> exceptions_;
};

}  // namespace pinhole::test::differential
