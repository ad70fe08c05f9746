#include "store/dedup/identifiers.h"

#include <string>
#include <utility>

#include "tests/support/doctest.h"
#include "tests/support/property.h"

namespace sekisho::store::dedup {
namespace {

std::string read_cve(std::string_view text) {
  const auto cve = parse_cve(text);
  return cve ? cve->to_string() : "none";
}

std::string read_advisory(std::string_view text) { return advisory_id(text).value_or("none"); }

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("dedup/identifiers: CVE ids as people write them") {
    const std::pair<const char*, const char*> cases[] = {
        {"CVE-2025-990001", "CVE-2025-990001"},
        {"ＣＶＥ－２０２５－９９０００１", "CVE-2025-990001"},
        {"cve‐2025‐0042", "CVE-2025-0042"},
        {" cve-1999-0001\n", "CVE-1999-0001"},
        {"　CVE−2025−1234", "CVE-2025-1234"},
        {"CVE-2025-99999999999999", "CVE-2025-99999999999999"},
        {"CVE-0000-0000", "CVE-0000-0000"},
        {"CVE-2025-042", "none"},
        {"CVE-2025-00042", "none"},
        {"CVE-2025-999999999999999", "none"},
        {"XCVE-2025-0042", "none"},
        {"CVE-2025-1234a", "none"},
        {"CVE-20251-1234", "none"},
        {"CVE-2025", "none"},
        {"", "none"},
        {"\xff\xfe", "none"}};
    for (const auto& [text, expected] : cases) CHECK_MESSAGE(read_cve(text) == expected, text);
  }

  TEST_CASE("dedup/identifiers: every CVE id in a title, sorted, once") {
    std::string found;
    for (const Cve& cve : cves_in("続報: ＣＶＥ-2025-20001、CVE-2025-3000とcve-2025-3000, NOCVE-2025-1111 CVE-2024-9999x")) {
      found += cve.to_string() + " ";
    }
    CHECK(found == "CVE-2024-9999 CVE-2025-3000 CVE-2025-20001 ");
    CHECK(cves_in("no id").empty());
  }

  TEST_CASE("dedup/identifiers: other advisory ids in their publishers' spelling") {
    const std::pair<const char*, const char*> cases[] = {{"ghsa-ABCD-12EF-34gh", "GHSA-abcd-12ef-34gh"},
                                                         {"JVNDB-2022-000097", "JVNDB-2022-000097"},
                                                         {"ＪＶＮＶＵ＃９９９９９９９９", "JVNVU#99999999"},
                                                         {"jvn#12345678", "JVN#12345678"},
                                                         {"JVXDB-2022-000097", "none"},
                                                         {"JVN#1234567", "none"},
                                                         {"GHSA-abcd-12ef", "none"},
                                                         {"CVE-2025-0001", "none"}};
    for (const auto& [text, expected] : cases) CHECK_MESSAGE(read_advisory(text) == expected, text);
  }
}

TEST_SUITE("property") {
  TEST_CASE("dedup/identifiers: an id reads back as itself") {
    PROPERTY("year and number", [](std::uint16_t year, std::uint32_t number) {
      const std::string digits = std::to_string(number);
      const std::string text = "CVE-" + std::to_string(1000 + year % 9000) + "-" +
                               std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
      RC_ASSERT(read_cve(text) == text);
    });
  }
}

}  // namespace sekisho::store::dedup
