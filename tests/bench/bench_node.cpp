#include "bench_node.h"

#include "core/system/system.h"
#include "policy/compiled.h"
#include "store/sqlite/sqlite_store.h"

namespace sekisho::bench {

BenchNode::BenchNode(const std::string& path, const std::string& identity, char seed)
    : clock(system::make_clock()), random(system::make_random()), key(must(certs::SigningKey::from_seed(std::string(32, seed)))),
      identity_id(identity), store(must(store::open_sqlite_store(path, *random))) {
  store::Collection made;
  made.id = Uuid::v4(*random, "bench/collection");
  made.alias = "bench";
  const store::CollectionNo main = must(store->add_collection(made)).no;
  made.id = Uuid::v4(*random, "bench/collection");
  made.alias = "bench-attestations";
  made.companion_of = main;
  must(store->add_collection(made));
  audit = std::make_unique<sync::Audit>(*store, *clock);
  egress = std::make_unique<sync::Egress>(*store, *audit, *clock);
  release = std::make_unique<sync::Release>(*store, *clock, *random, signer());
  outbound = std::make_unique<sync::Outbound>(*store, *release, *clock, std::string(32, 'k'), *egress);
  inbound = std::make_unique<sync::Inbound>(*store, *release, *clock, Limits{});
}

void BenchNode::apply(const std::string& rows) {
  const std::string text = policy::initial_policy("Bench", identity_id, "isac") + rows;
  must(release->set_policy(policy::Compiled::compile(must(policy::load_policy(text, "policy.toml", nullptr)))));
}

void BenchNode::import_creator(const std::string& marking) {
  const std::string creator = R"({"type":"identity","spec_version":"2.1","id":")" + kCreator +
                              R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","name":"V",)" +
                              marking + "}";
  must(inbound->import_own(collection(), {creator}, {}));
}

}  // namespace sekisho::bench
