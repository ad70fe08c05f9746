// A store altered behind its back: check() names each contradiction.
#include <sqlite3.h>

#include "fixtures.h"

namespace sekisho::store::tests {
namespace {

/// Two streams with versions, a withdrawal, a hold, a disclosure and a fork, then raw SQL.
class Tampered {
 public:
  Tampered() {
    const auto store = must(open_sqlite_store(folder_.file(), random_));
    const CollectionNo c = add_collection(*store, "c");
    const StreamNo s = must(store->create_stream(c, "a", uuid(1))).no;
    std::vector<ObjectNo> objects;
    for (std::uint64_t n = 1; n <= 5; ++n) objects.push_back(commit_one(*store, {n}, c).object);
    objects.push_back(commit_one(*store, {1, 7}, c).object);
    release_to(*store, s, objects);
    must(store->fork_stream(s, "b", uuid(2)));
    attest(*store, must(store->create_stream(c, "c", uuid(3))).no, 5, c);
    withdraw_from(*store, s, 2);
    Release release;
    release.through = 6;
    release.holds.push_back({"a", 3, c, id_of(99), kNow});
    must(store->release(release, kNow));
    must(store->disclose({"p", s, "", 1, 3, kNow}));
    Batch batch;  // object 8
    batch.objects.push_back(given({8}, c));
    batch.objects.back().object = must(stix::Object::parse(R"({"type":"report","spec_version":"2.1","id":")" + id_of(8, "report") +
        R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","object_refs":[")" + id_of(1) + "\"]}"));
    must(store->commit(batch, kNow));
  }

  std::vector<std::string> check(const std::string& sql) {
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open(folder_.file().c_str(), &raw) == SQLITE_OK);
    char* message = nullptr;
    const int code = sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, &message);
    CHECK_MESSAGE(code == SQLITE_OK, std::string(message == nullptr ? "" : message));
    sqlite3_free(message);
    REQUIRE(sqlite3_close(raw) == SQLITE_OK);
    const auto store = must(open_sqlite_store(folder_.file(), random_));
    return must(store->check(nullptr));
  }

 private:
  TempFolder folder_;
  sekisho::tests::FakeRandom random_;
};

bool mentions(const std::vector<std::string>& lines, const std::string& text) {
  for (const auto& line : lines) {
    if (line.find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_SUITE("integration") {
  TEST_CASE("store/sqlite: an untouched store is sound") {
    Tampered t;
    const auto found = t.check("SELECT 1");
    for (const auto& line : found) MESSAGE(line);
    CHECK(found.empty());
  }

  TEST_CASE("store/sqlite: an id that no longer leads to who mentions it is found, and one that leads to who does not") {
    Tampered t;
    CHECK(mentions(t.check("DELETE FROM mentions WHERE object = 8"), "object 8: an id that it mentions does not lead to it"));
    Tampered other;
    CHECK(mentions(other.check("INSERT INTO mentions(hash, object) VALUES(17, 4)"), "1 rows are of ids that no object mentions"));
  }

  TEST_CASE("store/sqlite: one byte changed in an object is found") {
    Tampered t;
    const auto found = t.check(
        "UPDATE objects SET bytes = CAST(replace(CAST(bytes AS TEXT), '\"name\":\"x\"', '\"name\":\"y\"') AS BLOB)"
        " WHERE no = 4");
    REQUIRE(found.size() == 2);
    CHECK(found[1].find("the bytes are not those that were stored") != std::string::npos);
    CHECK(found[0].find("object 4 (" + id_of(4)) == 0);
    CHECK(found[0].find("content hash is not that of the bytes") != std::string::npos);
  }

  TEST_CASE("store/sqlite: each kind of contradiction is named") {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"UPDATE objects SET bytes = x'7b' WHERE no = 1", "bytes do not parse"},
        {"UPDATE objects SET content = zeroblob(32) WHERE no = 1", "content hash is not that of the bytes"},
        {"UPDATE objects SET id = 'indicator--00000000-0000-4000-8000-0000000000ff' WHERE no = 3", "id is not that"},
        {"UPDATE objects SET version = '2024-01-01T00:00:00Z' WHERE no = 3", "version is not that"},
        {"UPDATE objects SET version_nanos = 1 WHERE no = 3", "version time is not that"},
        {"UPDATE objects SET spec = 20 WHERE no = 3", "spec version is not that"},
        {"UPDATE names SET text = 'malware' WHERE text = 'indicator'", "type is not that"},
        {"DELETE FROM objects WHERE no = 4", "object 4: row or its type or source is missing"},
        {"DELETE FROM changes WHERE no = 2", "change 2 is missing"},
        {"DELETE FROM changes WHERE no = 2", "object 2 in collection 1: its change-log row is missing"},
        {"UPDATE changes SET object = 5 WHERE no = 2", "change 2: membership does not match"},
        {"DELETE FROM members WHERE object = 2", "object 2: is in no collection"},
        {"UPDATE members SET collection = 9 WHERE object = 2", "the collection is missing"},
        {"UPDATE meta SET value = 8 WHERE key = 'released_through'", "beyond the end of the change log"},
        {"UPDATE streams SET length = 5 WHERE no = 1", "stream 1: its length"},
        {"UPDATE streams SET last_date = 5 WHERE no = 1", "stream 1: its last date"},
        {"UPDATE streams SET pristine = 1 WHERE no = 1", "pristine although something was withdrawn"},
        {"UPDATE blocks SET first = 2 WHERE stream = 1", "stream 1 position 1: positions are not dense"},
        {"UPDATE blocks SET count = 5 WHERE stream = 1", "size and count differ"},
        {"UPDATE blocks SET last_date = 1 WHERE stream = 1", "the block's last date"},
        // the date of the second entry (bytes 40 + 8 ...) set to zero
        {"UPDATE blocks SET entries = CAST(substr(entries, 1, 48) || zeroblob(8) || substr(entries, 57) AS BLOB)"
         " WHERE stream = 2", "stream 2 position 2: date added does not rise"},
        // flags of the first entry (bytes 38 and 39): version 0 of an id with a later one is not last
        {"UPDATE blocks SET entries = CAST(substr(entries, 1, 38) || x'0000' || substr(entries, 41) AS BLOB)"
         " WHERE stream = 2", "stream 2 position 1: first, last or spec version flags are wrong"},
        {"UPDATE blocks SET entries = CAST(substr(entries, 1, 38) || x'1200' || substr(entries, 41) AS BLOB)"
         " WHERE stream = 2", "stream 2 position 1: no other source holds this content"},
        {"UPDATE blocks SET entries = CAST(substr(entries, 1, 38) || x'0800' || substr(entries, 41) AS BLOB)"
         " WHERE stream = 2", "placed at stream 2 position 1, which does not carry it"},
        // the second entry's object exchanged for another
        {"UPDATE blocks SET entries = CAST(substr(entries, 1, 40) || x'03' || substr(entries, 42) AS BLOB)"
         " WHERE stream = 2", "placed at stream 2 position 2, which does not carry it"},
        {"DELETE FROM placements WHERE object = 3", "the object's placements do not name it"},
        {"UPDATE placements SET streams = x'0109' WHERE object = 3", "placed at stream 1 position 9"},
        {"UPDATE placements SET streams = x'01' WHERE object = 3", "placements are not well-formed"},
        {"PRAGMA foreign_keys = OFF; UPDATE holds SET object = 77", "refers to a missing row of objects"},
        {"UPDATE disclosures SET last = 7", "beyond the end of the stream"},
        {"UPDATE disclosures SET stream = 7", "the stream is missing"},
        {"INSERT INTO disclosures VALUES('p', 1, '', 4, 5, 1)", "ranges are not joined"},
        {"UPDATE attestations SET object = 4", "object 7: does not attest object 4"},
        {"UPDATE attestations SET attestation = 6", "object 6: does not attest object 5"},
        {"DELETE FROM attestations", "object 7: attests nothing that is known of"},
        {"PRAGMA foreign_keys = OFF; UPDATE attestations SET object = 77", "refers to a missing row of objects"},
        {"UPDATE meta SET value = 9000000000000000 WHERE key = 'date_floor'", "stream 2: its last date"},
        {"DELETE FROM streams WHERE no = 2", "stream 2: has blocks, but does not exist"},
    };
    for (const auto& one : cases) {
      const std::string& sql = one.first;
      const std::string& expected = one.second;
      CAPTURE(sql);
      Tampered t;
      const auto found = t.check(sql);
      for (const auto& line : found) CAPTURE(line);
      CHECK_MESSAGE(mentions(found, expected), expected, " not in ", found.size(), " lines, first: ",
                    (found.empty() ? std::string("none") : found[0]));
    }
  }
}

}  // namespace sekisho::store::tests
