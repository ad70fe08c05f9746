#include "stix/language.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "core/ascii.h"
#include "core/json_pointer.h"
#include "stix/names.h"
#include "stix/selector.h"
#include "stix/versions.h"

namespace sekisho::stix {
namespace {

constexpr std::size_t kMaxTagBytes = 100;  ///< a longer one is no tag that anyone asks for

using ascii::lower;

/// A name that holds free text; `type` limits it to objects of that type.
struct FreeText {
  std::string_view name;
  std::string_view type;
};
constexpr FreeText kFreeTexts[] = {
    {"name", ""},
    {"description", ""},
    {"abstract", ""},
    {"content", "note"},
    {"explanation", ""},
    {"objective", ""},
    {"statement", ""},
    {"aliases", ""},
    {"goals", ""},
    {"roles", "identity"},
    {"contact_information", ""},
    {"city", "location"},
    {"street_address", "location"},
    {"administrative_area", "location"},
};
/// Names of objects and lists that may hold free text further down.
constexpr std::string_view kHolders[] = {"external_references", "extensions", "definition"};
/// How the names of custom properties end that hold no text.
constexpr std::string_view kCodes[] = {"_ref",  "_refs", "_id",     "_ids",    "_bin",  "_hex",
                                       "_enc",  "_type", "_types",  "_url",    "_urls", "_at",
                                       "_date", "_hash", "_hashes", "_version"};

/// What a place in an object may be, seen from above.
enum class Scope {
  kNames,   ///< members are judged by their names
  kText,    ///< all below is text: the member itself was
  kNothing  ///< nothing below is translated
};

Scope scope_of(std::string_view type, std::string_view name, Scope above, bool top) {
  const bool code = std::any_of(std::begin(kCodes), std::end(kCodes),
                                [name](auto end) { return name.ends_with(end); });
  if (above == Scope::kText) return code ? Scope::kNothing : Scope::kText;
  if (above == Scope::kNothing) return above;
  for (const FreeText& row : kFreeTexts) {
    if (row.name == name && (row.type.empty() || row.type == type)) return Scope::kText;
  }
  if (std::find(std::begin(kHolders), std::end(kHolders), name) != std::end(kHolders))
    return Scope::kNames;
  if (!top) {  // the key of an extension, or a member in one
    return name.starts_with("extension-definition--") ? Scope::kNames : Scope::kNothing;
  }
  return name.starts_with("x_") && !code ? Scope::kText : Scope::kNothing;
}

/// Everything in a cyber-observable is data.
Scope scope_of(const Object& object) {
  return category_of(object.type()) == Category::kSco ? Scope::kNothing : Scope::kNames;
}

/// object_modified, where it is given, names the version (S-7.1-2).
bool same_version(const json::Value& object_modified, const Object& target) {
  if (!object_modified.exists()) return true;
  const auto ours = target.root()["modified"].string();
  const auto theirs = object_modified.string();
  return ours && theirs && same_instant(*ours, *theirs);
}

bool fits(const Object& content, const Object& target) {
  const json::Value root = content.root();
  return content.type() == "language-content" && root["object_ref"].string() == target.id() &&
         same_version(root["object_modified"], target) && !content.revoked();
}

using Members = std::map<std::string_view, json::Value>;
Members members_of(const json::Value& value) {
  Members members;
  if (!value.is_object()) return members;
  for (const auto& [key, member] : value) members.emplace(key, member);
  return members;
}

/// Compares one translation with the original beside it.
class Check {
 public:
  Check(const Object& target, std::vector<LanguageProblem>& out) : target_(target), out_(out) {}

  void say(std::string pointer, std::string text) {
    if (out_.size() < kMaxLanguageProblems) out_.push_back({std::move(pointer), std::move(text)});
  }
  void object(const json::Value& text, const json::Value& original, Scope scope, bool top,
              const std::string& at) {
    const Members known = members_of(original);
    for (const auto& [key, value] : text) {
      const auto found = known.find(key);
      if (found == known.end()) continue;
      const Scope below = scope_of(target_.type(), key, scope, top);
      if (below == Scope::kNothing) continue;
      std::string inner = at;
      json::append_token(inner, key);
      member(value, found->second, below, inner);
    }
  }

 private:
  void member(const json::Value& text, const json::Value& original, Scope scope,
              const std::string& at) {
    if (original.is_string()) {
      if (!text.is_string()) say(at, "a string is translated by a string");
    } else if (original.is_object()) {
      if (!text.is_object()) return say(at, "an object is translated by an object");
      object(text, original, scope, false, at);
    } else if (original.is_array()) {
      list(text, original, scope, at);
    }  // numbers and booleans are not translated: ignored
  }
  void list(const json::Value& text, const json::Value& original, Scope scope,
            const std::string& at) {
    if (!text.is_array()) return say(at, "a list is translated by a list");
    if (text.size() != original.size())
      return say(at, "the list is as long as the original; \"\" keeps an item");
    std::size_t index = 0;
    for (auto a = text.begin(), b = original.begin(); a != text.end(); ++a, ++b) {
      member((*a).value, (*b).value, scope, at + "/" + std::to_string(index++));
    }
  }

  const Object& target_;
  std::vector<LanguageProblem>& out_;
};

/// One language of one language-content, as it stands beside a place of the original.
struct Beside {
  std::size_t rank;  ///< of its tag among those looked for; 0 is best
  std::string_view tag;
  std::string_view source;
  json::Value value;
};

/// Writes the view: walks the original with all translations beside it.
class View {
 public:
  View(const Object& object, std::string_view wanted)
      : object_(object),
        tags_(lookup_tags(wanted)),
        root_(object.root()),
        scope_(scope_of(object)) {
    read_langs();
  }

  void add(const Object& content) {
    const json::Value contents = content.root()["contents"];
    if (!contents.is_object()) return;
    std::vector<bool> taken(tags_.size(), false);  // JA and ja are one tag
    for (const auto& [tag, text] : contents) {
      const auto rank = rank_of(tag);
      if (!rank || taken[*rank] || !text.is_object()) continue;
      taken[*rank] = true;
      beside_.push_back({*rank, tag, content.id(), text});
    }
  }

  LanguageView write() {
    std::stable_sort(beside_.begin(), beside_.end(),
                     [](const Beside& a, const Beside& b) { return a.rank < b.rank; });
    std::string pointer;
    value(root_, beside_, scope_, true, root_["lang"].string().value_or("en"), pointer);
    out_.json = writer_.take();
    return std::move(out_);
  }

 private:
  std::optional<std::size_t> rank_of(std::string_view tag) const {
    if (tag.size() > kMaxTagBytes) return std::nullopt;
    const auto found = std::find(tags_.begin(), tags_.end(), lower(tag));
    if (found == tags_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - tags_.begin());
  }
  std::size_t place(const json::Value& at) const {
    return static_cast<std::size_t>(at.raw().data() - root_.raw().data());
  }
  /// Where granular markings say a language.
  void read_langs() {
    const json::Value granular = root_["granular_markings"];
    if (!granular.is_array()) return;
    SelectorTree tree;
    std::vector<std::pair<SelectorTree::Node, std::string_view>> planted;
    for (const auto& entry : granular) {
      const auto lang = entry.value["lang"].string();
      const json::Value selectors = entry.value["selectors"];
      if (!lang || !selectors.is_array()) continue;
      for (const auto& selector : selectors) {
        const auto text = selector.value.string();
        if (const auto node = text ? tree.add(*text) : std::nullopt)
          planted.emplace_back(*node, *lang);
      }
    }
    tree.resolve(root_);
    for (const auto& [node, lang] : planted) {
      if (const json::Value at = tree.value(node); at.exists()) langs_.emplace(place(at), lang);
    }
  }

  void value(const json::Value& at, const std::vector<Beside>& beside, Scope scope, bool top,
             std::string_view lang, std::string& pointer) {
    if (const auto own = langs_.find(place(at)); own != langs_.end()) lang = own->second;
    if (beside.empty() || scope == Scope::kNothing) {
      writer_.raw(at.raw());
    } else if (at.is_string()) {
      scope == Scope::kText ? text(at, beside, lang, pointer) : void(writer_.raw(at.raw()));
    } else if (at.is_object()) {
      object(at, beside, scope, top, lang, pointer);
    } else if (at.is_array()) {
      list(at, beside, scope, lang, pointer);
    } else {
      writer_.raw(at.raw());
    }
  }

  void text(const json::Value& at, const std::vector<Beside>& beside, std::string_view lang,
            const std::string& pointer) {
    const auto own = rank_of(lang);
    for (const Beside& one : beside) {
      const auto words = one.value.string();
      if (!words || words->empty() || at.string_or({}).empty()) continue;
      if (own && *own <= one.rank) break;
      writer_.string(*words);
      out_.translated.push_back({pointer, std::string(one.tag), std::string(one.source)});
      return;
    }
    writer_.raw(at.raw());
  }

  void object(const json::Value& at, const std::vector<Beside>& beside, Scope scope, bool top,
              std::string_view lang, std::string& pointer) {
    std::vector<Members> theirs;
    theirs.reserve(beside.size());
    for (const Beside& one : beside) theirs.push_back(members_of(one.value));
    writer_.begin_object();
    for (const auto& [key, member] : at) {
      std::vector<Beside> below;
      const Scope scope_below = scope_of(object_.type(), key, scope, top);
      for (std::size_t i = 0; i < beside.size() && scope_below != Scope::kNothing; ++i) {
        const auto found = theirs[i].find(key);
        if (found != theirs[i].end())
          below.push_back({beside[i].rank, beside[i].tag, beside[i].source, found->second});
      }
      const std::size_t length = pointer.size();
      json::append_token(pointer, key);
      writer_.key(key);
      value(member, below, scope_below, false, lang, pointer);
      pointer.resize(length);
    }
    writer_.end_object();
  }

  void list(const json::Value& at, const std::vector<Beside>& beside, Scope scope,
            std::string_view lang, std::string& pointer) {
    std::vector<Beside> items;
    std::vector<json::Value::Iterator> next;
    for (const Beside& one : beside) {
      if (!one.value.is_array() || one.value.size() != at.size()) continue;
      items.push_back(one);
      next.push_back(one.value.begin());
    }
    writer_.begin_array();
    std::size_t index = 0;
    for (const auto& entry : at) {
      for (std::size_t i = 0; i < items.size(); ++i) {
        items[i].value = (*next[i]).value;
        ++next[i];
      }
      const std::size_t length = pointer.size();
      pointer += "/" + std::to_string(index++);
      value(entry.value, items, scope, false, lang, pointer);
      pointer.resize(length);
    }
    writer_.end_array();
  }

  const Object& object_;
  std::vector<std::string> tags_;
  json::Value root_;
  Scope scope_;
  std::map<std::size_t, std::string_view>
      langs_;  ///< where a value starts in the text → its language
  std::vector<Beside> beside_;
  json::Writer writer_;
  LanguageView out_;
};

}  // namespace

std::vector<LanguageProblem> check_translation(const Object& content, const Object& target) {
  std::vector<LanguageProblem> problems;
  Check check(target, problems);
  const json::Value root = content.root();
  if (content.type() != "language-content") {
    check.say("/type", "only a language-content is a translation");
    return problems;
  }
  if (root["object_ref"].string() != target.id())
    check.say("/object_ref", "it names another object");
  if (!same_version(root["object_modified"], target))
    check.say("/object_modified", "it names another version");
  const json::Value contents = root["contents"];
  if (!contents.is_object() || contents.size() == 0) {
    check.say("/contents", "contents is an object of languages");
    return problems;
  }
  for (const auto& [tag, text] : contents) {
    std::string at = "/contents";
    json::append_token(at, tag);
    if (!is_language_tag(tag)) check.say(at, "a language is an RFC 5646 tag, as ja");
    if (!text.is_object()) {
      check.say(at, "a translation is an object of properties");
    } else {
      check.object(text, target.root(), scope_of(target), true, at);
    }
  }
  return problems;
}

LanguageView in_language(const Object& object, std::span<const ObjectPtr> contents,
                         std::string_view wanted) {
  View view(object, wanted);
  std::size_t taken = 0;
  for (const ObjectPtr& content : contents) {
    if (!content || !fits(*content, object)) continue;
    if (++taken > kMaxTranslations) break;
    view.add(*content);
  }
  return view.write();
}

std::vector<std::string> lookup_tags(std::string_view wanted) {
  std::vector<std::string> tags;
  if (wanted.size() > kMaxTagBytes || !is_language_tag(wanted)) return tags;
  std::string tag = lower(wanted);
  while (true) {
    tags.push_back(tag);
    auto hyphen = tag.rfind('-');
    if (hyphen == std::string::npos) return tags;
    tag.resize(hyphen);
    // A single letter opens what was cut off, so it goes with it.
    if (hyphen = tag.rfind('-'); hyphen != std::string::npos && hyphen + 2 == tag.size())
      tag.resize(hyphen);
  }
}

}  // namespace sekisho::stix
