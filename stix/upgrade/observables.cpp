#include "stix/upgrade/observables.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/digest.h"
#include "core/json_pointer.h"
#include "core/uuid.h"
#include "stix/names.h"
#include "stix/sco_id.h"
#include "stix/upgrade/merge.h"
#include "stix/upgrade/observable_writer.h"

namespace sekisho::stix::upgrade {
namespace {

constexpr std::size_t kMostMovedSelectors = 1000;
/// A selector behind it marks the whole observable, so that many selectors into a long list stay
/// cheap.
constexpr std::size_t kMostSelectedIndex = 10'000;

std::string pointer_of(std::string_view key) {
  std::string out = "/objects";
  json::append_token(out, key);
  return out;
}

/// The keys below `value` that an id depends on.
void collect_keys(const json::Value& value, bool is_reference, std::vector<std::string_view>& out) {
  if (value.is_string()) {
    if (is_reference) out.push_back(value.string_or({}));
    return;
  }
  for (const json::Value::Entry& entry : value) {
    const bool named = entry.key.ends_with("_ref") || entry.key.ends_with("_refs");
    collect_keys(entry.value, value.is_array() ? is_reference : named, out);
  }
}

/// References among the ID contributing properties (STIX 2.1 §6).
std::vector<std::string_view> keys_of_id(const json::Value& observable) {
  std::vector<std::string_view> out;
  const std::string_view type = observable["type"].string_or({});
  const auto take = [&](std::string_view name) { collect_keys(observable[name], true, out); };
  if (type == "file") take("parent_directory_ref");
  if (type == "email-message") take("from_ref");
  if (type == "network-traffic") {
    take("src_ref");
    take("dst_ref");
  }
  if (type == "file" || type == "network-traffic") {
    collect_keys(observable["extensions"], false, out);
  }
  return out;
}

/// The index of `[n]`; nothing for other parts and for indexes that no walk is worth.
std::optional<std::size_t> list_index(std::string_view part) {
  if (part.size() < 3 || part.size() > 7 || part.front() != '[' || part.back() != ']') return {};
  std::size_t index = 0;
  for (const char c : part.substr(1, part.size() - 2)) {
    if (c < '0' || c > '9') return {};
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  if (index > kMostSelectedIndex) return {};
  return index;
}

/// True if the selector names something in the object (and it was found).
bool selects(json::Value at, std::string_view selector) {
  while (at.exists()) {
    const std::size_t dot = selector.find('.');
    const std::string_view part = selector.substr(0, dot);
    if (at.is_array()) {
      const auto index = list_index(part);
      at = index ? at.at(*index) : json::Value();
    } else {
      at = at[part];
    }
    if (dot == std::string_view::npos) return at.exists();
    selector.remove_prefix(dot + 1);
  }
  return false;
}

class Observer {
 public:
  Observer(const Container& container, const Limits& limits, Losses& losses)
      : container_(container), limits_(limits), losses_(losses) {}

  Result<Observables> upgrade() {
    SEKISHO_TRY(read());
    link();
    name_all();
    return write_all();
  }

 private:
  struct Entry {
    std::string_view key;
    json::Value value;
    std::vector<std::size_t> users;  ///< entries whose id depends on this one's
    std::size_t waits = 0;           ///< ids that this one's depends on and that are not known
    bool named = false;
  };

  Status read();
  void link();
  void name_all();
  void name(Entry& entry, bool may_follow_content);
  std::string derived_id(const Entry& entry) const;
  Result<Observables> write_all();
  std::string write(const Entry& entry);
  bool concerns(const MovedMarking& marking, const Entry& entry) const;
  void write_markings(const Entry& entry, const ObservableWriter& writer,
                      const std::string& unmarked, json::Writer& out) const;

  const Container& container_;
  const Limits& limits_;
  Losses& losses_;
  std::vector<Entry> entries_;
  Ids ids_;
};

Status Observer::read() {
  if (!container_.objects.is_object() || container_.objects.size() == 0) {
    return make_error(Code::kStixUpgrade, "objects is a dictionary with one observable or more",
                      "/objects");
  }
  if (container_.objects.size() > limits_.max_observables) {
    return make_error(Code::kLimitExceeded,
                      "more than " + std::to_string(limits_.max_observables) + " observables",
                      "/objects");
  }
  if (container_.granular.size() > kMostMovedSelectors) {
    return make_error(Code::kLimitExceeded,
                      "more than " + std::to_string(kMostMovedSelectors) +
                          " granular markings select inside objects",
                      "/granular_markings");
  }
  for (const json::Value::Entry& member : container_.objects) {
    const std::string_view type = member.value["type"].string_or({});
    if (!member.value.is_object() || !is_type_name(type)) {
      losses_.add(pointer_of(member.key),
                  "An observable is an object whose type is a name; it was left out");
      continue;
    }
    entries_.push_back({member.key, member.value, {}, 0, false});
    ids_.emplace(member.key, std::string());
  }
  if (entries_.empty()) {
    return make_error(Code::kStixUpgrade, "none of the observables can be used", "/objects");
  }
  return {};
}

void Observer::link() {
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t i = 0; i < entries_.size(); ++i) index.emplace(entries_[i].key, i);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    for (const std::string_view key : keys_of_id(entries_[i].value)) {
      const auto found = index.find(key);
      if (found == index.end()) continue;
      entries_[found->second].users.push_back(i);
      ++entries_[i].waits;
    }
  }
}

/// In the order of dependence. What stands on a circle, or behind one, cannot follow from its
/// content.
void Observer::name_all() {
  std::deque<std::size_t> ready;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].waits == 0) ready.push_back(i);
  }
  while (!ready.empty()) {
    Entry& entry = entries_[ready.front()];
    ready.pop_front();
    name(entry, true);
    for (const std::size_t user : entry.users) {
      if (--entries_[user].waits == 0) ready.push_back(user);
    }
  }
  for (Entry& entry : entries_) {
    if (!entry.named) name(entry, false);
  }
}

void Observer::name(Entry& entry, bool may_follow_content) {
  entry.named = true;
  std::string& id = ids_.find(entry.key)->second;
  if (may_follow_content) {
    Losses unheard;  // the same are told when the object is written with all ids
    ObservableWriter writer(entry.value, {}, ids_, unheard);
    json::Writer draft = writer.write("");
    draft.end_object();
    const auto document = json::Document::parse(draft.take());
    if (document.ok()) {
      if (auto derived = sco_id((*document)->root()); derived.ok()) {
        id = std::move(derived).value();
        return;
      }
    }
  }
  id = derived_id(entry);
}

/// A version 4 UUID whose bits are a hash of where the observable stands: the same on every import,
/// another in every observation (§2.9 wants UUIDv4 where content does not make an id).
std::string Observer::derived_id(const Entry& entry) const {
  json::Writer seed;
  seed.begin_array()
      .string("stix2.0-observable")
      .string(container_.id)
      .string(container_.modified)
      .string(entry.key)
      .end_array();
  const Sha256 hash = sha256(seed.text());
  std::array<std::uint8_t, 16> bytes{};
  std::copy_n(hash.begin(), bytes.size(), bytes.begin());
  return std::string(entry.value["type"].string_or({})) + "--" + Uuid::shaped_v4(bytes).to_string();
}

Result<Observables> Observer::write_all() {
  Observables out;
  std::unordered_set<std::string_view> given;
  Merger merger;
  std::size_t bytes = 0;
  for (const Entry& entry : entries_) {
    std::string text = write(entry);
    bytes += text.size();
    if (bytes > limits_.max_output_bytes) {
      return make_error(Code::kLimitExceeded,
                        "the observables take more than " +
                            std::to_string(limits_.max_output_bytes) + " bytes in STIX 2.1",
                        "/objects");
    }
    const std::string& id = ids_.find(entry.key)->second;
    if (given.insert(id).second) out.ids.push_back(id);
    merger.add(id, std::move(text), pointer_of(entry.key));
  }
  out.objects = merger.take(losses_);
  return out;
}

std::string Observer::write(const Entry& entry) {
  const std::string& id = ids_.find(entry.key)->second;
  ObservableWriter writer(entry.value, pointer_of(entry.key), ids_, losses_);
  json::Writer out = writer.write(id);
  std::string unmarked;
  if (!container_.granular.empty()) unmarked = out.text() + "}";
  write_markings(entry, writer, unmarked, out);
  out.end_object();
  return out.take();
}

/// A marking whose key names nothing concerns all: rather too many than one too few. A key with
/// dots cannot be told from a path, so it concerns both readings.
bool Observer::concerns(const MovedMarking& marking, const Entry& entry) const {
  if (marking.key.empty() || ids_.find(marking.key) == ids_.end()) return true;
  if (!entry.key.starts_with(marking.key)) return false;
  return entry.key.size() == marking.key.size() || entry.key[marking.key.size()] == '.';
}

/// The marking of the observation holds for each observable, and what a granular marking selected
/// stays marked: as a whole where the part is no longer there.
void Observer::write_markings(const Entry& entry, const ObservableWriter& writer,
                              const std::string& unmarked, json::Writer& out) const {
  std::vector<std::string> whole;
  std::set<std::string_view> given;
  const auto mark = [&](const std::string& marking) {
    if (given.insert(marking).second) whole.push_back(marking);
  };
  for (const std::string& marking : container_.markings) mark(marking);
  std::vector<std::pair<std::string, std::string>> parts;
  const auto document = json::Document::parse(unmarked.empty() ? "{}" : unmarked);
  for (const MovedMarking& marking : container_.granular) {
    if (!concerns(marking, entry)) continue;
    const bool exact = marking.key == entry.key && !marking.path.empty();
    const std::string selector = exact ? writer.selector(marking.path) : "";
    if (exact && document.ok() && selects((*document)->root(), selector)) {
      parts.emplace_back(marking.marking_ref, selector);
    } else {
      mark(marking.marking_ref);
    }
  }
  if (!whole.empty()) {
    out.key("object_marking_refs").begin_array();
    for (const std::string& marking : whole) out.string(marking);
    out.end_array();
  }
  if (parts.empty()) return;
  out.key("granular_markings").begin_array();
  for (const auto& [marking, selector] : parts) {
    out.begin_object().member("marking_ref", marking).key("selectors").begin_array();
    out.string(selector).end_array().end_object();
  }
  out.end_array();
}

}  // namespace

Result<Observables> upgrade_observables(const Container& container, const Limits& limits,
                                        Losses& losses) {
  return Observer(container, limits, losses).upgrade();
}

}  // namespace sekisho::stix::upgrade
