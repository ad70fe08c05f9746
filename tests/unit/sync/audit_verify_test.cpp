// Whatever is done to the file of the store behind the node's back, the trails show it.
#include "sync/moderation/audit_verify.h"

#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>

#include "moderated.h"
#include "store/chain.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/support/property.h"

namespace sekisho::sync::tests {
namespace {

namespace fs = std::filesystem;

/// A folder of its own.
struct Place {
  std::string path = "/tmp/sekisho-audit-XXXXXX";
  Place() { REQUIRE(mkdtemp(path.data()) != nullptr); }
  ~Place() { fs::remove_all(path); }
  std::string file(const std::string& name) const { return path + "/" + name; }
};

/// A row by its table's own number.
struct Record {
  std::string table, column;
  std::int64_t row = 0;
  std::string value;
};

class Raw {
 public:
  explicit Raw(const std::string& path) { REQUIRE(sqlite3_open(path.c_str(), &db_) == SQLITE_OK); }
  ~Raw() { sqlite3_close(db_); }
  void run(const std::string& sql, const std::vector<std::string>& blobs = {}) {
    sqlite3_stmt* stmt = nullptr;
    REQUIRE_MESSAGE(sqlite3_prepare_v2(db_, sql.c_str(), -1, &stmt, nullptr) == SQLITE_OK, sqlite3_errmsg(db_));
    for (std::size_t i = 0; i < blobs.size(); ++i) {
      sqlite3_bind_blob(stmt, static_cast<int>(i + 1), blobs[i].data(), static_cast<int>(blobs[i].size()), SQLITE_TRANSIENT);
    }
    const int done = sqlite3_step(stmt);
    CHECK_MESSAGE(done == SQLITE_DONE, sqlite3_errmsg(db_));
    sqlite3_finalize(stmt);
  }
  std::vector<Record> records() {
    std::vector<Record> out;
    sqlite3_stmt* stmt = nullptr;
    const char* sql = "SELECT rowid, value FROM documents WHERE space IN ('audit','audit-head','decisions','decisions-head',"
                      "'disclosed','disclosed-head','approval') ORDER BY space, key";
    REQUIRE(sqlite3_prepare_v2(db_, sql, -1, &stmt, nullptr) == SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
      const auto* bytes = static_cast<const char*>(sqlite3_column_blob(stmt, 1));
      out.push_back({"documents", "value", sqlite3_column_int64(stmt, 0),
                     std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(stmt, 1)))});
    }
    sqlite3_finalize(stmt);
    return out;
  }

 private:
  sqlite3* db_ = nullptr;
};

/// A node that has lived a little, closed; its file and the head of its trail.
struct Lived {
  Place place;
  std::string file = place.file("store.db"), head, operators;

  Lived() {
    FakeRandom random;
    Desk desk(must(store::open_sqlite_store(file, random)));
    World& world = desk.world;
    world.put({graded(1, "critical"), graded(2, "awareness"), Make{3, "RED"}.json(), graded(4, "caution")});
    desk.act(Act::kScreen, 'a', 1);
    desk.act(Act::kApprove, 'a', 1);
    world.read("m");
    desk.act(Act::kApprove, 'b', 1);
    desk.act(Act::kScreen, 'c', 4);
    desk.act(Act::kText, 'c', 4, "public");
    desk.act(Act::kApprove, 'c', 4);
    world.read("m", "weekly", 1);
    world.read("peer");
    must(desk.recalls->recall(id_of(2), "wrong", "r", "op"));
    must(world.audit->record({"audit.seal", "operator", "audit", ""}));
    REQUIRE(desk.problems().empty());
    head = must(world.audit->head());
    operators = desk.operators;
  }

  std::string copy(const std::string& name) const {
    const std::string to = place.file(name);
    fs::copy_file(file, to, fs::copy_options::overwrite_existing);
    return to;
  }
  /// What is found in a copy after something was done to it; an error counts as found.
  std::vector<std::string> found(const std::function<void(Raw&)>& alter, const std::string& kept = {}) const {
    const std::string at = copy("altered.db");
    {
      Raw raw(at);
      alter(raw);
    }
    FakeRandom random;
    auto store = store::open_sqlite_store(at, random);
    if (!store.ok()) return {store.error().to_string()};
    auto report = verify_audit(**store, must(Operators::parse(operators, "f")), kept);
    return report.ok() ? report->problems : std::vector<std::string>{report.error().to_string()};
  }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/audit_verify: nothing is found where nothing was done") {
    const Lived lived;
    CHECK(lived.found([](Raw&) {}).empty());
    CHECK(lived.found([](Raw&) {}, lived.head).empty());
    Raw raw(lived.copy("count.db"));
    CHECK(raw.records().size() > 20);
  }

  TEST_CASE("sync/audit_verify: any record altered, deleted, exchanged, doubled or cut off is found") {
    const Lived lived;
    std::vector<Record> records;
    {
      Raw raw(lived.copy("list.db"));
      records = raw.records();
    }
    const auto row = [](const Record& r) { return " WHERE rowid = " + std::to_string(r.row); };
    // The name of the key in a signature: an operator who is not known is no finding, an altered record is.
    const std::size_t kid = 55;
    std::string renamed = records[0].value;
    REQUIRE(renamed.find("\"jws\":\"eyJ") == 1);
    renamed[kid] = renamed[kid] == 'A' ? 'B' : 'A';
    CHECK_FALSE(lived.found([&](Raw& raw) { raw.run("UPDATE documents SET value = ?1" + row(records[0]), {renamed}); }).empty());
    PROPERTY("one thing done to one record", [&](std::uint32_t which, std::uint32_t where, std::uint8_t bit, std::uint8_t what) {
      const Record& one = records[which % records.size()];
      const Record& two = records[where % records.size()];
      std::string flipped = one.value;
      flipped[where % flipped.size()] = static_cast<char>(flipped[where % flipped.size()] ^ (1 << bit % 8));
      const auto problems = lived.found([&](Raw& raw) {
        switch (what % 5) {
          case 0: raw.run("UPDATE documents SET value = ?1" + row(one), {flipped}); break;
          case 1: raw.run("DELETE FROM documents" + row(one)); break;
          case 2:
            if (one.value == two.value) raw.run("DELETE FROM documents" + row(one));
            raw.run("UPDATE documents SET value = ?1" + row(one), {two.value});
            raw.run("UPDATE documents SET value = ?1" + row(two), {one.value});
            break;
          case 3: raw.run("INSERT INTO documents(space, key, value) SELECT space, key || '0', value FROM documents" + row(one)); break;
          case 4: raw.run("UPDATE documents SET value = ?1" + row(one), {one.value.substr(0, where % one.value.size())}); break;
        }
      });
      RC_TAG(std::to_string(what % 5));
      RC_ASSERT_FALSE(problems.empty());
    });
  }

  TEST_CASE("sync/audit_verify: the ends of the chains, and what they speak of") {
    const Lived lived;
    const auto sql = [&](const std::string& text, const std::string& kept = {}) {
      return !lived.found([&](Raw& raw) { raw.run(text); }, kept).empty();
    };
    for (const std::string chain : {"audit", "decisions", "disclosed"}) {
      CAPTURE(chain);
      const std::string last = "(SELECT max(key) FROM documents WHERE space = '" + chain + "')";
      CHECK(sql("DELETE FROM documents WHERE space = '" + chain + "' AND key = " + last));
      CHECK(sql("DELETE FROM documents WHERE space = '" + chain + "'"));
      CHECK(sql("DELETE FROM documents WHERE space = '" + chain + "-head'"));
      CHECK(sql("DELETE FROM documents WHERE space IN ('" + chain + "', '" + chain + "-head')", lived.head));
      CHECK(sql("INSERT INTO documents(space, key, value) VALUES('" + chain + "', '99999999999999999999', x'7b7d')"));
      CHECK(sql("INSERT INTO documents(space, key, value) VALUES('" + chain + "', 'x', x'7b7d')"));
    }
    // The other chains are covered by the audit trail alone, where nobody kept a head.
    CHECK(sql("DELETE FROM documents WHERE space IN ('decisions', 'decisions-head')"));
    CHECK(sql("DELETE FROM documents WHERE space IN ('disclosed', 'disclosed-head')"));
    CHECK(sql("UPDATE disclosures SET last = last + 1"));
    CHECK(sql("UPDATE disclosures SET first = first + 1"));
    CHECK(sql("UPDATE disclosures SET party = 'nobody'"));
    CHECK(sql("DELETE FROM disclosures WHERE party = 'm'"));
    CHECK(sql("INSERT INTO disclosures(party, stream, query, first, last, at) VALUES('n', 1, 'q', 1, 1, 0)"));
    CHECK(sql("UPDATE objects SET content = zeroblob(32) WHERE id = '" + id_of(1) + "'"));
    CHECK(sql("DELETE FROM documents WHERE space = 'approval'"));
    CHECK(sql("DELETE FROM documents WHERE space = 'moderation'"));
    CHECK(sql("UPDATE documents SET value = CAST(replace(CAST(value AS TEXT), '\"published\"', '\"approved\"') AS BLOB) WHERE space = 'moderation'"));
  }

  TEST_CASE("sync/audit_verify: a trail written anew as a whole is found by a head that was kept") {
    const Lived lived;
    const auto rewritten = [&](const std::string& kept) {
      const std::string at = lived.copy("rewritten.db");
      FakeRandom random;
      FakeClock clock;
      const auto store = must(store::open_sqlite_store(at, random));
      store::Batch batch;  // the last line says something else, the head agrees
      auto head = must(store::chain_head(*store, kAuditChain));
      const std::string value = must(store->document(kAuditChain, store::chain_key(head.no))).value_or("");
      const std::string other = std::string(value).replace(value.find("operator"), 8, "0perator");
      head.sha256 = hex(sha256(other));
      batch.documents.push_back({kAuditChain, store::chain_key(head.no), other});
      batch.documents.push_back({store::chain_head_space(kAuditChain), store::kChainHeadKey, head.to_json()});
      must(store->commit(batch, clock.now()));
      return must(verify_audit(*store, must(Operators::parse(lived.operators, "f")), kept)).problems;
    };
    CHECK(rewritten("").empty());  // honestly: not without a kept head
    CHECK(rewritten(lived.head).size() == 1);
    FakeRandom random;
    const auto store = must(store::open_sqlite_store(lived.copy("same.db"), random));
    const Operators nobody;
    CHECK(verify_audit(*store, nobody, "not a head").error().code == Code::kInvalidArgument);
    CHECK(verify_audit(*store, nobody, "12 zz").error().code == Code::kInvalidArgument);
    const auto later = must(verify_audit(*store, nobody, "100000 " + std::string(64, 'a')));
    CHECK(later.problems.size() == 1);
  }

  TEST_CASE("sync/audit_verify: decisions of a step stand beside it, and are computed again") {
    Desk desk;
    desk.world.put({graded(1, "critical"), graded(2, "awareness")});
    const auto report = must(verify_audit(*desk.world.store, *desk.moderation->operators(), ""));
    CHECK(report.problems.empty());
    CHECK(report.decided == 4);  // two objects, two views
    CHECK(report.bare == 0);
    const auto links = must(desk.world.store->documents(kDecisionsChain));
    REQUIRE(links.size() == 1);
    CHECK(links[0].second.find("\"cause\":\"step\"") != std::string::npos);
    const auto run = [&](unsigned n, const std::string& rest) {
      const std::string no = std::to_string(must(desk.world.store->versions_of(id_of(n), false)).front().no);
      return links[0].second.find("[" + no + "," + no + ",1," + rest + "]") != std::string::npos;
    };
    CHECK(run(1, "\"hold\",0"));
    CHECK(run(2, "\"permit\",1"));
    desk.world.put({});
    must(desk.world.release->advance());
    CHECK(must(desk.world.store->documents(kDecisionsChain)).size() == 1);  // nothing decided, nothing written
  }

  TEST_CASE("sync/audit_verify: a store that disclosed before there was a chain puts that in first") {
    const Lived lived;
    const std::string at = lived.copy("older.db");
    {
      Raw raw(at);
      raw.run("DELETE FROM documents WHERE space IN ('disclosed', 'disclosed-head')");
    }
    FakeRandom random;
    const auto store = must(store::open_sqlite_store(at, random));
    const std::size_t before = must(store->disclosures("")).size();
    REQUIRE(before > 1);
    must(store->disclose({"n", 1, "q", 1, 1, Timestamp{1'750'000'000, 0}}));
    CHECK(must(store->documents(store::kDisclosedChain)).size() == before + 1);
  }

  TEST_CASE("sync/audit_verify: reading again adds nothing to the trail of disclosures") {
    Desk desk;
    desk.world.put({graded(1, "awareness"), graded(2, "awareness")});
    desk.world.read("m");
    const auto once = must(desk.world.store->documents(store::kDisclosedChain));
    CHECK(once.size() == 1);
    desk.world.read("m");
    desk.world.read("m", "weekly", 1);
    CHECK(must(desk.world.store->documents(store::kDisclosedChain)) == once);
  }
}

}  // namespace sekisho::sync::tests
