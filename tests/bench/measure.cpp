#include "measure.h"

#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "core/json.h"
#include "core/system/system.h"
#include "core/uuid.h"

namespace sekisho::bench {
namespace {

void must_sqlite(int code, sqlite3* db) {
  if (code == SQLITE_OK || code == SQLITE_DONE) return;
  std::fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
  std::exit(1);
}

void bind_text(sqlite3_stmt* insert, int index, std::string_view text) {
  sqlite3_bind_text(insert, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

void print(const std::string& name, const char* unit, double count, double seconds, double reference_seconds) {
  std::printf(R"({"name":"%s","value":%.0f,"unit":"%s","reference":%.0f,"ratio":%.2f})" "\n", name.c_str(),
              count / seconds, unit, count / reference_seconds, reference_seconds / seconds);
  std::fflush(stdout);
}

}  // namespace

std::string indicator(Random& random, const std::string& more) {
  const std::string id = Uuid::v4(random, "bench/id").to_string();
  json::Writer out;
  out.begin_object();
  out.member("type", "indicator").member("spec_version", "2.1").member("id", "indicator--" + id);
  out.member("created_by_ref", kCreator);
  out.member("created", "2024-05-01T08:17:27.000Z").member("modified", "2024-05-01T08:17:27.000Z");
  out.member("name", "Generated " + id).member("pattern_type", "stix");
  out.member("pattern", "[domain-name:value = 'host-" + id + ".example.com']");
  out.member("valid_from", "2024-05-01T08:17:27Z");
  std::string text;
  while (text.size() < 750) text += "Seen in reports about " + id.substr(0, 8) + " and others. ";
  out.member("description", text);
  out.end_object();
  std::string bytes = out.take();
  if (!more.empty()) bytes.insert(bytes.size() - 1, "," + more);
  return bytes;
}

Seconds now() {
  static const std::unique_ptr<Clock> clock = system::make_clock();
  struct rusage used {};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return {static_cast<double>(clock->monotonic_micros()) / 1e6, seconds(used.ru_utime) + seconds(used.ru_stime)};
}

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

void print(const std::string& name, std::size_t count, const Seconds& taken, const Seconds& reference) {
  print(name, "objects/s", static_cast<double>(count), taken.wall, reference.wall);
  print(name + "_processor", "objects/processor-s", static_cast<double>(count), taken.processor, reference.processor);
}

int in_folder(int argc, char** argv, std::size_t default_count, int (*run)(std::size_t, const std::string&)) {
  const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : default_count;
  std::string folder = (std::filesystem::path(argc > 2 ? argv[2] : std::filesystem::temp_directory_path().string()) /
                        "sekisho-bench-XXXXXX").string();
  if (count == 0 || mkdtemp(folder.data()) == nullptr) {
    std::fprintf(stderr, "usage: %s [objects] [folder]\n", argv[0]);
    return 2;
  }
  system::keep_freed_memory();  // as the node does
  const int status = run(count, folder);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return status;
}

}  // namespace sekisho::bench
