#include "tests/support/data.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace sekisho::tests {

std::string shared_data(const std::string& name) {
  const char* folder = std::getenv("SEKISHO_DATA");
  const std::filesystem::path base =
      folder != nullptr ? std::filesystem::path(folder)
                        : std::filesystem::path(SEKISHO_SOURCE_DIR) / "../shared/data";
  const std::filesystem::path path = base / name;
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return path.string();
  std::cout << "skipped: no " << path.string() << std::endl;
  return {};
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot open " + path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace sekisho::tests
