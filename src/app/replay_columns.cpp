#include "app/replay_columns.hpp"

#include <algorithm>
#include <utility>

namespace pinhole::app {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kGap = 2;

void end_line(std::string& text) {
  text.erase(text.find_last_not_of(' ') + 1);
  text += '\n';
}

}  // namespace

Columns::Columns(std::vector<std::string> headings) : headings_(std::move(headings)) {}

void Columns::add(std::vector<std::string> cells) {
  cells.resize(headings_.size());
  rows_.push_back(std::move(cells));
}

std::string Columns::print(std::size_t width) const {
  const auto columns = widths();
  std::size_t needed = kIndent;
  for (const auto column : columns) needed += column == 0 ? 0 : column + kGap;
  return width == 0 || needed - kGap <= width ? aligned(columns) : stacked();
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

std::string Columns::aligned(const std::vector<std::size_t>& widths) const {
  std::string text;
  const auto line = [&](const std::vector<std::string>& cells) {
    text.append(kIndent, ' ');
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (widths[i] == 0) continue;
      text += cells[i];
      text.append(widths[i] - cells[i].size() + kGap, ' ');
    }
    end_line(text);
  };
  line(headings_);
  for (const auto& row : rows_) line(row);
  return text;
}

std::string Columns::stacked() const {
  std::size_t longest = 0;
  for (const auto& heading : headings_) longest = std::max(longest, heading.size());
  std::string text;
  for (const auto& row : rows_) {
    if (!text.empty()) text += '\n';
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].empty()) continue;
      text.append(kIndent, ' ').append(headings_[i]).append(longest - headings_[i].size() + kGap, ' ');
      text.append(row[i]).append(1, '\n');
    }
  }
  return text;
}

}  // namespace pinhole::app
