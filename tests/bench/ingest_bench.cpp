// How fast the SQLite store takes objects in and releases them, against plain inserts into one table
// of the same SQLite with the same durability, in the same run. One JSON line per figure.
//   sekisho_bench_ingest [objects] [folder]
#include <algorithm>
#include <string>
#include <vector>

#include "core/system/system.h"
#include "measure.h"
#include "store/sqlite/sqlite_store.h"

namespace sekisho::bench {
namespace {

struct Ingest {
  Seconds commit, release;
};

/// commit() of each batch, then release() of it to every stream.
Ingest ingest(const std::string& path, Random& random, const std::vector<stix::ObjectPtr>& objects,
              std::size_t stream_count) {
  const auto store = must(store::open_sqlite_store(path, random));
  store::Collection collection;
  collection.id = Uuid::v4(random, "bench/collection");
  collection.alias = "bench";
  const store::CollectionNo no = must(store->add_collection(collection)).no;
  std::vector<store::StreamNo> streams;
  for (std::size_t i = 0; i < stream_count; ++i) {
    streams.push_back(must(store->create_stream(no, "audience", Uuid::v4(random, "bench/stream"))).no);
  }
  const auto clock = system::make_clock();
  Ingest taken;
  for (std::size_t at = 0; at < objects.size(); at += kBatch) {
    store::Batch batch;
    for (std::size_t i = at; i < std::min(at + kBatch, objects.size()); ++i) {
      batch.objects.push_back({objects[i], "vendor", no, R"({"role":"creator"})"});
    }
    const Watch committing;
    const auto added = must(store->commit(batch, clock->now()));
    taken.commit = taken.commit + committing.passed();
    store::Release release;
    release.through = must(store->last_change());
    for (const store::StreamNo stream : streams) {
      store::Append append;
      append.stream = stream;
      for (const auto& one : added) append.items.push_back({one.object, std::nullopt});
      release.appends.push_back(std::move(append));
    }
    const Watch releasing;
    must(store->release(release, clock->now()));
    taken.release = taken.release + releasing.passed();
  }
  return taken;
}

int run(std::size_t count, const std::string& folder) {
  const auto random = system::make_random();
  std::vector<stix::ObjectPtr> objects;
  objects.reserve(count);
  for (std::size_t i = 0; i < count; ++i) objects.push_back(must(stix::Object::parse(indicator(*random))));
  const Seconds raw = raw_inserts(folder + "/raw.db", objects);
  for (const std::size_t streams : {1U, 20U}) {
    const Ingest taken = ingest(folder + "/store" + std::to_string(streams) + ".db", *random, objects, streams);
    const std::string suffix = "_" + std::to_string(streams) + "_streams";
    print("ingest" + suffix, count, taken.commit + taken.release, raw);
    print("commit" + suffix, count, taken.commit, raw);
    print("release" + suffix, count, taken.release, raw);
  }
  return 0;
}

}  // namespace
}  // namespace sekisho::bench

int main(int argc, char** argv) { return sekisho::bench::in_folder(argc, argv, 200'000, sekisho::bench::run); }
