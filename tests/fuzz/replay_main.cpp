// Runs a fuzz target without libFuzzer: on each file or folder named, on each file cut short and
// damaged with a fixed seed, and on all texts of one byte. An input that crashes is kept in the
// file crash-input of the working folder.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kCuts = 200;     // per file
constexpr std::size_t kDamages = 500;  // per file

std::string current;
std::size_t runs = 0;

extern "C" void keep_input(int signal) {
  const int fd = open("crash-input", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (fd >= 0 && write(fd, current.data(), current.size()) >= 0) {
    constexpr std::string_view kText = "the input is in ./crash-input\n";
    [[maybe_unused]] const auto done = write(STDERR_FILENO, kText.data(), kText.size());
  }
  std::signal(signal, SIG_DFL);
  raise(signal);
}

void run(std::string input) {
  current = std::move(input);
  ++runs;
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current.data()), current.size());
}

std::string damage(std::string text, const std::string& other, std::mt19937_64& random) {
  for (auto left = 1 + random() % 4; left > 0 && !text.empty(); --left) {
    const std::size_t at = random() % text.size();
    const std::size_t length = std::min<std::size_t>(random() % 16, text.size() - at);
    switch (random() % 6) {
      case 0:
        text[at] = static_cast<char>(text[at] ^ (1 << random() % 8));
        break;
      case 1:
        text[at] = static_cast<char>(random());
        break;
      case 2:
        text.erase(at, length);
        break;
      case 3:
        text.insert(at, text.substr(random() % text.size(), length));
        break;
      case 4:
        text.insert(at, 1, static_cast<char>(random()));
        break;
      default:
        text.replace(at, length,
                     other.empty() ? "" : other.substr(random() % other.size(), random() % 32));
        break;
    }
  }
  return text;
}

std::vector<std::string> read(int count, char** names) {
  std::vector<std::filesystem::path> paths;
  for (int i = 1; i < count; ++i) {
    if (std::filesystem::is_directory(names[i])) {
      for (const auto& entry : std::filesystem::directory_iterator(names[i]))
        paths.push_back(entry.path());
    } else {
      paths.emplace_back(names[i]);
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> texts;
  for (const auto& path : paths) {
    std::ifstream in(path, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return texts;
}

}  // namespace

int main(int count, char** names) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS})
    std::signal(signal, keep_input);
  const std::vector<std::string> files = read(count, names);
  if (files.empty()) {
    std::fprintf(stderr, "no corpus files named\n");
    return 1;
  }
  run("");
  for (int byte = 0; byte < 256; ++byte) run(std::string(1, static_cast<char>(byte)));
  for (const std::string& file : files) {
    run(file);
    std::mt19937_64 random(20'260'101);
    const std::size_t step = file.size() / kCuts + 1;
    for (std::size_t size = 0; size < file.size(); size += step) run(file.substr(0, size));
    for (std::size_t i = 0; i < kDamages; ++i)
      run(damage(file, files[random() % files.size()], random));
  }
  std::printf("%zu files, %zu runs\n", files.size(), runs);
  return 0;
}
