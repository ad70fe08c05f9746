#include "mutants.h"

#include "coverage.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::stix;

TEST_SUITE("unit") {
  TEST_CASE("stix/validate: whatever is dropped or turned in the tables, a vector turns red") {
    const auto mutants = checks::mutants();
    CHECK(mutants.size() > 2000);
    for (const checks::Mutant& mutant : mutants) {
      if (checks::killer_of(mutant).empty()) FAIL_CHECK(mutant.name << ": no vector misses it");
    }
  }

  TEST_CASE("stix/validate: a check that is switched off is missed by the vectors, all judged again") {
    const auto coverage = checks::coverage();
    std::vector<checks::Check> all;
    for (const auto& [check, score] : coverage.checks) all.push_back(check);
    PROPERTY("a check drawn at random", [&all] {
      const checks::Check off = *rc::gen::elementOf(all);
      RC_LOG(checks::name_of(off));
      RC_ASSERT(checks::missed(off));
    });
  }
}
