#include "sync/peer/pull.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <span>
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
      if (!page.more) return {};
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
    staged_.clear();
    SEKISHO_ASSIGN(const auto waiting, store_.documents(staged_space()));
    for (const auto& [key, bytes] : waiting) {
      auto object = stix::Object::parse(bytes, inbound_.limits().object_bytes);
      if (!object.ok()) continue;
      const auto seen = parse_taxii_time(std::string_view(key).substr(0, 27));
      staged_.push_back({key, seen.ok() ? *seen : Timestamp{}, *object});
    }
    return {};
  }

  /// In parts if the peer gave far more than it was asked for; the state moves with the last one.
  Status take(const PeerPage& page, CollectionPull& out) {
    Objects left(page.objects);
    const std::size_t part = std::max<std::size_t>(1, kPartPages * options_.page);
    while (left.size() > part) {
      SEKISHO_TRY(take(left.first(part), state_, out));
      left = left.subspan(part);
    }
    return take(left, page.after, out);
  }

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
    if (!companion_pages_.empty()) companion_pages_.back().awaited.insert(parsed->target_sha256);
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
    for (const stix::ObjectPtr& object : batch.objects) {
      const auto found = early_.find(hex(object->content_hash()));
      if (found == early_.end()) continue;
      const auto put = std::find_if(batch.documents.begin(), batch.documents.end(), [&](const auto& document) {
        return document.space == early_space() && document.key == found->second;
      });
      if (put != batch.documents.end()) {
        batch.documents.erase(put);
      } else {
        batch.documents.push_back({early_space(), found->second, std::nullopt});
      }
      early_.erase(found);
    }
  }

  bool settled(const stix::Object& object) const { return pool_.has(object) || pool_.contradicts(object); }

  /// Reads the companion until every object of the batch has its attestation, or to its end.
  Status read_attestations(const std::vector<stix::ObjectPtr>& wanted) {
    if (!companion_) return {};
    std::size_t next = 0;
    while (true) {
      while (next < wanted.size() && settled(*wanted[next])) ++next;
      if (next == wanted.size() || companion_ended_) return {};
      SEKISHO_ASSIGN(const PeerPage page, source_.page(*companion_, companion_state_, options_.page));
      companion_pages_.push_back({companion_state_, {}});
      for (const std::string_view bytes : page.objects) {
        auto object = stix::Object::parse(std::string(bytes), inbound_.limits().object_bytes);
        if (object.ok() && (*object)->type() == kAttestationType) keep_attestation(*object);
      }
      companion_state_ = page.after;
      companion_ended_ = !page.more;
      next = 0;
    }
  }

  /// Takes objects, and with them `after` as the place to go on from.
  Status take(Objects objects, const std::string& after, CollectionPull& out) {
    Inbound::PartyBatch batch;
    batch.party = options_.party;
    batch.collection = local_;
    sort_in(objects, batch);
    std::vector<stix::ObjectPtr> wanted = batch.objects;
    for (const Staged& staged : staged_) wanted.push_back(staged.object);
    companion_ended_ = false;  // what was appended since the last page may be there now
    SEKISHO_TRY(read_attestations(wanted));

    const Timestamp now = clock_.now();
    settle_staged(batch, now);
    if (signs()) stage_unattested(batch, now);
    forget_early(batch);
    batch.documents.push_back({space(), remote_->id, after});
    if (companion_) batch.documents.push_back({space(), companion_->id, companion_cursor(batch)});
    SEKISHO_ASSIGN(const InboundReport report, inbound_.take(batch, pool_));
    out.report.add(report);
    out.waiting = staged_.size();
    out.received += objects.size();
    state_ = after;
    if (progress_) progress_(out);
    return {};
  }

  /// Where to go on reading attestations after a crash: before the first page that still has one whose
  /// target has not come. Reading one twice is harmless, missing one is not.
  std::string companion_cursor(const Inbound::PartyBatch& batch) {
    for (const stix::ObjectPtr& object : batch.objects) {
      const std::string content = hex(object->content_hash());
      for (auto& page : companion_pages_) page.awaited.erase(content);
    }
    while (!companion_pages_.empty() &&
           (companion_pages_.front().awaited.empty() || companion_pages_.size() > kPoolPages)) {
      companion_pages_.pop_front();
    }
    return companion_pages_.empty() ? companion_state_ : companion_pages_.front().before;
  }

  bool signs() const { return companion_.has_value(); }

  /// Staged objects whose attestation came, or whose time is over, go to judgement.
  void settle_staged(Inbound::PartyBatch& batch, Timestamp now) {
    std::vector<Staged> still;
    for (Staged& staged : staged_) {
      const bool over = staged.first_seen.plus_micros(options_.attestation_wait_micros) <= now;
      if (!settled(*staged.object) && !over) {
        still.push_back(std::move(staged));
        continue;
      }
      batch.documents.push_back({staged_space(), staged.key, std::nullopt});
      batch.objects.push_back(staged.object);
    }
    staged_ = std::move(still);
  }

  void stage_unattested(Inbound::PartyBatch& batch, Timestamp now) {
    std::vector<stix::ObjectPtr> ready;
    const std::string stamp = format_taxii_time(now);
    for (stix::ObjectPtr& object : batch.objects) {
      if (settled(*object) || staged_.size() >= kStagedAtMost || options_.attestation_wait_micros == 0 ||
          is_leaving_stage(batch, *object)) {
        ready.push_back(std::move(object));
        continue;
      }
      Staged staged{stamp + tail_of(*object), now, object};
      batch.documents.push_back({staged_space(), staged.key, object->bytes()});
      staged_.push_back(std::move(staged));
    }
    batch.objects = std::move(ready);
  }

  static std::string tail_of(const stix::Object& object) {
    return "/" + std::string(object.id()) + "/" + std::string(object.version()) + "/" + hex(object.content_hash());
  }

  /// Whether the batch removes this object's stage row: then it is judged now, attested or not.
  bool is_leaving_stage(const Inbound::PartyBatch& batch, const stix::Object& object) const {
    const std::string tail = tail_of(object);
    for (const auto& put : batch.documents) {
      if (!put.value && put.key.size() > tail.size() &&
          put.key.compare(put.key.size() - tail.size(), tail.size(), tail) == 0) {
        return true;
      }
    }
    return false;
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
    std::unordered_set<std::string> awaited;    ///< content hashes of targets not seen yet
  };
  std::deque<CompanionPage> companion_pages_;
  std::vector<Staged> staged_;
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
