#include "stix/marking_map.h"

#include <algorithm>

#include "stix/parts.h"
#include "stix/selector.h"

namespace sekisho::stix {
namespace {

void tidy(std::vector<std::string_view>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

/// The element or member that a token of a JSON Pointer names.
json::Value step_into(const json::Value& value, const std::string& token) {
  if (value.is_object()) return value[token];
  const bool canonical = token == "0" || (!token.empty() && token.front() != '0');
  if (!value.is_array() || !canonical || token.size() > 9) return {};
  std::size_t index = 0;
  for (const char c : token) {
    if (c < '0' || c > '9') return {};
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  return value.at(index);
}

}  // namespace

MarkingMap::MarkingMap(const json::Value& root) : root_(root) {
  const json::Value refs = root["object_marking_refs"];
  unreadable_ = refs.exists() && !refs.is_array();
  if (refs.is_array()) {
    for (const auto& entry : refs) {
      if (const auto id = entry.value.string()) {
        object_.push_back(*id);
      } else {
        unreadable_ = true;
      }
    }
  }
  tidy(object_);
  read_granular(root);
  for (const json::Value& part : speaking_parts(root)) {
    read_part(part);
    read_granular(part);
  }
}

/// Of what is embedded: its object markings hold at its place.
void MarkingMap::read_part(const json::Value& part) {
  const json::Value refs = part["object_marking_refs"];
  unreadable_ = unreadable_ || (refs.exists() && !refs.is_array());
  if (!refs.is_array()) return;
  for (const auto& entry : refs) {
    const auto id = entry.value.string();
    unreadable_ = unreadable_ || !id;
    if (!id) continue;
    places_.emplace(place(part), granular_.size());
    granular_.push_back({*id, {}});
  }
}

void MarkingMap::read_granular(const json::Value& root) {
  const json::Value granular = root["granular_markings"];
  unreadable_ = unreadable_ || (granular.exists() && !granular.is_array());
  if (!granular.is_array()) return;

  struct Planted {
    std::size_t granular;
    SelectorTree::Node node;
  };
  SelectorTree tree;
  std::vector<Planted> planted;
  for (const auto& entry : granular) {
    read_entry(entry.value);
    const std::size_t mine = granular_.size() - 1;
    const json::Value selectors = entry.value["selectors"];
    if (!selectors.is_array() || selectors.size() == 0) {
      planted.push_back({mine, 0});
      continue;
    }
    for (const auto& selector : selectors) {
      const auto text = selector.value.string();
      planted.push_back({mine, text ? tree.add(*text).value_or(0) : 0});
    }
  }
  tree.resolve(root);
  for (const Planted& one : planted) {
    const json::Value found = tree.value(one.node);
    places_.emplace(place(found.exists() ? found : root), one.granular);
  }
}

void MarkingMap::read_entry(const json::Value& entry) {
  const json::Value marking = entry["marking_ref"];
  const json::Value lang = entry["lang"];
  granular_.push_back({marking.string_or({}), lang.string_or({})});
  const bool wrong =
      (marking.exists() && !marking.is_string()) || (lang.exists() && !lang.is_string());
  if (wrong || (!marking.exists() && !lang.exists())) unreadable_ = true;
}

std::size_t MarkingMap::place(const json::Value& value) const {
  return static_cast<std::size_t>(value.raw().data() - root_.raw().data());
}

Result<Marks> MarkingMap::at(std::string_view pointer) const {
  const auto tokens = pointer_tokens(pointer);
  if (!tokens) return make_error(Code::kInvalidArgument, "not a JSON Pointer");
  Marks marks;
  marks.object = object_;
  marks.unreadable = unreadable_;
  json::Value value = root_;
  const auto take = [&](std::size_t where) {
    const auto [first, last] = places_.equal_range(where);
    bool said = false;
    for (auto at = first; at != last; ++at) {
      const Granular& mark = granular_[at->second];
      if (!mark.marking_ref.empty()) marks.granular.push_back(mark.marking_ref);
      if (!mark.lang.empty() && !std::exchange(said, true)) marks.lang = mark.lang;
    }
  };
  take(place(value));
  for (const std::string& token : *tokens) {
    value = step_into(value, token);
    if (!value.exists()) return make_error(Code::kNotFound, "the object has nothing at this place");
    take(place(value));
  }
  const std::size_t start = place(value);
  const auto end = places_.lower_bound(start + value.raw().size());
  for (auto at = places_.upper_bound(start); at != end; ++at) {
    const Granular& mark = granular_[at->second];
    if (!mark.marking_ref.empty()) marks.below.push_back(mark.marking_ref);
    if (!mark.lang.empty()) marks.langs_below.push_back(mark.lang);
  }
  tidy(marks.granular);
  tidy(marks.below);
  tidy(marks.langs_below);
  return marks;
}

EffectiveTlp effective_tlp(const Marks& marks, const MarkingMeanings& meanings, Tlp unmarked,
                           Extent extent) {
  EffectiveTlp out;
  if (marks.unreadable) out.unknown = "a marking that cannot be read";
  const auto add = [&](std::string_view id, std::optional<Tlp>& tightest) {
    const auto tighten = [&](Tlp tlp) {
      if (!tightest || *tightest < tlp) tightest = tlp;
    };
    const auto fixed = tlp_from_marking_id(id);
    const auto meaning = meanings ? meanings(id) : std::nullopt;
    if (fixed) tighten(*fixed);
    if (meaning && meaning->tlp) tighten(*meaning->tlp);
    if (meaning && meaning->kind == MarkingMeaning::Kind::kMismatch) {
      if (!out.mismatch) out.mismatch = id;
    } else if (!fixed && (!meaning || meaning->kind == MarkingMeaning::Kind::kUnknown)) {
      if (!out.unknown) out.unknown = id;
    }
  };
  std::optional<Tlp> whole;
  for (const std::string_view id : marks.object) add(id, whole);
  out.unmarked = !whole;
  std::optional<Tlp> tightest = whole.value_or(unmarked);
  for (const std::string_view id : marks.granular) add(id, tightest);
  if (extent == Extent::kWithBelow) {
    for (const std::string_view id : marks.below) add(id, tightest);
  }
  out.tlp = *tightest;
  return out;
}

}  // namespace sekisho::stix
