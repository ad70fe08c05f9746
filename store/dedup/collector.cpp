#include "store/dedup/collector.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/json.h"

namespace sekisho::store::dedup {
namespace {

constexpr std::size_t kBlock = 1000;
constexpr std::size_t kProblemsKept = 100;

/// The keys of one stored object. What is stored was strict JSON, so a failure is corruption.
Result<ObjectKeys> keys_of(const StoredObject& object) {
  const auto document = json::Document::parse(object.bytes);
  if (!document.ok()) return make_error(Code::kStoreCorrupt, "a stored object is not JSON", object.id);
  return read_keys((*document)->root());
}

class Collector {
 public:
  Collector(const Store& store, const CollectOptions& options) : store_(store), options_(options) {}

  Result<Collected> run() {
    SEKISHO_ASSIGN(const ChangeNo total, store_.last_change());
    ChangeNo done = 0;
    while (done < total) {
      SEKISHO_ASSIGN(const auto changes, store_.changes(done, kBlock));
      if (changes.empty()) break;
      for (const Change& change : changes) {
        if (wanted(change)) SEKISHO_TRY(take(change.object));
      }
      done = changes.back().no;
      if (options_.progress) options_.progress(std::min(done, total), total);
    }
    out_.items = set_.finish();
    out_.vendors = set_.vendors();
    return std::move(out_);
  }

 private:
  /// Whether the change brings an object that was not read yet into a chosen collection.
  bool wanted(const Change& change) {
    const auto& chosen = options_.collections;
    if (!chosen.empty() && std::find(chosen.begin(), chosen.end(), change.collection) == chosen.end()) return false;
    if (read_.size() <= change.object) read_.resize(change.object + kBlock, false);
    if (read_[change.object]) return false;
    read_[change.object] = true;
    return true;
  }

  Status take(ObjectNo no) {
    SEKISHO_ASSIGN(const StoredObject object, store_.object(no));
    if (object.type == "vulnerability") {
      SEKISHO_ASSIGN(const ObjectKeys keys, keys_of(object));
      note(object.id, keys.problems);
      const auto uuid = Uuid::parse(std::string_view(object.id).substr(std::min(kVulnerabilityPrefix.size(), object.id.size())));
      if (uuid) set_.add_vulnerability(*uuid, keys.cves);
      return {};
    }
    if (!is_item_type(object.type)) return {};
    Delivery delivery{object.id, no, object.version_time, {}, {}, {}};
    std::copy_n(object.content.begin(), delivery.content.size(), delivery.content.begin());
    SEKISHO_ASSIGN(delivery.keys, keys_of(object));
    note(object.id, delivery.keys.problems);
    delivery.vendors = vendors_of(object.source, delivery.keys);
    set_.add(delivery);
    return {};
  }

  /// Whom the creator speaks for; else who sent it; else, for our own, whom it names; else ourselves.
  std::vector<std::string> vendors_of(const std::string& source, const ObjectKeys& keys) const {
    const auto creator = options_.party_of_identity.find(keys.created_by);
    if (creator != options_.party_of_identity.end()) return {creator->second};
    if (!source.empty()) return {source};
    std::vector<std::string> out;
    for (const std::string& name : keys.vendors) {
      const auto party = options_.party_of_name.find(name);
      out.push_back(party == options_.party_of_name.end() ? name : party->second);
    }
    if (out.empty()) out.emplace_back(kOwnVendor);
    return out;
  }

  void note(const std::string& id, const std::vector<Problem>& problems) {
    out_.problem_count += problems.size();
    for (const Problem& problem : problems) {
      if (out_.problems.size() < kProblemsKept) out_.problems.push_back({id, problem});
    }
  }

  const Store& store_;
  const CollectOptions& options_;
  ItemSet set_;
  std::vector<bool> read_;
  Collected out_;
};

/// The CVE ids of a vulnerability, from every version held.
Status vulnerability_evidence(const Store& store, const Uuid& uuid, std::vector<Evidence>& out) {
  SEKISHO_ASSIGN(const auto versions, store.versions_of(std::string(kVulnerabilityPrefix) + uuid.to_string(), true));
  std::set<std::string> known;  // all are versions of one id
  for (const Evidence& one : out) {
    if (!versions.empty() && one.object_id == versions.front().id) known.insert(one.value);
  }
  for (const StoredObject& version : versions) {
    SEKISHO_ASSIGN(const ObjectKeys keys, keys_of(version));
    for (const Found& found : keys.cves) {
      if (known.insert(found.value).second) out.push_back({version.id, found.pointer, found.value});
    }
  }
  return {};
}

}  // namespace

Result<Collected> collect(const Store& store, const CollectOptions& options) { return Collector(store, options).run(); }

Result<ObjectKeys> stored_keys(const Store& store, ObjectNo object) {
  SEKISHO_ASSIGN(const StoredObject stored, store.object(object));
  return keys_of(stored);
}

Result<std::vector<Evidence>> evidence(const Store& store, const Item& item, const Key& key) {
  SEKISHO_ASSIGN(const ObjectKeys keys, stored_keys(store, item.object));
  std::vector<Evidence> out;
  const auto add = [&](const std::vector<Found>& list, bool wanted_only) {
    for (const Found& found : list) {
      if (!wanted_only || url_key(found.value) == key) out.push_back({item.id, found.pointer, found.value});
    }
  };
  switch (key.kind) {
    case Key::Kind::kUrl: add(keys.urls, true); break;
    case Key::Kind::kAdvisories: add(keys.advisories, false); break;
    case Key::Kind::kCves:
      add(keys.cves, false);
      for (const Uuid& uuid : keys.vulnerabilities) SEKISHO_TRY(vulnerability_evidence(store, uuid, out));
  }
  return out;
}

}  // namespace sekisho::store::dedup
