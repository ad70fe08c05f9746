// Real STIX 2.0 by others, where it lies beside the checkout: every object is upgraded without an
// error of the validator, or with a complaint that is named and counted here, because the 2.0
// object broke 2.0 (or STIX altogether).
#include <zstd.h>

#include <filesystem>
#include <iostream>
#include <map>

#include "check.h"
#include "stix/convert/convert.h"
#include "stix/pattern/parse.h"
#include "stix/validate/validate.h"
#include "tests/support/data.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::tests;

namespace {

struct Tally {
  std::size_t documents = 0, unreadable = 0, objects = 0, refused = 0, faulty = 0, patterns = 0;
  std::map<std::string, std::size_t> complaints, losses, refusals;

  void add(const stix::upgrade::UpgradedBundle& bundle) {
    ++documents;
    refused += bundle.refused.size();
    for (const auto& one : bundle.refused) ++refusals[one.error.detail];
    for (const auto& loss : bundle.losses) ++losses[kind_of(loss.what)];
    for (const std::string& text : bundle.objects) add(text);
  }
  void add(const std::string& text) {
    ++objects;
    const auto object = stix::Object::parse(text);
    if (!object.ok()) {
      ++faulty;
      ++complaints["parse: " + object.error().to_string()];
      return;
    }
    const json::Value root = (*object)->root();
    if (root["pattern_type"].string() == "stix" && root["pattern_version"].string() == "2.1") {
      ++patterns;
      const auto tree = stix::pattern::parse(root["pattern"].string_or({}));
      if (!tree.ok()) ++complaints["pattern: " + tree.error().to_string()];
    }
    bool faultless = true;
    for (const auto& finding : stix::validate(**object)) {
      if (finding.severity != stix::Severity::kError) continue;
      faultless = false;
      ++complaints[std::string((*object)->type()) + " " + kind_of(finding.message)];
    }
    if (!faultless) ++faulty;
  }
  void print(const std::string& name) const {
    std::cout << name << ": " << documents << " documents, " << objects << " objects, " << patterns
              << " patterns, " << refused << " refused, " << faulty << " with errors, "
              << unreadable << " unreadable\n";
    for (const auto& [what, count] : refusals)
      std::cout << "  refused " << count << " " << what << "\n";
    for (const auto& [what, count] : complaints)
      std::cout << "  error " << count << " " << what << "\n";
    for (const auto& [what, count] : losses) std::cout << "  loss " << count << " " << what << "\n";
  }
  static std::string kind_of(const std::string& what) { return what.substr(0, what.find(" (")); }
};

void add_text(std::string text, Tally& tally) {
  const auto document = json::Document::parse(std::move(text));
  if (!document.ok()) {
    ++tally.unreadable;
    return;
  }
  const auto bundle = stix::upgrade::upgrade_bundle((*document)->root());
  if (bundle.ok()) {
    tally.add(*bundle);
  } else {
    ++tally.unreadable;
  }
}

Tally tally_of(const std::string& folder) {
  Tally tally;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json") add_text(read_file(entry.path().string()), tally);
  }
  return tally;
}

std::string decompressed(const std::string& bytes) {
  std::string out;
  ZSTD_DStream* stream = ZSTD_createDStream();
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::string chunk(1u << 20, '\0');
  while (in.pos < in.size) {
    ZSTD_outBuffer to{chunk.data(), chunk.size(), 0};
    const std::size_t outcome = ZSTD_decompressStream(stream, &to, &in);
    REQUIRE(ZSTD_isError(outcome) == 0);
    out.append(chunk, 0, to.pos);
  }
  ZSTD_freeDStream(stream);
  return out;
}

/// A folder, what comes of it, and each complaint with its number: all of them faults of the
/// source.
struct Expected {
  std::string folder;
  std::size_t objects;
  std::size_t refused;
  std::map<std::string, std::size_t> complaints;
};

const Expected kExpected[] = {
    {"stix20-talos", 2650, 2, {{"url the value is a URL", 1}}},
    {"stix20-unit42",
     4734,
     81,
     {{"campaign last_seen is not before first_seen", 3},
      {"identity a vocabulary term is a string", 7}}},
    {"stix20-unit42-playbooks",
     3825,
     0,
     {{"identity a vocabulary term is a string", 4},
      {"indicator AND within brackets joins comparisons of one object type; join the types with OR, or "
       "write two brackets: [...] AND [...]",
       5}}},
    {"stix-amnesty", 7474, 0, {}},
    {"stix-shifter-observed",
     1491,
     0,
     {{"file MD5 has 32 hex digits", 5},
      {"file SHA-256 has 64 hex digits", 5},
      {"mac-addr the value is like d2:fb:49:24:37:18, lower case", 1},
      {"network-traffic network-traffic needs the property protocols", 1},
      {"url the value is a URL", 1},
      {"user-account user-account needs at least one of its properties", 1}}},
    {"stix-python-stix2/v20", 19, 0, {}},
    {"stix-validator-examples/v20", 3, 0, {{"identity identity needs the property modified", 1}}},
    {"stix20-21-elevator-pairs/idioms-json-2.0",
     333,
     0,
     {{"attack-pattern the identifier has the form CAPEC-number", 1},
      {"indicator found `:`; expected an operator: = != < <= > >= IN LIKE MATCHES ISSUBSET ISSUPERSET, NOT "
       "before it",
       1},
      {"indicator indicator needs the property pattern", 4},
      {"indicator indicator needs the property pattern_type", 4},
      {"indicator the UUID of an id is one of RFC 4122: version 1 to 5, variant 8 to b", 2},
      {"network-traffic network-traffic needs src_ref or dst_ref", 1},
      {"observed-data observed-data has object_refs", 1},
      {"observed-data the UUID of an id is one of RFC 4122: version 1 to 5, variant 8 to b", 4},
      {"relationship relationship needs the property target_ref", 10},
      {"relationship the UUID of an id is one of RFC 4122: version 1 to 5, variant 8 to b", 2},
      {"report a reference is an id of the form type--UUID", 7},
      {"report report needs the property name", 14},
      {"report report needs the property object_refs", 1},
      {"x-elevator-incident the UUID of an id is one of RFC 4122: version 1 to 5, variant 8 to b",
       1}}},
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/upgrade: published 2.0 becomes valid 2.1, but for faults that are named") {
    for (const Expected& expected : kExpected) {
      const std::string path = shared_data(expected.folder);
      if (path.empty()) continue;
      const Tally tally = tally_of(path);
      tally.print(expected.folder);
      CHECK_MESSAGE(tally.objects == expected.objects, expected.folder);
      CHECK_MESSAGE(tally.refused == expected.refused, expected.folder);
      CHECK_MESSAGE(tally.complaints == expected.complaints, expected.folder);
    }
  }

  TEST_CASE("stix/upgrade: ATT&CK, one bundle a line, through the format of convert") {
    const std::string path =
        shared_data("stix20-mitre-enterprise/enterprise-attack-objects.jsonl.zst");
    if (path.empty()) return;
    Tally tally;
    std::size_t refused = 0;
    const stix::convert::Sink sink{[&](stix::convert::Converted document) {
                                     ++tally.documents;
                                     for (const auto& loss : document.losses) {
                                       ++tally.losses[Tally::kind_of(loss.what)];
                                     }
                                     for (const auto& text : document.objects) tally.add(text);
                                   },
                                   [&](stix::convert::Refused) { ++refused; }};
    stix::convert::Context context;
    context.id_namespace = stix::convert::local_namespace();
    const auto status =
        stix::convert::convert("stix2.0", decompressed(read_file(path)), {}, context, sink);
    REQUIRE(status.ok());
    tally.print("ATT&CK 2.0");
    CHECK(tally.documents == 24771);
    CHECK(refused == 0);
    CHECK(tally.objects == 24771);
    CHECK(tally.complaints.empty());
    CHECK(tally.losses["STIX 2.0 does not say whether a malware is a family; taken as one."] ==
          696);
  }
}
