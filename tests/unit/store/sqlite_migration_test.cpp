// A file by an earlier program comes to this program's version with everything that it held.
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
    CHECK(raw_value(folder.file(), "PRAGMA user_version") == "5");
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
}

}  // namespace sekisho::store::tests
