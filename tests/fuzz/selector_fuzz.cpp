// Selectors and markings: the first line is a selector, the rest an object. Whatever they are, the
// ways of resolving agree, and the map of markings loses no mark.
#include <algorithm>
#include <cstdint>
#include <string>

#include "stix/marking_map.h"
#include "stix/selector.h"
#include "tests/fuzz/require.h"

using sekisho::fuzz::require;
namespace stix = sekisho::stix;
namespace json = sekisho::json;

namespace {

constexpr std::size_t kMaxPlaces = 50;  // pointers walk from the root: bound the work

void check_places(const json::Value& value, const stix::MarkingMap& map, const stix::Marks& all,
                  std::size_t& left) {
  if (left == 0) return;
  --left;
  const auto marks = map.at(value.pointer());
  require(marks.ok(), "a place that is there has marks");
  for (const auto id : marks->granular) {
    const auto holds = [id](const std::vector<std::string_view>& ids) {
      return std::find(ids.begin(), ids.end(), id) != ids.end();
    };
    require(holds(all.granular) || holds(all.below), "what holds at a place is known of the whole");
  }
  require(stix::effective_tlp(*marks, {}, stix::Tlp::kAmber).tlp <=
              stix::effective_tlp(all, {}, stix::Tlp::kAmber).tlp,
          "the whole is as tight as each part");
  for (const auto& [key, member] : value) check_places(member, map, all, left);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(text.find('\n'), text.size());
  const std::string selector = text.substr(0, end);
  const auto parsed = stix::Selector::parse(selector);
  stix::SelectorTree tree;
  const auto node = tree.add(selector);
  require(node.has_value() == parsed.ok(), "the tree takes what is a selector");
  if (parsed.ok()) {
    require(parsed->covers(*parsed) && parsed->covers(parsed->pointer()),
            "a selector covers itself");
    require(parsed->steps().size() <= stix::kMaxSelectorSteps, "a selector is bounded");
  }
  json::ParseLimits limits;
  limits.max_values = 10'000;
  const auto document =
      json::Document::parse(end < text.size() ? text.substr(end + 1) : std::string(), limits);
  if (!document.ok()) return 0;
  const json::Value root = (*document)->root();
  tree.resolve(root);
  if (parsed.ok()) {
    const json::Value found = parsed->resolve(root);
    require(tree.value(*node).raw().data() == found.raw().data(),
            "tree and selector name the same");
    if (found.exists()) require(parsed->pointer() == found.pointer(), "pointers agree");
  }
  const stix::MarkingMap map(root);
  const auto all = map.at("");
  require(all.ok(), "the whole is there");
  std::size_t left = kMaxPlaces;
  check_places(root, map, *all, left);
  return 0;
}
