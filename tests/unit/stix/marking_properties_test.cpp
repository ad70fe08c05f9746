// Markings and versions against naive specifications: every property walked, every selector tried.
#include <set>

#include "core/json_pointer.h"
#include "stix/marking_map.h"
#include "stix/selector.h"
#include "stix/versions.h"
#include "stix_cases.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

const std::vector<std::string> kKeys{"name", "labels", "hashes", "SHA-256", "x_a", "0"};

std::string random_value(int depth) {
  const int kind = depth <= 0 ? 0 : *rc::gen::inRange(0, 3);
  if (kind == 0) return *rc::gen::element<std::string>("1", "\"t\"", "true");
  std::string text;
  const int size = *rc::gen::inRange(0, 4);
  for (int i = 0; i < size; ++i) {
    if (kind == 1) {
      text += (text.empty() ? "" : ",") + random_value(depth - 1);
    } else {
      text += (text.empty() ? "\"" : ",\"") + kKeys[static_cast<std::size_t>(i)] +
              "\":" + random_value(depth - 1);
    }
  }
  return kind == 1 ? "[" + text + "]" : "{" + text + "}";
}

std::string random_selector() {
  std::string text = *rc::gen::elementOf(kKeys);
  const int more = *rc::gen::inRange(0, 4);
  for (int i = 0; i < more; ++i) {
    text += "." + (*rc::gen::arbitrary<bool>() ? "[" + std::to_string(*rc::gen::inRange(0, 4)) + "]"
                                               : *rc::gen::elementOf(kKeys));
  }
  return *rc::gen::inRange(0, 8) == 0 ? text + "." : text;  // some are none
}

struct Mark {
  std::string id;
  std::vector<std::string> selectors;
};

/// An object of one member `root…` for each key, and its granular markings.
std::string object_of(const std::vector<Mark>& marks) {
  std::string text = "{";
  for (std::size_t i = 0; i < kKeys.size() - 1; ++i)
    text += "\"" + kKeys[i] + "\":" + random_value(3) + ",";
  text += "\"granular_markings\":[";
  for (std::size_t i = 0; i < marks.size(); ++i) {
    text += (i == 0 ? "" : ",") + std::string(R"({"marking_ref":")") + marks[i].id +
            R"(","selectors":[)";
    for (std::size_t j = 0; j < marks[i].selectors.size(); ++j)
      text += (j == 0 ? "\"" : ",\"") + marks[i].selectors[j] + "\"";
    text += "]}";
  }
  return text + "]}";
}

/// All places of an object, by pointer.
void places(const json::Value& value, const std::string& pointer,
            std::vector<std::pair<std::string, json::Value>>& out) {
  out.emplace_back(pointer, value);
  std::size_t index = 0;
  for (const auto& [key, member] : value) {
    std::string below = pointer;
    json::append_token(below, value.is_array() ? std::to_string(index++) : std::string(key));
    places(member, below, out);
  }
}

bool inside(const std::string& pointer, const std::string& outer) {
  return pointer == outer || pointer.starts_with(outer + "/");
}

/// Where a selector stands, by trying every place: the whole object if it names nothing.
std::string naive_place(const std::string& selector,
                        const std::vector<std::pair<std::string, json::Value>>& all,
                        const json::Value& root) {
  const auto parsed = Selector::parse(selector);
  if (!parsed.ok()) return "";
  const json::Value found = parsed->resolve(root);
  for (const auto& [pointer, value] : all) {
    if (found.exists() && found.raw().data() == value.raw().data()) return pointer;
  }
  return "";
}

std::string time_text() {
  std::string digits = std::to_string(*rc::gen::inRange(0, 3));
  const int zeros = *rc::gen::inRange(0, 10);
  const std::string fraction = std::string(static_cast<std::size_t>(zeros), '0') + digits;
  return "2026-01-01T00:00:0" + std::to_string(*rc::gen::inRange(0, 2)) +
         (*rc::gen::arbitrary<bool>() ? "." + fraction : "") + "Z";
}

ObjectPtr version(const std::string& modified) {
  return cases::object(
      R"({"type":"tool","id":"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3","created":"2026-01-01T00:00:00.000Z","modified":")" +
      modified + "\"}");
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/marking_map: agrees with trying every selector at every place") {
    PROPERTY("same marks", [] {
      std::vector<Mark> marks;
      const int count = *rc::gen::inRange(0, 5);
      for (int i = 0; i < count; ++i) {
        Mark mark{"m" + std::to_string(i), {}};
        const int selectors = *rc::gen::inRange(0, 4);
        for (int j = 0; j < selectors; ++j) mark.selectors.push_back(random_selector());
        marks.push_back(mark);
      }
      const auto document = std::move(json::Document::parse(object_of(marks))).value();
      std::vector<std::pair<std::string, json::Value>> all;
      places(document->root(), "", all);
      const MarkingMap map(document->root());
      for (const auto& [pointer, value] : all) {
        std::set<std::string> on, below;
        for (const Mark& mark : marks) {
          if (mark.selectors.empty()) on.insert(mark.id);
          for (const std::string& selector : mark.selectors) {
            const std::string place = naive_place(selector, all, document->root());
            if (inside(pointer, place))
              on.insert(mark.id);
            else if (inside(place, pointer))
              below.insert(mark.id);
          }
        }
        const auto held = *map.at(pointer);
        RC_ASSERT(std::set<std::string>(held.granular.begin(), held.granular.end()) == on);
        RC_ASSERT(std::set<std::string>(held.below.begin(), held.below.end()) == below);
      }
    });
  }

  TEST_CASE("stix/selector: covers what it encloses in the object") {
    PROPERTY("covers", [] {
      const auto document = std::move(json::Document::parse(object_of({}))).value();
      const auto selector = Selector::parse(random_selector());
      if (!selector.ok()) return;
      const json::Value found = selector->resolve(document->root());
      if (!found.exists()) return;
      std::vector<std::pair<std::string, json::Value>> all;
      places(document->root(), "", all);
      for (const auto& [pointer, value] : all) {
        const char* start = value.raw().data();
        const bool within =
            start >= found.raw().data() && start < found.raw().data() + found.raw().size();
        RC_ASSERT(selector->covers(std::string_view(pointer)) == within);
      }
    });
  }

  TEST_CASE("stix/versions: the order of versions is total and agrees with comparing") {
    PROPERTY("total", [] {
      const auto a = version(time_text()), b = version(time_text()), c = version(time_text());
      const auto ab = version_order(*a, *b), bc = version_order(*b, *c), ac = version_order(*a, *c);
      RC_ASSERT((ab < 0) == (version_order(*b, *a) > 0));
      RC_ASSERT((ab == 0) == same_instant(a->version(), b->version()));
      if (ab <= 0 && bc <= 0) RC_ASSERT((ac <= 0));
      if (ab <= 0 && bc < 0) RC_ASSERT((ac < 0));
      RC_ASSERT((ab == 0) == (compare_versions(*a, *b) == VersionRelation::kSame));
      RC_ASSERT((ab < 0) == (compare_versions(*a, *b) == VersionRelation::kOlder));
      RC_ASSERT((ab < 0) == (compare_versions(*b, *a) == VersionRelation::kNewer));
      const auto next = new_version(*a, "{}", *parse_stix_time(time_text()));
      RC_ASSERT(next.ok());
      RC_ASSERT((version_order(*a, **next) < 0));
    });
  }
}
