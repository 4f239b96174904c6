#include "app/replay_columns.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace pinhole::app {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kFoldedIndent = 8;
constexpr std::size_t kGap = 2;

/// Of a folded row a line may hold empty cells only: it is left out.
void end_line(std::string& text) {
  text.erase(text.find_last_not_of(' ') + 1);
  if (!text.empty() && text.back() != '\n') text += '\n';
}

}  // namespace

Columns::Columns(std::vector<std::string> headings) : headings_(std::move(headings)) {}

void Columns::add(std::vector<std::string> cells) {
  cells.resize(headings_.size());
  rows_.push_back(std::move(cells));
}

std::string Columns::print(std::size_t width) const {
  const auto columns = widths();
  std::string text;
  const auto print_row = [&](const std::vector<std::string>& cells) {
    std::size_t at = kIndent;
    bool first = true;  // on its line
    text.append(at, ' ');
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (columns[i] == 0) continue;
      if (!first && width != 0 && at + columns[i] > width) {
        end_line(text);
        at = kFoldedIndent;
        text.append(at, ' ');
      }
      text += cells[i];
      text.append(columns[i] - cells[i].size() + kGap, ' ');
      at += columns[i] + kGap;
      first = false;
    }
    end_line(text);
  };
  print_row(headings_);
  for (const auto& row : rows_) print_row(row);
  return text;
}

/// Of each column, its heading included; 0 for one that is left out.
std::vector<std::size_t> Columns::widths() const {
  std::vector<std::size_t> result(headings_.size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) result[i] = std::max(result[i], row[i].size());
  }
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (result[i] > 0) result[i] = std::max(result[i], headings_[i].size());
  }
  return result;
}

std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
  std::string result(indent, ' ');
  std::size_t at = indent;  // characters in the current line
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const bool first = at == indent;
    if (!first && width != 0 && at + 1 + word.size() > width) {
      result.append(1, '\n').append(indent + kGap, ' ');
      at = indent + kGap;
    } else if (!first) {
      result += ' ';
      ++at;
    }
    result += word;
    at += word.size();
  }
  return result + '\n';
}

}  // namespace pinhole::app
