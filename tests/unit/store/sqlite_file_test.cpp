// The SQLite file itself: creation, reopening, versions, foreign and damaged files.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "raw_file.h"

namespace sekisho::store::tests {
TEST_SUITE("integration") {
  TEST_CASE("store/sqlite: everything is there after reopening") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    Uuid incarnation;
    {
      const auto store = must(open_sqlite_store(folder.file(), random));
      incarnation = store->incarnation();
      const CollectionNo c = add_collection(*store, "c");
      const StreamNo s = must(store->create_stream(c, "a", uuid(1))).no;
      release_to(*store, s, {commit_one(*store, {1}, c).object});
      struct stat status {};
      for (const auto* suffix : {"", "-wal", "-shm"}) {
        REQUIRE(::stat((folder.file() + suffix).c_str(), &status) == 0);
        CHECK((status.st_mode & 0777) == 0600);  // nobody else reads it
      }
    }
    const auto store = must(open_sqlite_store(folder.file(), random));
    CHECK(store->incarnation() == incarnation);
    CHECK(read_page(*store, 1).items.at(0).bytes == Make{1}.object()->bytes());
    CHECK(must(store->check(nullptr)).empty());

    TempFolder other;
    CHECK(must(open_sqlite_store(other.file(), random))->incarnation() != incarnation);
  }

  TEST_CASE("store/sqlite: a file by a newer program is refused and left alone") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    { must(open_sqlite_store(folder.file(), random)); }
    raw_sql(folder.file(), "PRAGMA user_version = 999");
    const auto refused = open_sqlite_store(folder.file(), random);
    CHECK(code_of(refused) == Code::kStoreVersion);
    CHECK(refused.error().where == folder.file());
    CHECK(raw_value(folder.file(), "PRAGMA user_version") == "999");
  }

  TEST_CASE("store/sqlite: a file of version 3 is brought up to date with everything in it") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    ObjectNo original = 0, made = 0;
    {
      const auto store = must(open_sqlite_store(folder.file(), random));
      const CollectionNo c = add_collection(*store, "weekly");
      original = commit_one(*store, {1}, c).object;
      Release release;
      release.created.push_back(given({7}, c));
      release.created.back().rendition_of = original;
      must(store->release(release, kNow));
      made = must(store->renditions_of(original))[0];
    }
    raw_sql(folder.file(),
            "PRAGMA foreign_keys = OFF; DROP TABLE mentions; DROP TABLE own; DROP TABLE withdrawn; CREATE TABLE before(no INTEGER PRIMARY KEY, id TEXT NOT NULL, version TEXT NOT NULL,"
            " version_seconds INTEGER NOT NULL, version_nanos INTEGER NOT NULL, type INTEGER NOT NULL, spec INTEGER NOT NULL,"
            " source INTEGER NOT NULL, accepted_at INTEGER NOT NULL, content BLOB NOT NULL, provenance TEXT NOT NULL,"
            " bytes BLOB NOT NULL, UNIQUE(id, version_seconds, version_nanos, content, source)) STRICT;"
            "INSERT INTO before SELECT no, id, version, version_seconds, version_nanos, type, spec, source, accepted_at, content,"
            " provenance, bytes FROM objects; DROP TABLE objects; ALTER TABLE before RENAME TO objects; PRAGMA user_version = 3");
    const auto store = must(open_sqlite_store(folder.file(), random));
    CHECK(raw_value(folder.file(), "PRAGMA user_version") == "8");
    CHECK(raw_value(folder.file(), "SELECT rendition_of FROM objects WHERE no = " + std::to_string(made)) == std::to_string(original));
    CHECK(must(store->object(original)).bytes == Make{1}.object()->bytes());
    CHECK(must(store->check(nullptr)).empty());
  }

  TEST_CASE("store/sqlite: a foreign or damaged file is refused") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    raw_sql(folder.file("other.db"), "CREATE TABLE t(a)");
    CHECK(code_of(open_sqlite_store(folder.file("other.db"), random)) == Code::kStoreCorrupt);
    CHECK(raw_value(folder.file("other.db"), "PRAGMA journal_mode") == "delete");  // untouched
    std::ofstream(folder.file("text.db")) << std::string(5000, 'x');
    CHECK(code_of(open_sqlite_store(folder.file("text.db"), random)) == Code::kStoreCorrupt);
    CHECK(code_of(open_sqlite_store(folder.file("no/such/folder.db"), random)) == Code::kIo);
  }

  TEST_CASE("store/sqlite: the file is written as promised") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    const auto store = must(open_sqlite_store(folder.file(), random));
    CHECK(raw_value(folder.file(), "PRAGMA journal_mode") == "wal");
    CHECK(raw_value(folder.file(), "PRAGMA application_id") == std::to_string(0x736b6973));
    CHECK(raw_value(folder.file(), "PRAGMA user_version") == "8");
  }

  TEST_CASE("store/sqlite: a known disclosure writes nothing") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    const auto wal_size = [&] { return std::filesystem::file_size(folder.file() + "-wal"); };
    auto store = must(open_sqlite_store(folder.file(), random));
    const CollectionNo c = add_collection(*store, "c");
    const StreamNo s = must(store->create_stream(c, "a", uuid(1))).no;
    std::vector<ObjectNo> objects;
    for (std::uint64_t n = 1; n <= 10; ++n) objects.push_back(commit_one(*store, {n}, c).object);
    release_to(*store, s, objects);
    must(store->disclose({"p", s, "", 1, 8, kNow}));
    const auto before = wal_size();
    for (Position from = 1; from <= 8; ++from) must(store->disclose({"p", s, "", from, 8, kNow}));
    CHECK(wal_size() == before);
    must(store->disclose({"p", s, "", 9, 9, kNow}));
    CHECK(wal_size() > before);
    store.reset();  // what is remembered in memory is gone; the tables know
    store = must(open_sqlite_store(folder.file(), random));
    must(store->disclose({"q", s, "", 1, 1, kNow}));
    const auto reopened = wal_size();
    must(store->disclose({"p", s, "", 2, 9, kNow}));
    CHECK(wal_size() == reopened);
  }

  TEST_CASE("store/sqlite: few entries released often share a block") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    {
      const auto store = must(open_sqlite_store(folder.file(), random));
      const CollectionNo c = add_collection(*store, "c");
      const StreamNo s = must(store->create_stream(c, "a", uuid(1))).no;
      for (std::uint64_t n = 1; n <= 300; ++n) release_to(*store, s, {commit_one(*store, {n}, c).object});
    }
    CHECK(raw_value(folder.file(), "SELECT count(*) FROM blocks") == "2");
    CHECK(raw_value(folder.file(), "SELECT max(count) FROM blocks") == "256");
  }
}

}  // namespace sekisho::store::tests
