// Turns a STIX 2.0 bundle into STIX 2.1 objects, and says what has no place there.
#include "stix/upgrade/upgrade.h"

#include <iostream>

namespace upgrade = sekisho::stix::upgrade;

int main() {
  const auto bundle = sekisho::json::Document::parse(R"({"type": "bundle", "spec_version": "2.0",
    "id": "bundle--0f8fad5b-d9cb-469f-a165-70867728950e", "objects": [
      {"type": "malware", "id": "malware--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "created": "2017-01-01T00:00:00.000Z",
       "modified": "2017-01-01T00:00:00.000Z", "name": "Poison Ivy", "labels": ["remote-access-trojan"]},
      {"type": "malware"}]})");
  const auto upgraded = upgrade::upgrade_bundle((*bundle)->root());
  if (!upgraded.ok()) {
    std::cerr << upgraded.error().to_string() << '\n';
    return 1;
  }
  for (const std::string& object : upgraded->objects) std::cout << object << '\n';
  for (const upgrade::Loss& loss : upgraded->losses) std::cout << "loss " << loss.where << ": " << loss.what << '\n';
  for (const upgrade::Refused& member : upgraded->refused) {
    std::cout << "refused " << member.where << ": " << member.error.detail << '\n';
  }
}
