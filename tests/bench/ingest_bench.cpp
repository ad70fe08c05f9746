// How fast the SQLite store takes objects in and releases them, against plain inserts into one table
// of the same SQLite with the same durability, in the same run. One JSON line per figure.
//   sekisho_bench_ingest [objects] [folder]
#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/system/system.h"
#include "store/sqlite/sqlite_store.h"

namespace sekisho {
namespace {

constexpr std::size_t kBatch = 1000;

std::string indicator(Random& random) {
  const std::string id = Uuid::v4(random, "bench/id").to_string();
  json::Writer out;
  out.begin_object();
  out.member("type", "indicator").member("spec_version", "2.1").member("id", "indicator--" + id);
  out.member("created_by_ref", "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff");
  out.member("created", "2024-05-01T08:17:27.000Z").member("modified", "2024-05-01T08:17:27.000Z");
  out.member("name", "Generated " + id).member("pattern_type", "stix");
  out.member("pattern", "[domain-name:value = 'host-" + id + ".example.com']");
  out.member("valid_from", "2024-05-01T08:17:27Z");
  std::string text;
  while (text.size() < 750) text += "Seen in reports about " + id.substr(0, 8) + " and others. ";
  out.member("description", text);
  out.end_object();
  return out.take();
}

/// Seconds by the wall and of processor time: on a busy machine only the second says much.
struct Seconds {
  double wall = 0, processor = 0;
  Seconds operator+(const Seconds& other) const { return {wall + other.wall, processor + other.processor}; }
};

Seconds now() {
  static const std::unique_ptr<Clock> clock = system::make_clock();
  struct rusage used {};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return {static_cast<double>(clock->monotonic_micros()) / 1e6, seconds(used.ru_utime) + seconds(used.ru_stime)};
}

class Watch {
 public:
  Seconds passed() const {
    const Seconds end = now();
    return {end.wall - start_.wall, end.processor - start_.processor};
  }

 private:
  Seconds start_ = now();
};

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", result.error().to_string().c_str());
    std::exit(1);
  }
  return std::move(result).value();
}

void must_sqlite(int code, sqlite3* db) {
  if (code == SQLITE_OK || code == SQLITE_DONE) return;
  std::fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
  std::exit(1);
}

void bind_text(sqlite3_stmt* insert, int index, std::string_view text) {
  sqlite3_bind_text(insert, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

/// One row an object under a unique index.
Seconds raw_inserts(const std::string& path, const std::vector<stix::ObjectPtr>& objects) {
  sqlite3* db = nullptr;
  must_sqlite(sqlite3_open(path.c_str(), &db), db);
  must_sqlite(sqlite3_exec(db,
                           "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
                           "PRAGMA wal_autocheckpoint=16384;"
                           "CREATE TABLE objects(no INTEGER PRIMARY KEY, id TEXT, version TEXT, content BLOB, "
                           "source TEXT, bytes BLOB, UNIQUE(id, version, content, source))",
                           nullptr, nullptr, nullptr),
              db);
  sqlite3_stmt* insert = nullptr;
  must_sqlite(sqlite3_prepare_v2(db, "INSERT INTO objects(id, version, content, source, bytes) VALUES(?,?,?,?,?)", -1,
                                 &insert, nullptr),
              db);
  const Watch watch;
  for (std::size_t at = 0; at < objects.size(); at += kBatch) {
    must_sqlite(sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), db);
    for (std::size_t i = at; i < std::min(at + kBatch, objects.size()); ++i) {
      const stix::Object& object = *objects[i];
      bind_text(insert, 1, object.id());
      bind_text(insert, 2, object.version());
      sqlite3_bind_blob(insert, 3, object.content_hash().data(), 32, SQLITE_STATIC);
      bind_text(insert, 4, "vendor");
      sqlite3_bind_blob(insert, 5, object.bytes().data(), static_cast<int>(object.bytes().size()), SQLITE_STATIC);
      must_sqlite(sqlite3_step(insert), db);
      sqlite3_reset(insert);
    }
    must_sqlite(sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr), db);
  }
  const Seconds passed = watch.passed();
  sqlite3_finalize(insert);
  sqlite3_close(db);
  return passed;
}

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

void print(const std::string& name, const char* unit, double count, double seconds, double reference_seconds) {
  std::printf(R"({"name":"%s","value":%.0f,"unit":"%s","reference":%.0f,"ratio":%.2f})" "\n", name.c_str(),
              count / seconds, unit, count / reference_seconds, reference_seconds / seconds);
  std::fflush(stdout);
}

void print(const std::string& name, std::size_t count, const Seconds& taken, const Seconds& reference) {
  print(name, "objects/s", static_cast<double>(count), taken.wall, reference.wall);
  print(name + "_processor", "objects/processor-s", static_cast<double>(count), taken.processor, reference.processor);
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
}  // namespace sekisho

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200'000;
  std::string folder = (std::filesystem::path(argc > 2 ? argv[2] : std::filesystem::temp_directory_path().string()) /
                        "sekisho-bench-XXXXXX").string();
  if (count == 0 || mkdtemp(folder.data()) == nullptr) {
    std::fprintf(stderr, "usage: sekisho_bench_ingest [objects] [folder]\n");
    return 2;
  }
  const int status = sekisho::run(count, folder);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return status;
}
