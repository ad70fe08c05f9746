// The contract: what attests an object, and everywhere it went.
#include "fixtures.h"

namespace sekisho::store::tests {
namespace {

using Objects = std::vector<ObjectNo>;
using Places = std::vector<std::tuple<StreamNo, Position, bool>>;

struct Attested {
  explicit Attested(Store& given_store) : store(given_store) {
    Collection beside;
    beside.id = uuid(77);
    beside.alias = "c-attestations";
    beside.companion_of = c;
    companion = must(store.add_collection(beside)).no;
    main = must(store.create_stream(c, "aud", uuid(100))).no;
    side = must(store.create_stream(companion, "aud", uuid(101))).no;
  }
  Places carried(ObjectNo no) const {
    Places places;
    for (const Carried& at : must(store.carried(no))) places.emplace_back(at.stream, at.position, at.withdrawn);
    return places;
  }

  Store& store;
  CollectionNo c = add_collection(store, "c"), companion = 0;
  StreamNo main = 0, side = 0;
};

}  // namespace

TEST_SUITE("contract") {
  TEST_CASE_TEMPLATE("store: what was made as a rendition of an object is found by it", Kind, STORE_KINDS) {
    Kind kind;
    Attested t(*kind.store);
    const ObjectNo a = commit_one(t.store, {1}, t.c).object;
    const auto make = [&](ObjectNo of, unsigned n) {
      Release release;
      release.created.push_back(given({n}, t.c));
      release.created.back().rendition_of = of;
      return t.store.release(release, kNow);
    };
    CHECK(must(t.store.renditions_of(a)).empty());
    must(make(a, 7));
    must(make(a, 7));  // made again: nothing new
    must(make(a, 8));
    const auto made = must(t.store.renditions_of(a));
    REQUIRE(made.size() == 2);
    CHECK(must(t.store.object(made[1])).id != must(t.store.object(a)).id);
    CHECK(must(t.store.renditions()) == std::vector<std::pair<ObjectNo, ObjectNo>>{{a, made[0]}, {a, made[1]}});
    CHECK(must(t.store.changes(0, 10)).size() == 1);
    const ObjectNo b = commit_one(t.store, {2}, t.c).object;
    must(make(b, 7));  // the same bytes made of something else: one of the two may be taken back alone
    CHECK(must(t.store.renditions_of(a)) == made);
    REQUIRE(must(t.store.renditions_of(b)).size() == 1);
    CHECK(must(t.store.renditions_of(b))[0] != made[0]);
    CHECK_FALSE(make(99, 9).ok());
    CHECK(must(t.store.check(nullptr)) == std::vector<std::string>());
  }

  TEST_CASE_TEMPLATE("store: an object's attestations, oldest first, and the newest beside it in a page", Kind,
                     STORE_KINDS) {
    Kind kind;
    Attested t(*kind.store);
    const ObjectNo a = commit_one(t.store, {1}, t.c).object, b = commit_one(t.store, {2}, t.c).object;
    release_to(t.store, t.main, {a, b});
    CHECK(must(t.store.attestations_of(a)).empty());
    const ObjectNo first = attest(t.store, t.side, a, t.companion);
    const ObjectNo second = attest(t.store, t.side, a, t.companion, 2);
    CHECK(must(t.store.attestations_of(a)) == Objects{first, second});
    CHECK(must(t.store.attestations_of(b)).empty());
    CHECK(must(t.store.attestations_of(99)).empty());
    CHECK(attest(t.store, t.side, a, t.companion) == second);  // made again: nothing new
    CHECK(must(t.store.attestations_of(a)) == Objects{first, second});

    StreamQuery query;
    for (const Item& item : read_page(t.store, t.main, query).items) CHECK(item.attestation.empty());
    query.want_attestations = true;
    const PageRead page = read_page(t.store, t.main, query);
    REQUIRE(page.items.size() == 2);
    CHECK(page.items[0].attestation == must(t.store.object(second)).bytes);
    CHECK(page.items[1].attestation.empty());
    query.want_bytes = false;
    CHECK(read_page(t.store, t.main, query).items[0].attestation == must(t.store.object(second)).bytes);
    CHECK(must(t.store.check(nullptr)).empty());
  }

  TEST_CASE_TEMPLATE("store: attestations count into the bytes of a page", Kind, STORE_KINDS) {
    Kind kind;
    Attested t(*kind.store);
    const ObjectNo a = commit_one(t.store, {1}, t.c).object, b = commit_one(t.store, {2}, t.c).object;
    release_to(t.store, t.main, {a, b});
    attest(t.store, t.side, b, t.companion);
    StreamQuery query;
    query.max_bytes = must(t.store.object(a)).bytes.size() + must(t.store.object(b)).bytes.size();
    CHECK(read_page(t.store, t.main, query).objects() == Objects{a, b});
    query.want_attestations = true;
    const PageRead page = read_page(t.store, t.main, query);
    CHECK(page.objects() == Objects{a});
    CHECK(page.end.more);
  }

  TEST_CASE_TEMPLATE("store: what is attested must be there", Kind, STORE_KINDS) {
    Kind kind;
    Attested t(*kind.store);
    const ObjectNo a = commit_one(t.store, {1}, t.c).object;
    Release release;
    release.created = {attestation_of(must(t.store.object(a)), t.companion)};
    release.created[0].attests = 99;
    CHECK(code_of(t.store.release(release, kNow)) == Code::kInvalidArgument);
    CHECK(must(t.store.versions_of(release.created[0].object->id(), false)).empty());  // nothing of it stayed
  }

  TEST_CASE_TEMPLATE("store: carried tells every place, also those taken back", Kind, STORE_KINDS) {
    Kind kind;
    Attested t(*kind.store);
    const ObjectNo a = commit_one(t.store, {1}, t.c).object, b = commit_one(t.store, {2}, t.c).object;
    release_to(t.store, t.main, {a, b});
    const StreamNo fork = must(t.store.fork_stream(t.main, "other", uuid(102))).no;
    withdraw_from(t.store, t.main, b);
    release_to(t.store, t.main, {b});
    CHECK(t.carried(a) == Places{{t.main, 1, false}, {fork, 1, false}});
    CHECK(t.carried(b) == Places{{t.main, 2, true}, {t.main, 3, false}, {fork, 2, false}});
    CHECK(t.carried(99).empty());
    // an attestation is of the companion; given inline it is in the stream of the collection itself
    const ObjectNo inline_attestation = attest(t.store, t.main, a, t.companion);
    CHECK(t.carried(inline_attestation) == Places{{t.main, 4, false}});
    const ObjectNo beside = attest(t.store, t.side, a, t.companion, 2);
    withdraw_from(t.store, t.side, beside);
    CHECK(t.carried(beside) == Places{{t.side, 1, true}});
  }
}

}  // namespace sekisho::store::tests
