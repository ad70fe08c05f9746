// Bytes that change on the disk are withheld, told of, and come back when their source gives the object again.
#include "fixtures.h"
#include "raw_file.h"

namespace sekisho::store::tests {
namespace {

/// A store with three objects in a stream, the second of which was changed on the disk without the store.
struct Damaged {
  Damaged() {
    {
      const auto before = must(open_sqlite_store(folder.file(), random));
      collection = add_collection(*before, "c");
      stream = must(before->create_stream(collection, "a", uuid(1))).no;
      for (std::uint64_t n = 1; n <= 3; ++n) objects.push_back(commit_one(*before, {n}, collection, "giver").object);
      release_to(*before, stream, objects);
    }
    raw_sql(folder.file(), "UPDATE objects SET bytes = CAST(replace(CAST(bytes AS TEXT), '\"name\":\"x\"', '\"name\":\"y\"') AS BLOB) WHERE no = 2");
    store = must(open_sqlite_store(folder.file(), random));
  }

  std::vector<std::string> ids(const StreamQuery& query = {}) const {
    std::vector<std::string> out;
    must(store->read_stream(stream, query, [&out](const StreamItem& item) { out.emplace_back(item.id); }));
    return out;
  }

  TempFolder folder;
  sekisho::tests::FakeRandom random;
  CollectionNo collection = 0;
  StreamNo stream = 0;
  std::vector<ObjectNo> objects;
  std::unique_ptr<Store> store;
};

}  // namespace

TEST_SUITE("integration") {
  TEST_CASE("store/sqlite: damaged bytes are handed to nobody, and told of") {
    const Damaged t;
    CHECK(t.store->damaged().empty());
    CHECK(t.ids() == std::vector<std::string>{id_of(1), id_of(3)});
    CHECK(t.store->damaged() == std::vector<ObjectNo>{2});
    CHECK(code_of(t.store->object(2)) == Code::kStoreCorrupt);
    CHECK(t.store->object(1).ok());
  }

  TEST_CASE("store/sqlite: a page without names is checked as well") {
    const Damaged t;
    StreamQuery query;
    query.want_names = false;
    std::size_t count = 0;
    must(t.store->read_stream(t.stream, query, [&count](const StreamItem&) { ++count; }));
    CHECK(count == 2);
  }

  TEST_CASE("store/sqlite: fsck finds damage that no reader met") {
    const Damaged t;
    const auto found = must(t.store->check(nullptr));
    REQUIRE_FALSE(found.empty());
    CHECK(found.back().find("the bytes are not those that were stored") != std::string::npos);
    CHECK(t.store->damaged() == std::vector<ObjectNo>{2});
  }

  TEST_CASE("store/sqlite: the source gives it again: it is whole, and comes once more at the end") {
    const Damaged t;
    CHECK(t.ids().size() == 2);
    const Added again = commit_one(*t.store, {2}, t.collection, "giver");
    CHECK(again.outcome == AddOutcome::kDuplicate);
    CHECK(t.store->damaged().empty());
    CHECK(t.store->object(2).ok());
    CHECK(t.ids() == std::vector<std::string>{id_of(1), id_of(3), id_of(2)});
    StreamQuery beyond;
    beyond.after_position = 3;  // who has read to the end before
    CHECK(t.ids(beyond) == std::vector<std::string>{id_of(2)});
    CHECK(must(t.store->check(nullptr)).empty());
  }

  TEST_CASE("store/sqlite: another source's copy does not mend it") {
    const Damaged t;
    CHECK(t.ids().size() == 2);
    commit_one(*t.store, {2}, t.collection, "other");
    CHECK(t.store->damaged() == std::vector<ObjectNo>{2});
    CHECK(t.ids().size() == 2);
  }

  TEST_CASE("store/sqlite: damage of an attestation beside: the object goes as if there were none") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    StreamNo stream = 0;
    {
      const auto store = must(open_sqlite_store(folder.file(), random));
      const CollectionNo collection = add_collection(*store, "c");
      stream = must(store->create_stream(collection, "a", uuid(1))).no;
      const StreamNo companion = must(store->create_stream(collection, "b", uuid(2))).no;
      release_to(*store, stream, {commit_one(*store, {1}, collection).object});
      attest(*store, companion, 1, collection);
    }
    raw_sql(folder.file(), "UPDATE objects SET bytes = CAST(CAST(bytes AS TEXT) || ' ' AS BLOB) WHERE no = 2");
    const auto store = must(open_sqlite_store(folder.file(), random));
    StreamQuery query;
    query.want_attestations = true;
    std::vector<std::string> beside;
    must(store->read_stream(stream, query, [&beside](const StreamItem& item) { beside.emplace_back(item.attestation); }));
    CHECK(beside == std::vector<std::string>{""});
    CHECK(store->damaged() == std::vector<ObjectNo>{2});
  }
}

}  // namespace sekisho::store::tests
