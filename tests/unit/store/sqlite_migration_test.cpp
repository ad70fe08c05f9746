// A file by an earlier program comes to this program's version with everything that it held.
#include <stdexcept>

#include "raw_file.h"
#include "tests/support/data.h"

namespace sekisho::store::tests {

TEST_SUITE("integration") {
  TEST_CASE("store/sqlite: a file of version 1 is migrated") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    raw_sql(folder.file(), sekisho::tests::read_file(SEKISHO_SOURCE_DIR "/tests/unit/store/store_v1.sql"));
    REQUIRE(raw_value(folder.file(), "PRAGMA user_version") == "1");
    const std::string incarnation = raw_value(folder.file(), "SELECT lower(hex(value)) FROM meta WHERE key = 'incarnation'");
    const auto store = must(open_sqlite_store(folder.file(), random));
    CHECK(raw_value(folder.file(), "PRAGMA user_version") == "8");
    CHECK(hex(store->incarnation().bytes) == incarnation);
    CHECK(must(store->earlier_incarnations()).empty());
    CHECK(must(store->check(nullptr)) == std::vector<std::string>());

    const auto letters = must(store->dead_letters(0, 10));
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].kind == LetterKind::kRefused);
    CHECK(letters[0].key.empty());

    // every object that the release follower attested knows its attestation
    StreamQuery query;
    query.want_attestations = true;
    const PageRead page = read_page(*store, 1, query);
    REQUIRE(page.items.size() == 4);
    for (const Item& item : page.items) {
      CHECK(item.attestation.find("\"target_ref\":\"" + item.id + "\"") != std::string::npos);
      CHECK(must(store->attestations_of(item.object)).size() == 1);
    }
    must(store->begin_incarnation(uuid(9), 0));
    CHECK(must(store->earlier_incarnations()).size() == 1);
  }

  TEST_CASE("store/sqlite: what mentions what is found in a file of version 5, also if the step was ended in the middle") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    constexpr std::size_t kObjects = 4500;  // more than two transactions of the step
    {
      const auto store = must(open_sqlite_store(folder.file(), random));
      const CollectionNo c = add_collection(*store, "c");
      Batch batch;
      for (std::uint64_t n = 1; n <= kObjects; ++n) {
        NewObject object;
        object.object = must(stix::Object::parse(R"({"type":"report","spec_version":"2.1","id":")" + id_of(n, "report") +
                                                 R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","object_refs":[")" +
                                                 id_of(n + 1, "report") + R"(",")" + id_of(9999) + "\"]}"));
        object.collection = c;
        batch.objects.push_back(object);
      }
      must(store->commit(batch, kNow));
    }
    raw_sql(folder.file(), "DROP TABLE mentions; DROP TABLE own; DROP TABLE withdrawn; PRAGMA user_version = 5");
    SqliteOptions options;
    std::size_t told = 0;
    options.progress = [&](std::size_t done, std::size_t total) {
      CHECK(total == kObjects);
      CHECK(done > told);
      told = done;
      if (done < 3000) throw std::runtime_error("the process ends");
    };
    CHECK_THROWS(open_sqlite_store(folder.file(), random, options));
    CHECK(raw_value(folder.file(), "PRAGMA user_version") == "8");
    CHECK(raw_value(folder.file(), "SELECT value FROM meta WHERE key = 'mentions_through'") == "2000");
    options.progress = [&](std::size_t done, std::size_t) {
      CHECK(done > told);  // it goes on
      told = done;
    };
    const auto store = must(open_sqlite_store(folder.file(), random, options));
    CHECK(told == kObjects);
    CHECK(raw_value(folder.file(), "SELECT count(*) FROM meta WHERE key = 'mentions_through'") == "0");
    CHECK(must(store->mentioning(id_of(9999), 0, kObjects)).size() == kObjects);
    CHECK(must(store->mentioning(id_of(2, "report"), 0, 10)) == std::vector<ObjectNo>{1});
    CHECK(must(store->check(nullptr)) == std::vector<std::string>());
  }

  TEST_CASE("store/sqlite: what was withdrawn before version 8 is found after it, and a fork has it too") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    StreamNo main = 0, fork = 0;
    ObjectNo no = 0;
    const auto all = [&](const Store& store) {
      std::vector<std::tuple<StreamNo, Position, bool>> out;
      for (const Carried& at : must(store.carried(no))) out.emplace_back(at.stream, at.position, at.withdrawn);
      return out;
    };
    std::vector<std::tuple<StreamNo, Position, bool>> before;
    {
      const auto store = must(open_sqlite_store(folder.file(), random));
      const CollectionNo c = add_collection(*store, "weekly");
      Batch batch;
      NewObject object;
      object.object = Make{1}.object();
      object.collection = c;
      batch.objects.push_back(object);
      no = must(store->commit(batch, kNow)).front().object;
      main = must(store->create_stream(c, "a", Uuid::v4(random, "stream"))).no;
      for (int i = 0; i < 2; ++i) {
        Release given;
        given.appends.push_back({main, {{no, std::nullopt}}});
        if (i == 1) given.withdrawals.emplace_back(main, no);
        must(store->release(given, kNow));
      }
      fork = must(store->fork_stream(main, "b", Uuid::v4(random, "stream"))).no;
      before = all(*store);
      CHECK(before == std::vector<std::tuple<StreamNo, Position, bool>>{{main, 1, true}, {main, 2, false}, {fork, 1, true}, {fork, 2, false}});
      CHECK(must(store->check(nullptr)) == std::vector<std::string>());
    }
    raw_sql(folder.file(), "DROP TABLE withdrawn; PRAGMA user_version = 7");
    CHECK(all(*must(open_sqlite_store(folder.file(), random))) == before);
    raw_sql(folder.file(), "DELETE FROM withdrawn WHERE stream = 1; INSERT INTO withdrawn VALUES(9, 9, 9), (9, 9, 10)");
    const auto damaged = must(must(open_sqlite_store(folder.file(), random))->check(nullptr));
    CHECK(damaged.size() == 2);
  }
}

}  // namespace sekisho::store::tests
