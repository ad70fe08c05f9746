// Which markings hold for one property of an object.
#include <iostream>

#include "stix/marking_map.h"

namespace stix = sekisho::stix;

int main() {
  const auto identity = stix::Object::parse(R"({"type": "identity", "spec_version": "2.1",
    "id": "identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "created": "2026-01-01T00:00:00.000Z",
    "modified": "2026-01-01T00:00:00.000Z", "name": "ACME", "contact_information": "soc@example.com",
    "object_marking_refs": ["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"],
    "granular_markings": [{"selectors": ["contact_information"],
                           "marking_ref": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"}]})");
  const stix::MarkingMap map((*identity)->root());
  for (const char* place : {"/name", "/contact_information", ""}) {
    const auto marks = map.at(place);  // a JSON Pointer; "" is the whole object
    const auto effective = stix::effective_tlp(*marks, nullptr, stix::Tlp::kRed);
    std::cout << '"' << place << "\" " << stix::tlp_label(effective.tlp) << '\n';
  }
}
