// While something that takes away is not settled, readers are given item by item what may still go, and nothing is planned for them:
// the follower stands still here (it is woken and does not come). docs/specs/release.md, "Until it is settled".
#include <algorithm>

#include "sync/recall/recall.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

using Ids = std::vector<std::string>;
using Rows = std::vector<std::pair<std::string, std::string>>;

/// A node whose follower is woken and does not come until let_go() is called.
struct Still {
  World world;
  Recalls recalls{*world.store, *world.release, *world.audit, *world.egress, world.clock, world.random, world.signer()};
  int woken = 0;

  void hold() { world.release->follow_by([this] { ++woken; }); }
  void let_go() {
    world.release->follow_by(nullptr);
    must(world.release->advance());
  }
  void recall(unsigned n) { must(recalls.recall(id_of(n), "wrong", "r", "op")); }

  /// What a party is given of the selection, over all pages, by id and version.
  Rows given(const std::string& party, store::VersionFilter versions = {true, false, false, {}}, std::size_t limit = 2) {
    Rows out;
    PageRequest request;
    request.query.limit = limit;
    request.query.versions = versions;
    request.selection = "s";
    while (true) {
      const Readable from = must(world.outbound->find(party, "weekly"));
      const PageAnswer answer = must(world.outbound->read(party, from, request, [&out](const store::StreamItem& item) {
        out.emplace_back(item.id, item.version);
      }));
      if (!answer.end.more) return out;
      request.next = answer.next;
    }
  }
  Ids ids(const std::string& party, store::VersionFilter versions = {true, false, false, {}}) {
    Ids out;
    for (const auto& [id, version] : given(party, versions)) out.push_back(id);
    return out;
  }
  /// The same through the page cache and over a link.
  Ids cached(const std::string& party, PageCache& cache) {
    Ids out;
    const PageForm form{"objects", true, [](const store::StreamItem& item, std::string& text) { text += item.id; }};
    PageRequest request;
    request.query.versions.all = true;
    request.query.spec_versions = {"2.1"};
    const Readable from = must(world.outbound->find(party, "weekly"));
    must(world.outbound->read(party, from, request, cache, form, [&out](const PageSlice& slice) {
      const std::string_view text = slice.text();
      for (std::size_t at = 0; at < text.size(); at += id_of(1).size() + 1) out.emplace_back(text.substr(at, id_of(1).size()));
    }));
    return out;
  }
  Ids followed(const std::string& party) {
    Ids out;
    const Readable from = must(world.outbound->find(party, "weekly"));
    must(world.outbound->follow(party, from, "", 1000, 1u << 20, [&out](const store::StreamItem& item) { out.emplace_back(item.id); }));
    return out;
  }
};

constexpr Timestamp kLater{1'752'000'000, 0};  // 2025-07-08

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/unsettled: what is recalled, and whatever names it through others, is passed over by every way out") {
    Still still;
    still.world.apply(member("a", "silver"));
    PageCache cache(1u << 20);
    still.world.put({Make{1}.json(), Make{2}.json(), Make{3, "GREEN", {id_of(1)}}.json(), Make{4, "GREEN", {id_of(3)}}.json(),
                     Make{5, "GREEN", {id_of(2)}}.json(), Make{6, "GREEN", {id_of(2), id_of(7)}}.json(), Make{7, "GREEN", {id_of(6)}}.json()});
    REQUIRE(still.cached("a", cache).size() == 7);
    still.hold();
    still.recall(1);
    CHECK(still.woken > 0);
    CHECK_FALSE(still.world.release->settled());
    const Ids left = still.ids("a");
    CHECK(left.size() == 4);
    for (const unsigned n : {2u, 5u, 6u, 7u}) CHECK(std::count(left.begin(), left.end(), id_of(n)) == 1);  // 6 and 7 name each other
    CHECK(still.cached("a", cache) == left);
    CHECK(still.followed("a") == left);
    const Readable from = must(still.world.outbound->find("a", "weekly"));
    CHECK_FALSE(must(still.world.outbound->has_object(from, id_of(4))));
    CHECK(must(still.world.outbound->has_object(from, id_of(5))));
    CHECK(must(still.world.outbound->versions_of(from, id_of(3))).empty());
    still.let_go();
    CHECK(still.world.release->settled());
    CHECK(still.ids("a") == left);  // the same as when it is settled
    CHECK(still.cached("a", cache) == left);
  }

  TEST_CASE("sync/unsettled: between what leaves and what depended on it") {
    Still still;
    still.world.apply(member("a", "silver"));
    still.world.put({Make{1}.json(), Make{2, "GREEN", {id_of(1)}}.json(), Make{3}.json()});
    still.hold();
    // The follower takes out what was recalled, and then fails to settle what named it.
    still.recall(1);
    still.world.release->set_most_dependents(0);
    CHECK(still.ids("a") == Ids{id_of(3)});
    still.let_go();
    CHECK(still.ids("a") == Ids{id_of(3)});
  }

  TEST_CASE("sync/unsettled: attestations go with what they are over") {
    Still still;
    still.world.apply(member("a", "silver"));
    still.world.put({Make{1}.json(), Make{2}.json(), Make{3, "GREEN", {id_of(1)}}.json()});
    REQUIRE(still.world.attested("a").size() == 3);
    still.hold();
    still.recall(1);
    const auto names = still.world.attested("a");
    CHECK(names.size() == 1);
    CHECK(names.begin()->find(id_of(2)) != std::string::npos);
    const Rows beside = [&] {
      Rows out;
      PageRequest request;
      request.query.versions.all = true;
      const Readable from = must(still.world.outbound->find("a", must(still.world.store->collections()).at(1).alias));
      must(still.world.outbound->read("a", from, request, [&out](const store::StreamItem& item) { out.emplace_back(item.type, item.id); }));
      return out;
    }();
    CHECK(std::count_if(beside.begin(), beside.end(), [](const auto& row) { return row.first == "extension-definition"; }) == 1);
    still.let_go();
    CHECK(still.world.attested("a") == names);
  }

  TEST_CASE("sync/unsettled: the last version is the last of those that may go") {
    Still still;
    still.world.apply(member("a", "silver"));
    still.world.put({Make{1, "GREEN", {}, 1}.json(), Make{1, "GREEN", {}, 2}.json(), Make{2}.json()}, "weekly", "p");
    const store::VersionFilter last{false, false, true, {}}, first{false, true, false, {}};
    const Rows before = still.given("a", last);
    still.hold();
    must(still.recalls.withdraw({"p", id_of(1), {std::string(Make{1, "GREEN", {}, 2}.object()->version())}, false}));
    const Rows now = still.given("a", last);
    CHECK(now != before);
    CHECK(now.size() == 2);
    CHECK(still.given("a", first).size() == 2);
    const Rows all = still.given("a");
    CHECK(all.size() == 2);
    still.let_go();
    CHECK(still.given("a", last) == now);
    CHECK(still.given("a") == all);
  }

  TEST_CASE("sync/unsettled: a party is decided for as of now, and what comes waits for the follower") {
    Still still;
    still.world.apply(party("oem", "peer-isac") + agreement("oem", "until = 2025-07-01") + member("b", "silver"));
    still.world.put({Make{1}.json(), Make{2, "CLEAR"}.json()});
    const Ids before = still.ids("oem");
    still.hold();
    still.world.clock.set(kLater);
    CHECK_FALSE(still.world.release->settled());
    const Ids now = still.ids("oem");
    CHECK(still.ids("b").size() == 2);  // nothing changes for it
    still.let_go();
    CHECK(still.ids("oem") == now);
    CHECK(now != before);
  }

  TEST_CASE("sync/unsettled: a party that is over is nobody, one that begins is given nothing yet") {
    Still still;
    still.world.apply(party("old", "member", "class = \"silver\"\nuntil = 2025-07-01\n") +
                      party("new", "member", "class = \"silver\"\nfrom = 2025-07-02\n"));
    still.world.put({Make{1}.json()});
    REQUIRE(still.ids("old").size() == 1);
    CHECK(still.world.outbound->readable("new").error().code == Code::kNotFound);
    still.hold();
    still.world.clock.set(kLater);
    CHECK(still.world.outbound->readable("old").error().code == Code::kNotFound);
    CHECK(must(still.world.outbound->readable("new")).empty());
    still.let_go();
    CHECK(still.ids("new").size() == 1);
  }

  TEST_CASE("sync/unsettled: what was passed over does not count as disclosed") {
    Still still;
    still.world.apply(member("a", "silver"));
    still.world.put({Make{1}.json(), Make{2}.json(), Make{3}.json()});
    still.hold();
    still.recall(2);
    CHECK(still.ids("a").size() == 2);
    const auto stream = still.world.stream("a");
    const auto carried = must(still.world.store->positions(must(still.world.store->versions_of(id_of(2), false)).at(0).no));
    REQUIRE_FALSE(carried.empty());
    for (const auto& one : must(still.world.store->disclosures("a"))) {
      for (const auto& [in, position] : carried) CHECK_FALSE((in == one.stream && in == stream && one.from <= position && position <= one.to));
    }
    still.let_go();
  }

  TEST_CASE("sync/unsettled: a page from before a recall is cut again, one item at a time") {
    Still still;
    still.world.apply(member("a", "silver"));
    still.world.put({Make{1}.json(), Make{2}.json()});
    const Readable known = must(still.world.outbound->find("a", "weekly"));
    still.hold();
    still.recall(1);
    Ids out;
    PageRequest request;
    must(still.world.outbound->read("a", known, request, [&out](const store::StreamItem& item) { out.emplace_back(item.id); }));
    CHECK(out == Ids{id_of(2)});
    Ids linked;
    must(still.world.outbound->follow("a", known, "", 1000, 1u << 20, [&linked](const store::StreamItem& item) { linked.emplace_back(item.id); }));
    CHECK(linked == out);
    still.let_go();
  }
}

}  // namespace sekisho::sync::tests
