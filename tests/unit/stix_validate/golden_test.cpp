// What the standard lists, beside what the code has: a term, a pair or a property more or less is red.
#include <algorithm>
#include <map>
#include <set>

#include "checks.h"
#include "stix/object.h"
#include "stix/sco_id.h"
#include "stix/validate/relationships.h"
#include "stix/validate/vocabularies.h"
#include "table_text.h"
#include "tests/support/data.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

using Words = std::vector<std::string>;

Words split(const std::string& text, char at) {
  Words out;
  std::string word;
  for (const char c : text) {
    if (c != at) {
      word += c;
    } else {
      out.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) out.push_back(word);
  return out;
}

/// The lines of a file in tests/data, cut at tabs.
std::vector<Words> listed(const std::string& name) {
  std::vector<Words> out;
  const std::string text = tests::read_file(std::string(SEKISHO_SOURCE_DIR) + "/tests/data/" + name);
  for (const std::string& line : split(text, '\n')) out.push_back(split(line, '\t'));
  return out;
}

/// What is in one list only, "+" more or "-" less in `now`, or that the order differs; empty if they are equal.
std::string difference(const Words& now, const Words& golden) {
  std::string out;
  for (const std::string& word : now) {
    if (std::find(golden.begin(), golden.end(), word) == golden.end()) out += "+ " + word + "\n";
  }
  for (const std::string& word : golden) {
    if (std::find(now.begin(), now.end(), word) == now.end()) out += "- " + word + "\n";
  }
  return out.empty() && now != golden ? "another order" : out;
}

std::map<std::string, const Vocabulary*> vocabularies() {
  std::map<std::string, const Vocabulary*> out;
  for (const Vocabulary* each : {&kHashAlgorithmOv, &kNetworkSocketTypeEnum, &kExtensionTypeEnum}) {
    out.emplace(each->name, each);
  }
  for (const Shape* shape : checks::shapes()) {
    for (const Property& row : shape->properties) {
      if (row.kind.vocabulary != nullptr) out.emplace(row.kind.vocabulary->name, row.kind.vocabulary);
    }
  }
  return out;
}

std::set<std::string> all_types() {
  std::set<std::string> out;
  for (const auto& tables : {sdo_tables(), sro_tables(), sco_tables(), meta_tables()}) {
    for (const TypeTable& table : tables) out.emplace(table.shape.name);
  }
  return out;
}

std::unique_ptr<const json::Document> object_of(const std::string& type, const std::set<std::string>& properties) {
  std::string text = R"({"type":")" + type + "\"";
  for (const std::string& property : properties) {
    text += ",\"" + property + "\":" + (property == "hashes" ? R"({"MD5":"ab"})" : "\"x\"");
  }
  return std::move(json::Document::parse(text + "}")).value();
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/validate: the vocabularies have the terms of the standard and no others") {
    const auto known = vocabularies();
    const auto golden = listed("stix_vocabularies.tsv");
    CHECK(golden.size() == 32);
    CHECK(known.size() == golden.size());
    for (const Words& line : golden) {
      INFO(line[0]);
      REQUIRE(known.contains(line[0]));
      const auto terms = known.at(line[0])->terms;
      CHECK(difference(Words(terms.begin(), terms.end()), split(line[1], ' ')) == "");
    }
  }

  TEST_CASE("stix/validate: of all relationships between all types, those of the standard are listed") {
    std::set<Words> golden;
    std::set<std::string> names{"derived-from", "duplicate-of"};
    for (const Words& line : listed("stix_relationships.tsv")) {
      names.insert(line[1]);
      for (const std::string& target : split(line[2], ' ')) golden.insert({line[0], line[1], target});
    }
    CHECK(golden.size() == 137);
    for (const std::string& source : all_types()) {
      for (const std::string& name : names) {
        for (const std::string& target : all_types()) {
          const bool same = (name == "derived-from" || name == "duplicate-of") && source == target;
          const bool right = same || golden.contains({source, name, target});
          if (is_listed_relationship(source, name, target) == right) continue;
          FAIL_CHECK(source << " " << name << " " << target << ": listed is " << !right << ", right is " << right);
        }
      }
    }
  }

  TEST_CASE("stix/validate: the id of an observable follows from the properties of the standard and from no others") {
    const auto golden = listed("stix_contributing.tsv");
    CHECK(golden.size() == sco_tables().size());
    for (const Words& line : golden) {
      const std::string& type = line[0];
      const Words contributing = line.size() > 1 ? split(line[1], ' ') : Words{};
      const TypeTable* table = table_of(type);
      REQUIRE(table != nullptr);
      std::set<std::string> all{"extensions", "defanged", "object_marking_refs"};
      for (const Property& row : table->shape.properties) all.emplace(row.name);
      const auto whole = sco_id(object_of(type, all)->root());
      CHECK(whole.ok() == !contributing.empty());
      for (const std::string& property : all) {
        INFO(type << "." << property);
        std::set<std::string> others = all;
        others.erase(property);
        const auto without = sco_id(object_of(type, others)->root());
        const bool counts = std::find(contributing.begin(), contributing.end(), property) != contributing.end();
        const bool same = whole.ok() == without.ok() && (!whole.ok() || *whole == *without);
        CHECK(same == !counts);
      }
    }
  }

  TEST_CASE("stix/validate: the property tables are those of the standard") {
    const std::string golden = tests::read_file(std::string(SEKISHO_SOURCE_DIR) + "/tests/data/stix_tables.tsv");
    CHECK(difference(split(checks::table_text(), '\n'), split(golden, '\n')) == "");
  }
}
