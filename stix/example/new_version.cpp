// Makes the next version of an object: a later `modified`, what is not named keeps its bytes.
#include <iostream>

#include "stix/versions.h"

namespace stix = sekisho::stix;

int main() {
  const auto tool = stix::Object::parse(R"({"type": "tool", "spec_version": "2.1",
    "id": "tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "created": "2026-01-01T00:00:00.000Z",
    "modified": "2026-01-01T00:00:00.000Z", "name": "VNC", "labels": ["remote"]})");
  const auto now = sekisho::parse_stix_time("2026-11-22T09:00:00Z");  // the library never reads a clock
  const auto next = stix::new_version(**tool, R"({"name": "TightVNC", "labels": null})", *now);
  if (!next.ok()) {
    std::cerr << next.error().to_string() << '\n';
    return 1;
  }
  std::cout << (*next)->bytes() << '\n';
  const auto refused = stix::new_version(**tool, R"({"id": "tool--0f8fad5b-d9cb-469f-a165-70867728950e"})", *now);
  std::cout << refused.error().to_string() << '\n';
}
