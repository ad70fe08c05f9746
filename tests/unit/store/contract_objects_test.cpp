// The contract: collections, accepting objects, the change log.
#include "fixtures.h"

namespace sekisho::store::tests {

TEST_SUITE("contract") {
  TEST_CASE_TEMPLATE("store: collections keep their order, ids and aliases are unique", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    Collection weekly;
    weekly.id = uuid(1);
    weekly.alias = "weekly";
    weekly.title = "週報";
    weekly.description = "d";
    weekly.baseline_tlp = "TLP:GREEN";
    CHECK(must(store.add_collection(weekly)).no == 1);
    Collection companion = weekly;
    companion.id = uuid(2);
    CHECK(code_of(store.add_collection(companion)) == Code::kAlreadyExists);
    companion.alias = "weekly-attestations";
    companion.companion_of = 7;
    CHECK(code_of(store.add_collection(companion)) == Code::kInvalidArgument);
    companion.companion_of = 1;
    CHECK(must(store.add_collection(companion)).no == 2);
    Collection same_id = weekly;
    same_id.alias = "other";
    CHECK(code_of(store.add_collection(same_id)) == Code::kAlreadyExists);

    const auto listed = must(store.collections());
    REQUIRE(listed.size() == 2);
    CHECK(listed[0].id == weekly.id);
    CHECK(listed[0].title == "週報");
    CHECK(listed[0].description == "d");
    CHECK(listed[0].baseline_tlp == "TLP:GREEN");
    CHECK_FALSE(listed[0].companion_of.has_value());
    CHECK(listed[1].companion_of == 1U);
  }

  TEST_CASE_TEMPLATE("store: a collection goes only when nothing depends on it", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo used = add_collection(store, "used");
    const CollectionNo empty = add_collection(store, "empty");
    commit_one(store, {}, used);
    const Stream stream = must(store.create_stream(empty, "a", uuid(9)));
    must(store.assign({{"p", empty, stream.no}}));
    CHECK(code_of(store.remove_collection(used)) == Code::kInvalidArgument);
    CHECK(code_of(store.remove_collection(99)) == Code::kNotFound);
    must(store.remove_collection(empty));
    CHECK(must(store.collections()).size() == 1);
    CHECK(must(store.assignments()).empty());
    CHECK(code_of(store.stream(stream.no)) == Code::kNotFound);
    CHECK(add_collection(store, "next") > empty);  // a number is never given twice
  }

  TEST_CASE_TEMPLATE("store: who mentions an id is found by it, wherever the id stands", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    const auto put = [&](std::uint64_t n, const std::string& more, const std::string& type = "report") {
      NewObject object;
      object.object = must(stix::Object::parse(R"({"type":")" + type + R"(","spec_version":"2.1","id":")" + id_of(n, type) +
                                               R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z")" + more + "}"));
      object.collection = c;
      Batch batch;
      batch.objects.push_back(object);
      return must(store.commit(batch, kNow)).at(0).object;
    };
    const auto mentioning = [&](const std::string& id) { return must(store.mentioning(id, 0, 100)); };
    using Objects = std::vector<ObjectNo>;
    const std::string one = id_of(1), marking = id_of(2, "marking-definition"), extension = id_of(3, "extension-definition");
    const ObjectNo reference = put(10, R"(,"object_refs":[")" + one + R"(",")" + one + R"("])");
    const ObjectNo marked = put(11, R"(,"object_marking_refs":[")" + marking + R"("],"created_by_ref":")" + one + "\"");
    const ObjectNo granular = put(12, R"(,"granular_markings":[{"marking_ref":")" + marking + R"(","selectors":["x"]}])");
    const ObjectNo extended = put(13, R"(,"extensions":{")" + extension + R"(":{"extension_type":"property-extension"}})");
    const ObjectNo deep = put(14, R"(,"x_some":{"a":[[{"b":")" + one + R"("}]]})");
    put(15, R"(,"name":"see )" + one + "\"");  // inside a text it is none
    put(16, R"(,"object_marking_refs":["marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"])");  // TLP, which everybody has
    put(17, R"(,"target_ref":")" + one + "\"", "sekisho-attestation");
    CHECK(mentioning(one) == Objects{reference, marked, deep});
    CHECK(mentioning(marking) == Objects{marked, granular});
    CHECK(mentioning(extension) == Objects{extended});
    CHECK(mentioning(id_of(10, "report")).empty());  // its own
    CHECK(mentioning("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9").empty());
    CHECK(must(store.mentioning(one, 0, 2)) == Objects{reference, marked});
    CHECK(must(store.mentioning(one, marked, 2)) == Objects{deep});
    put(10, R"(,"object_refs":[")" + one + R"(",")" + one + R"("])");  // once more: nothing new
    CHECK(mentioning(one).size() == 3);

    Release release;  // and what a release makes
    release.created.push_back(given({30}, c));
    release.created.back().object = must(stix::Object::parse(R"({"type":"note","spec_version":"2.1","id":")" + id_of(30, "note") +
        R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","object_refs":[")" + one + "\"]}"));
    must(store.release(release, kNow));
    CHECK(mentioning(one).size() == 4);
    CHECK(must(store.check(nullptr)) == std::vector<std::string>());
  }

  TEST_CASE_TEMPLATE("store: which contents several sources gave", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    const CollectionNo d = add_collection(store, "d");
    const auto put = [&](std::uint64_t n, const std::string& name, const std::string& source, CollectionNo where) {
      NewObject object;
      object.object = must(stix::Object::parse(R"({"type":"report","spec_version":"2.1","id":")" + id_of(n, "report") +
                                               R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":")" + name + "\"}"));
      object.source = source;
      object.collection = where;
      Batch batch;
      batch.objects.push_back(object);
      return must(store.commit(batch, kNow)).at(0).object;
    };
    using Objects = std::vector<ObjectNo>;
    const ObjectNo first = put(1, "x", "a", c);
    put(1, "x", "a", d);  // in two collections, from one
    put(1, "y", "b", c);  // another content
    put(2, "x", "b", c);  // another object
    CHECK(must(store.shared_contents()).empty());
    const ObjectNo second = put(1, "x", "b", d);
    const ObjectNo third = put(1, "x", "", d);
    CHECK(must(store.shared_contents()) == Objects{first, second, third});
  }

  TEST_CASE_TEMPLATE("store: an object is kept exactly as received", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    const std::string bytes = "{ \"id\":\"indicator--00000000-0000-4000-8000-000000000001\" ,\"type\":\"indicator\","
                              "\"spec_version\":\"2.1\",\"created\":\"2024-01-01T00:00:00Z\","
                              "\"modified\":\"2024-01-02T00:00:00.123456789Z\",\"x\":1.50e2,\"y\":\"\\u0041\\u0000\"}";
    Batch batch;
    batch.objects.push_back({must(stix::Object::parse(bytes)), "vendor", c, "{\"kid\":\"k\"}"});
    const Timestamp seen{1'750'000'000, 123'456'789};
    const Added added = must(store.commit(batch, seen)).at(0);
    CHECK(added.outcome == AddOutcome::kNew);
    const StoredObject held = must(store.object(added.object));
    CHECK(held.bytes == bytes);
    CHECK(held.id == "indicator--00000000-0000-4000-8000-000000000001");
    CHECK(held.type == "indicator");
    CHECK(held.spec_version == "2.1");
    CHECK(held.version == "2024-01-02T00:00:00.123456789Z");
    CHECK(held.version_time.nanos == 123'456'789);
    CHECK(held.source == "vendor");
    CHECK(held.provenance == "{\"kid\":\"k\"}");
    CHECK(held.content == batch.objects[0].object->content_hash());
    CHECK(held.accepted_at == Timestamp{1'750'000'000, 123'456'000});  // first sight, to the microsecond
    CHECK(code_of(store.object(added.object + 1)) == Code::kNotFound);
    CHECK(code_of(store.object(0)) == Code::kNotFound);
  }

  TEST_CASE_TEMPLATE("store: delivering again changes nothing", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    const CollectionNo d = add_collection(store, "d");
    const Added first = commit_one(store, {}, c, "a");
    const Added again = commit_one(store, {}, c, "a");
    CHECK(again.outcome == AddOutcome::kDuplicate);
    CHECK(again.object == first.object);
    CHECK(must(store.last_change()) == 1);

    const Added elsewhere = commit_one(store, {}, d, "a");  // the same object, one more collection
    CHECK(elsewhere.outcome == AddOutcome::kNew);
    CHECK(elsewhere.object == first.object);
    CHECK(must(store.collections_of(first.object)) == std::vector<CollectionNo>{c, d});
    CHECK(must(store.arrival(first.object, d))->no == 2);
    CHECK(must(store.arrival(first.object, d))->collection == d);
    CHECK_FALSE(must(store.arrival(first.object + 1, d)).has_value());

    const Added other_party = commit_one(store, {}, c, "b");  // each source's bytes are kept
    CHECK(other_party.outcome == AddOutcome::kNew);
    CHECK(other_party.object != first.object);
    CHECK(must(store.last_change()) == 3);

    Batch twice;
    twice.objects = {given({2}, c), given({2}, c)};
    const auto added = must(store.commit(twice, kNow));
    CHECK(added[0].outcome == AddOutcome::kNew);
    CHECK(added[1].outcome == AddOutcome::kDuplicate);
    CHECK(added[0].object == added[1].object);
  }

  TEST_CASE_TEMPLATE("store: says of which ids anything is held, and what was the first of its id", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    const std::string one = id_of(1), two = id_of(2);
    CHECK(must(store.held({one, two, ""})) == std::vector<bool>{false, false, false});
    const Added earliest = commit_one(store, {1, 5, "x"}, c, "a");
    CHECK(earliest.first);
    CHECK(earliest.fresh);
    CHECK(must(store.held({two, one})) == std::vector<bool>{false, true});
    CHECK_FALSE(commit_one(store, {1, 5, "x"}, c, "a").first);
    CHECK_FALSE(commit_one(store, {1, 5, "x"}, c, "b").first);
    CHECK_FALSE(commit_one(store, {1, 6, "x"}, c, "a").first);
    Batch twice;
    twice.objects = {given({2, 1}, c), given({2, 2}, c)};
    const auto added = must(store.commit(twice, kNow));
    CHECK(added[0].first);
    CHECK_FALSE(added[1].first);
    CHECK(added[1].fresh);
    const CollectionNo other = add_collection(store, "d");
    const Added elsewhere = commit_one(store, {1, 5, "x"}, other, "a");
    CHECK(elsewhere.outcome == AddOutcome::kNew);
    CHECK_FALSE(elsewhere.fresh);
    CHECK_FALSE(commit_one(store, {1, 5, "x"}, other, "b").fresh);
  }

  TEST_CASE_TEMPLATE("store: a version that comes after the first of its id is seen by the release of that", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    const Stream stream = must(store.create_stream(c, "audience", Uuid{}));
    const Added first = commit_one(store, {1, 5, "x"}, c, "a");
    const Added second = commit_one(store, {1, 6, "x"}, c, "a");
    for (const ObjectNo no : {second.object, first.object}) {
      Release release;
      release.appends.push_back({stream.no, {{no, std::nullopt}}});
      must(store.release(release, kNow));
    }
    StreamQuery query;  // the last version alone
    std::vector<ObjectNo> given;
    must(store.read_stream(stream.no, query, [&](const StreamItem& item) { given.push_back(item.object); }));
    CHECK(given == std::vector<ObjectNo>{second.object});
    CHECK(must(store.check(nullptr)).empty());
  }

  TEST_CASE_TEMPLATE("store: other content under a held version is a conflict, and is kept", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    commit_one(store, {1, 5, "x"}, c, "a");
    CHECK(commit_one(store, {1, 5, "y"}, c, "b").outcome == AddOutcome::kConflict);
    CHECK(commit_one(store, {1, 5, "y"}, c, "b").outcome == AddOutcome::kDuplicate);
    CHECK(commit_one(store, {1, 6, "y"}, c, "b").outcome == AddOutcome::kNew);
    // a version is an instant: another spelling of the same one is the same version
    CHECK(commit_one(store, {1, 6, "y", "indicator", "2.1", ""}, c, "b").outcome == AddOutcome::kConflict);
    CHECK(must(store.last_change()) == 4);
    const auto versions = must(store.versions_of(id_of(1), true));
    REQUIRE(versions.size() == 4);
    CHECK(versions[0].bytes == Make{1, 5, "x"}.object()->bytes());
    CHECK(versions[1].source == "b");
    CHECK(versions[3].version == version_text(6, ""));
    for (const auto& v : must(store.versions_of(id_of(1), false))) CHECK(v.bytes.empty());
    CHECK(must(store.versions_of(id_of(2), true)).empty());
  }

  TEST_CASE_TEMPLATE("store: a batch is taken whole or not at all", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    Batch batch;
    batch.objects = {given({1}, c), given({2}, c + 1)};
    batch.documents.push_back({"s", "k", "v"});
    batch.dead_letters.push_back({});
    CHECK(code_of(store.commit(batch, kNow)) == Code::kInvalidArgument);
    batch.objects[1].collection = c;
    batch.objects[1].object = nullptr;
    CHECK(code_of(store.commit(batch, kNow)) == Code::kInvalidArgument);
    CHECK(must(store.last_change()) == 0);
    CHECK(must(store.versions_of(id_of(1), false)).empty());
    CHECK_FALSE(must(store.document("s", "k")).has_value());
    CHECK(must(store.dead_letters(0, 10)).empty());
    CHECK(must(store.commit({}, kNow)).empty());
  }

  TEST_CASE_TEMPLATE("store: the change log is dense and read in pieces", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    CHECK(must(store.last_change()) == 0);
    CHECK(must(store.released_through()) == 0);
    for (std::uint64_t n = 1; n <= 7; ++n) commit_one(store, {n}, c);
    std::vector<ChangeNo> seen;
    for (ChangeNo after = 0;;) {
      const auto changes = must(store.changes(after, 3));
      CHECK(changes.size() <= 3);
      if (changes.empty()) break;
      for (const auto& change : changes) {
        seen.push_back(change.no);
        CHECK(change.object == change.no);
        CHECK(change.collection == c);
        CHECK(change.accepted_at == kNow);
      }
      after = changes.back().no;
    }
    CHECK(seen == std::vector<ChangeNo>{1, 2, 3, 4, 5, 6, 7});
    CHECK(must(store.changes(100, 3)).empty());
    CHECK(must(store.changes(0, 0)).empty());
  }

  TEST_CASE_TEMPLATE("store: a change comes with its object and the streams that carry it", Kind, STORE_KINDS) {
    Kind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    const ObjectNo first = commit_one(store, {1}, c).object, second = commit_one(store, {2}, c).object;
    const StreamNo one = must(store.create_stream(c, "a", uuid(9))).no, two = must(store.create_stream(c, "b", uuid(10))).no;
    Release release;
    release.appends = {{two, {{first, {}}, {second, {}}}}, {one, {{first, {}}, {second, {}}}}};
    must(store.release(release, kNow));
    release.appends.clear();
    release.withdrawals = {{one, second}};
    must(store.release(release, kNow));
    std::vector<ChangeRow> rows;
    const auto keep = [&rows](const ChangeRow& row) { rows.push_back(row); };
    CHECK(must(store.each_change(0, 1, keep)) == 1);
    CHECK(must(store.each_change(1, 1000, keep)) == 1);
    CHECK(must(store.each_change(2, 1000, keep)) == 0);
    CHECK(must(store.each_change(0, 0, keep)) == 0);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].change.object == first);
    CHECK(rows[0].streams == std::vector<StreamNo>{one, two});
    CHECK(rows[1].streams == std::vector<StreamNo>{two});
    CHECK(rows[1].change.collection == c);
    CHECK(rows[1].object.bytes == must(store.object(second)).bytes);
    CHECK(rows[1].object.content == must(store.object(second)).content);
  }
}

}  // namespace sekisho::store::tests
