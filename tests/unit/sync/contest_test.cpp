// Thousands of versions, or contents, of one id under several claims: what the store is asked grows with what came, and what goes is the same
// as when all is computed anew. docs/specs/release.md, "Claims and contents".
#include "failing_store.h"
#include "sync/release/plan/recalled.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

const std::string kAcme = "identity--33333333-3333-4333-8333-333333333333";

/// Counts what the follower asks of single objects.
class AskedStore final : public FailingStore {
 public:
  using FailingStore::FailingStore;
  mutable std::size_t asked = 0;
  Result<store::StoredObject> object(store::ObjectNo no) const override { return ++asked, FailingStore::object(no); }
  Result<std::vector<store::StreamNo>> placements(store::ObjectNo no) const override { return ++asked, FailingStore::placements(no); }
};

struct Case {
  AskedStore* asked = nullptr;
  std::unique_ptr<World> world;
  Case() {
    FakeRandom random{9};
    auto made = std::make_unique<AskedStore>(store::make_memory_store(random));
    asked = made.get();
    world = std::make_unique<World>(1, std::move(made));
    const auto giver = [](const std::string& id, const std::string& more) { return party(id, "vendor", "write = [\"*\"]\nsigns = false\n" + more); };
    world->apply(giver("v", "") + giver("w", "") + giver("x", "") + giver("acme", "identities = [\"" + kAcme + "\"]") + giver("relay", "relay = \"*\"") + member("a", "silver"));
    world->put({R"({"type":"identity","spec_version":"2.1","id":")" + kAcme + R"(","created":"2024-01-01T00:00:00.000Z","modified":)" +
                R"("2024-01-01T00:00:00.000Z","name":"n","object_marking_refs":[")" + std::string(stix::tlp_marking_id(stix::Tlp::kClear)) + "\"]}"});
  }
  /// `size` versions (or contents of one version) of one id.
  void put(const std::string& giver, std::size_t size, bool versions = true, const std::string& creator = {}) {
    for (std::size_t i = 1; i <= size; ++i) {
      world->commit({Make{1, "GREEN", {}, versions ? static_cast<int>(i) : 0, giver + std::to_string(i), creator}.json()}, "weekly", giver);
    }
    must(world->release->advance());
  }
  Versions anew() {
    store::Batch batch;
    batch.documents.push_back({"release", "applied-policy", std::nullopt});
    must(world->store->commit(batch, world->clock.now()));
    world->restart();
    return world->versions("a");
  }
};

/// What is asked for `size` more, after what `begin` has put.
template <typename Begin, typename More>
void grows_with_what_came(std::size_t size, const Begin& begin, const More& more) {
  std::size_t asked[2] = {0, 0};
  for (const std::size_t times : {1, 2}) {
    Case one;
    begin(one);
    const std::size_t before = one.asked->asked;
    more(one, times * size);
    asked[times - 1] = one.asked->asked - before;
    const Versions served = one.world->versions("a");
    CHECK(served == one.anew());
  }
  CHECK(asked[1] <= asked[0] * 5 / 2 + 20);
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("contest: many versions of a claim that does not count") {
    grows_with_what_came(28, [](Case& one) { one.put("v", 1); one.put("w", 1, false); }, [](Case& one, std::size_t size) { one.put("w", size); });
  }
  TEST_CASE("contest: many versions of the claim that counts") {
    grows_with_what_came(28, [](Case& one) { one.put("v", 1); one.put("w", 1, false); }, [](Case& one, std::size_t size) { one.put("v", size); });
  }
  TEST_CASE("contest: many contents of one version") {
    grows_with_what_came(28, [](Case& one) { one.put("v", 1); }, [](Case& one, std::size_t size) { one.put("v", size, false); });
  }
  TEST_CASE("contest: what others relay of what its creator gives") {
    grows_with_what_came(28, [](Case& one) { one.put("acme", 2, true, kAcme); one.put("relay", 1, true, kAcme); },
                         [](Case& one, std::size_t size) { one.put("relay", size, true, kAcme); });
  }
  TEST_CASE("contest: versions beside a place that is kept") {
    grows_with_what_came(28,
                         [](Case& one) {
                           one.put("v", 1);
                           one.put("w", 1);
                           std::vector<store::ObjectNo> numbers;
                           for (const auto& stored : must(one.world->store->versions_of(id_of(1), false))) {
                             if (stored.source == "v") numbers.push_back(stored.no);
                           }
                           must(one.world->release->recall(numbers, {{kRecallSpace, recall_key("v", id_of(1)), "{\"source\":\"v\",\"object\":\"" + id_of(1) +
                                                                      "\",\"version\":\"\",\"at\":\"x\",\"reason_code\":\"x\",\"reason\":\"x\"}"}}));
                           must(one.world->release->advance());
                         },
                         [](Case& one, std::size_t size) { one.put("w", size); });
  }
}

}  // namespace sekisho::sync::tests
