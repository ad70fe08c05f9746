// Servers by the name of their organisation (T-8.4-2): order, what is left out, what a domain is.
#include "taxii/service.h"

#include <map>
#include <set>

#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

using namespace sekisho;
using sekisho::tests::FakeRandom;

namespace {

struct Scripted : Names {
  std::vector<ServiceRecord> records;
  std::string asked, resolver;
  Result<std::vector<ServiceRecord>> services(const std::string& name, const std::string& whom) override {
    asked = name;
    resolver = whom;
    if (records.empty()) return make_error(Code::kNotFound, "none", name);
    return records;
  }
};

std::vector<std::string> found(std::vector<ServiceRecord> records, std::uint64_t seed = 1) {
  Scripted names;
  names.records = std::move(records);
  FakeRandom random(seed);
  return taxii::servers_of(names, random, "example.org", "").value();
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/service: the SRV record of the domain is asked for, and becomes an HTTPS URL") {
    Scripted names;
    FakeRandom random;
    names.records = {{0, 0, 443, "Taxii.Example.Org"}, {1, 0, 6443, "second.example.net"}, {2, 0, 443, "taxii.example.org"}};
    const auto urls = taxii::servers_of(names, random, "Example.ORG", "127.0.0.1:53");
    REQUIRE(urls.ok());
    CHECK(names.asked == "_taxii2._tcp.example.org");
    CHECK(names.resolver == "127.0.0.1:53");
    CHECK(*urls == std::vector<std::string>{"https://taxii.example.org/", "https://second.example.net:6443/"});
  }

  TEST_CASE("taxii/service: by priority, and within one by weight") {
    CHECK(found({{20, 0, 1, "c"}, {10, 0, 1, "a"}, {65535, 9, 1, "d"}, {20, 0, 2, "c"}}) ==
          std::vector<std::string>{"https://a:1/", "https://c:1/", "https://c:2/", "https://d:1/"});
    std::map<std::string, int> first;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
      const auto urls = found({{1, 75, 1, "heavy"}, {1, 25, 1, "light"}, {1, 0, 1, "never"}, {2, 65535, 1, "later"}}, seed);
      CHECK(std::set<std::string>(urls.begin(), urls.end()).size() == 4);
      CHECK(urls.back() == "https://later:1/");
      ++first[urls.front()];
    }
    CHECK(first["https://heavy:1/"] > 1350);
    CHECK(first["https://heavy:1/"] < 1650);
    CHECK(first["https://never:1/"] < 60);  // RFC 2782: a very small chance
  }

  TEST_CASE("taxii/service: what is no host name is left out, an address above all") {
    for (const std::string target : {"10.0.0.1", "127.1", "0x7f000001", "2130706433", "1.2.3.4", "[::1]", "a b", "a/b", "a@b", "a:1", "a..b", "-a", "a-",
                                     "a\\.b", "a\\000b", "*.example.org", "_a.example.org", "ex\xc3\xa4mple.org", "a.1b", ""}) {
      CAPTURE(target);
      CHECK(found({{0, 0, 443, target}, {9, 0, 443, "good.example.org"}}) == std::vector<std::string>{"https://good.example.org/"});
    }
    CHECK(found({{0, 0, 0, "a.example.org"}, {9, 0, 1, "b.example.org"}}) == std::vector<std::string>{"https://b.example.org:1/"});
    Scripted names;
    FakeRandom random;
    for (const auto& records : std::vector<std::vector<ServiceRecord>>{{}, {{0, 0, 0, ""}}, {{0, 0, 443, "10.0.0.1"}}}) {
      names.records = records;
      CHECK(taxii::servers_of(names, random, "example.org", "").error().code == Code::kNotFound);
    }
    names.asked.clear();
    for (const std::string& domain : {std::string(), std::string("https://example.org"), std::string("example.org."), std::string("a b"), std::string("1.2.3.4"),
                                      std::string("a\nb"), std::string(64, 'a') + ".org", std::string("b\xc3\xbc" "cher.example")}) {
      CHECK(taxii::servers_of(names, random, domain, "").error().code == Code::kInvalidArgument);
    }
    CHECK(names.asked.empty());
  }
}
