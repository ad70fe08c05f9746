#include "stix/pattern/check.h"

#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix::pattern;

namespace {

/// "clause@offset!" for an error, "clause@offset?" for a warning, joined by a space.
std::string found(const std::string& text) {
  std::string out;
  for (const Finding& each : inspect(text).findings) {
    if (!out.empty()) out += ' ';
    out += std::string(each.clause) + "@" + std::to_string(each.offset) + (each.is_error ? "!" : "?");
    CHECK_FALSE(each.message.empty());
  }
  return out;
}

int level(const std::string& text) { return level_of(*inspect(text).pattern); }

}  // namespace

TEST_SUITE("unit") {

TEST_CASE("stix/pattern: AND within brackets joins one object type") {
  CHECK(found("[file:name = 'a' AND file:size = 1]") == "");
  CHECK(found("[file:name = 'a' AND url:value = 'b']") == "S-9.5-1@21!");
  CHECK(found("[file:name = 'a' OR url:value = 'b']") == "");
  // One object can satisfy the other branch.
  CHECK(found("[x-a:x=1 AND (x-b:y=2 OR x-a:z=3)]") == "");
  CHECK(found("[x-a:x=1 AND (x-b:y=2 OR x-c:z=3)]") == "S-9.5-1@14!");
  CHECK(found("[(x-a:x=1 OR x-b:y=2) AND (x-b:y=2 OR x-c:z=3)]") == "");
  CHECK(found("[(x-a:x=1 OR x-b:y=2) AND (x-b:y=2 OR x-c:z=3) AND x-a:x=1]") == "S-9.5-1@51!");
  // Told once, and another branch does not heal it.
  CHECK(found("[(x-a:x=1 AND x-b:y=2) AND x-c:z=3]") == "S-9.5-1@14!");
  CHECK(found("[x-a:x=1 AND x-b:y=2 OR x-a:x=1]") == "S-9.5-1@13!");
  CHECK(found("[x-a:x=1] AND [x-b:y=2]") == "");
}

TEST_CASE("stix/pattern: each kind of qualifier once on an expression") {
  CHECK(found("[x-a:x=1] WITHIN 1 SECONDS REPEATS 2 TIMES") == "");
  CHECK(found("[x-a:x=1] WITHIN 1 SECONDS WITHIN 2 SECONDS") == "S-9.5-3@27!");
  CHECK(found("[x-a:x=1] REPEATS 2 TIMES WITHIN 1 SECONDS REPEATS 3 TIMES") == "S-9.5-3@43!");
  CHECK(found("([x-a:x=1] REPEATS 2 TIMES) REPEATS 3 TIMES") == "");
  CHECK(found("([x-a:x=1] REPEATS 2 TIMES REPEATS 3 TIMES)") == "S-9.5-3@27!");
  CHECK(found("([x-a:x=1]) WITHIN 1 SECONDS WITHIN 2 SECONDS") == "S-9.5-3@29?");
  CHECK(found("([x-a:x=1] AND [x-a:x=2]) WITHIN 1 SECONDS WITHIN 2 SECONDS") == "S-9.5-3@43?");
}

TEST_CASE("stix/pattern: bounds of qualifiers") {
  CHECK(found("[x-a:x=1] REPEATS 0 TIMES") == "S-9.5-4@10!");
  CHECK(found("[x-a:x=1] REPEATS 1 TIMES") == "");
  CHECK(found("[x-a:x=1] WITHIN 0 SECONDS") == "S-9.5-5@10!");
  CHECK(found("[x-a:x=1] WITHIN 0.0 SECONDS") == "S-9.5-5@10!");
  CHECK(found("[x-a:x=1] WITHIN 0.5 SECONDS") == "");
  CHECK(found("[x-a:x=1] START t'2021-01-01T00:00:00Z' STOP t'2020-01-01T00:00:00Z'") == "S-9.5-6@10!");
  CHECK(found("[x-a:x=1] START t'2020-01-01T00:00:00Z' STOP t'2020-01-01T00:00:00.0Z'") == "S-9.5-6@10!");
  CHECK(found("[x-a:x=1] START t'2020-02-30T00:00:00Z' STOP t'2021-01-01T00:00:00Z'") == "S-9.2-1@10?");
}

TEST_CASE("stix/pattern: sets, networks, hashes and days") {
  CHECK(found("[x-a:x IN (1, 2.5)]") == "");
  CHECK(found("[x-a:x IN (1, true)]") == "S-9.6-4@14!");
  CHECK(found("[x-a:x IN ('a', 'b', 3)]") == "S-9.6-4@21!");
  CHECK(found("[ipv4-addr:value ISSUBSET '198.51.100.0/24']") == "");
  CHECK(found("[ipv6-addr:value ISSUPERSET '2001:db8::1']") == "");
  CHECK(found("[network-traffic:dst_ref.value ISSUBSET '2001:db8::/32']") == "");
  CHECK(found("[ipv4-addr:value ISSUBSET '198.51.100.0/33']") == "S-9.6-7@26!");
  CHECK(found("[ipv4-addr:value ISSUBSET '198.051.100.0']") == "S-9.6-7@26!");
  CHECK(found("[ipv6-addr:value ISSUBSET '2001::db8::']") == "S-9.6-7@26!");
  CHECK(found("[url:value ISSUBSET '198.51.100.0']") == "S-9.6-7@11?");
  CHECK(found("[file:hashes.'SHA-256' = 'f00']") == "S-2.7-1@25!");
  CHECK(found("[file:hashes.MD5 IN ('79054025255fb1a26e4bc422aef54eb4', '79054025255fb1a26e4bc422aef54ebg')]") == "S-2.7-1@57!");
  CHECK(found("[file:hashes.MD5 LIKE '79%']") == "");
  CHECK(found("[file:hashes.SSDEEP = '3:a:b']") == "");
  CHECK(found("[x-a:x = t'2023-02-29T00:00:00Z']") == "S-9.2-1@9?");
}

TEST_CASE("stix/pattern: types and properties that the standard does not have are only warned of") {
  CHECK(found("[file:nam = 'a']") == "S-9.7-1@1?");
  CHECK(found("[file:x_nam = 'a']") == "");
  CHECK(found("[files:name = 'a']") == "S-9.7-1@1?");
  CHECK(found("[x-files:name = 'a']") == "");
  CHECK(found("[file:id = 'a' OR file:extensions.'ntfs-ext'.sid = 'b' OR file:defanged = true]") == "");
  CHECK(inspect("[files:name = 'a']").valid);
}

TEST_CASE("stix/pattern: comparisons that never hold are warned of") {
  CHECK(found("[file:size = '371712']") == "S-9.2-2@13?");
  CHECK(found("[file:size > 1.5]") == "");
  CHECK(found("[file:name = h'00']") == "");
  CHECK(found("[file:name = 5]") == "S-9.2-2@13?");
  CHECK(found("[file:ctime > '2020']") == "S-9.2-2@14?");
  CHECK(found("[file:magic_number_hex = h'ffd8' OR artifact:payload_bin MATCHES 'a']") == "");
  CHECK(found("[process:is_hidden = 1]") == "S-9.2-2@21?");
  CHECK(found("[network-traffic:protocols = 'tcp']") == "S-9.7-1@1?");
  CHECK(found("[network-traffic:protocols[*] = 'tcp' OR network-traffic:protocols[0] = 'tcp']") == "");
  CHECK(found("[network-traffic:protocols[*] = 6]") == "S-9.2-2@32?");
}

TEST_CASE("stix/pattern: inspect gives a refused text as a finding with its place") {
  const Inspection broken = inspect("[file:name =\n= 'a']");
  CHECK_FALSE(broken.pattern);
  CHECK_FALSE(broken.valid);
  REQUIRE(broken.findings.size() == 1);
  CHECK(broken.findings[0].clause == "S-9.4-2");
  CHECK(broken.findings[0].offset == 13);
  CHECK(broken.findings[0].message.find("(2:1)") != std::string::npos);
  CHECK(inspect("[a:b = 1] START '2020-01-01T00:00:00Z' STOP '2021-01-01T00:00:00Z'", Language::kStix20).valid);
  PatternLimits limits;
  limits.max_bytes = 3;
  CHECK_FALSE(inspect("[a:b = 1]", Language::kStix21, limits).valid);
}

TEST_CASE("stix/pattern: findings are bounded and in the order of the text") {
  std::string text = "[file:nam = 1";
  for (int i = 0; i < 500; ++i) text += " OR file:nam IN (1, true)";
  const auto findings = inspect(text + "]").findings;
  CHECK(findings.size() == 2 * kMostFindings);
  for (std::size_t i = 1; i < findings.size(); ++i) CHECK(findings[i - 1].offset <= findings[i].offset);
}

TEST_CASE("stix/pattern: the level that a consumer needs") {
  CHECK(level("[x-a:x=1 AND x-a:y=2]") == 1);
  CHECK(level("([x-a:x=1])") == 1);
  CHECK(level("[x-a:x=1] AND ([x-a:x=1] OR [x-a:x=2])") == 2);
  CHECK(level("[x-a:x=1] FOLLOWEDBY [x-a:x=1]") == 3);
  CHECK(level("[x-a:x=1] REPEATS 2 TIMES") == 3);
  CHECK(level("[x-a:x=1] OR [x-a:x=1] WITHIN 2 SECONDS") == 3);
  CHECK(level("[x-a:x=1] OR ([x-a:x=1] FOLLOWEDBY [x-a:x=1])") == 3);
}

}
