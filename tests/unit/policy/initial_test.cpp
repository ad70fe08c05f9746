// The policy that `init` writes.
#include "fixture.h"

namespace sekisho::policy {
namespace {

const std::string kSelf = "identity--01234567-89ab-4def-8123-456789abcdef";

TEST_SUITE("unit") {
  TEST_CASE("policy/initial: each profile loads without a complaint") {
    for (const char* profile : {"isac", "member", "vendor"}) {
      CAPTURE(profile);
      std::vector<Problem> problems;
      const auto loaded =
          load_policy(initial_policy("Example \"Auto\" ISAC 一般社団法人", kSelf, profile), "p", &problems);
      REQUIRE(loaded.ok());
      CHECK(problems.empty());
      CHECK(loaded.value().organisation == "Example \"Auto\" ISAC 一般社団法人");
      CHECK(loaded.value().identities == std::vector<std::string>{kSelf});
      CHECK(loaded.value().unmarked == stix::Tlp::kAmber);
      CHECK(loaded.value().parties.empty());
      CHECK(loaded.value().hops.contains("isac"));
    }
    CHECK(load(initial_policy("x", kSelf, "isac")).hops.size() == 6);
  }

  TEST_CASE("policy/initial: the commented examples are right once they are filled in") {
    for (const char* profile : {"isac", "member", "vendor"}) {
      CAPTURE(profile);
      std::string text = initial_policy("x", kSelf, profile);
      const auto begin = text.find("# [[party]]");
      REQUIRE(begin != std::string::npos);
      std::string examples;
      for (std::size_t at = begin; at < text.size();) {
        const auto end = text.find('\n', at);
        const std::string line = text.substr(at, end - at);
        // Prose between the examples ends in a colon.
        if (line.size() > 2 && !line.ends_with(":")) examples += line.substr(2) + "\n";
        at = end + 1;
      }
      const auto fill = [&examples](const std::string& what, const std::string& with) {
        const auto place = examples.find(what);
        REQUIRE(place != std::string::npos);
        examples.replace(place, what.size(), with);
      };
      fill("identity--…", "identity--11234567-89ab-4def-8123-456789abcdef");
      fill("x = \"…\"", "x = \"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"");
      fill("indicator--…", "indicator--11234567-89ab-4def-8123-456789abcdef");
      fill("classes = [\"academic\"]\n", "");
      fill("to = \"other-isac\"", "to = \"acme\"");
      load(text + examples);
    }
  }
}

}  // namespace
}  // namespace sekisho::policy
