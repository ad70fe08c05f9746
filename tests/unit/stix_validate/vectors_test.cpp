#include "vectors.h"

#include "tests/support/doctest.h"

using namespace sekisho::stix;

TEST_SUITE("unit") {
  TEST_CASE("stix/validate: each vector finds what it says, where and under which clause") {
    CHECK(vectors::all().size() > 300);
    for (const vectors::Vector& vector : vectors::all()) {
      const auto findings = validate(vector.object->root());
      const std::string complaint = vectors::complaint(vector, findings);
      if (complaint.empty()) continue;
      std::string found;
      for (const Finding& finding : findings) {
        found += "\n  " + std::string(info(finding.clause).id) + " " + finding.pointer + " " + finding.message;
      }
      FAIL_CHECK(vector.where << ": " << complaint << found);
    }
  }
}
