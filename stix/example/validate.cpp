// Reads an object and lists what STIX 2.1 has against it.
#include "stix/validate/validate.h"

#include <iostream>

namespace stix = sekisho::stix;

int main() {
  const auto object = stix::Object::parse(R"({
    "type": "campaign", "spec_version": "2.1", "id": "campaign--0f8fad5b-d9cb-469f-a165-70867728950e",
    "created": "2026-01-02T03:04:05.000Z", "modified": "2026-01-01T00:00:00.000Z", "name": "Green Group"})");
  if (!object.ok()) {  // no JSON, or no STIX object at all
    std::cerr << object.error().to_string() << '\n';
    return 1;
  }
  const auto findings = stix::validate(**object);
  for (const stix::Finding& finding : findings) {
    std::cout << finding.position.line << ':' << finding.position.column << ' ' << stix::info(finding.clause).id << ' '
              << finding.pointer << ": " << finding.message << '\n';
  }
  std::cout << (stix::acceptable(findings) ? "acceptable" : "not acceptable") << '\n';
}
