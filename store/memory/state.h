// The reference store: plain containers behind one mutex, rules applied the long way round.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/mutex.h"
#include "core/ports/random.h"
#include "store/store.h"

namespace sekisho::store::memory {

struct Entry {
  const StoredObject* object = nullptr;
  std::int64_t date = 0;
  bool withdrawn = false;
  bool other_sources = false;  ///< another party's copy of this content was released here too
};

/// What a party reads back of what it gave.
struct OwnEntry {
  std::int64_t date = 0;
  const StoredObject* object = nullptr;
};

struct StreamData {
  Stream info;
  std::vector<Entry> entries;  ///< index = position - 1
};

/// Any thread.
class MemoryStore final : public Store {
 public:
  explicit MemoryStore(Random& random);

  Result<Collection> add_collection(const Collection& collection) override;
  Status remove_collection(CollectionNo no) override;
  Result<std::vector<Collection>> collections() const override;
  Result<std::vector<Added>> commit(const Batch& batch, Timestamp now) override;
  Result<StoredObject> object(ObjectNo no) const override;
  Result<std::vector<StoredObject>> versions_of(std::string_view id, bool want_bytes) const override;
  Result<std::vector<ObjectNo>> shared_contents() const override;
  Result<std::vector<bool>> held(const std::vector<std::string_view>& ids) const override;
  Result<std::vector<ObjectNo>> mentioning(std::string_view id, ObjectNo after, std::size_t limit) const override;
  Result<std::vector<Change>> changes(ChangeNo after, std::size_t limit) const override;
  Result<std::size_t> each_change(ChangeNo after, std::size_t limit,
                                  const std::function<void(const ChangeRow&)>& visit) const override;
  Result<ChangeNo> last_change() const override;
  Result<ObjectNo> last_object() const override;
  Result<Timestamp> latest_instant() const override;
  Result<ChangeNo> released_through() const override;
  Result<std::vector<CollectionNo>> collections_of(ObjectNo no) const override;
  Result<std::optional<Change>> arrival(ObjectNo no, CollectionNo collection) const override;
  Result<Stream> create_stream(CollectionNo collection, std::string_view audience, const Uuid& id) override;
  Result<Stream> fork_stream(StreamNo from, std::string_view audience, const Uuid& id) override;
  Status set_stream_audience(StreamNo no, std::string_view audience) override;
  Result<std::vector<Stream>> streams() const override;
  Result<Stream> stream(StreamNo no) const override;
  Status assign(const std::vector<Assignment>& assignments) override;
  Result<std::vector<Assignment>> assignments() const override;
  Result<std::vector<std::size_t>> release(const Release& release, Timestamp now) override;
  Result<std::vector<StreamNo>> placements(ObjectNo no) const override;
  Result<std::vector<std::pair<StreamNo, Position>>> positions(ObjectNo no) const override;
  Result<std::vector<Hold>> holds(std::string_view audience) const override;
  Result<std::vector<Carried>> carried(ObjectNo no) const override;
  Result<std::vector<ObjectNo>> attestations_of(ObjectNo no) const override;
  Result<std::vector<ObjectNo>> renditions_of(ObjectNo no) const override;
  Result<std::vector<std::pair<ObjectNo, ObjectNo>>> renditions() const override;
  Result<PageEnd> read_stream(StreamNo no, const StreamQuery& query,
                              const std::function<void(const StreamItem&)>& visit) const override;
  bool has_own(std::string_view party, CollectionNo collection) const override;
  Result<bool> stream_has_id(StreamNo no, std::string_view id) const override;
  Status disclose(const Disclosure& disclosure) override;
  Result<std::vector<Disclosure>> disclosures(std::string_view party) const override;
  Result<std::vector<DeadLetter>> dead_letters(std::uint64_t after, std::size_t limit,
                                               std::optional<LetterKind> kind) const override;
  Result<DeadLetter> dead_letter(std::uint64_t no) const override;
  Result<std::optional<std::string>> document(std::string_view space, std::string_view key) const override;
  Result<std::vector<std::pair<std::string, std::string>>> documents(std::string_view space) const override;
  Uuid incarnation() const override;
  Result<std::vector<Uuid>> earlier_incarnations() const override;
  Status begin_incarnation(const Uuid& fresh, std::int64_t floor_micros) override;
  Status backup(const std::string& path,
                const std::function<void(std::size_t done, std::size_t total)>& progress) const override;
  Result<std::vector<std::string>> check(
      const std::function<void(std::size_t done, std::size_t total)>& progress) const override;
  Result<std::vector<std::pair<std::string, std::uint64_t>>> counts() const override;

 private:
  struct Page {
    struct Item {
      Position position = 0;  ///< 0: an own entry
      Entry entry;
      const StoredObject* attestation = nullptr;
    };
    std::vector<Item> items;
    bool more = false;
    Uuid stream;
    std::uint64_t generation = 0;
  };

  Status check_objects(const std::vector<NewObject>& objects) const SEKISHO_REQUIRES(mutex_);
  const StoredObject* newest_attestation(ObjectNo no) const SEKISHO_REQUIRES(mutex_);
  Status check_release(const Release& release) const SEKISHO_REQUIRES(mutex_);
  Status check_assignments(const std::vector<Assignment>& assignments) const SEKISHO_REQUIRES(mutex_);
  const StoredObject& keep(const NewObject& object, Timestamp now) SEKISHO_REQUIRES(mutex_);
  Added add(const NewObject& object, Timestamp now) SEKISHO_REQUIRES(mutex_);
  void put_dead_letter(DeadLetter letter) SEKISHO_REQUIRES(mutex_);
  void put_documents(const std::vector<DocumentPut>& documents) SEKISHO_REQUIRES(mutex_);
  void note_by_content(const StoredObject& attestation) SEKISHO_REQUIRES(mutex_);
  bool append(StreamData& stream, const StoredObject& object, Timestamp now) SEKISHO_REQUIRES(mutex_);
  bool withdraw(StreamData& stream, ObjectNo object) SEKISHO_REQUIRES(mutex_);
  Result<Page> select(StreamNo no, const StreamQuery& query) const SEKISHO_REQUIRES(mutex_);
  void add_own(const StoredObject& object, CollectionNo collection, Timestamp now) SEKISHO_REQUIRES(mutex_);
  std::vector<Page::Item> select_stream(const StreamData& stream, const StreamQuery& query) const SEKISHO_REQUIRES(mutex_);
  std::vector<Page::Item> select_timeline(const StreamData& stream, const StreamQuery& query) const SEKISHO_REQUIRES(mutex_);
  bool stream_id_taken(const Uuid& id) const SEKISHO_REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::vector<Uuid> incarnations_ SEKISHO_GUARDED_BY(mutex_);  ///< oldest first
  std::int64_t date_floor_ SEKISHO_GUARDED_BY(mutex_) = 0;      ///< of all but the first incarnation
  std::map<CollectionNo, Collection> collections_ SEKISHO_GUARDED_BY(mutex_);
  CollectionNo last_collection_ SEKISHO_GUARDED_BY(mutex_) = 0;
  std::deque<StoredObject> objects_ SEKISHO_GUARDED_BY(mutex_);  ///< index = no - 1; addresses stay
  std::map<std::string, std::vector<const StoredObject*>, std::less<>> by_id_ SEKISHO_GUARDED_BY(mutex_);
  /// Of one version of an id, by content.
  using Contents = std::map<Sha256, std::vector<const StoredObject*>>;
  std::map<std::pair<std::string, Timestamp>, Contents> by_version_ SEKISHO_GUARDED_BY(mutex_);
  std::map<std::uint64_t, std::set<ObjectNo>> mentions_ SEKISHO_GUARDED_BY(mutex_);  ///< by hash of the id
  std::map<std::pair<ObjectNo, CollectionNo>, ChangeNo> members_ SEKISHO_GUARDED_BY(mutex_);  ///< 0: made here
  std::map<ObjectNo, std::set<ObjectNo>> attestations_ SEKISHO_GUARDED_BY(mutex_);  ///< by what they attest
  std::map<ObjectNo, std::set<ObjectNo>> renditions_ SEKISHO_GUARDED_BY(mutex_);    ///< by what they stand for
  std::map<ObjectNo, ObjectNo> stands_for_ SEKISHO_GUARDED_BY(mutex_);              ///< the same, by rendition
  std::vector<Change> changes_ SEKISHO_GUARDED_BY(mutex_);
  ChangeNo released_through_ SEKISHO_GUARDED_BY(mutex_) = 0;
  std::map<StreamNo, StreamData> streams_ SEKISHO_GUARDED_BY(mutex_);
  StreamNo last_stream_ SEKISHO_GUARDED_BY(mutex_) = 0;
  std::map<std::pair<std::string, CollectionNo>, StreamNo> assignments_ SEKISHO_GUARDED_BY(mutex_);
  std::map<std::pair<std::string, CollectionNo>, std::vector<OwnEntry>> own_ SEKISHO_GUARDED_BY(mutex_);  ///< in order of date
  std::map<std::tuple<std::string, ObjectNo, CollectionNo>, Hold> holds_ SEKISHO_GUARDED_BY(mutex_);
  std::map<std::tuple<std::string, StreamNo, std::string, Position>, Disclosure> disclosures_ SEKISHO_GUARDED_BY(mutex_);
  std::map<std::uint64_t, DeadLetter> dead_letters_ SEKISHO_GUARDED_BY(mutex_);
  std::set<std::string> letter_keys_ SEKISHO_GUARDED_BY(mutex_);  ///< of those that have one
  std::uint64_t last_dead_letter_ SEKISHO_GUARDED_BY(mutex_) = 0;
  std::map<std::pair<std::string, std::string>, std::string> documents_ SEKISHO_GUARDED_BY(mutex_);
};

}  // namespace sekisho::store::memory
