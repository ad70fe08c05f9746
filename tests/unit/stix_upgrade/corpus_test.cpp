// Real STIX 2.0 by others, where it lies beside the checkout: every object is upgraded without an
// error of the validator, or with a complaint that is named and counted here, because the 2.0 object
// broke 2.0 (or STIX altogether).
#include <zstd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include "check.h"
#include "stix/validate/validate.h"
#include "tests/support/data.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::tests;

namespace {

struct Tally {
  std::size_t documents = 0, unreadable = 0, objects = 0, refused = 0, faulty = 0;
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
    bool faultless = true;
    for (const auto& finding : stix::validate(**object)) {
      if (finding.severity != stix::Severity::kError) continue;
      faultless = false;
      ++complaints[std::string((*object)->type()) + " " + kind_of(finding.message)];
    }
    if (!faultless) ++faulty;
  }
  void print(const std::string& name) const {
    std::cout << name << ": " << documents << " documents, " << objects << " objects, " << refused
              << " refused, " << faulty << " with errors, " << unreadable << " unreadable\n";
    for (const auto& [what, count] : refusals) std::cout << "  refused " << count << " " << what << "\n";
    for (const auto& [what, count] : complaints) std::cout << "  error " << count << " " << what << "\n";
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

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/upgrade: x") {
    for (const std::string name : {"stix20-talos", "stix20-unit42", "stix20-unit42-playbooks", "stix-amnesty", "stix-shifter-observed", "stix-python-stix2/v20", "stix-validator-examples/v20","stix20-21-elevator-pairs/idioms-json-2.0"}) {
      const std::string path = shared_data(name);
      if (path.empty()) continue;
      tally_of(path).print(name);
    }
  }
}
