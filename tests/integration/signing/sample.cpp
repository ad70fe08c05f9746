// Signs some objects and writes, per object, what a stranger needs to check the signature:
// object.json (odd spelling), canonical.json, jws.txt, pub.pem, key.jwk.   signing_sample FOLDER
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "certs/attestation.h"
#include "certs/keys.h"
#include "core/digest.h"
#include "core/json.h"

namespace {

using namespace sekisho;

struct Sample {
  const char* name;
  std::string object;
  certs::Role role;
  certs::Handling handling;
};

std::array<Sample, 4> samples() {
  using certs::OrgScope;
  using certs::Role;
  return {{
      {"indicator",
       R"({ "type":"indicator", "spec_version":"2.1", "name":"Bad IP1 \u2013 test €", "confidence":85.0,
            "id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f", "created":"2018-01-17T11:11:13.000Z",
            "modified":"2018-01-17T11:11:13.000Z", "pattern":"[ipv4-addr:value = '198.51.100.1']",
            "pattern_type":"stix", "valid_from":"2018-01-01T00:00:00Z" })",
       Role::kCreator,
       {OrgScope::kMemberFirm, false, 2}},
      {"location",
       R"({"type":"location","spec_version":"2.1","id":"location--a6e9345f-5a15-4c29-8bb3-7dcc5d168d64",
           "created":"2016-04-06T20:03:00.000Z","modified":"2016-04-06T20:03:00.000Z",
           "latitude":48.80,"longitude":2.0,"precision":1e2,"x_small":[1e-7,-0.0,333333333.33333329,1E30]})",
       Role::kRelay,
       {OrgScope::kIsacMembership, true, std::nullopt}},
      {"address",
       R"({"type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":"198.51.100.3"})",
       Role::kCreator,
       {OrgScope::kMemberFirm, true, 0}},
      {"key-order",
       R"({"\u20ac":"euro","\r":"CR","\ufb33":"dalet","1":"one","\ud83d\ude02":"smile","\u0080":"control\u007f",
           "\u00f6":"o","<\/script>":"browser","\n":"LF \u0001 \\ \" \/","a":{"z":[{"y":1,"x":null}],"b":true}})",
       Role::kRelay,
       {OrgScope::kMemberFirm, false, 4294967295}},
  }};
}

bool write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  return out.good();
}

bool write_sample(const std::filesystem::path& folder, const certs::SigningKey& key,
                  const Sample& sample) {
  const auto document = json::Document::parse(sample.object);
  if (!document) return false;
  const std::string canonical = json::canonical((*document)->root());
  std::filesystem::create_directories(folder);
  return write(folder / "object.json", sample.object) &&
         write(folder / "canonical.json", canonical) &&
         write(folder / "jws.txt", certs::attest(key, canonical, sample.role, sample.handling)) &&
         write(folder / "pub.pem", key.public_key().pem()) &&
         write(folder / "key.jwk", key.public_key().jwk());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: signing_sample FOLDER\n";
    return 2;
  }
  for (const char* seed :
       {"one fixed seed of thirty-two byt", "and another seed of thirty-two b"}) {
    const auto key = certs::SigningKey::from_seed(std::string(seed));
    if (!key) {
      std::cerr << key.error().to_string() << "\n";
      return 1;
    }
    for (const Sample& sample : samples()) {
      const auto folder = std::filesystem::path(argv[1]) / (*key)->kid().substr(0, 8) / sample.name;
      if (!write_sample(folder, **key, sample)) {
        std::cerr << "cannot write " << folder << "\n";
        return 1;
      }
    }
  }
  return 0;
}
