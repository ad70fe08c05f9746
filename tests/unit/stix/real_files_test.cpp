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

}  // namespace

TEST_SUITE("unit") {
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
