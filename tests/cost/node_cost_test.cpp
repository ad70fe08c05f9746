// What an envelope costs at the door of a node, and what is done with it afterwards: by the bytes that were sent and, of the ids that it
// names, by the versions that are held.
#include <stdlib.h>

#include <algorithm>
#include <filesystem>

#include "anonymous_desk.h"
#include "counting_store.h"
#include "peer.h"
#include "store/sqlite/sqlite_store.h"
#include "sync/ingest/bundles.h"
#include "sync/ingest/quarantine.h"
#include "sync/ingest/submission.h"
#include "sync/recall/recall.h"
#include "work.h"

namespace sekisho::cost {
namespace {

using namespace sync;
using namespace sync::tests;

const std::string kGreen = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";
const std::string kForeign = "identity--99999999-9999-4999-8999-999999999999";

/// Version `n` of report `id`, which names another.
std::string version(unsigned id, std::size_t n, const std::string& more = {}, unsigned ref = 0) {
  const std::string time = format_stix_time(Timestamp{1'780'000'000 + static_cast<std::int64_t>(n), 0});
  return R"({"type":"report","spec_version":"2.1","id":")" + sync::tests::id_of(id) + R"(","created_by_ref":")" + kPeer + R"(","created":"2026-01-01T00:00:00.000Z","modified":")" +
         time + R"(","name":"r","published":"2026-01-01T00:00:00.000Z","object_marking_refs":[")" + kGreen + R"("],"object_refs":[")" + sync::tests::id_of(ref) + "\"]" + more +
         "}";
}

/// A node with a party `peer` that posts without signing.
struct Gate {
  CountingStore* store;
  World world;
  Limits limits;
  KeptLog log;
  std::unique_ptr<Inbound> inbound;
  std::unique_ptr<Submissions> submissions;

  explicit Gate(std::unique_ptr<CountingStore> counting) : store(counting.get()), world(1, std::move(counting)) {
    limits.envelope_objects = 1'000'000;
    limits.max_content_length = limits.object_bytes = 64u << 20;
    inbound = std::make_unique<Inbound>(*world.store, *world.release, world.clock, limits);
    submissions = std::make_unique<Submissions>(*world.store, *world.release, *inbound, world.clock, world.random, log);
    world.apply(party("peer", "member", "identities = [\"" + kPeer + "\"]\nwrite = [\"weekly\"]\nsigns = false\n") + member("m", "silver") +
                "[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"peer\"]\n");
    store->quiet = true;
  }
  static std::unique_ptr<Gate> make() {
    static FakeRandom random;
    return std::make_unique<Gate>(std::make_unique<CountingStore>(store::make_memory_store(random)));
  }
  void hold(const std::vector<std::string>& objects) {
    if (!objects.empty()) world.commit(objects, "weekly", "peer");
  }
};

using Objects = std::vector<std::string>;
template <typename Make>
Objects many(std::size_t size, Make make) {
  Objects out;
  for (std::size_t i = 0; i < size; ++i) out.push_back(make(i));
  return out;
}
std::size_t bytes_of(const Objects& objects) {
  std::size_t bytes = 0;
  for (const std::string& object : objects) bytes += object.size();
  return bytes;
}
std::string bundle_of(const Objects& objects) {
  std::string out = R"({"type":"bundle","id":"bundle--11111111-1111-4111-8111-111111111111","objects":[)";
  for (const std::string& object : objects) out += (&object == &objects.front() ? "" : ",") + object;
  return out + "]}";
}

/// Posted by the party, onto what is held of it. The bytes are those that were sent and those that are held.
Run posts(const Objects& objects, const Objects& held = {}) {
  std::shared_ptr<Gate> gate = Gate::make();
  gate->hold(held);
  return {bytes_of(objects) + bytes_of(held), [gate, objects] {
            const std::vector<std::string_view> views(objects.begin(), objects.end());
            must(gate->submissions->take("peer", "weekly", views));
          }};
}

/// The same without the checks of a post: as a pull and a link give it.
Run takes(const Objects& objects, const Objects& held) {
  std::shared_ptr<Gate> gate = Gate::make();
  gate->hold(held);
  auto batch = std::make_shared<Inbound::PartyBatch>();
  batch->party = "peer";
  batch->collection = &gate->world.collections.at(0);
  for (const std::string& text : objects) batch->objects.push_back(must(stix::Object::parse(text)));
  return {bytes_of(objects) + bytes_of(held), [gate, batch] { must(gate->inbound->take(*batch, AttestationPool(1))); }};
}

std::string definition(std::size_t n) {
  return R"({"type":"marking-definition","spec_version":"2.1","id":"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da","created":")" +
         format_stix_time(Timestamp{1'480'000'000 + static_cast<std::int64_t>(n), 0}) + R"(","definition_type":"tlp","name":"TLP:GREEN","definition":{"tlp":"green"}})";
}

struct Disk {
  std::string folder = (std::filesystem::temp_directory_path() / "sekisho-cost-XXXXXX").string();
  FakeClock clock;
  FakeRandom random;
  std::unique_ptr<store::Store> store;

  Disk() {
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    store = must(store::open_sqlite_store(folder + "/store.db", random));
  }
  ~Disk() {
    store.reset();
    std::filesystem::remove_all(folder);
  }
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
};

}  // namespace

TEST_SUITE("cost") {
  TEST_CASE("cost: an envelope at the door") {
    judge("chained references", 500, 100, 100, [](std::size_t size) {
      return posts(many(size, [](std::size_t i) { return version(static_cast<unsigned>(i), 0, {}, static_cast<unsigned>(i + 1)); }));
    });
    judge("a bundle of many members", 500, 100, 100, [](std::size_t size) {
      return posts({bundle_of(many(size, [](std::size_t i) { return version(static_cast<unsigned>(i), 0); }))});
    });
    judge("bundles in bundles", 500, 200, 200, [](std::size_t size) {
      std::string out = bundle_of(many(size, [](std::size_t i) { return version(static_cast<unsigned>(i), 0); }));
      for (int level = 0; level < 6; ++level) out = bundle_of({out});
      return posts({out});
    });
    judge("many versions of one id", 500, 100, 100, [](std::size_t size) {
      return posts(many(size, [&](std::size_t i) { return version(1, size + i); }), many(size, [](std::size_t i) { return version(1, i); }));
    });
    judge("many versions, other creators", 500, 100, 100, [](std::size_t size) {
      return posts(many(size, [&](std::size_t i) {
                     std::string one = version(1, size + i);
                     return one.replace(one.find(kPeer), kPeer.size(), sync::tests::id_of(static_cast<unsigned>(i), "identity"));
                   }), many(size, [](std::size_t i) { return version(1, i); }));
    });
    judge("one version, many contents", 500, 100, 100, [](std::size_t size) {
      return takes(many(size, [&](std::size_t i) { return version(1, 0, ",\"x_n\":" + std::to_string(size + i)); }),
                   many(size, [](std::size_t i) { return version(1, 0, ",\"x_n\":" + std::to_string(i)); }));
    });
    judge("one version, many spellings", 500, 100, 100, [](std::size_t size) {
      return posts(many(size, [](std::size_t i) { return version(1, 0, ",\"x_n\":1." + std::string(i % 100, '0') + "0"); }),
                   many(size, [](std::size_t i) { return version(1, 0, ",\"x_n\":" + std::to_string(i)); }));
    });
    judge("one large version, many others of it", 500, 100, 100, [](std::size_t size) {
      return posts(many(size, [size](std::size_t i) { return version(1, 0, i == 0 ? ",\"x_n\":\"" + std::string(500 * size, 'a') + "\"" : ",\"x_n\":" + std::to_string(i)); }));
    });
    judge("a marking defined many times", 300, 100, 100, [](std::size_t size) {
      Objects objects = many(size, definition);
      for (std::size_t i = 0; i < size; ++i) {
        std::string one = version(static_cast<unsigned>(i), 0);
        objects.push_back(one.replace(one.find(kGreen), kGreen.size(), "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"));
      }
      return posts(objects);
    });
  }

  TEST_CASE("cost: what waits for an operator") {
    judge("a quarantined bundle let in", 300, 100, 100, [](std::size_t size) {
      std::shared_ptr<Gate> gate = Gate::make();
      const std::string bundle = bundle_of(many(size, [](std::size_t i) { return version(1, i); }));
      store::Batch batch;
      store::DeadLetter letter;
      letter.kind = store::LetterKind::kQuarantined;
      letter.party = "peer";
      letter.collection = "weekly";
      letter.payload = bundle;
      batch.dead_letters.push_back(letter);
      must(gate->store->commit(batch, gate->world.clock.now()));
      return Run{bundle.size(), [gate] {
                   Quarantine quarantine(*gate->world.store, *gate->world.release, *gate->world.audit, gate->world.clock, gate->limits);
                   must(quarantine.let_in(must(gate->world.store->dead_letters(0, 1))[0].no, "op", "why"));
                 }};
    });
    judge("many versions taken back", 300, 100, 100, [](std::size_t size) {
      std::shared_ptr<Gate> gate = Gate::make();
      const Objects held = many(size, [](std::size_t i) { return version(1, i); });
      gate->hold(held);
      Recalls::Withdrawal what{"peer", sync::tests::id_of(1), {}, false};
      for (std::size_t i = 0; i < size; ++i) what.versions.push_back(format_stix_time(Timestamp{1'780'000'000 + static_cast<std::int64_t>(i), 0}));
      return Run{bytes_of(held), [gate, what] {
                   Recalls recalls(*gate->world.store, *gate->world.release, *gate->world.audit, *gate->world.egress, gate->world.clock, gate->world.random, gate->world.signer());
                   gate->world.release->follow_by([] {});
                   must(recalls.withdraw(what));
                 }};
    });
  }

  TEST_CASE("cost: a pull of much that waits for attestations") {
    judge("a pull of what waits too long", 300, 100, 100, [](std::size_t size) {
      static FakeRandom random;
      auto counting = std::make_unique<CountingStore>(store::make_memory_store(random));
      CountingStore* store = counting.get();
      auto node = std::make_shared<Receiver>(std::move(counting));
      store->quiet = true;
      node->peer.offered["weekly"] = many(size, [](std::size_t i) { return version(static_cast<unsigned>(i), 0); });
      return Run{bytes_of(node->peer.offered["weekly"]), [node, size] {
                   CHECK(node->pull_once(10).waiting == size);
                   node->world.clock.advance_micros(900'000'000);
                   CHECK(node->pull_once(10).waiting == 0);
                 }};
    });
  }

  TEST_CASE("cost: many submitters' names in one anonymous envelope") {
    judge("an anonymous envelope of many creators", 200, 200, 150, [](std::size_t size) {
      auto office = std::make_shared<Office>();
      office->limits.envelope_objects = 1'000'000;
      const Objects objects = many(size, [](std::size_t i) {
        std::string one = version(static_cast<unsigned>(i), 0, ",\"description\":\"made by works " + std::to_string(i) + "\"");
        return one.replace(one.find(kPeer), kPeer.size(), sync::tests::id_of(static_cast<unsigned>(i), "identity"));
      });
      return Run{bytes_of(objects), [office, objects] {
                   const std::vector<std::string_view> views(objects.begin(), objects.end());
                   must(office->submissions->take("acme", "weekly", views));
                 }};
    });
  }

  TEST_CASE("cost: a store on disk takes many versions of one id") {
    count_sqlite();
    for (const bool same : {false, true}) {
      judge(same ? "SQLite: one version, many contents" : "SQLite: many versions of one id", 500, 10, 10, [same](std::size_t size) {
        auto disk = std::make_shared<Disk>();
        const auto collection = must(disk->store->add_collection({0, Uuid::v4(disk->random, "c"), "weekly", "", "", "", {}}));
        const auto stream = must(disk->store->create_stream(collection.no, "a", Uuid::v4(disk->random, "s")));
        const Objects texts = many(2 * size, [&](std::size_t i) { return version(1, same ? 0 : i, ",\"x_n\":" + std::to_string(i)); });
        auto batches = std::make_shared<std::vector<store::Batch>>(2);
        for (std::size_t i = 0; i < texts.size(); ++i) {
          (*batches)[i / size].objects.push_back({must(stix::Object::parse(texts[i])), "peer", collection.no, "", 0, 0});
        }
        must(disk->store->commit((*batches)[0], disk->clock.now()));
        return Run{bytes_of(texts), [disk, batches, stream] {
                     store::Release release;
                     release.appends.push_back({stream.no, {}});
                     for (const auto& added : must(disk->store->commit((*batches)[1], disk->clock.now()))) release.appends[0].items.push_back({added.object, {}});
                     must(disk->store->release(release, disk->clock.now()));
                   }};
      });
    }
  }
}

}  // namespace sekisho::cost
