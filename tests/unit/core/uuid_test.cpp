#include "core/uuid.h"

#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

namespace sekisho {
namespace {

TEST_SUITE("unit") {
  TEST_CASE("core/uuid: parses and prints") {
    const auto uuid = Uuid::parse("6BA7B810-9dad-11D1-80b4-00c04fd430c8");
    REQUIRE(uuid.has_value());
    CHECK(uuid->to_string() == "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    CHECK(uuid->version() == 1);
    CHECK(uuid->rfc_variant());
    for (const char* bad :
         {"", "6ba7b810-9dad-11d1-80b4-00c04fd430c", "6ba7b810-9dad-11d1-80b4-00c04fd430c88",
          "6ba7b8109dad11d180b400c04fd430c8", "{6ba7b810-9dad-11d1-80b4-00c04fd430c}",
          "6ba7b810-9dad-11d1-80b4-00c04fd430cg", "6ba7b810-9dad-11d1-80b4+00c04fd430c8",
          "6ba7b81-09dad-11d1-80b4-00c04fd430c8", "6ba7b810-9dad-11d1-80b4-00c04fd43-c8"}) {
      INFO(bad);
      CHECK_FALSE(Uuid::parse(bad).has_value());
    }
  }

  TEST_CASE("core/uuid: version 5") {
    const Uuid dns = *Uuid::parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    CHECK(Uuid::v5(dns, "python.org").to_string() == "886313e1-3b8a-5372-9b90-0c9aee199e5d");
    CHECK(Uuid::v5(dns, "www.example.com").to_string() == "2ed6657d-e927-568b-95e1-2665a8aea6a2");
    // STIX 2.1 §2.9: the namespace of deterministic observable ids.
    const Uuid stix = *Uuid::parse("00abedb4-aa42-466c-9c01-fed23315a9b7");
    CHECK(Uuid::v5(stix, R"({"value":"198.51.100.3"})").to_string() ==
          "28bb3599-77cd-5a82-a950-b5bc3caf07c4");
  }

  TEST_CASE("core/uuid: version 4 draws by purpose") {
    tests::FakeRandom random(7);
    const Uuid first = Uuid::v4(random, "uuid/a");
    const Uuid second = Uuid::v4(random, "uuid/a");
    CHECK(first.version() == 4);
    CHECK(first.rfc_variant());
    CHECK(first != second);
    tests::FakeRandom other(7);
    CHECK(Uuid::v4(other, "uuid/b") != first);
    CHECK(Uuid::v4(other, "uuid/a") == first);
    CHECK(Uuid::v4(other, "uuid/a") == second);
    tests::FakeRandom third(8);
    CHECK(Uuid::v4(third, "uuid/a") != first);
  }

  TEST_CASE("core/uuid: shapes bytes as version 4") {
    std::array<std::uint8_t, 16> bytes{};
    bytes.fill(0xFF);
    CHECK(Uuid::shaped_v4(bytes).to_string() == "ffffffff-ffff-4fff-bfff-ffffffffffff");
    bytes.fill(0);
    CHECK(Uuid::shaped_v4(bytes).to_string() == "00000000-0000-4000-8000-000000000000");
  }
}

}  // namespace
}  // namespace sekisho
