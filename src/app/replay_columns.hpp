// Rows of text in aligned columns, or one below the other where the terminal is too narrow.
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
  std::string aligned(const std::vector<std::size_t>& widths) const;
  std::string stacked() const;

  std::vector<std::string> headings_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace pinhole::app
