#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

#include "core/system/system.h"

namespace sekisho::system {
namespace {

class SystemRandom : public Random {
 public:
  void fill(std::span<std::uint8_t> out, std::string_view /*purpose*/) override {
    while (!out.empty()) {
      const ssize_t got = getrandom(out.data(), out.size(), 0);
      if (got < 0 && errno != EINTR) std::abort();  // never go on with guessable keys
      if (got > 0) out = out.subspan(static_cast<std::size_t>(got));
    }
  }
};

}  // namespace

std::unique_ptr<Random> make_random() {
  return std::make_unique<SystemRandom>();
}

}  // namespace sekisho::system
