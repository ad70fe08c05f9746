#include "sync/peer/taxii/root_ids.h"

#include <set>

#include "core/uuid.h"
#include "tests/support/doctest.h"

using namespace sekisho;

TEST_SUITE("unit") {
  TEST_CASE("sync/taxii: ids of collections in API roots are version 4, stable, and differ by root, collection and key") {
    const std::string key(32, 'k'), one = "5e7a3000-0000-4000-8000-000000000001", two = "5e7a3000-0000-4000-8000-000000000002";
    std::set<std::string> seen;
    for (const std::string root : {"partners", "partner", "s"}) {
      for (const std::string& used : {key, std::string(32, 'x')}) {
        const auto here = sync::ids_in_root(used, root);
        for (const std::string& id : {one, two}) {
          const auto parsed = Uuid::parse(here(id));
          REQUIRE(parsed);
          CHECK(parsed->version() == 4);
          CHECK(parsed->rfc_variant());
          CHECK(here(id) == sync::ids_in_root(used, root)(id));
          CHECK(seen.insert(here(id)).second);
        }
      }
    }
    CHECK(seen.count(one) + seen.count(two) == 0);
    CHECK(sync::ids_in_root(key, "partners")(one) == "ea7d1817-eff9-4ef3-984e-5319a8277ec3");  // docs/specs/taxii-server.md: clients keep it
  }
}
