#include "sync/peer/pull.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/digest.h"
#include "core/time.h"
#include "sync/ingest/bundles.h"

namespace sekisho::sync {
namespace {

using Objects = std::span<const std::string_view>;

constexpr std::size_t kPoolPages = 20;
constexpr std::size_t kPartPages = 4;  ///< a page of more than so many times what was asked for is taken in parts
constexpr std::size_t kStagedAtMost = 100'000;

/// An object whose attestation has not come yet, kept in the store between pulls.
struct Staged {
  std::string key;
  Timestamp first_seen;
  stix::ObjectPtr object;
};

/// All that is staged of one collection. What may be ready is known without looking at the rest.
class Stage {
 public:
  void clear() { *this = Stage(); }
  std::size_t size() const { return by_key_.size(); }
  bool all_touched() const { return touched_.size() == by_key_.size(); }
  const Staged& at(const std::string& key) const { return by_key_.find(key)->second; }

  void add(Staged staged) {
    const std::string key = staged.key;
    const auto [place, fresh] = by_key_.emplace(key, std::move(staged));
    if (fresh) await(place->second);
  }
  /// An attestation has come that may settle some.
  void touch(const ParsedAttestation& attestation) {
    for (const std::string& by : {attestation.target_sha256, version_of(attestation.target_ref, attestation.target_version)}) {
      for (auto it = awaiting_.lower_bound({by, ""}); it != awaiting_.end() && it->first == by; it = awaiting_.erase(it)) touched_.insert(it->second);
    }
  }
  void touch(const std::string& key) { touched_.insert(key); }
  void untouch(const std::string& key) {
    touched_.erase(key);
    await(at(key));
  }
  void remove(const std::string& key) {
    const auto found = by_key_.find(key);
    for (const std::string& by : words_of(*found->second.object)) awaiting_.erase({by, key});
    touched_.erase(key);
    by_key_.erase(found);
  }
  /// Of those that were touched and those that have waited long enough, in order of key: the first `most`, and perhaps more.
  std::set<std::string> ready(Timestamp now, std::int64_t wait_micros, std::size_t most) const {
    std::set<std::string> out;
    for (const std::string& key : touched_) {
      if (out.size() >= most) break;
      out.insert(key);
    }
    std::size_t over = 0;
    for (const auto& [key, staged] : by_key_) {  // keys begin with the time of first sight
      if (++over > most || now < staged.first_seen.plus_micros(wait_micros)) break;
      out.insert(key);
    }
    return out;
  }

 private:
  static std::string version_of(std::string_view id, std::string_view version) { return std::string(id) + "\n" + std::string(version); }
  /// As AttestationPool::contradicts() has it.
  static std::string_view attested_version(const stix::Object& object) {
    const json::Value root = object.root();
    return root["modified"].string().value_or(root["created"].string_or(""));
  }
  /// What an attestation that concerns the object names: its content, or its id and version.
  static std::array<std::string, 2> words_of(const stix::Object& object) {
    return {hex(object.content_hash()), version_of(object.id(), attested_version(object))};
  }
  void await(const Staged& staged) {
    for (std::string& by : words_of(*staged.object)) awaiting_.emplace(std::move(by), staged.key);
  }

  std::map<std::string, Staged> by_key_;
  std::set<std::pair<std::string, std::string>> awaiting_;  ///< word of an attestation, and key
  std::set<std::string> touched_;
};

class CollectionPuller {
 public:
  CollectionPuller(store::Store& store, Inbound& inbound, const Clock& clock, PeerSource& source,
                   const PullOptions& options, const PullProgress& progress)
      : store_(store), inbound_(inbound), clock_(clock), source_(source), options_(options), progress_(progress),
        pool_(kPoolPages * options.page) {}

  Status run(const PeerCollection& remote, const std::optional<PeerCollection>& companion,
             const store::Collection& local, CollectionPull& out) {
    remote_ = &remote;
    companion_ = companion;
    local_ = &local;
    SEKISHO_TRY(load_state());
    while (true) {
      SEKISHO_ASSIGN(const PeerPage page, source_.page(remote, state_, options_.page));
      SEKISHO_TRY(take(page, out));
      if (!page.more) return take_ready(out);
    }
  }

 private:
  std::string space() const { return "pull/" + options_.party; }
  std::string early_space() const { return "early/" + options_.party + "/" + remote_->id; }
  std::string staged_space() const { return "staged/" + options_.party + "/" + remote_->id; }

  Status load_state() {
    SEKISHO_ASSIGN(const auto state, store_.document(space(), remote_->id));
    state_ = state.value_or("");
    if (companion_) {
      SEKISHO_ASSIGN(const auto beside, store_.document(space(), companion_->id));
      companion_state_ = beside.value_or("");
    }
    companion_ended_ = false;
    SEKISHO_ASSIGN(const auto early, store_.documents(early_space()));
    for (const auto& [key, bytes] : early) {
      const auto object = stix::Object::parse(bytes, inbound_.limits().object_bytes);
      if (!object.ok()) continue;
      keep_attestation(*object);
      const auto parsed = parse_attestation(**object);
      if (parsed.ok()) early_.emplace(parsed->target_sha256, key);
    }
    stage_.clear();
    SEKISHO_ASSIGN(const auto waiting, store_.documents(staged_space()));
    for (const auto& [key, bytes] : waiting) {
      auto object = stix::Object::parse(bytes, inbound_.limits().object_bytes);
      if (!object.ok()) continue;
      const auto seen = parse_taxii_time(std::string_view(key).substr(0, 27));
      stage_.add({key, seen.ok() ? *seen : Timestamp{}, *object});
      if (!seen.ok() || settled(**object)) stage_.touch(key);
    }
    return {};
  }

  /// What still waits for no longer, in further transactions of the size of a part.
  Status take_ready(CollectionPull& out) {
    while (more_ready_) SEKISHO_TRY(take(Objects(), state_, out));
    return {};
  }

  /// In parts if the peer gave far more than it was asked for; the state moves with the last one.
  Status take(const PeerPage& page, CollectionPull& out) {
    Objects left(page.objects);
    const std::size_t part = part_size();
    while (left.size() > part) {
      SEKISHO_TRY(take(left.first(part), state_, out));
      left = left.subspan(part);
    }
    return take(left, page.after, out);
  }

  std::size_t part_size() const { return std::max<std::size_t>(1, kPartPages * options_.page); }

  /// Splits objects into attestations (kept in the pool), what cannot be read, and the rest.
  void sort_in(Objects objects, Inbound::PartyBatch& batch) {
    for (const std::string_view bytes : objects) {
      for (Handed& one : opened(bytes, {inbound_.limits().object_bytes})) sort_in(std::move(one), batch);
    }
  }

  void sort_in(Handed one, Inbound::PartyBatch& batch) {
    if (!one.object.ok()) {
      batch.unreadable.push_back({"", "", one.object.error()});
      batch.unreadable_payloads.push_back(std::move(one.unreadable));
    } else if ((*one.object)->type() == kAttestationType) {
      keep_attestation(*one.object);
      remember_early(*one.object, batch);
    } else {
      batch.objects.push_back(*one.object);
    }
  }

  void keep_attestation(const stix::ObjectPtr& object) {
    auto parsed = parse_attestation(*object);
    if (!parsed.ok()) return;
    await(parsed->target_sha256);
    stage_.touch(*parsed);
    pool_.add(object, std::move(*parsed));
  }

  /// An attestation between the objects: kept in the store until its object, perhaps of the next page, has come.
  void remember_early(const stix::ObjectPtr& object, Inbound::PartyBatch& batch) {
    const auto parsed = parse_attestation(*object);
    if (!parsed.ok() || early_.size() >= kStagedAtMost) return;
    if (!early_.emplace(parsed->target_sha256, std::string(object->id())).second) return;
    batch.documents.push_back({early_space(), std::string(object->id()), object->bytes()});
  }

  void forget_early(Inbound::PartyBatch& batch) {
    std::set<std::string> over;
    for (const stix::ObjectPtr& object : batch.objects) {
      const auto found = early_.find(hex(object->content_hash()));
      if (found == early_.end()) continue;
      over.insert(found->second);
      early_.erase(found);
    }
    const std::string space = early_space();
    std::erase_if(batch.documents, [&](const store::DocumentPut& put) { return put.space == space && over.erase(put.key) != 0; });
    for (const std::string& key : over) batch.documents.push_back({space, key, std::nullopt});
  }

  bool settled(const stix::Object& object) const { return pool_.has(object) || pool_.contradicts(object); }

  /// Reads the companion until every object of the batch has its attestation, or to its end.
  Status read_attestations(const std::vector<stix::ObjectPtr>& wanted) {
    if (!companion_) return {};
    std::size_t next = 0, drops = pool_.drops();
    while (true) {
      if (std::exchange(drops, pool_.drops()) != drops) next = 0;  // what was here may be gone again
      while (next < wanted.size() && settled(*wanted[next])) ++next;
      if ((next == wanted.size() && stage_.all_touched()) || companion_ended_) return {};
      SEKISHO_ASSIGN(const PeerPage page, source_.page(*companion_, companion_state_, options_.page));
      companion_pages_.push_back({companion_state_, 0, {}});
      for (const std::string_view bytes : page.objects) {
        auto object = stix::Object::parse(std::string(bytes), inbound_.limits().object_bytes);
        if (object.ok() && (*object)->type() == kAttestationType) keep_attestation(*object);
      }
      companion_state_ = page.after;
      companion_ended_ = !page.more;
    }
  }

  /// Takes objects, and with them `after` as the place to go on from.
  Status take(Objects objects, const std::string& after, CollectionPull& out) {
    Inbound::PartyBatch batch;
    batch.party = options_.party;
    batch.collection = local_;
    sort_in(objects, batch);
    companion_ended_ = false;  // what was appended since the last page may be there now
    SEKISHO_TRY(read_attestations(batch.objects));

    const Timestamp now = clock_.now();
    settle_staged(batch, now);
    if (signs()) stage_unattested(batch, now);
    forget_early(batch);
    batch.documents.push_back({space(), remote_->id, after});
    if (companion_) batch.documents.push_back({space(), companion_->id, companion_cursor(batch)});
    SEKISHO_ASSIGN(const InboundReport report, inbound_.take(batch, pool_));
    out.report.add(report);
    out.waiting = stage_.size();
    out.received += objects.size();
    state_ = after;
    if (progress_) progress_(out);
    return {};
  }

  /// Where to go on reading attestations after a crash: before the first page that still has one whose
  /// target has not come. Reading one twice is harmless, missing one is not.
  std::string companion_cursor(const Inbound::PartyBatch& batch) {
    for (const stix::ObjectPtr& object : batch.objects) {
      const auto found = awaited_.find(hex(object->content_hash()));
      if (found == awaited_.end()) continue;
      for (const std::size_t page : found->second) --companion_pages_[page - pages_gone_].awaited;
      awaited_.erase(found);
    }
    while (!companion_pages_.empty() &&
           (companion_pages_.front().awaited == 0 || companion_pages_.size() > kPoolPages)) {
      for (const std::string& content : companion_pages_.front().contents) {
        const auto found = awaited_.find(content);
        if (found == awaited_.end()) continue;
        found->second.erase(pages_gone_);
        if (found->second.empty()) awaited_.erase(found);
      }
      companion_pages_.pop_front();
      ++pages_gone_;
    }
    return companion_pages_.empty() ? companion_state_ : companion_pages_.front().before;
  }

  /// Notes that the page of the companion that was read last attests this content.
  void await(const std::string& content) {
    if (companion_pages_.empty()) return;
    if (!awaited_[content].insert(pages_gone_ + companion_pages_.size() - 1).second) return;
    ++companion_pages_.back().awaited;
    companion_pages_.back().contents.push_back(content);
  }

  bool signs() const { return companion_.has_value(); }

  /// Staged objects whose attestation came, or whose time is over, go to judgement: no more at once than a part.
  void settle_staged(Inbound::PartyBatch& batch, Timestamp now) {
    leaving_.clear();
    const auto ready = stage_.ready(now, options_.attestation_wait_micros, part_size() + 1);
    more_ready_ = ready.size() > part_size();
    std::size_t looked_at = 0;
    for (const std::string& key : ready) {
      if (++looked_at > part_size()) return;
      const Staged& staged = stage_.at(key);
      const bool over = staged.first_seen.plus_micros(options_.attestation_wait_micros) <= now;
      if (!over && !settled(*staged.object)) {
        stage_.untouch(key);  // its attestation was dropped again
        continue;
      }
      batch.documents.push_back({staged_space(), key, std::nullopt});
      batch.objects.push_back(staged.object);
      leaving_.insert(tail_of(*staged.object));
      stage_.remove(key);
    }
  }

  void stage_unattested(Inbound::PartyBatch& batch, Timestamp now) {
    std::vector<stix::ObjectPtr> ready;
    const std::string stamp = format_taxii_time(now);
    for (stix::ObjectPtr& object : batch.objects) {
      if (settled(*object) || stage_.size() >= kStagedAtMost || options_.attestation_wait_micros == 0 ||
          leaving_.count(tail_of(*object)) != 0) {  // it is judged now, attested or not
        ready.push_back(std::move(object));
        continue;
      }
      Staged staged{stamp + tail_of(*object), now, object};
      batch.documents.push_back({staged_space(), staged.key, object->bytes()});
      stage_.add(std::move(staged));
    }
    batch.objects = std::move(ready);
  }

  static std::string tail_of(const stix::Object& object) {
    return "/" + std::string(object.id()) + "/" + std::string(object.version()) + "/" + hex(object.content_hash());
  }

  store::Store& store_;
  Inbound& inbound_;
  const Clock& clock_;
  PeerSource& source_;
  const PullOptions& options_;
  const PullProgress& progress_;
  AttestationPool pool_;
  const PeerCollection* remote_ = nullptr;
  std::optional<PeerCollection> companion_;
  const store::Collection* local_ = nullptr;
  std::string state_, companion_state_;
  bool companion_ended_ = false;
  struct CompanionPage {
    std::string before;                         ///< state from which this page was read
    std::size_t awaited = 0;                    ///< targets not seen yet
    std::vector<std::string> contents;          ///< hashes of all its targets
  };
  std::deque<CompanionPage> companion_pages_;
  std::size_t pages_gone_ = 0;  ///< from its front
  std::unordered_map<std::string, std::set<std::size_t>> awaited_;  ///< by content: the pages that attest it
  Stage stage_;
  std::unordered_set<std::string> leaving_;  ///< tails of the keys that the batch at hand takes off the stage
  bool more_ready_ = false;  ///< than it takes
  std::map<std::string, std::string> early_;  ///< content hash of a target that has not come -> attestation id
};

bool is_companion(const std::vector<PeerCollection>& all, const PeerCollection& one) {
  for (const auto& other : all) {
    if (!other.alias.empty() && one.alias == companion_alias(other.alias)) return true;
  }
  return false;
}

}  // namespace

const PeerCollection* find_collection(const std::vector<PeerCollection>& all, std::string_view alias_or_id) {
  for (const auto& one : all) {
    if (one.alias == alias_or_id || one.id == alias_or_id) return &one;
  }
  return nullptr;
}

std::string companion_alias(std::string_view alias) { return std::string(alias) + "-attestations"; }

Result<std::vector<CollectionPull>> pull(store::Store& store, Inbound& inbound, const Clock& clock,
                                         PeerSource& source, const PullOptions& options,
                                         const PullProgress& progress) {
  SEKISHO_ASSIGN(const auto offered, source.collections());
  SEKISHO_ASSIGN(const auto local, store.collections());
  std::vector<CollectionPull> rows;
  for (const PeerCollection& remote : offered) {
    if (is_companion(offered, remote)) continue;
    CollectionPull row;
    row.remote = remote.alias.empty() ? remote.id : remote.alias;
    auto mapped = options.collections.find(remote.alias);
    if (mapped == options.collections.end()) mapped = options.collections.find(remote.id);
    if (mapped == options.collections.end() && !options.collections.empty()) continue;
    row.local = mapped == options.collections.end() ? row.remote : mapped->second;
    const store::Collection* target = nullptr;
    for (const auto& collection : local) {
      if (collection.alias == row.local) target = &collection;
    }
    if (target == nullptr) {
      row.status = make_error(Code::kNotFound, "no local collection " + row.local + "; run: sekisho collection add " + row.local);
    } else {
      std::optional<PeerCollection> companion;
      if (!remote.alias.empty()) {
        if (const auto* found = find_collection(offered, companion_alias(remote.alias))) companion = *found;
      }
      CollectionPuller puller(store, inbound, clock, source, options, progress);
      row.status = puller.run(remote, companion, *target, row);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace sekisho::sync
