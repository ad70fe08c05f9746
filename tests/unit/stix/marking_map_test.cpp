#include "stix/marking_map.h"

#include "stix/marking_circle.h"
#include "stix_cases.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;
using Ids = std::vector<std::string_view>;
using Kind = MarkingMeaning::Kind;

namespace {

std::unique_ptr<const json::Document> document(std::string_view text) {
  return std::move(json::Document::parse(std::string(text))).value();
}

constexpr std::string_view kObject =
    R"({"name":"n","description":"d","labels":["x","y"],"external_references":[{"source_name":"s","url":"u"},{"source_name":"t"}],)"
    R"("object_marking_refs":["o2","o1","o2"],"granular_markings":[)"
    R"({"marking_ref":"g-refs","selectors":["external_references"]},)"
    R"({"marking_ref":"g-url","selectors":["external_references.[0].url","description"]},)"
    R"({"lang":"ja","selectors":["external_references"]},)"
    R"({"lang":"de","selectors":["external_references.[0].source_name"]},)"
    R"({"marking_ref":"g-label","selectors":["labels.[1]"]}]})";

const std::string kClear(tlp_marking_id(Tlp::kClear)), kGreen(tlp_marking_id(Tlp::kGreen)),
    kRed(tlp_marking_id(Tlp::kRed));

std::string marking_id(int number) {
  std::string digits = std::to_string(number);
  return "marking-definition--00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') +
         digits;
}

/// A statement marked by others.
ObjectPtr definition(int number, const std::vector<int>& markings,
                     const std::vector<int>& granular = {}) {
  json::Writer writer;
  writer.begin_object().member("type", "marking-definition").member("id", marking_id(number));
  if (!markings.empty()) {
    writer.key("object_marking_refs").begin_array();
    for (const int each : markings) writer.string(marking_id(each));
    writer.end_array();
  }
  if (!granular.empty()) {
    writer.key("granular_markings").begin_array();
    for (const int each : granular) {
      writer.begin_object()
          .member("marking_ref", marking_id(each))
          .key("selectors")
          .begin_array()
          .string("id")
          .end_array()
          .end_object();
    }
    writer.end_array();
  }
  return cases::object(writer.end_object().take());
}

MarkingDefinitions among(std::vector<ObjectPtr> all) {
  return [all = std::move(all)](std::string_view id) -> ObjectPtr {
    for (const ObjectPtr& each : all) {
      if (each->id() == id) return each;
    }
    return nullptr;
  };
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE(
      "stix/marking_map: object markings hold everywhere, granular ones at, around and below a "
      "place") {
    const auto object = document(kObject);
    const MarkingMap map(object->root());
    const auto at = [&](const char* pointer) { return *map.at(pointer); };
    CHECK(at("/name").object == Ids{"o1", "o2"});
    CHECK(at("/name").granular.empty());
    CHECK(at("/name").below.empty());
    CHECK(at("/external_references").granular == Ids{"g-refs"});
    CHECK(at("/external_references").below == Ids{"g-url"});
    CHECK(at("/external_references/0").granular == Ids{"g-refs"});
    CHECK(at("/external_references/0").below == Ids{"g-url"});
    CHECK(at("/external_references/0/url").granular == Ids{"g-refs", "g-url"});
    CHECK(at("/external_references/1").below.empty());
    CHECK(at("/labels").below == Ids{"g-label"});
    CHECK(at("/labels/0").granular.empty());
    CHECK(at("").below == Ids{"g-label", "g-refs", "g-url"});
    CHECK(at("").granular.empty());
    CHECK_FALSE(at("").unreadable);
  }

  TEST_CASE("stix/marking_map: the nearest language holds") {
    const auto object = document(kObject);
    const MarkingMap map(object->root());
    CHECK_FALSE(map.at("/name")->lang.has_value());
    CHECK(map.at("/external_references/1/source_name")->lang == "ja");
    CHECK(map.at("/external_references/0/source_name")->lang == "de");
    CHECK(map.at("/external_references")->langs_below == Ids{"de"});
    CHECK(map.at("")->langs_below == Ids{"de", "ja"});
  }

  TEST_CASE("stix/marking_map: a place must be there") {
    const auto object = document(kObject);
    const MarkingMap map(object->root());
    for (const char* pointer : {"/nothing", "/labels/2", "/labels/00", "/labels/x", "/labels/-1",
                                "/name/0", "/labels/99999999999999999999"}) {
      INFO(pointer);
      CHECK(map.at(pointer).error().code == Code::kNotFound);
    }
    CHECK(map.at("name").error().code == Code::kInvalidArgument);
  }

  TEST_CASE("stix/marking_map: a marking whose selectors are not understood holds for everything") {
    for (const char* selectors :
         {R"("selectors":["labels[0]"])", R"("selectors":["gone"])", R"("selectors":[])",
          R"("selectors":"name")", R"("selectors":[7])", R"("selectors":["labels.[9]"])",
          R"("x":1)"}) {
      INFO(selectors);
      const auto object =
          document(std::string(R"({"name":"n","granular_markings":[{"marking_ref":"g",)") +
                   selectors + "}]}");
      const auto marks = *MarkingMap(object->root()).at("/name");
      CHECK(marks.granular == Ids{"g"});
      CHECK_FALSE(marks.unreadable);
    }
  }

  TEST_CASE("stix/marking_map: what is no marking is said") {
    for (const char* markings :
         {R"("object_marking_refs":"o")", R"("object_marking_refs":[1])",
          R"("granular_markings":{})", R"("granular_markings":[1])",
          R"("granular_markings":[{"selectors":["name"]}])",
          R"("granular_markings":[{"marking_ref":1,"selectors":["name"]}])"}) {
      INFO(markings);
      const auto object = document(std::string(R"({"name":"n",)") + markings + "}");
      const auto marks = *MarkingMap(object->root()).at("/name");
      CHECK(marks.unreadable);
      CHECK(effective_tlp(marks, {}, Tlp::kAmber).unknown.has_value());
    }
  }

  TEST_CASE("stix/marking_map: the tightest TLP wins, a granular one only ever tightens") {
    const auto tlp = [](const std::string& whole, const std::string& part, const char* pointer,
                        Extent extent = Extent::kWithBelow) {
      const auto object = document(R"({"name":"n","labels":["x"],"object_marking_refs":[)" +
                                   (whole.empty() ? "" : "\"" + whole + "\"") +
                                   R"(],"granular_markings":[{"marking_ref":")" + part +
                                   R"(","selectors":["labels.[0]"]}]})");
      return effective_tlp(*MarkingMap(object->root()).at(pointer), {}, Tlp::kAmber, extent);
    };
    CHECK(tlp(kGreen, kRed, "/name").tlp == Tlp::kGreen);
    CHECK(tlp(kGreen, kRed, "/labels/0").tlp == Tlp::kRed);
    CHECK(tlp(kGreen, kRed, "/labels").tlp == Tlp::kRed);
    CHECK(tlp(kGreen, kRed, "/labels", Extent::kPlaceOnly).tlp == Tlp::kGreen);
    CHECK(tlp(kGreen, kRed, "").tlp == Tlp::kRed);
    CHECK(tlp(kRed, kClear, "/labels/0").tlp == Tlp::kRed);
    // Without a TLP for the whole the caller's default counts, and a looser part does not lower it.
    CHECK(tlp("", kClear, "/labels/0").tlp == Tlp::kAmber);
    CHECK(tlp("", kClear, "/labels/0").unmarked);
    CHECK(tlp("", kRed, "/name").tlp == Tlp::kAmber);
    CHECK_FALSE(tlp(kGreen, kRed, "/name").unmarked);
    CHECK_FALSE(tlp(kGreen, kRed, "").unknown.has_value());
  }

  TEST_CASE("stix/marking_map: what is not understood is named, at the place where it holds") {
    const auto object = document(
        R"({"name":"n","labels":["x"],"object_marking_refs":["s"],"granular_markings":[{"marking_ref":"u","selectors":["labels"]}]})");
    const MarkingMap map(object->root());
    const MarkingMeanings meanings = [](std::string_view id) -> std::optional<MarkingMeaning> {
      if (id == "s") return MarkingMeaning{Kind::kStatement, std::nullopt};
      return MarkingMeaning{Kind::kMismatch, std::nullopt};
    };
    CHECK_FALSE(effective_tlp(*map.at("/name"), meanings, Tlp::kGreen).mismatch.has_value());
    CHECK(effective_tlp(*map.at("/labels/0"), meanings, Tlp::kGreen).mismatch == "u");
    CHECK(effective_tlp(*map.at(""), meanings, Tlp::kGreen).mismatch == "u");
    CHECK(effective_tlp(*map.at("/name"), {}, Tlp::kGreen).unknown == "s");
    CHECK(effective_tlp(*map.at("/name"), meanings, Tlp::kGreen).tlp == Tlp::kGreen);
  }

  TEST_CASE("stix/marking_circle: finds definitions that mark each other") {
    const auto circle = [](const ObjectPtr& start, std::vector<ObjectPtr> all) {
      return *marking_circle(*start, among(std::move(all)));
    };
    using Circle = std::vector<std::string>;
    const auto self = definition(1, {1});
    CHECK(circle(self, {self}) == Circle{marking_id(1)});
    CHECK(circle(self, {}) == Circle{marking_id(1)});
    const auto own_part = definition(1, {}, {1});
    CHECK(circle(own_part, {own_part}) == Circle{marking_id(1)});
    const auto one = definition(1, {2}), two = definition(2, {}, {3}), three = definition(3, {1});
    CHECK(circle(one, {one, two, three}) == Circle{marking_id(1), marking_id(2), marking_id(3)});
    // Not through the start: 4 → 1 → 2 → 3 → 1.
    const auto four = definition(4, {1});
    CHECK(circle(four, {one, two, three, four}) ==
          Circle{marking_id(1), marking_id(2), marking_id(3)});
    // A diamond is no circle, and the way ends where a definition is not at hand.
    const auto top = definition(1, {2, 3}), left = definition(2, {4}), right = definition(3, {4}),
               bottom = definition(4, {5});
    CHECK(circle(top, {top, left, right, bottom}).empty());
    // A definition met before does not end the search.
    const auto twice = definition(2, {6, 4}), around = definition(6, {6});
    CHECK(circle(top, {top, twice, right, bottom, around}) == Circle{marking_id(6)});
    const auto tool = cases::object(cases::changed(
        cases::valid_object("tool"), {}, R"({"object_marking_refs":[")" + marking_id(1) + "\"]}"));
    CHECK(circle(tool, {one, two, three}).size() == 3);
    CHECK(circle(tool, {}).empty());
  }

  TEST_CASE("stix/marking_circle: follows a bounded number of definitions") {
    std::size_t asked = 0;
    const MarkingDefinitions chain = [&asked](std::string_view id) {
      ++asked;
      const int number = std::stoi(std::string(id.substr(id.size() - 12)));
      return definition(number, {number + 1});
    };
    CHECK(marking_circle(*definition(1, {2}), chain).error().code == Code::kLimitExceeded);
    CHECK(asked < kMaxMarkingsFollowed);
    // A wrong answer of the callback is not followed.
    CHECK(marking_circle(*definition(1, {2}), [](std::string_view) {
            return definition(1, {1});
          })->empty());
  }
}
