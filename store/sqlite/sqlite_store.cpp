// The contract over the tables: every call is one read snapshot or one job of the writer.
#include "store/sqlite/sqlite_store.h"

#include <optional>

#include "store/sqlite/attestations.h"
#include "store/sqlite/check.h"
#include "store/sqlite/copy.h"
#include "store/sqlite/disclosures.h"
#include "store/sqlite/incarnations.h"
#include "store/sqlite/mentions.h"
#include "store/sqlite/objects.h"
#include "store/sqlite/placements.h"
#include "store/sqlite/readers.h"
#include "store/sqlite/release.h"
#include "store/sqlite/renditions.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/shelves.h"
#include "store/sqlite/stream_reader.h"
#include "store/sqlite/own.h"
#include "store/sqlite/streams.h"
#include "store/sqlite/writer.h"

namespace sekisho::store {
namespace sqlite {
namespace {

/// Any thread.
class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<Connection> writer, const std::string& path, const Uuid& incarnation,
              std::unique_ptr<OwnPlaces> own_places, const SqliteOptions& options)
      : path_(path),
        own_places_(std::move(own_places)),
        incarnation_(incarnation),
        writer_(std::move(writer), damage_),
        readers_(path, options.readers, options.cache_bytes / 8) {}

  Result<Collection> add_collection(const Collection& collection) override {
    return write<Collection>([&](Writing& w) { return insert_collection(w, collection); });
  }
  Status remove_collection(CollectionNo no) override {
    return writer_.run([&](Writing& w) { return delete_collection(w, no); });
  }
  Result<std::vector<Collection>> collections() const override {
    return read<std::vector<Collection>>([](Connection& db) { return read_collections(db); });
  }

  Result<std::vector<Added>> commit(const Batch& batch, Timestamp now) override {
    for (const NewObject& object : batch.objects) {
      if (object.own) own_places_->add(object.source, object.collection);
    }
    auto added = write<std::vector<Added>>([&](Writing& w) -> Result<std::vector<Added>> {
      SEKISHO_ASSIGN(std::vector<Added> each, add_objects(w, batch.objects, now));
      put_dead_letters(w.db, batch.dead_letters);
      sqlite::drop_dead_letters(w.db, batch.drop_dead_letters);
      put_documents(w.db, batch.documents);
      drop_own(w.db, batch.own_withdrawals);
      return each;
    });
    if (added.ok()) {
      for (const Added& each : *added) damage_.mended(each.object);
    }
    return added;
  }

  Result<StoredObject> object(ObjectNo no) const override {
    return read<StoredObject>([&](Connection& db) { return read_sound_object(db, no, damage_); });
  }
  Result<std::vector<StoredObject>> versions_of(std::string_view id, bool want_bytes) const override {
    return read<std::vector<StoredObject>>([&](Connection& db) { return read_versions(db, id, want_bytes); });
  }
  Result<std::vector<ObjectNo>> shared_contents() const override {
    return read<std::vector<ObjectNo>>([](Connection& db) { return read_shared_contents(db); });
  }
  Result<std::vector<bool>> held(const std::vector<std::string_view>& ids) const override {
    return read<std::vector<bool>>([&](Connection& db) { return read_held(db, ids); });
  }
  Result<std::vector<Change>> changes(ChangeNo after, std::size_t limit) const override {
    return read<std::vector<Change>>([&](Connection& db) { return read_changes(db, after, limit); });
  }
  Result<std::vector<ObjectNo>> mentioning(std::string_view id, ObjectNo after, std::size_t limit) const override {
    return read<std::vector<ObjectNo>>([&](Connection& db) { return read_mentioning(db, id, after, limit); });
  }
  Result<std::size_t> each_change(ChangeNo after, std::size_t limit,
                                  const std::function<void(const ChangeRow&)>& visit) const override {
    return read<std::size_t>([&](Connection& db) { return visit_changes(db, after, limit, visit); });
  }
  Result<ChangeNo> last_change() const override {
    return read<ChangeNo>([](Connection& db) { return sqlite::last_change(db); });
  }
  Result<ObjectNo> last_object() const override {
    return read<ObjectNo>([](Connection& db) { return sqlite::last_object(db); });
  }
  Result<Timestamp> latest_instant() const override {
    return read<Timestamp>([](Connection& db) { return read_latest_instant(db); });
  }
  std::vector<ObjectNo> damaged() const override { return damage_.list(); }
  Result<ChangeNo> released_through() const override {
    return read<ChangeNo>([](Connection& db) { return read_released_through(db); });
  }
  Result<std::vector<CollectionNo>> collections_of(ObjectNo no) const override {
    return read<std::vector<CollectionNo>>([&](Connection& db) { return read_collections_of(db, no); });
  }
  Result<std::optional<Change>> arrival(ObjectNo no, CollectionNo collection) const override {
    return read<std::optional<Change>>([&](Connection& db) { return read_arrival(db, no, collection); });
  }

  Result<Stream> create_stream(CollectionNo collection, std::string_view audience, const Uuid& id) override {
    return write<Stream>([&](Writing& w) { return add_stream(w, collection, audience, id); });
  }
  Result<Stream> fork_stream(StreamNo from, std::string_view audience, const Uuid& id) override {
    return write<Stream>([&](Writing& w) { return sqlite::fork_stream(w, from, audience, id); });
  }
  Status set_stream_audience(StreamNo no, std::string_view audience) override {
    return writer_.run([&](Writing& w) { return set_audience(w, no, audience); });
  }
  Result<std::vector<Stream>> streams() const override {
    return read<std::vector<Stream>>([](Connection& db) { return read_streams(db); });
  }
  Result<Stream> stream(StreamNo no) const override {
    return read<Stream>([&](Connection& db) -> Result<Stream> {
      std::optional<Stream> found = load_stream(db, no);
      if (!found) return no_stream();
      return std::move(*found);
    });
  }
  Status assign(const std::vector<Assignment>& assignments) override {
    return writer_.run([&](Writing& w) { return assign_streams(w, assignments); });
  }
  Result<std::vector<Assignment>> assignments() const override {
    return read<std::vector<Assignment>>([](Connection& db) { return read_assignments(db); });
  }
  Result<std::vector<std::size_t>> release(const Release& release, Timestamp now) override {
    return write<std::vector<std::size_t>>([&](Writing& w) { return apply_release(w, release, now); });
  }
  Result<std::vector<StreamNo>> placements(ObjectNo no) const override {
    return read<std::vector<StreamNo>>([&](Connection& db) {
      std::vector<StreamNo> streams;
      for (const auto& [stream, position] : read_placements(db, no)) streams.push_back(stream);
      return streams;
    });
  }
  Result<std::vector<std::pair<StreamNo, Position>>> positions(ObjectNo no) const override {
    return read<std::vector<std::pair<StreamNo, Position>>>([&](Connection& db) {
      const Placements placed = read_placements(db, no);
      return std::vector<std::pair<StreamNo, Position>>(placed.begin(), placed.end());
    });
  }
  Result<std::vector<Hold>> holds(std::string_view audience) const override {
    return read<std::vector<Hold>>([&](Connection& db) { return read_holds(db, audience); });
  }

  Result<std::vector<Carried>> carried(ObjectNo no) const override {
    return read<std::vector<Carried>>([&](Connection& db) { return read_carried(db, no); });
  }
  Result<std::map<ObjectNo, std::vector<Carried>>> carried_of(const std::set<ObjectNo>& objects) const override {
    return read<std::map<ObjectNo, std::vector<Carried>>>([&](Connection& db) { return read_carried_of(db, objects); });
  }
  Result<std::vector<ObjectNo>> attestations_of(ObjectNo no) const override {
    return read<std::vector<ObjectNo>>([&](Connection& db) { return read_attestations_of(db, no); });
  }
  Result<std::vector<ObjectNo>> renditions_of(ObjectNo no) const override {
    return read<std::vector<ObjectNo>>([&](Connection& db) { return read_renditions_of(db, no); });
  }
  Result<std::vector<std::pair<ObjectNo, ObjectNo>>> renditions() const override {
    return read<std::vector<std::pair<ObjectNo, ObjectNo>>>([](Connection& db) { return read_renditions(db); });
  }

  Result<PageEnd> read_stream(StreamNo no, const StreamQuery& query,
                              const std::function<void(const StreamItem&)>& visit) const override {
    return read<PageEnd>([&](Connection& db) { return read_page(db, no, query, damage_, visit); });
  }
  bool has_own(std::string_view party, CollectionNo collection) const override { return own_places_->has(party, collection); }
  Result<bool> stream_has_id(StreamNo no, std::string_view id) const override {
    return read<bool>([&](Connection& db) -> Result<bool> {
      if (!load_stream(db, no)) return no_stream();
      return !positions_of(db, no, id).empty();
    });
  }

  Status disclose(const Disclosure& disclosure) override {
    if (cover_.covers(disclosure)) return {};
    const auto held = read<std::optional<Disclosure>>(
        [&](Connection& db) { return find_disclosed(db, disclosure); });
    if (!held.ok()) return held.error();
    if (*held) {
      cover_.add(**held);
      return {};
    }
    const auto joined = write<Disclosure>(
        [&](Writing& w) -> Result<Disclosure> { return record_disclosure(w.db, disclosure); });
    if (!joined.ok()) return joined.error();
    cover_.add(*joined);
    return {};
  }
  Result<std::vector<Disclosure>> disclosures(std::string_view party) const override {
    return read<std::vector<Disclosure>>([&](Connection& db) { return read_disclosures(db, party); });
  }

  Result<std::vector<DeadLetter>> dead_letters(std::uint64_t after, std::size_t limit,
                                               std::optional<LetterKind> kind) const override {
    return read<std::vector<DeadLetter>>([&](Connection& db) { return read_dead_letters(db, after, limit, kind); });
  }
  Result<DeadLetter> dead_letter(std::uint64_t no) const override {
    return read<DeadLetter>([&](Connection& db) { return read_dead_letter(db, no); });
  }
  Result<std::optional<std::string>> document(std::string_view space, std::string_view key) const override {
    return read<std::optional<std::string>>([&](Connection& db) { return read_document(db, space, key); });
  }
  Result<std::vector<std::pair<std::string, std::string>>> documents(std::string_view space) const override {
    return read<std::vector<std::pair<std::string, std::string>>>(
        [&](Connection& db) { return read_documents(db, space); });
  }

  Uuid incarnation() const override {
    MutexLock lock(incarnation_mutex_);
    return incarnation_;
  }
  Result<std::vector<Uuid>> earlier_incarnations() const override {
    return read<std::vector<Uuid>>([](Connection& db) {
      std::vector<Uuid> incarnations = read_incarnations(db);
      if (!incarnations.empty()) incarnations.erase(incarnations.begin());
      return incarnations;
    });
  }
  Status begin_incarnation(const Uuid& fresh, std::int64_t floor_micros) override {
    SEKISHO_TRY(writer_.run([&](Writing& w) { return add_incarnation(w, fresh, floor_micros); }));
    MutexLock lock(incarnation_mutex_);
    incarnation_ = fresh;
    return {};
  }
  Status backup(const std::string& path,
                const std::function<void(std::size_t done, std::size_t total)>& progress) const override {
    return copy_file(path_, path, progress);
  }
  Result<std::vector<std::string>> check(
      const std::function<void(std::size_t done, std::size_t total)>& progress) const override {
    return read<std::vector<std::string>>([&](Connection& db) { return check_tables(db, damage_, progress); });
  }
  Result<std::vector<std::pair<std::string, std::uint64_t>>> counts() const override {
    return read<std::vector<std::pair<std::string, std::uint64_t>>>([](Connection& db) { return read_counts(db); });
  }

 private:
  template <typename T, typename Work>
  Result<T> read(const Work& work) const {
    return readers_.template read<T>([&](Connection& db) -> Result<T> { return work(db); });
  }

  template <typename T, typename Work>
  Result<T> write(const Work& work) {
    std::optional<T> value;
    const Status status = writer_.run([&](Writing& writing) -> Status {
      SEKISHO_ASSIGN(value, Result<T>(work(writing)));
      return {};
    });
    if (!status.ok()) return status.error();
    return std::move(*value);
  }

  const std::string path_;
  const std::unique_ptr<OwnPlaces> own_places_;
  mutable Mutex incarnation_mutex_;
  Uuid incarnation_ SEKISHO_GUARDED_BY(incarnation_mutex_);
  mutable Damage damage_;
  Writer writer_;
  mutable Readers readers_;
  DisclosureCover cover_;
};

}  // namespace
}  // namespace sqlite

Result<std::unique_ptr<Store>> open_sqlite_store(const std::string& path, Random& random,
                                                 const SqliteOptions& options) {
  using sqlite::Connection;
  SEKISHO_TRY(sqlite::create_private_file(path));
  SEKISHO_ASSIGN(auto writer, Connection::open(path, Connection::Mode::kReadWrite));
  const auto incarnation = sqlite::prepare_file(*writer, random, options.cache_bytes, options.progress);
  if (!incarnation.ok()) {
    Error error = incarnation.error();
    error.where = path;
    return error;
  }
  auto own_places = std::make_unique<sqlite::OwnPlaces>();
  read_own_places(*writer, *own_places);
  SEKISHO_TRY(writer->status());
  return std::unique_ptr<Store>(
      std::make_unique<sqlite::SqliteStore>(std::move(writer), path, *incarnation, std::move(own_places), options));
}

}  // namespace sekisho::store
