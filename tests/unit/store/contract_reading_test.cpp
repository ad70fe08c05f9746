// The contract: pages of a stream and their filters.
#include <algorithm>

#include "fixtures.h"

namespace sekisho::store::tests {
namespace {

using Objects = std::vector<ObjectNo>;

struct Reading {
  explicit Reading(Store& given_store) : store(given_store) {}
  Store& store;
  CollectionNo c = add_collection(store, "c");
  StreamNo s = must(store.create_stream(c, "aud", uuid(100))).no;
  ObjectNo put(const Make& make, const std::string& source = "") {
    const ObjectNo no = commit_one(store, make, c, source).object;
    REQUIRE(release_to(store, s, {no}) == 1);
    return no;
  }
  Objects read(const StreamQuery& query) const { return read_page(store, s, query).objects(); }
};

StreamQuery versions(bool first, bool last, std::vector<Timestamp> exact = {}) {
  StreamQuery query;
  query.versions.first = first;
  query.versions.last = last;
  query.versions.exact = std::move(exact);
  return query;
}

}  // namespace

TEST_SUITE("contract") {
  TEST_CASE_TEMPLATE("store: first, last and exact versions are those of the stream", Kind, STORE_KINDS) {
    Kind kind;
    Reading t(*kind.store);
    const ObjectNo v2 = t.put({1, 2}), v3 = t.put({1, 3}), v1 = t.put({1, 1}), other = t.put({2, 9});
    CHECK(t.read({}) == Objects{v3, other});
    CHECK(t.read(versions(true, false)) == Objects{v1, other});
    CHECK(t.read(versions(true, true)) == Objects{v3, v1, other});
    CHECK(t.read(all_versions()) == Objects{v2, v3, v1, other});
    CHECK(t.read(versions(false, false, {version_at(2)})) == Objects{v2});
    CHECK(t.read(versions(false, true, {version_at(2), version_at(1)})) == Objects{v2, v3, v1, other});
    CHECK(t.read(versions(false, false)).empty());
    withdraw_from(t.store, t.s, v3);
    CHECK(t.read({}) == Objects{v2, other});
    withdraw_from(t.store, t.s, v1);
    CHECK(t.read(versions(true, false)) == Objects{v2, other});
    release_to(t.store, t.s, {v3});
    CHECK(t.read({}) == Objects{other, v3});
    CHECK(t.read(versions(true, false)) == Objects{v2, other});
  }

  TEST_CASE_TEMPLATE("store: without spec versions only the latest held of an id", Kind, STORE_KINDS) {
    Kind kind;
    Reading t(*kind.store);
    const ObjectNo old = t.put({1, 5, "x", "indicator", "2.0"});
    const ObjectNo older = t.put({1, 4, "x", "indicator", "2.0"});
    CHECK(t.read({}) == Objects{old});
    const ObjectNo current = t.put({1, 2, "x", "indicator", "2.1"});
    CHECK(t.read({}) == Objects{current});  // never an empty answer because the 2.0 form is newer
    CHECK(t.read(all_versions()) == Objects{current});
    StreamQuery query;
    query.spec_versions = {"2.0"};
    CHECK(t.read(query) == Objects{old});
    query.versions.first = true;
    CHECK(t.read(query) == Objects{old, older});
    query.versions.first = false;
    query.spec_versions = {"2.0", "2.1"};
    CHECK(t.read(query) == Objects{old, current});
    query.spec_versions = {"9.9"};
    CHECK(t.read(query).empty());
    withdraw_from(t.store, t.s, current);
    CHECK(t.read({}) == Objects{old});
  }

  TEST_CASE_TEMPLATE("store: filters by id and type narrow together", Kind, STORE_KINDS) {
    Kind kind;
    Reading t(*kind.store);
    const ObjectNo i1 = t.put({1}), m2 = t.put({2, 0, "x", "malware"}), i3 = t.put({3}), i1b = t.put({1, 1});
    StreamQuery query;
    query.types = {"indicator"};
    CHECK(t.read(query) == Objects{i3, i1b});
    query.types = {"indicator", "malware", "never-seen"};
    CHECK(t.read(query) == Objects{m2, i3, i1b});
    query.types = {"never-seen"};
    CHECK(t.read(query).empty());
    query = {};
    query.ids = {id_of(3), id_of(1), id_of(1), id_of(77)};
    CHECK(t.read(query) == Objects{i3, i1b});
    query.versions.all = true;
    CHECK(t.read(query) == Objects{i1, i3, i1b});
    query.after_position = 1;
    CHECK(t.read(query) == Objects{i3, i1b});
    query.limit = 1;
    CHECK(read_page(t.store, t.s, query).end.more);
    query.types = {"malware"};
    CHECK(t.read(query).empty());
    query.ids = {id_of(2, "malware")};
    CHECK(t.read(query) == Objects{m2});
    CHECK(must(t.store.stream_has_id(t.s, id_of(1))));
    CHECK_FALSE(must(t.store.stream_has_id(t.s, id_of(77))));
    CHECK(code_of(t.store.stream_has_id(77, id_of(1))) == Code::kNotFound);
  }

  TEST_CASE_TEMPLATE("store: what came only from the reader is passed over", Kind, STORE_KINDS) {
    Kind kind;
    Reading t(*kind.store);
    const ObjectNo own = t.put({1}), mine = t.put({2}, "me"), theirs = t.put({3}, "you");
    StreamQuery query;
    CHECK(t.read(query) == Objects{own, mine, theirs});
    query.exclude_source = "me";
    CHECK(t.read(query) == Objects{own, theirs});
    query.exclude_source = "unknown";
    CHECK(t.read(query) == Objects{own, mine, theirs});
    // another party's copy is stored, but not released to this stream: still only mine here
    const ObjectNo copy = commit_one(t.store, {2}, t.c, "you").object;
    query.exclude_source = "me";
    CHECK(t.read(query) == Objects{own, theirs});
    const std::uint64_t generation = must(t.store.stream(t.s)).generation;
    CHECK(release_to(t.store, t.s, {copy}) == 0);
    CHECK(t.read(query) == Objects{own, mine, theirs});
    CHECK(must(t.store.stream(t.s)).generation > generation);
    // other content of the same version is no copy
    const ObjectNo other = commit_one(t.store, {3, 0, "changed"}, t.c, "me").object;
    CHECK(release_to(t.store, t.s, {other}) == 0);
    query.exclude_source = "you";
    CHECK(t.read(query) == Objects{own, mine});
    CHECK(must(t.store.check(nullptr)).empty());
  }

  TEST_CASE_TEMPLATE("store: an item names its giver where it came from that one alone, if asked", Kind, STORE_KINDS) {
    Kind kind;
    Reading t(*kind.store);
    t.put({1});
    t.put({2}, "me");
    t.put({3}, "you");
    StreamQuery query;
    CHECK(read_page(t.store, t.s, query).items[1].giver.empty());
    query.want_givers = true;
    const auto given = [&] {
      std::vector<std::string> givers;
      for (const Item& item : read_page(t.store, t.s, query).items) givers.push_back(item.giver);
      return givers;
    };
    CHECK(given() == std::vector<std::string>{"", "me", "you"});
    release_to(t.store, t.s, {commit_one(t.store, {2}, t.c, "you").object});
    CHECK(given() == std::vector<std::string>{"", "", "you"});
  }

  TEST_CASE_TEMPLATE("store: a read ends at a position as at the end of the stream, and tells the generation", Kind, STORE_KINDS) {
    Kind kind;
    Reading t(*kind.store);
    for (std::uint64_t n = 1; n <= 4; ++n) t.put({n});
    StreamQuery query;
    query.through_position = 2;
    const PageRead page = read_page(t.store, t.s, query);
    CHECK(page.items.size() == 2);
    CHECK_FALSE(page.end.more);
    CHECK(page.end.stream == must(t.store.stream(t.s)).id);
    CHECK(page.end.generation == must(t.store.stream(t.s)).generation);
    query.ids = {id_of(2), id_of(3)};
    CHECK(read_page(t.store, t.s, query).items.size() == 1);
    query.ids.clear();
    query.through_position = 0;
    CHECK(read_page(t.store, t.s, query).items.empty());
    CHECK(read_page(t.store, t.s, query).end.generation == page.end.generation);
  }

  TEST_CASE_TEMPLATE("store: pages by position and by date walk everything once", Kind, STORE_KINDS) {
    Kind kind;
    Reading t(*kind.store);
    Objects all;
    for (std::uint64_t n = 1; n <= 600; ++n) {  // more than two blocks
      all.push_back(commit_one(t.store, {n}, t.c).object);
    }
    release_to(t.store, t.s, Objects(all.begin(), all.begin() + 300));
    for (std::size_t i = 300; i < 320; ++i) release_to(t.store, t.s, {all[i]});
    release_to(t.store, t.s, Objects(all.begin() + 320, all.end()));
    for (const std::size_t limit : {1U, 7U, 255U, 256U, 599U, 600U, 601U}) {
      for (const bool by_date : {false, true}) {
        Objects seen;
        StreamQuery query;
        query.limit = limit;
        query.want_bytes = false;
        while (true) {
          const PageRead page = read_page(t.store, t.s, query);
          CHECK(page.end.count == page.items.size());
          const Objects got = page.objects();
          seen.insert(seen.end(), got.begin(), got.end());
          CHECK(page.end.more == (seen.size() < all.size()));
          if (!page.end.more) break;
          CHECK(page.end.last_position == page.items.back().position);
          CHECK(page.end.last_date == page.items.back().date_added);
          if (by_date) {
            query.after_date = page.end.last_date;
          } else {
            query.after_position = page.end.last_position;
          }
        }
        CHECK(seen == all);
      }
    }
    StreamQuery beyond;
    beyond.after_position = 600;
    CHECK(read_page(t.store, t.s, beyond).items.empty());
    CHECK(read_page(t.store, t.s, beyond).end.last_position == 0);
    beyond.after_position = ~Position{0};
    CHECK(read_page(t.store, t.s, beyond).items.empty());
    beyond = {};
    beyond.after_date = must(t.store.stream(t.s)).last_date;
    CHECK(read_page(t.store, t.s, beyond).items.empty());
    beyond.after_date = kNow.micros() + 2 * 298;  // the later of the two bounds counts
    beyond.after_position = 10;
    CHECK(read_page(t.store, t.s, beyond).items.at(0).position == 300);
    beyond.after_position = 310;
    CHECK(read_page(t.store, t.s, beyond).items.at(0).position == 311);
  }

  TEST_CASE_TEMPLATE("store: a page ends at its size, but gives at least one item", Kind, STORE_KINDS) {
    Kind kind;
    Reading t(*kind.store);
    const std::string big(1000, 'x');
    for (std::uint64_t n = 1; n <= 3; ++n) t.put({n, 0, big});
    const std::size_t size = Make{1, 0, big}.object()->bytes().size();
    StreamQuery query;
    query.max_bytes = 10;
    CHECK(t.read(query).size() == 1);
    CHECK(read_page(t.store, t.s, query).end.more);
    query.max_bytes = 2 * size;
    CHECK(t.read(query).size() == 2);
    CHECK(read_page(t.store, t.s, query).items[0].bytes == Make{1, 0, big}.object()->bytes());
    query.max_bytes = 3 * size;
    CHECK(t.read(query).size() == 3);
    CHECK_FALSE(read_page(t.store, t.s, query).end.more);
    query.max_bytes = 10;
    query.want_bytes = false;  // a manifest has no bytes to count
    CHECK(t.read(query).size() == 3);
    CHECK(read_page(t.store, t.s, query).items[0].bytes.empty());
    query.limit = 0;
    CHECK(code_of(t.store.read_stream(t.s, query, [](const StreamItem&) {})) == Code::kInvalidArgument);
    CHECK(code_of(t.store.read_stream(77, {}, [](const StreamItem&) {})) == Code::kNotFound);
  }

  TEST_CASE_TEMPLATE("store: the visitor may read and write the store", Kind, STORE_KINDS) {
    Kind kind;
    Reading t(*kind.store);
    for (std::uint64_t n = 1; n <= 20; ++n) t.put({n});
    std::size_t visited = 0;
    must(t.store.read_stream(t.s, {}, [&](const StreamItem& item) {
      ++visited;
      CHECK(must(t.store.object(item.object)).id == item.id);
      must(t.store.read_stream(t.s, {}, [](const StreamItem&) {}));
      commit_one(t.store, {100 + visited}, t.c);
    }));
    CHECK(visited == 20);
    CHECK(must(t.store.last_change()) == 40);
  }
}

}  // namespace sekisho::store::tests
