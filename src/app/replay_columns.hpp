// Rows of text in aligned columns, folded to several lines each where the terminal is too narrow.
//
// Columns without any text are left out. Knows nothing of what it prints.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace pinhole::app {

class Columns {
 public:
  explicit Columns(std::vector<std::string> headings);

  /// As many cells as there are headings; ASCII.
  void add(std::vector<std::string> cells);

  bool empty() const { return rows_.empty(); }

  /// Lines of at most `width` characters where that is possible; 0: no bound.
  std::string print(std::size_t width) const;

 private:
  std::vector<std::size_t> widths() const;

  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

/// `text` broken between words into lines of at most `width` characters (0: no bound), `indent` spaces before
/// the first and two more before the others.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width);

}  // namespace pinhole::app
