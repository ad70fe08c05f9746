#include "core/checksum.h"

#include <string>

#include "tests/support/doctest.h"

namespace sekisho {

TEST_SUITE("unit") {
  TEST_CASE("core/checksum: the published values of XXH3, which are stored in files") {
    CHECK(checksum("") == 0x2d06800538d394c2ULL);
    CHECK(checksum("abc") == 0x78af5f94892f3950ULL);
  }

  TEST_CASE("core/checksum: any one bit changed is seen") {
    std::string bytes(300, 'x');
    const std::uint64_t before = checksum(bytes);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
      CHECK(checksum(bytes) != before);
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    }
  }
}

}  // namespace sekisho
