// The audit trail cannot be altered unnoticed; a stop hides everything, at once and after a restart.
#include "sync/serve/egress.h"

#include <functional>
#include <optional>

#include "failing_store.h"
#include "sync/audit/audit.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

/// Everything that a party can ask for; the bytes that came out.
std::string ask_everything(World& world, const std::string& party, const Readable& known) {
  std::string out;
  const auto visit = [&out](const store::StreamItem& item) { out += std::string(item.id) + std::string(item.bytes); };
  if (const auto all = world.outbound->readable(party); all.ok()) out += "list";
  if (world.outbound->find(party, "weekly").ok()) out += "find";
  PageRequest request;
  request.query.versions.all = true;
  std::string read;
  if (world.outbound->read(party, known, request, visit).ok()) out += "read";
  if (world.outbound->follow(party, known, "", 100, 1u << 20, visit).ok()) out += "follow";
  if (world.outbound->has_object(known, id_of(1)).ok()) out += "has";
  return out;
}

void set(World& world, const std::string& space, const std::string& key, std::optional<std::string> value) {
  store::Batch batch;
  batch.documents.push_back({space, key, std::move(value)});
  must(world.store->commit(batch, world.clock.now()));
}

struct Shared : World {
  Shared() {
    apply(member("a", "silver") + member("b", "silver"));
    put({Make{1, "GREEN", {id_of(1)}}.json()});
  }
};

/// What the command writes, without asking the node.
std::string text_of(const std::string& reason) { return Egress::text_of({"", reason, "2025-06-15T00:00:00.000000Z", "operator"}); }

std::vector<std::string> stops_told(World& world) {
  std::vector<std::string> out;
  for (const AuditEntry& entry : must(world.audit->list(0, 100))) {
    if (entry.line.action.starts_with("egress.")) out.push_back(entry.line.action + " " + entry.line.subject + ": " + entry.line.detail);
  }
  return out;
}

const std::string kLine2 = "00000000000000000002";

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("after a stop no byte of any object leaves through any call, and sharing comes back when lifted") {
    Shared world;
    const Readable known = must(world.outbound->find("a", "weekly"));
    CHECK(ask_everything(world, "a", known).find(id_of(1)) != std::string::npos);
    must(world.egress->stop("", "wrong feed", "op"));
    CHECK(ask_everything(world, "a", known).empty());
    CHECK(world.outbound->readable("a").error().code == Code::kUnavailable);
    world.restart();
    CHECK(ask_everything(world, "a", known).empty());
    must(world.egress->lift("", "repaired", "op"));
    CHECK(world.ids("a") == std::vector<std::string>{id_of(1)});
    CHECK(world.egress->lift("", "again", "op").error().code == Code::kNotFound);
  }

  TEST_CASE("a stop of one party leaves the others alone") {
    Shared world;
    const Readable known = must(world.outbound->find("a", "weekly"));
    must(world.egress->stop("a", "left us", "op"));
    CHECK(ask_everything(world, "a", known).empty());
    CHECK(world.ids("b") == std::vector<std::string>{id_of(1)});
    must(world.egress->stop("", "all", "op"));
    must(world.egress->lift("", "all again", "op"));
    CHECK(ask_everything(world, "a", known).empty());
  }

  TEST_CASE("a page that is being read when the stop comes is not given out") {
    Shared world;
    const Readable known = must(world.outbound->find("a", "weekly"));
    const auto stop = [&](const store::StreamItem&) { must(world.egress->stop("", "now", "op")); };
    const auto answer = world.outbound->read("a", known, PageRequest(), stop);
    REQUIRE_FALSE(answer.ok());
    CHECK(answer.error().code == Code::kUnavailable);
  }

  TEST_CASE("a stop that is not understood stops all") {
    Shared world;
    set(world, "egress", "somebody", "{}");
    world.restart();
    CHECK(world.egress->open_for("b").error().code == Code::kUnavailable);
  }

  TEST_CASE("sync/egress: a sign holds from when it is up, whoever put it up, and the trail follows once") {
    Shared world;
    const Readable known = must(world.outbound->find("a", "weekly"));
    must(world.signs.raise("party.a", text_of("left us")));
    CHECK(ask_everything(world, "a", known).empty());
    CHECK_FALSE(world.egress->is_open_for("a"));
    CHECK(world.ids("b") == std::vector<std::string>{id_of(1)});
    REQUIRE(world.egress->stops().size() == 1);
    CHECK_FALSE(world.egress->stops()[0].recorded);
    must(world.egress->settle());
    must(world.egress->settle());
    CHECK(stops_told(world) == std::vector<std::string>{"egress.stop a: left us"});
    must(world.signs.raise("all", ""));
    CHECK_FALSE(world.egress->is_open_for("b"));
    world.restart();
    CHECK(stops_told(world).size() == 2);
    must(world.signs.raise("party.a", text_of("for good")));
    must(world.egress->settle());
    CHECK(stops_told(world).back() == "egress.stop a: for good");
    must(world.egress->lift("a", "back", "op"));
    must(world.egress->lift("", "over", "op"));
    CHECK(must(world.signs.list()).empty());
    CHECK(ask_everything(world, "a", known).find(id_of(1)) != std::string::npos);
  }

  TEST_CASE("sync/egress: a store that takes nothing stops no stop; lifting wants the trail") {
    FakeRandom random(7);
    auto given = std::make_unique<FailingStore>(store::make_memory_store(random));
    FailingStore& disk = *given;
    World world(1, std::move(given));
    disk.fail_at = 1;
    must(world.egress->stop("", "the disk is full", "op"));
    CHECK(disk.fail_at == 0);
    CHECK(stops_told(world).empty());
    world.restart();
    CHECK_FALSE(world.egress->is_open_for("b"));
    CHECK(stops_told(world) == std::vector<std::string>{"egress.stop all: the disk is full"});
    disk.fail_at = 1;
    CHECK_FALSE(world.egress->lift("", "over", "op").ok());
    CHECK(world.signs.up("all"));
    CHECK_FALSE(world.egress->is_open_for("b"));
    must(world.egress->lift("", "over", "op"));
    CHECK(world.egress->is_open_for("b"));
  }

  TEST_CASE("sync/egress: without room for a sign the row holds, and gets its sign when there is room") {
    Shared world;
    world.signs.no_room = true;
    must(world.egress->stop("a", "wrong", "op"));
    CHECK_FALSE(world.egress->is_open_for("a"));
    world.signs.no_room = false;
    world.restart();
    CHECK(world.signs.up("party.a"));
    CHECK(stops_told(world).size() == 1);
  }

  TEST_CASE("sync/egress: a sign that is not understood stops all") {
    Shared world;
    must(world.signs.raise("partya", ""));
    must(world.egress->settle());
    CHECK_FALSE(world.egress->is_open_for("b"));
    world.restart();
    CHECK_FALSE(world.egress->is_open_for("b"));
  }

  TEST_CASE("the trail: lines in order, each bound to the one before") {
    World world;
    CHECK(must(world.audit->check()).empty());
    for (const char* subject : {"one", "two", "three"}) must(world.audit->record({"a", "op", subject, "d"}));
    world.restart();
    must(world.audit->record({"a", "op", "four", "d"}));
    const auto lines = must(world.audit->list(1, 2));
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].no == 2);
    CHECK(lines[1].line.subject == "three");
    CHECK(must(world.audit->check()).empty());
    CHECK(must(world.audit->head()).starts_with("4 "));
  }

  TEST_CASE("the trail: a line altered, taken out, added or cut off is noticed") {
    const auto found = [](const std::string& key, const std::function<std::optional<std::string>(std::string)>& alter) {
      World world;
      for (const char* subject : {"one", "two", "three"}) must(world.audit->record({"a", "op", subject, "d"}));
      set(world, "audit", key, alter(must(world.store->document("audit", key)).value_or("")));
      return !must(world.audit->check()).empty();
    };
    const auto forge = [](std::string text) { return std::optional(text.replace(text.find("op"), 2, "xx")); };
    const auto remove = [](const std::string&) { return std::optional<std::string>(); };
    CHECK(found(kLine2, forge));
    CHECK(found("00000000000000000003", forge));
    CHECK(found(kLine2, remove));
    CHECK(found("00000000000000000003", remove));
    CHECK(found("00000000000000000004", [](const std::string&) { return std::optional<std::string>("{\"no\":4}"); }));
    CHECK_FALSE(found(kLine2, [](std::string text) { return std::optional(std::move(text)); }));
  }

  TEST_CASE("a line and what it tells of are written together or not at all") {
    World world;
    const Status refused = world.audit->record_with(
        {"a", "op", "s", "d"}, [](const auto&) { return Status(make_error(Code::kStoreWrite, "full")); });
    CHECK_FALSE(refused.ok());
    CHECK(must(world.audit->list(0, 10)).empty());
    must(world.audit->record({"a", "op", "s", "d"}, {{"x", "k", "v"}}));
    CHECK(must(world.store->document("x", "k")) == "v");
  }
}

}  // namespace sekisho::sync::tests
