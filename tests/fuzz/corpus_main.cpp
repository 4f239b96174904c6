// fuzz_TARGET FILE|DIRECTORY...: runs a fuzz target over inputs kept in files, where there is no libFuzzer.
//
// Each file's name is written before it runs, so that the last one is the one that failed. No file at all is
// a failure too.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> inputs_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> inputs;
  for (const auto& entry : fs::directory_iterator(path)) {
    if (entry.is_regular_file()) inputs.push_back(entry.path());
  }
  std::sort(inputs.begin(), inputs.end());
  return inputs;
}

bool run(const fs::path& path) {
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::printf("cannot be read\n");
    return false;
  }
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  // A copy of exactly its size: a read behind it is one behind the allocation.
  const std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
  try {
    LLVMFuzzerTestOneInput(input.data(), input.size());
  } catch (const std::exception& broken) {
    std::printf("broken: %s\n", broken.what());
    return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t passed = 0;
  for (int i = 1; i < argc; ++i) {
    std::error_code error;
    if (!fs::exists(argv[i], error)) {
      std::printf("%s is not there\n", argv[i]);
      return 1;
    }
    for (const auto& path : inputs_of(argv[i])) {
      if (!run(path)) return 1;
      ++passed;
    }
  }
  std::printf("%zu inputs\n", passed);
  return passed > 0 ? 0 : 1;
}
