// What an observation reaches, and input that means harm.
#include "tests/support/doctest.h"

#include <string>

#include "kit.h"

using namespace sekisho;
using namespace sekisho::tests;
using stix::match::MatchLimits;

namespace {

std::string uuid(int n) { return "00000000-0000-4000-8000-" + std::string(12 - std::to_string(n).size(), '0') + std::to_string(n); }
std::string sco(int n, const std::string& members) {
  return "{\"type\":\"x-t\",\"id\":\"x-t--" + uuid(n) + "\"" + (members.empty() ? "" : ",") + members + "}";
}
std::string data(int n, const std::string& refs, const std::string& more = {}) {
  return "{\"type\":\"observed-data\",\"id\":\"observed-data--" + uuid(n) +
         "\",\"first_observed\":\"2020-01-01T00:00:00Z\",\"last_observed\":\"2020-01-01T00:00:00Z\",\"number_observed\":1," +
         more + "\"object_refs\":[" + refs + "]}";
}
std::string ref(int n) { return "\"x-t--" + uuid(n) + "\""; }

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/match: only objects that object_refs lists are reached, also through references") {
    const std::string one = sco(1, "\"v\":1,\"next_ref\":" + ref(2) + ",\"all_refs\":[" + ref(2) + "," + ref(3) + "]");
    const std::string two = sco(2, "\"v\":2,\"next_ref\":" + ref(3));
    const std::string three = sco(3, "\"v\":3");
    const Observations some(array({data(1, ref(1) + "," + ref(2)), one, two, three}));
    CHECK(verdict("[x-t:v = 1]", some) == "yes");
    CHECK(verdict("[x-t:v = 3]", some) == "no");
    CHECK(verdict("[x-t:next_ref.v = 2]", some) == "yes");
    CHECK(verdict("[x-t:next_ref.v = 3]", some) == "no");
    CHECK(verdict("[x-t:next_ref.v != 7 AND x-t:v = 2]", some) == "no");
    CHECK(verdict("[x-t:all_refs[*].v = 2]", some) == "yes");
    CHECK(verdict("[x-t:all_refs[1].v = 3]", some) == "no");
    CHECK(verdict("[EXISTS x-t:next_ref AND x-t:v = 2]", some) == "yes");
    CHECK(verdict("[EXISTS x-t:next_ref.v AND x-t:v = 2]", some) == "no");
    CHECK(verdict("[x-t:next_ref = '" + ref(2).substr(1, ref(2).size() - 2) + "']", some) == "yes");
    const Observations all(array({data(1, ref(1) + "," + ref(2) + "," + ref(3)), one, two, three}));
    CHECK(verdict("[x-t:next_ref.next_ref.v = 3]", all) == "yes");
    CHECK(verdict("[x-t:all_refs[*].next_ref.v = 3]", all) == "yes");
  }

  TEST_CASE("stix/match: objects by key, as in 2.0; SDOs and relationships are never reached") {
    const Observations old(array({observed("o", R"("0":{"type":"x-t","to_ref":"1"},"1":{"type":"x-u","v":5})", 0, 0)}));
    CHECK(verdict("[x-t:to_ref.v = 5]", old) == "yes");
    CHECK(verdict("[x-u:v = 5]", old) == "yes");
    const std::string identity = "{\"type\":\"identity\",\"id\":\"identity--" + uuid(9) + "\",\"name\":\"n\"}";
    const Observations more(array({data(1, ref(1) + ",\"identity--" + uuid(9) + "\""), sco(1, "\"v\":1"), identity}));
    CHECK(verdict("[identity:name = 'n']", more) == "no");
    CHECK(verdict("[observed-data:number_observed = 1]", more) == "no");
  }

  TEST_CASE("stix/match: an observed-data counts once, in its latest version") {
    const std::string older = "\"modified\":\"2020-01-01T00:00:00.5Z\",", newer = "\"modified\":\"2020-01-01T00:00:00.500001Z\",";
    const Observations versions(array({data(1, ref(1), older), data(1, ref(2), newer), sco(1, "\"v\":1"), sco(2, "\"v\":2")}));
    CHECK(verdict("[x-t:v = 1]", versions) == "no");
    CHECK(verdict("[x-t:v = 2]", versions) == "yes");
    CHECK(verdict("[x-t:v > 0] REPEATS 2 TIMES", versions) == "no");
  }

  TEST_CASE("stix/match: without usable times no time rule holds, everything else does") {
    const std::string timeless = R"({"type":"observed-data","id":"t","objects":{"0":{"type":"x-t","v":1}}})";
    const std::string reversed =
        R"({"type":"observed-data","id":"r","first_observed":"2020-01-02T00:00:00Z","last_observed":"2020-01-01T00:00:00Z","objects":{"0":{"type":"x-t","v":2}}})";
    const Observations both(array({timeless, reversed}));
    CHECK(verdict("[x-t:v = 1] AND [x-t:v = 2]", both) == "yes");
    CHECK(verdict("[x-t:v = 1] FOLLOWEDBY [x-t:v = 2]", both) == "no");
    CHECK(verdict("[x-t:v = 1] START t'0001-01-01T00:00:00Z' STOP t'9999-01-01T00:00:00Z'", both) == "no");
    CHECK(verdict("[x-t:v > 0] REPEATS 2 TIMES WITHIN 100000000 SECONDS", both) == "no");
  }

  TEST_CASE("stix/match: a number_observed that is none counts as one") {
    for (const char* count : {"0", "-5", "\"7\"", "null"}) {
      const Observations one(array({std::string(R"({"type":"observed-data","number_observed":)") + count +
                                    R"(,"objects":{"0":{"type":"x-t","v":1}}})"}));
      CHECK(verdict("[x-t:v = 1]", one) == "yes");
      CHECK(verdict("[x-t:v = 1] REPEATS 2 TIMES", one) == "no");
    }
  }

  TEST_CASE("stix/match: references in circles end") {
    std::string refs;
    for (int i = 0; i < 100; ++i) refs += (i > 0 ? "," : "") + ref(i);
    std::vector<std::string> items{data(1, refs)};
    for (int i = 0; i < 100; ++i) items.push_back(sco(i, "\"v\":1,\"all_refs\":[" + refs + "]"));
    const Observations circle(array(items));
    std::string path = "x-t";
    path += ":all_refs[*]";
    for (int i = 0; i < 5; ++i) path += ".all_refs[*]";
    const MatchLimits little{100'000'000, 1000};
    CHECK(verdict("[" + path + ".v = 2]", circle, little) == "no");
    CHECK(verdict("[" + path + ".v = 1]", circle, little) == "yes");
  }

  TEST_CASE("stix/match: work that is used up is an error, never an answer") {
    std::vector<std::string> items;
    for (int i = 0; i < 200; ++i) items.push_back(seen("o" + std::to_string(i), "1", i));
    const Observations many(array(items));
    CHECK(verdict("[x-t:v = 2]", many, {100, 100}) == "limit-exceeded");
    CHECK(verdict("[x-t:v NOT = 1]", many, {100, 100}) == "limit-exceeded");
    CHECK(verdict("[x-t:v = 1] AND [x-t:v = 1]", many, {1'000'000, 10}) == "limit-exceeded");
    CHECK(verdict("[x-t:v = 1] AND [x-t:v = 1]", many) == "yes");
  }

  TEST_CASE("stix/match: patterns over their limits are refused when compiled") {
    std::string wide = "[x-t:v = 1]";
    for (std::size_t i = 1; i < stix::match::kMaxDemands; ++i) wide += " AND [x-t:v = 1]";
    const Observations one(array({seen("o", "1", 0)}));
    CHECK(verdict(wide, one) == "no");
    CHECK(verdict(wide, Observations(array({seen("o", "1", 0, 256)}))) == "yes");
    CHECK(verdict(wide + " AND [x-t:v = 1]", one) == "limit-exceeded");
    CHECK(verdict("([x-t:v = 1] FOLLOWEDBY [x-t:v = 1]) REPEATS 1000000000 TIMES", one) == "limit-exceeded");
    CHECK(verdict("[x-t:v = 1] REPEATS 1000000000 TIMES", one) == "no");
    std::string likes = "[x-t:v LIKE 'a_b'";
    for (int i = 0; i < 600; ++i) likes += " OR x-t:v LIKE 'a_b'";
    CHECK(verdict(likes + "]", one) == "limit-exceeded");
    std::string automaton;
    for (int i = 0; i < 11; ++i) automaton += "a{1000}";
    CHECK(verdict("[x-t:v MATCHES '" + automaton + "']", one) == "limit-exceeded");
    std::string any = "[x-t:v = 2]";
    for (int i = 0; i < 5000; ++i) any += " OR [x-t:v = " + std::to_string(i) + "]";
    CHECK(verdict(any, one) == "yes");
  }

  TEST_CASE("stix/match: a hundred thousand observations") {
    std::vector<std::string> items;
    for (int i = 0; i < 100'000; ++i) items.push_back(seen("o" + std::to_string(i), std::to_string(i % 3), i));
    const Observations many(array(items));
    CHECK(verdict("[x-t:v = 7]", many) == "no");
    CHECK(ids("[x-t:v = 2]", many) == "o2");
    CHECK(verdict("[x-t:v = 1] REPEATS 33333 TIMES", many) == "yes");
    CHECK(verdict("[x-t:v = 1] REPEATS 33334 TIMES", many) == "no");
    CHECK(verdict("[x-t:v = 1] REPEATS 1001 TIMES WITHIN 3000 SECONDS", many) == "no");
    CHECK(verdict("[x-t:v = 1] REPEATS 1000 TIMES WITHIN 3000 SECONDS", many) == "yes");
    CHECK(verdict("([x-t:v = 1] AND [x-t:v = 2]) WITHIN 1 SECONDS", many) == "no");
    CHECK(verdict("([x-t:v = 1] FOLLOWEDBY [x-t:v = 2]) WITHIN 2 SECONDS", many) == "yes");
    CHECK(verdict("([x-t:v = 1] FOLLOWEDBY [x-t:v = 0]) WITHIN 2 SECONDS", many) == "no");
    CHECK(verdict("[x-t:v = 2] FOLLOWEDBY [x-t:v = 0] FOLLOWEDBY [x-t:v = 1]", many) == "yes");
  }
}
