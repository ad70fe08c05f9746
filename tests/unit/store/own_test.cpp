// The contract: own entries, and a stream merged with them.
#include "fixtures.h"

namespace sekisho::store::tests {
namespace {

struct OwnSetup {
  explicit OwnSetup(Store& given_store) : store(given_store) { must(store.assign({{"p", c, s}, {"q", c, s}})); }
  Store& store;
  CollectionNo c = add_collection(store, "c");
  StreamNo s = must(store.create_stream(c, "aud:view", uuid(100))).no;

  ObjectNo post(const Make& make, const std::string& party = "p", Timestamp now = kNow) {
    Batch batch;
    batch.objects.push_back(given(make, c, party));
    batch.objects.back().own = true;
    return must(store.commit(batch, now)).at(0).object;
  }
  ObjectNo give(const Make& make, const std::string& source, Timestamp now = kNow) {
    Batch batch;
    batch.objects.push_back(given(make, c, source));
    return must(store.commit(batch, now)).at(0).object;
  }
  PageRead read(const std::string& party = "p", Timestamp now = kNow.plus_micros(1'000'000)) const {
    StreamQuery query = all_versions();
    query.own = OwnPart{party, now.micros()};
    return read_page(store, s, query);
  }
};

Timestamp after(std::int64_t micros) { return kNow.plus_micros(micros); }

}  // namespace

TEST_SUITE("contract") {
  TEST_CASE_TEMPLATE("store: what a party gave is among its own entries and in no stream", Kind, STORE_KINDS) {
    Kind kind;
    OwnSetup t(*kind.store);
    CHECK_FALSE(t.store.has_own("p", t.c));
    const ObjectNo mine = t.post({1});
    CHECK(t.store.has_own("p", t.c));
    CHECK_FALSE(t.store.has_own("q", t.c));
    CHECK_FALSE(t.store.has_own("p", t.c + 1));
    CHECK(t.read().objects() == std::vector<ObjectNo>{mine});
    CHECK(t.read().items[0].position == 0);
    CHECK(t.read().items[0].date_added == kNow.micros() + 1);
    CHECK(t.read().end.last_position == 0);
    CHECK(t.read("q").objects().empty());
    CHECK(read_page(t.store, t.s).objects().empty());
    CHECK(must(t.store.placements(mine)).empty());
    CHECK(must(t.store.streams()).size() == 1);
    CHECK(must(t.store.check(nullptr)).empty());
  }

  TEST_CASE_TEMPLATE("store: given again it has one own entry; in another collection it has one of its own", Kind, STORE_KINDS) {
    Kind kind;
    OwnSetup t(*kind.store);
    const ObjectNo mine = t.post({1});
    t.post({1}, "p", after(500));
    CHECK(t.read().objects() == std::vector<ObjectNo>{mine});
    const CollectionNo d = add_collection(t.store, "d");
    CHECK_FALSE(t.store.has_own("p", d));
    Batch batch;
    batch.objects.push_back(given({1}, d, "p"));
    batch.objects.back().own = true;
    must(t.store.commit(batch, kNow));
    CHECK(t.store.has_own("p", d));
    Batch gone;
    gone.own_withdrawals = {mine};
    must(t.store.commit(gone, kNow));
    CHECK(t.read().objects().empty());
    CHECK(must(t.store.check(nullptr)).empty());
  }

  TEST_CASE_TEMPLATE("store: an own entry is dated behind all that the party can have read, and comes when its date is over", Kind, STORE_KINDS) {
    Kind kind;
    OwnSetup t(*kind.store);
    const ObjectNo other = t.give({1}, "q"), later = t.give({2}, "q");
    release_to(t.store, t.s, {other, later}, after(10));
    const ObjectNo mine = t.post({3});  // by a clock that is behind
    CHECK(t.read().objects() == std::vector<ObjectNo>{other, later, mine});
    CHECK(t.read().items[2].date_added == kNow.micros() + 13);
    CHECK(t.read("p", after(13)).objects() == std::vector<ObjectNo>{other, later});
    CHECK(t.read("p", after(14)).objects().size() == 3);
    // Nothing that stands behind it is given before.
    const ObjectNo last = t.give({4}, "q");
    release_to(t.store, t.s, {last}, after(20));
    CHECK(t.read("p", after(13)).objects() == std::vector<ObjectNo>{other, later});
    CHECK_FALSE(t.read("p", after(13)).end.more);
  }

  TEST_CASE_TEMPLATE("store: one entry for a version: the same content where it came first, another content as the stream has it", Kind, STORE_KINDS) {
    Kind kind;
    OwnSetup t(*kind.store);
    const ObjectNo mine = t.post({1}), early = t.give({2}, "q");
    release_to(t.store, t.s, {mine, early}, after(10));
    CHECK(t.read().objects() == std::vector<ObjectNo>{mine, early});
    CHECK(t.read().items[0].position == 0);
    t.post({2}, "p", after(20));  // it reads that already
    CHECK(t.read().objects() == std::vector<ObjectNo>{mine, early});
    const ObjectNo held = t.post({3, 0, "one"}, "p", after(30)), counts = t.give({3, 0, "another"}, "q");
    CHECK(t.read().objects() == std::vector<ObjectNo>{mine, early, held});
    release_to(t.store, t.s, {counts}, after(40));
    CHECK(t.read().objects() == std::vector<ObjectNo>{mine, early, counts});
    withdraw_from(t.store, t.s, counts);
    CHECK(t.read().objects() == std::vector<ObjectNo>{mine, early, held});
  }

  TEST_CASE_TEMPLATE("store: first, last and spec version are those of the timeline", Kind, STORE_KINDS) {
    Kind kind;
    OwnSetup t(*kind.store);
    const ObjectNo second = t.give({1, 2}, "q");
    release_to(t.store, t.s, {second});
    const ObjectNo first = t.post({1, 1}, "p", after(10)), third = t.post({1, 3}, "p", after(20));
    const auto with = [&](VersionFilter versions) {
      StreamQuery query;
      query.versions = std::move(versions);
      query.own = OwnPart{"p", after(1000).micros()};
      return read_page(t.store, t.s, query).objects();
    };
    CHECK(with({}) == std::vector<ObjectNo>{third});
    CHECK(with({false, true, false, {}}) == std::vector<ObjectNo>{first});
    CHECK(with({false, false, false, {version_at(2)}}) == std::vector<ObjectNo>{second});
    CHECK(with({true, false, false, {}}) == std::vector<ObjectNo>{second, first, third});
    StreamQuery of_one;
    of_one.ids = {id_of(1)};
    of_one.own = OwnPart{"p", after(15).micros()};  // before the third has come
    CHECK(read_page(t.store, t.s, of_one).objects() == std::vector<ObjectNo>{second});
  }

  TEST_CASE_TEMPLATE("store: what a party is not given from others does not stand against what it gives anew", Kind, STORE_KINDS) {
    Kind kind;
    OwnSetup t(*kind.store);
    const ObjectNo theirs = t.give({1, 5}, "q");
    release_to(t.store, t.s, {theirs});
    const ObjectNo mine = t.post({1, 1}, "p", after(10));
    auto passed_over = std::make_shared<PassedOver>();
    passed_over->ids.insert(id_of(1));
    StreamQuery query;
    query.passed_over = passed_over;
    query.own = OwnPart{"p", after(1000).micros()};
    CHECK(read_page(t.store, t.s, query).objects() == std::vector<ObjectNo>{mine});
    query.want_names = query.want_bytes = false;
    CHECK(read_page(t.store, t.s, query).objects() == std::vector<ObjectNo>{mine});
  }
}

TEST_SUITE("integration") {
  TEST_CASE("store/sqlite: who has own entries is known after a start") {
    TempFolder folder;
    sekisho::tests::FakeRandom random;
    ObjectNo mine = 0;
    {
      const auto store = must(open_sqlite_store(folder.file(), random));
      mine = OwnSetup(*store).post({1});
    }
    const auto store = must(open_sqlite_store(folder.file(), random));
    CHECK(store->has_own("p", 1));
    CHECK_FALSE(store->has_own("q", 1));
    StreamQuery query;
    query.own = OwnPart{"p", after(1000).micros()};
    CHECK(read_page(*store, 1, query).objects() == std::vector<ObjectNo>{mine});
  }
}

}  // namespace sekisho::store::tests
