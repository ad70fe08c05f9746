#include "coverage.h"

#include "tests/support/doctest.h"

using namespace sekisho::stix;

TEST_SUITE("unit") {
  TEST_CASE("stix/validate: no check is idle, each is held by a vector that breaks it and one that passes") {
    std::string complaints;
    for (const std::string& complaint : checks::coverage().complaints) complaints += complaint + "\n";
    CHECK(complaints == "");
  }
}
