// The contract: streams, releases, withdrawals, forks.
#include <algorithm>

#include "fixtures.h"

namespace sekisho::store::tests {
namespace {

struct Setup {
  explicit Setup(Store& given_store) : store(given_store) {}
  Store& store;
  CollectionNo c = add_collection(store, "c");
  StreamNo s = must(store.create_stream(c, "aud", uuid(100))).no;
  ObjectNo add(const Make& make, const std::string& source = "") { return commit_one(store, make, c, source).object; }
};

}  // namespace

TEST_SUITE("contract") {
  TEST_CASE_TEMPLATE("store: a new stream is empty and pristine", Kind, STORE_KINDS) {
    Kind kind;
    Setup t(*kind.store);
    const Stream stream = must(t.store.stream(t.s));
    CHECK(stream.id == uuid(100));
    CHECK(stream.collection == t.c);
    CHECK(stream.audience == "aud");
    CHECK(stream.pristine);
    CHECK(stream.length == 0);
    CHECK_FALSE(stream.parent.has_value());
    CHECK(code_of(t.store.stream(t.s + 1)) == Code::kNotFound);
    CHECK(code_of(t.store.create_stream(t.c, "x", uuid(100))) == Code::kAlreadyExists);
    CHECK(code_of(t.store.create_stream(t.c + 1, "x", uuid(101))) == Code::kInvalidArgument);
    must(t.store.set_stream_audience(t.s, "other"));
    CHECK(must(t.store.stream(t.s)).audience == "other");
    CHECK(code_of(t.store.set_stream_audience(t.s + 1, "x")) == Code::kNotFound);
    CHECK(must(t.store.streams()).size() == 1);
  }

  TEST_CASE_TEMPLATE("store: positions are dense, dates rise strictly and never fall behind", Kind, STORE_KINDS) {
    Kind kind;
    Setup t(*kind.store);
    const ObjectNo a = t.add({1}), b = t.add({2}), c = t.add({3}), d = t.add({4});
    CHECK(release_to(t.store, t.s, {a, b}, kNow) == 2);
    CHECK(release_to(t.store, t.s, {c}, kNow.plus_micros(-5'000'000)) == 1);  // the clock stepped back
    CHECK(release_to(t.store, t.s, {d}, kNow.plus_micros(60)) == 1);
    const PageRead page = read_page(t.store, t.s);
    REQUIRE(page.items.size() == 4);
    const std::int64_t now = kNow.micros();
    const std::vector<std::int64_t> dates = {now, now + 2, now + 4, now + 60};
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(page.items[i].position == i + 1);
      CHECK(page.items[i].date_added == dates[i]);
    }
    const Stream stream = must(t.store.stream(t.s));
    CHECK(stream.length == 4);
    CHECK(stream.last_date == now + 60);
    CHECK(stream.pristine);
  }

  TEST_CASE_TEMPLATE("store: what happens in one stream never touches another", Kind, STORE_KINDS) {
    Kind kind;
    Setup t(*kind.store);
    const StreamNo other = must(t.store.create_stream(t.c, "other", uuid(101))).no;
    const ObjectNo a = t.add({1}), b = t.add({1, 1});
    release_to(t.store, t.s, {a});
    const Stream before = must(t.store.stream(t.s));
    release_to(t.store, other, {b, a});
    withdraw_from(t.store, other, b);
    const Stream after = must(t.store.stream(t.s));
    CHECK(after.generation == before.generation);
    CHECK(after.last_date == before.last_date);
    CHECK(after.length == 1);
    CHECK(read_page(t.store, t.s).objects() == std::vector<ObjectNo>{a});  // a later version elsewhere hides nothing
    CHECK(must(t.store.placements(a)) == std::vector<StreamNo>{t.s, other});
    CHECK(must(t.store.placements(b)).empty());
  }

  TEST_CASE_TEMPLATE("store: a stream carries one content of a version, first come", Kind, STORE_KINDS) {
    Kind kind;
    Setup t(*kind.store);
    const ObjectNo first = t.add({1, 0, "x"}, "a"), same = t.add({1, 0, "x"}, "b"), other = t.add({1, 0, "y"}, "c");
    CHECK(release_to(t.store, t.s, {first, first, same, other}) == 1);
    const std::uint64_t generation = must(t.store.stream(t.s)).generation;
    CHECK(release_to(t.store, t.s, {first, same, other}) == 0);
    CHECK(must(t.store.stream(t.s)).generation == generation);  // nothing changed: the caches hold
    CHECK(read_page(t.store, t.s, all_versions()).objects() == std::vector<ObjectNo>{first});
    CHECK(must(t.store.placements(other)).empty());

    withdraw_from(t.store, t.s, first);
    CHECK(release_to(t.store, t.s, {other, first}) == 1);
    CHECK(read_page(t.store, t.s, all_versions()).objects() == std::vector<ObjectNo>{other});
  }

  TEST_CASE_TEMPLATE("store: withdrawn and released again returns with a new position and date", Kind, STORE_KINDS) {
    Kind kind;
    Setup t(*kind.store);
    const ObjectNo a = t.add({1}), b = t.add({2});
    release_to(t.store, t.s, {a, b});
    withdraw_from(t.store, t.s, a);
    Stream stream = must(t.store.stream(t.s));
    CHECK_FALSE(stream.pristine);
    CHECK(stream.length == 2);
    CHECK(read_page(t.store, t.s).objects() == std::vector<ObjectNo>{b});
    CHECK_FALSE(must(t.store.stream_has_id(t.s, id_of(1))));
    withdraw_from(t.store, t.s, a);  // again: nothing to take
    CHECK(must(t.store.stream(t.s)).generation == stream.generation);
    CHECK(release_to(t.store, t.s, {a}) == 1);
    const PageRead page = read_page(t.store, t.s);
    CHECK(page.objects() == std::vector<ObjectNo>{b, a});
    CHECK(page.items[1].position == 3);
    CHECK(page.items[1].date_added == kNow.micros() + 4);
    CHECK(must(t.store.stream_has_id(t.s, id_of(1))));
    CHECK_FALSE(must(t.store.stream(t.s)).pristine);
    // withdrawal and release in one step: out first, then in again
    Release both;
    both.withdrawals.emplace_back(t.s, a);
    both.appends.push_back({t.s, {{a, std::nullopt}}});
    CHECK(must(t.store.release(both, kNow)) == std::vector<std::size_t>{1});
    CHECK(read_page(t.store, t.s).items.back().position == 4);
  }

  TEST_CASE_TEMPLATE("store: created objects are stored with the release, without a change", Kind, STORE_KINDS) {
    Kind kind;
    Setup t(*kind.store);
    const ObjectNo a = t.add({1});
    Release release;
    release.through = 1;
    release.created.push_back(given({50, 0, "attestation"}, t.c));
    release.appends.push_back({t.s, {{0, 0U}, {a, std::nullopt}}});
    release.documents.push_back({"release", "mark", "m"});
    CHECK(must(t.store.release(release, kNow)) == std::vector<std::size_t>{2});
    const PageRead page = read_page(t.store, t.s);
    CHECK(page.objects() == std::vector<ObjectNo>{a + 1, a});
    CHECK(must(t.store.last_change()) == 1);
    CHECK(must(t.store.released_through()) == 1);
    CHECK(must(t.store.document("release", "mark")) == "m");
    CHECK(must(t.store.collections_of(a + 1)) == std::vector<CollectionNo>{t.c});
    CHECK(commit_one(t.store, {50, 0, "attestation"}, t.c).outcome == AddOutcome::kDuplicate);
    release.through = 0;  // the same step again: the attestation is known, nothing is added
    CHECK(must(t.store.release(release, kNow)) == std::vector<std::size_t>{0});
    CHECK(must(t.store.released_through()) == 1);
  }

  TEST_CASE_TEMPLATE("store: a release is taken whole or not at all", Kind, STORE_KINDS) {
    Kind kind;
    Setup t(*kind.store);
    const ObjectNo a = t.add({1});
    release_to(t.store, t.s, {a});
    const auto refused = [&](const std::function<void(Release&)>& spoil) {
      Release release;
      release.through = 1;
      release.created.push_back(given({60}, t.c));
      release.withdrawals.emplace_back(t.s, a);
      release.appends.push_back({t.s, {{0, 0U}}});
      release.documents.push_back({"s", "k", "v"});
      release.holds.push_back({"aud", a, t.c, id_of(9), kNow});
      release.audiences.emplace_back(t.s, "other");
      release.assignments.push_back({"p", t.c, t.s});
      spoil(release);
      const Code code = code_of(t.store.release(release, kNow));
      CHECK(must(t.store.released_through()) == 0);
      CHECK(must(t.store.stream(t.s)).length == 1);
      CHECK(must(t.store.stream(t.s)).pristine);
      CHECK(must(t.store.versions_of(id_of(60), false)).empty());
      CHECK_FALSE(must(t.store.document("s", "k")).has_value());
      CHECK(must(t.store.holds("aud")).empty());
      CHECK(must(t.store.stream(t.s)).audience != "other");
      CHECK(must(t.store.assignments()).empty());
      return code;
    };
    CHECK(refused([](Release& r) { r.through = 2; }) == Code::kInvalidArgument);
    CHECK(refused([](Release& r) { r.created[0].collection = 77; }) == Code::kInvalidArgument);
    CHECK(refused([](Release& r) { r.appends.push_back({77, {}}); }) == Code::kNotFound);
    CHECK(refused([](Release& r) { r.appends[0].items.push_back({77, std::nullopt}); }) == Code::kInvalidArgument);
    CHECK(refused([](Release& r) { r.appends[0].items.push_back({0, std::nullopt}); }) == Code::kInvalidArgument);
    CHECK(refused([](Release& r) { r.appends[0].items.push_back({0, 1U}); }) == Code::kInvalidArgument);
    CHECK(refused([](Release& r) { r.withdrawals.emplace_back(77, 1); }) == Code::kNotFound);
    CHECK(refused([](Release& r) { r.holds[0].object = 77; }) == Code::kInvalidArgument);
    CHECK(refused([](Release& r) { r.audiences[0].first = 77; }) == Code::kNotFound);
    CHECK(refused([](Release& r) { r.assignments[0].stream = 77; }) == Code::kNotFound);
    CHECK(refused([](Release& r) { r.assignments[0].collection = 77; }) == Code::kInvalidArgument);
  }

  TEST_CASE_TEMPLATE("store: a release moves streams to another audience and parties to streams", Kind, STORE_KINDS) {
    Kind kind;
    Setup t(*kind.store);
    const auto before = must(t.store.stream(t.s));
    Release release;
    release.audiences.emplace_back(t.s, "other");
    release.assignments.push_back({"p", t.c, t.s});
    must(t.store.release(release, kNow));
    CHECK(must(t.store.stream(t.s)).audience == "other");
    CHECK(must(t.store.stream(t.s)).generation > before.generation);
    const auto assigned = must(t.store.assignments());
    REQUIRE(assigned.size() == 1);
    CHECK(assigned[0].party == "p");
    CHECK(assigned[0].stream == t.s);
  }

  TEST_CASE_TEMPLATE("store: holds are kept per audience until taken off", Kind, STORE_KINDS) {
    Kind kind;
    Setup t(*kind.store);
    const ObjectNo a = t.add({1}), b = t.add({2});
    Release release;
    release.holds = {{"x", b, t.c, id_of(9), kNow}, {"x", a, t.c, id_of(8), kNow}, {"y", a, t.c, id_of(7), kNow}};
    must(t.store.release(release, kNow));
    auto held = must(t.store.holds("x"));
    REQUIRE(held.size() == 2);
    CHECK(held[0].object == a);
    CHECK(held[0].missing == id_of(8));
    CHECK(held[0].collection == t.c);
    CHECK(held[0].since == kNow);
    CHECK(held[1].object == b);
    Release again;
    again.unholds = {{"x", b}, {"nobody", a}};
    again.holds = {{"x", a, t.c, id_of(5), kNow.plus_micros(7)}};  // the same hold, something else missing
    must(t.store.release(again, kNow));
    held = must(t.store.holds("x"));
    REQUIRE(held.size() == 1);
    CHECK(held[0].missing == id_of(5));
    CHECK(held[0].since == kNow.plus_micros(7));
    CHECK(must(t.store.holds("y")).size() == 1);
  }

  TEST_CASE_TEMPLATE("store: a fork shares the past and goes its own way", Kind, STORE_KINDS) {
    Kind kind;
    Setup t(*kind.store);
    const ObjectNo a = t.add({1}), b = t.add({2}), c = t.add({1, 1});
    release_to(t.store, t.s, {a, b});
    const Stream fork = must(t.store.fork_stream(t.s, "own", uuid(200)));
    CHECK(fork.parent == uuid(100));
    CHECK(fork.parent_length == 2);
    CHECK(fork.length == 2);
    CHECK(fork.collection == t.c);
    CHECK(fork.audience == "own");
    CHECK(fork.pristine);
    CHECK(read_page(t.store, fork.no).items == read_page(t.store, t.s).items);
    CHECK(must(t.store.placements(a)) == std::vector<StreamNo>{t.s, fork.no});

    release_to(t.store, fork.no, {c});
    withdraw_from(t.store, fork.no, b);
    CHECK(read_page(t.store, fork.no).objects() == std::vector<ObjectNo>{c});
    CHECK(read_page(t.store, t.s).objects() == std::vector<ObjectNo>{a, b});
    CHECK(read_page(t.store, fork.no).items[0].date_added == kNow.micros() + 4);
    CHECK(must(t.store.stream(t.s)).pristine);
    const Stream second = must(t.store.fork_stream(fork.no, "third", uuid(201)));
    CHECK_FALSE(second.pristine);  // what was withdrawn from its past was withdrawn from it
    CHECK(read_page(t.store, second.no, all_versions()).objects() == std::vector<ObjectNo>{a, c});
    CHECK(code_of(t.store.fork_stream(77, "x", uuid(202))) == Code::kNotFound);
    CHECK(code_of(t.store.fork_stream(t.s, "x", uuid(200))) == Code::kAlreadyExists);
    CHECK(must(t.store.check(nullptr)).empty());
  }

  TEST_CASE_TEMPLATE("store: a party reads one stream of a collection", Kind, STORE_KINDS) {
    Kind kind;
    Setup t(*kind.store);
    const CollectionNo d = add_collection(t.store, "d");
    const StreamNo other = must(t.store.create_stream(t.c, "o", uuid(300))).no;
    const StreamNo of_d = must(t.store.create_stream(d, "aud", uuid(301))).no;
    must(t.store.assign({{"q", t.c, t.s}, {"p", d, of_d}, {"p", t.c, t.s}}));
    must(t.store.assign({{"p", t.c, other}}));
    const auto all = must(t.store.assignments());
    REQUIRE(all.size() == 3);
    CHECK(all[0].party == "p");
    CHECK(all[0].stream == other);
    CHECK(all[1].collection == d);
    CHECK(all[2].party == "q");
    CHECK(code_of(t.store.assign({{"z", t.c, t.s}, {"p", t.c, 77}})) == Code::kNotFound);
    CHECK(code_of(t.store.assign({{"z", t.c, of_d}})) == Code::kInvalidArgument);
    CHECK(must(t.store.assignments()).size() == 3);
  }
}

}  // namespace sekisho::store::tests
