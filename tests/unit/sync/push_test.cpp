// Pushing: docs/specs/push.md. Only the party's own stream, attestations first, split to the peer's limits;
// interrupted anywhere, everything arrives and nothing is skipped.
#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "core/json_split.h"
#include "sync/peer/push.h"
#include "tests/support/property.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

/// A peer by script: keeps every envelope that it acknowledged.
class ScriptedSink : public PeerSink {
 public:
  std::vector<std::string> envelopes;
  std::size_t max_bytes = 1u << 20;
  std::size_t fail_after = SIZE_MAX;  ///< posts until one fails, …
  bool lose_answer = false;           ///< … after it was taken
  std::vector<PushOutcome> outcomes;  ///< of the next posts
  std::map<std::string, PushOutcome> later;
  std::size_t asked = 0;
  std::function<void()> during_post;  ///< while the peer takes an envelope

  Result<std::vector<PeerCollection>> writable() override {
    return std::vector<PeerCollection>{{"id-of-in", "in", "In"}};
  }
  Result<std::size_t> max_envelope_bytes() override { return max_bytes; }
  Result<PushOutcome> post(const PeerCollection& collection, std::string envelope) override {
    CHECK(collection.id == "id-of-in");
    CHECK(envelope.size() <= max_bytes);
    const bool fails = fail_after == 0;
    if (!fails && fail_after != SIZE_MAX) --fail_after;
    if (!fails || lose_answer) envelopes.push_back(std::move(envelope));
    if (during_post) std::exchange(during_post, nullptr)();
    if (fails) return make_error(Code::kConnect, "the line is cut");
    if (outcomes.empty()) return PushOutcome{"s", true, 0, {}};
    PushOutcome next = outcomes.front();
    outcomes.erase(outcomes.begin());
    return next;
  }
  Result<PushOutcome> outcome(const std::string& id) override {
    ++asked;
    const auto found = later.find(id);
    if (found == later.end()) return make_error(Code::kNotFound, "");
    return found->second;
  }

  /// ids in the order received; each object behind its attestation, or the check fails.
  std::vector<std::string> received() const {
    std::vector<std::string> out;
    std::set<std::string> attested;
    for (const std::string& envelope : envelopes) {
      const auto cut = must(json::split(envelope, "objects"));
      for (const std::string_view bytes : cut.elements) {
        const auto object = must(stix::Object::parse(std::string(bytes)));
        if (object->type() == kAttestationType) {
          attested.insert(attested_name(bytes));
        } else {
          CHECK(attested.count(attested_name(bytes)) == 1);
          out.emplace_back(object->id());
        }
      }
    }
    return out;
  }
};

struct Sender {
  World world;
  ScriptedSink sink;
  PushOptions options;

  Sender() {
    options.party = "hub";
    options.collections = {{"weekly", "in"}};
    world.apply(party("hub", "peer-isac") + agreement("hub"));
  }
  CollectionPush push_once() {
    const auto rows = must(push(*world.store, *world.outbound, world.clock, sink, options));
    REQUIRE(rows.size() == 1);
    return rows.front();
  }
  std::vector<std::string> put(unsigned from, unsigned to) {
    std::vector<std::string> ids;
    for (unsigned n = from; n <= to; ++n) {
      world.put({Make{n, "GREEN", {id_of(n)}}.json()});
      ids.push_back(id_of(n));
    }
    return ids;
  }
};

TEST_SUITE("unit") {
  TEST_CASE("push: the party's stream once, in order, each object behind its attestation, hidden things never") {
    Sender sender;
    auto ids = sender.put(1, 5);
    sender.world.put({Make{99, "RED", {id_of(99)}}.json()});
    sender.world.put({Make{50, "GREEN", {id_of(50)}}.json()}, "weekly", "hub");  // its own comes not back
    CHECK(sender.push_once().sent == 5);
    CHECK(sender.sink.received() == ids);
    CHECK(sender.sink.envelopes.size() == 1);
    CHECK(sender.push_once().sent == 0);
    CHECK(sender.sink.envelopes.size() == 1);
    sender.put(6, 6);
    CHECK(sender.push_once().sent == 1);
    CHECK(sender.sink.received().back() == id_of(6));
  }

  TEST_CASE("push: envelopes keep to the peer's limits, and an attestation stays with its object") {
    Sender sender;
    const auto ids = sender.put(1, 9);
    sender.options.envelope_objects = 5;
    CHECK(sender.push_once().sent == 9);
    CHECK(sender.sink.received() == ids);
    for (const std::string& envelope : sender.sink.envelopes) {
      CHECK(must(json::split(envelope, "objects")).elements.size() <= 5);
    }
    Sender small;
    small.sink.max_bytes = 4000;
    const auto more = small.put(1, 9);
    CHECK(small.push_once().sent == 9);
    CHECK(small.sink.envelopes.size() > 2);
    CHECK(small.sink.received() == more);
  }

  TEST_CASE("push: what is larger than the peer takes is refused here, named, and passed over") {
    Sender sender;
    sender.sink.max_bytes = 5000;
    sender.put(1, 1);
    sender.world.put({Make{2, "GREEN", {id_of(2)}, 0, std::string(6000, 'x')}.json()});
    sender.put(3, 3);
    const auto row = sender.push_once();
    CHECK(row.sent == 2);
    REQUIRE(row.refusals.size() == 1);
    CHECK(row.refusals[0].id == id_of(2));
    CHECK(sender.sink.received() == std::vector<std::string>{id_of(1), id_of(3)});
    const auto kept = must(sender.world.store->documents("push-refused/hub"));
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].second.find(id_of(2)) != std::string::npos);
  }

  TEST_CASE("push: refusals of the peer are kept, and a pending status is followed to its end, once") {
    Sender sender;
    sender.put(1, 2);
    sender.sink.outcomes = {{"s1", false, 2, {{id_of(1), "v", "no"}}}};
    sender.sink.later["s1"] = {"s1", false, 1, {}};
    const auto first = sender.push_once();
    CHECK(first.pending == 1);
    REQUIRE(first.refusals.size() == 1);
    sender.sink.later["s1"] = {"s1", true, 0, {{id_of(2), "v", "late no"}}};
    const auto second = sender.push_once();
    CHECK(second.pending == 0);
    REQUIRE(second.refusals.size() == 1);
    CHECK(second.refusals[0].message == "late no");
    const std::size_t asked = sender.sink.asked;
    sender.push_once();
    CHECK(sender.sink.asked == asked);
    CHECK(must(sender.world.store->documents("push-refused/hub")).size() == 2);
    sender.put(3, 3);
    sender.sink.outcomes = {{"gone", false, 1, {}}};
    CHECK(sender.push_once().pending == 0);  // the peer forgot it: nothing more can be asked
    CHECK(sender.push_once().pending == 0);
  }

  TEST_CASE("push: each envelope is asked for before it leaves; who lost the right meanwhile gets nothing more") {
    const std::string hub = party("hub", "peer-isac") + agreement("hub");
    struct Loss {
      std::string name;
      std::function<void(World&)> happens;
      Code code;
    };
    const std::vector<Loss> losses = {
        {"sharing stopped", [](World& world) { must(world.egress->stop("hub", "r", "op")); }, Code::kUnavailable},
        {"all sharing stopped", [](World& world) { must(world.egress->stop("", "r", "op")); }, Code::kUnavailable},
        {"recalled", [](World& world) {
           const auto versions = must(world.store->versions_of(id_of(2), false));
           must(world.release->recall({versions.at(0).no}, {}));
         }, Code::kUnavailable},
        {"no longer a party", [](World& world) { world.apply(""); }, Code::kNotFound},
        {"the collection taken away", [](World& world) {
           world.apply(party("hub", "peer-isac", "collections = [\"vulns\"]") + agreement("hub"));
         }, Code::kNotFound},
        {"a rule against it", [&hub](World& world) {
           world.apply(hub + "[[rule]]\nid = \"no\"\neffect = \"deny\"\ntlp = [\"TLP:GREEN\"]\nreason = \"r\"\n");
         }, Code::kUnavailable},
    };
    for (const Loss& loss : losses) {
      INFO(loss.name);
      Sender sender;
      sender.options.envelope_objects = 4;  // one page: two envelopes are planned
      sender.put(1, 2);
      sender.sink.max_bytes = 2200;  // one object and its attestation
      sender.sink.during_post = [&] { loss.happens(sender.world); };
      const auto row = sender.push_once();
      CHECK(sender.sink.received() == std::vector<std::string>{id_of(1)});
      CHECK_FALSE(row.status.ok());
      if (!row.status.ok()) CHECK(row.status.error().code == loss.code);
    }
  }

  TEST_CASE("push: a refusal of something that is not held here is the peer's invention and is not kept") {
    Sender sender;
    sender.put(1, 1);
    std::vector<PushRefusal> refusals{{id_of(1), "v", "no"}, {id_of(77), "v", "no"}, {"", "", ""}, {"../x", "v", "no"}};
    for (unsigned n = 1000; n < 1200; ++n) refusals.push_back({id_of(n), "v", std::string(1000, 'x')});
    sender.sink.outcomes = {{"s1", false, 1, refusals}};
    sender.sink.later["s1"] = {"s1", true, 0, {{id_of(78), "v", "late no"}}};
    const auto row = sender.push_once();
    REQUIRE(row.refusals.size() == 1);
    CHECK(row.refusals[0].id == id_of(1));
    const auto kept = must(sender.world.store->documents("push-refused/hub"));
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].second.find(id_of(1)) != std::string::npos);
  }

  TEST_CASE("push: a collection that cannot be pushed is named") {
    Sender sender;
    sender.options.collections = {{"nowhere", "in"}, {"vulns", "elsewhere"}};
    const auto rows = must(push(*sender.world.store, *sender.world.outbound, sender.world.clock, sender.sink, sender.options));
    REQUIRE(rows.size() == 2);
    for (const auto& row : rows) CHECK(row.status.error().code == Code::kNotFound);
  }
}

TEST_SUITE("property") {
  TEST_CASE("push: cut anywhere, with or without the answer: all arrive, in order of first arrival") {
    PROPERTY("push", [] {
      const unsigned count = *rc::gen::inRange(1U, 12U);
      const auto cuts = *rc::gen::container<std::vector<std::size_t>>(*rc::gen::inRange(0U, 5U), rc::gen::inRange<std::size_t>(0, 4));
      Sender sender;
      sender.options.envelope_objects = *rc::gen::inRange<std::size_t>(2, 7);
      const auto ids = sender.put(1, count);
      for (const std::size_t cut : cuts) {
        sender.sink.fail_after = cut;
        sender.sink.lose_answer = *rc::gen::arbitrary<bool>();
        sender.push_once();
        sender.world.restart();
      }
      sender.sink.fail_after = SIZE_MAX;
      RC_ASSERT(sender.push_once().status.ok());
      std::vector<std::string> first;
      for (const std::string& id : sender.sink.received()) {
        if (std::find(first.begin(), first.end(), id) == first.end()) first.push_back(id);
      }
      const bool all = first == ids;
      RC_ASSERT(all);
    });
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
