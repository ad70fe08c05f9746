// Files by others, when they lie beside the checkout: what is good there has no error here.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include "core/errors.h"
#include "stix_cases.h"
#include "tests/support/data.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

struct Summary {
  std::size_t objects = 0;
  std::size_t refused = 0;
  std::map<std::string, int> errors;  ///< "clause message" and how often
  std::map<std::string, int> warnings;
};

void add_slice(std::string_view slice, Summary& summary) {
  ++summary.objects;
  const auto object = Object::parse(std::string(slice));
  if (!object.ok()) {
    ++summary.refused;
    ++summary.errors[object.error().to_string()];
    return;
  }
  CHECK((*object)->bytes() == slice);
  for (const Finding& finding : validate(**object)) {
    const std::string what =
        std::string(info(finding.clause).id) + " " + std::string((*object)->type()) + ": " + finding.message;
    if (finding.severity == Severity::kError) ++summary.errors[what + " at " + finding.pointer];
    if (finding.severity == Severity::kWarning) ++summary.warnings[std::string(info(finding.clause).id)];
  }
}

Summary read(const std::string& path) {
  Summary summary;
  const auto container = open_container(tests::read_file(path));
  REQUIRE_MESSAGE(container.ok(), path);
  for (const std::string_view slice : container->slices) add_slice(slice, summary);
  return summary;
}

std::vector<std::string> json_files(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void expect_no_error(const std::string& data, std::size_t least_objects) {
  const std::string folder = tests::shared_data(data);
  if (folder.empty()) return;
  std::size_t objects = 0;
  for (const std::string& file : json_files(folder)) {
    const Summary summary = read(file);
    objects += summary.objects;
    for (const auto& [what, times] : summary.errors)
      FAIL_CHECK(file << ": " << times << " x " << what);
    std::cout << data << ": " << summary.objects << " objects, warnings";
    for (const auto& [clause, times] : summary.warnings)
      std::cout << " " << clause << " x" << times;
    std::cout << std::endl;
  }
  CHECK(objects >= least_objects);
}

/// Files of a test suite by others, some wrong on purpose: each error that is expected, no other.
void expect_errors(const std::string& data, const std::map<std::string, std::string>& expected) {
  const std::string folder = tests::shared_data(data);
  if (folder.empty()) return;
  for (const std::string& file : json_files(folder)) {
    const auto row = expected.find(std::filesystem::path(file).filename().string());
    std::string found;
    const auto container = open_container(tests::read_file(file));
    if (!container.ok()) {
      found = std::string(info(container.error().code).text);
    } else {
      for (const auto& [what, times] : read(file).errors) found += what;
    }
    INFO(file);
    CHECK(found == (row == expected.end() ? "" : row->second));
  }
}

using Counts = std::map<std::string, std::size_t>;

/// How often each clause is broken by error in the files of a folder: what docs/specs/validator-differences.md says.
void expect_counts(const std::string& data, const Counts& errors, const Counts& warnings) {
  const std::string folder = tests::shared_data(data);
  if (folder.empty()) return;
  Counts found[2];
  for (const std::string& file : json_files(folder)) {
    const auto container = open_container(tests::read_file(file));
    if (!container.ok()) {
      ++found[0][std::string(info(clause_of(container.error())).id)];
      continue;
    }
    const auto count = [&](const json::Value& object) {
      for (const Finding& finding : validate(object)) {
        if (finding.severity == Severity::kNote) continue;
        ++found[finding.severity == Severity::kError ? 0 : 1][std::string(info(finding.clause).id)];
      }
    };
    if (container->kind == Container::Kind::kBundle) count(container->document->root());
    for (const std::string_view slice : container->slices) {
      const auto object = json::Document::parse(std::string(slice));
      REQUIRE(object.ok());
      count((*object)->root());
    }
  }
  CHECK(found[0] == errors);
  CHECK(found[1] == warnings);
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/real: the complaints that docs/specs/validator-differences.md lists, no more and no fewer") {
    expect_counts("stix21-oasis-examples", {}, {{"S-2.5-2", 3}});
    expect_counts("stix21-emb3d", {}, {{"S-11-1", 514}, {"S-11-2", 251}, {"S-3.2-1", 59}});
    expect_counts("stix21-mitre-attack", {},
                  {{"S-11-1", 3144}, {"S-2.5-2", 2633}, {"S-3.1-3", 5}, {"S-3.2-1", 331}, {"S-5.1-6", 4}});
    expect_counts("stix-blackberry", {{"S-3.1-5", 36}, {"S-4.11", 1}, {"S-4.7", 9}},
                  {{"S-4.7-3", 22}, {"S-5.1-6", 142}, {"S-8-3", 1}});
    expect_counts("stix-visualization", {{"S-3.1-5", 14}, {"S-4.11", 1}, {"S-4.7", 4}},
                  {{"S-2.7-3", 1}, {"S-3.2-7", 8}, {"S-8-3", 1}});
    expect_counts("stix-validator-examples/v21", {{"S-1-1", 2}, {"S-3.1-5", 1}}, {{"S-11-1", 2}, {"S-11-2", 2}});
    expect_counts("stix20-21-elevator-pairs/idioms-json-2.1",
                  {{"S-2.12-1", 9}, {"S-2.9-1", 8}, {"S-4.1-1", 1}, {"S-4.14-1", 1}, {"S-4.16", 15}, {"S-4.7", 2},
                   {"S-5.1-1", 5}, {"S-6.12-1", 1}, {"S-6.15", 1}, {"S-9.4-2", 1}},
                  {{"S-2.11-2", 42}, {"S-2.14-1", 87}, {"S-2.5-2", 2}, {"S-2.7-3", 1}, {"S-2.9-3", 9}, {"S-2.9-7", 3},
                   {"S-4.10-3", 2}, {"S-4.10-4", 2}, {"S-4.7-3", 57}, {"S-5.1-6", 5}});
  }

  TEST_CASE("stix/real: OASIS examples") {
    expect_no_error("stix21-oasis-examples", 40);
  }
  TEST_CASE("stix/real: EMB3D") {
    expect_no_error("stix21-emb3d", 570);
  }
  TEST_CASE("stix/real: ATT&CK for ICS") {
    expect_no_error("stix21-mitre-attack", 3000);
  }

  TEST_CASE("stix/real: indicators of Amnesty International") {
    expect_no_error("stix-amnesty", 7400);
  }

  TEST_CASE("stix/real: examples of the OASIS validator") {
    expect_errors(
        "stix-validator-examples/v21",
        {{"invalid_braces.json", "json-syntax"},
         {"invalid_comma.json", "json-syntax"},
         {"invalid_identity.json", "S-3.1-5 identity: identity needs the property modified at "}});
  }
  TEST_CASE("stix/real: files of the Python library") {
    expect_errors("stix-python-stix2/v21",
                  {{"marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168.json",
                    "S-3.2-3 marking-definition: this time has at least three digits after the second, "
                    "such as .000Z at /created"},
                   {"20170531213215263882.json",
                    "S-3.1-5 malware: malware needs the property spec_version at "}});
  }
}
