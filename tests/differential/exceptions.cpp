#include "differential/exceptions.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace pinhole::test::differential {

Exceptions::Exceptions(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto colon = line.find(": ");
    auto& exception = exceptions_.emplace_back();
    exception.text = line;
    std::istringstream words(line.substr(0, colon));
    for (std::string word; words >> word;) {
      if (word != "+") exception.words.insert(word);
    }
    if (colon == line.npos || line.find_first_not_of(' ', colon + 1) == line.npos ||
        exception.words.empty()) {
      throw std::runtime_error(file.string() + ": not 'WORD + WORD: REASON': " + line);
    }
  }
}

const Exception* Exceptions::excuse(const std::set<std::string>& kind) {
  const auto found = std::ranges::find_if(exceptions_, [&kind](const Exception& exception) {
    return std::ranges::includes(kind, exception.words);
  });
  if (found == exceptions_.end()) return nullptr;
  ++found->met;
  return &*found;
}

}  // namespace pinhole::test::differential
