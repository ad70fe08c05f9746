// The contract: disclosures, dead letters, documents, counts.
#include "fixtures.h"
#include "store/chain.h"

namespace sekisho::store::tests {

TEST_SUITE("contract") {
  TEST_CASE_TEMPLATE("store: disclosures are ranges that join", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    const StreamNo s = must(store.create_stream(c, "a", uuid(1))).no;
    std::vector<ObjectNo> objects;
    for (std::uint64_t n = 1; n <= 30; ++n) objects.push_back(commit_one(store, {n}, c).object);
    release_to(store, s, objects);
    const auto disclose = [&](Position from, Position to, int second, const std::string& query = "") {
      return store.disclose({"p", s, query, from, to, kNow.plus_micros(second * 1'000'000)});
    };
    const auto ranges = [&] {
      std::vector<std::pair<Position, Position>> out;
      for (const auto& d : must(store.disclosures("p"))) {
        if (d.query.empty()) out.emplace_back(d.from, d.to);
      }
      return out;
    };
    using Ranges = std::vector<std::pair<Position, Position>>;
    must(disclose(5, 9, 5));
    must(disclose(20, 25, 6));
    CHECK(ranges() == Ranges{{5, 9}, {20, 25}});
    must(disclose(10, 12, 7));  // touches
    CHECK(ranges() == Ranges{{5, 12}, {20, 25}});
    must(disclose(6, 8, 1));  // inside: nothing is written, the first time stays
    CHECK(must(store.disclosures("p"))[0].at == kNow.plus_micros(5'000'000));
    must(disclose(1, 30, 9, "type=malware"));
    CHECK(must(store.disclosures("p")).size() == 3);
    must(disclose(11, 21, 8));  // bridges two
    CHECK(ranges() == Ranges{{5, 25}});
    CHECK(must(store.disclosures("p"))[0].at == kNow.plus_micros(5'000'000));
    must(disclose(1, 30, 10));
    CHECK(ranges() == Ranges{{1, 30}});
    CHECK(must(store.disclosures("q")).empty());
    CHECK(code_of(disclose(0, 3, 1)) == Code::kInvalidArgument);
    CHECK(code_of(disclose(4, 3, 1)) == Code::kInvalidArgument);
    CHECK(code_of(disclose(4, 31, 1)) == Code::kInvalidArgument);  // nobody was given what does not exist
    CHECK(code_of(store.disclose({"p", 77, "", 1, 1, kNow})) == Code::kNotFound);
    CHECK(must(store.check(nullptr)).empty());
  }

  TEST_CASE_TEMPLATE("store: each first disclosure is one link of the chain, in its transaction; reading again is none", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    const StreamNo s = must(store.create_stream(c, "a", uuid(1))).no;
    std::vector<ObjectNo> objects;
    for (std::uint64_t n = 1; n <= 9; ++n) objects.push_back(commit_one(store, {n}, c).object);
    release_to(store, s, objects);
    const auto disclose = [&](const std::string& party, Position from, Position to) {
      return store.disclose({party, s, "q", from, to, kNow});
    };
    std::vector<std::string> told;
    const auto check = [&] {
      told.clear();
      const auto wrong = must(check_chain(store, kDisclosedChain, [&](const ChainLink& link) {
        const json::Value& v = link.value;
        told.push_back(std::string(v["party"].string_or("")) + std::to_string(v["from"].integer().value_or(0)) + "-" +
                       std::to_string(v["to"].integer().value_or(0)));
      }));
      return wrong.empty();
    };
    CHECK(check());
    CHECK(told.empty());
    must(disclose("p", 1, 4));
    must(disclose("p", 2, 3));
    must(disclose("p", 1, 4));
    must(disclose("p", 3, 9));
    must(disclose("o", 1, 9));
    CHECK(code_of(disclose("p", 1, 10)) == Code::kInvalidArgument);
    CHECK(check());
    CHECK(told == std::vector<std::string>{"p1-4", "p3-9", "o1-9"});
    CHECK(must(store.disclosures("")).size() == 2);
    // A head that cannot be read: nothing is disclosed.
    Batch batch;
    batch.documents.push_back({chain_head_space(kDisclosedChain), kChainHeadKey, "{}"});
    must(store.commit(batch, kNow));
    CHECK(code_of(disclose("n", 1, 2)) == Code::kStoreCorrupt);
    CHECK(must(store.disclosures("n")).empty());
    CHECK_FALSE(check());
  }

  TEST_CASE_TEMPLATE("store: dead letters keep everything a replay needs", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    DeadLetter letter;
    letter.at = kNow;
    letter.party = "p";
    letter.collection = "c";
    letter.object_id = id_of(1);
    letter.version = "v";
    letter.reason = make_error(Code::kStixInvalid, "detail", "/name");
    letter.payload = std::string("a\0b\xff", 4);
    letter.context = "{}";
    Batch batch;
    batch.dead_letters = {letter, letter, letter};
    must(store.commit(batch, kNow));
    const auto all = must(store.dead_letters(0, 10));
    REQUIRE(all.size() == 3);
    CHECK(must(store.dead_letters(all[0].no, 1)).at(0).no == all[1].no);
    const DeadLetter held = must(store.dead_letter(all[1].no));
    CHECK(held.at == kNow);
    CHECK(held.party == "p");
    CHECK(held.collection == "c");
    CHECK(held.object_id == id_of(1));
    CHECK(held.version == "v");
    CHECK(held.reason.code == Code::kStixInvalid);
    CHECK(held.reason.detail == "detail");
    CHECK(held.reason.where == "/name");
    CHECK(held.payload == letter.payload);
    CHECK(held.context == "{}");
    Batch drop;
    drop.drop_dead_letters = {all[2].no, 999};
    drop.dead_letters = {letter};
    must(store.commit(drop, kNow));
    CHECK(code_of(store.dead_letter(all[2].no)) == Code::kNotFound);
    CHECK(must(store.dead_letters(0, 10)).back().no > all[2].no);  // a number is never given twice
  }

  TEST_CASE_TEMPLATE("store: dead letters are of a kind, and one of each key", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const auto letter = [](LetterKind of, const std::string& key, const std::string& id) {
      DeadLetter made;
      made.kind = of;
      made.key = key;
      made.object_id = id;
      made.at = kNow;
      return made;
    };
    Batch batch;
    batch.dead_letters = {letter(LetterKind::kRefused, "", "r1"), letter(LetterKind::kQuarantined, "k", "q1"),
                          letter(LetterKind::kQuarantined, "k", "q2"), letter(LetterKind::kRefused, "", "r2")};
    must(store.commit(batch, kNow));
    Batch again;
    again.dead_letters = {letter(LetterKind::kQuarantined, "k", "q3"), letter(LetterKind::kQuarantined, "l", "q4")};
    must(store.commit(again, kNow));
    const auto ids = [&](std::optional<LetterKind> of, std::uint64_t after = 0, std::size_t limit = 10) {
      std::vector<std::string> out;
      for (const auto& held : must(store.dead_letters(after, limit, of))) out.push_back(held.object_id);
      return out;
    };
    using Ids = std::vector<std::string>;
    CHECK(ids(std::nullopt) == Ids{"r1", "q1", "r2", "q4"});
    CHECK(ids(LetterKind::kRefused) == Ids{"r1", "r2"});
    CHECK(ids(LetterKind::kQuarantined) == Ids{"q1", "q4"});
    CHECK(ids(LetterKind::kQuarantined, 0, 1) == Ids{"q1"});
    const DeadLetter first = must(store.dead_letters(0, 10, LetterKind::kQuarantined)).at(0);
    CHECK(first.key == "k");
    CHECK(first.kind == LetterKind::kQuarantined);
    CHECK(ids(LetterKind::kQuarantined, first.no) == Ids{"q4"});
    Batch drop;
    drop.drop_dead_letters = {first.no};
    must(store.commit(drop, kNow));
    Batch later;
    later.dead_letters = {letter(LetterKind::kQuarantined, "k", "q5")};  // the key is free again
    must(store.commit(later, kNow));
    CHECK(ids(LetterKind::kQuarantined) == Ids{"q4", "q5"});
    std::map<std::string, std::uint64_t> counts;
    for (const auto& [name, value] : must(store.counts())) counts[name] = value;
    CHECK(counts["dead_letters"] == 2);
    CHECK(counts["quarantined"] == 2);
  }

  TEST_CASE_TEMPLATE("store: documents are put, replaced, removed, and listed in order", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const std::string binary("\0\xff\x01", 3);
    Batch batch;
    batch.documents = {{"peer", "b", "1"}, {"peer", "a", binary}, {"peer", "ab", ""}, {"cursor", "a", "2"}, {"pee", "z", "3"}};
    must(store.commit(batch, kNow));
    CHECK(must(store.document("peer", "a")) == binary);
    CHECK(must(store.document("peer", "ab")) == "");
    CHECK_FALSE(must(store.document("peer", "zz")).has_value());
    const auto listed = must(store.documents("peer"));
    REQUIRE(listed.size() == 3);
    CHECK(listed[0].first == "a");
    CHECK(listed[1].first == "ab");
    CHECK(listed[2] == std::pair<std::string, std::string>{"b", "1"});
    Batch change;
    change.documents = {{"peer", "b", "new"}, {"peer", "a", std::nullopt}, {"peer", "never", std::nullopt}};
    must(store.commit(change, kNow));
    CHECK(must(store.document("peer", "b")) == "new");
    CHECK_FALSE(must(store.document("peer", "a")).has_value());
    CHECK(must(store.documents("nothing")).empty());
  }

  TEST_CASE_TEMPLATE("store: counts and the check of a small store", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    const StreamNo s = must(store.create_stream(c, "a", uuid(1))).no;
    const ObjectNo a = commit_one(store, {1}, c).object;
    release_to(store, s, {a});
    std::map<std::string, std::uint64_t> counts;
    for (const auto& [name, value] : must(store.counts())) counts[name] = value;
    CHECK(counts["collections"] == 1);
    CHECK(counts["objects"] == 1);
    CHECK(counts["changes"] == 1);
    CHECK(counts["streams"] == 1);
    CHECK(counts["stream_entries"] == 1);
    CHECK(counts.count("dead_letters") == 1);
    std::size_t last_done = 0, last_total = 1;
    const auto found = must(store.check([&](std::size_t done, std::size_t total) {
      last_done = done;
      last_total = total;
    }));
    CHECK(found.empty());
    CHECK(last_done == last_total);
    CHECK(store.incarnation().version() == 4);
  }
}

}  // namespace sekisho::store::tests
