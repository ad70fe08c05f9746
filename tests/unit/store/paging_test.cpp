// Readers beside writers, with real threads: a cursor loses nothing and repeats nothing.
#include <atomic>
#include <set>
#include <thread>

#include "fixtures.h"

namespace sekisho::store::tests {
namespace {

constexpr std::uint64_t kWriters = 8, kBatches = 15, kPerBatch = 5;
constexpr std::uint64_t kObjects = kWriters * kBatches * kPerBatch;

void write_all(Store& store, CollectionNo c, std::uint64_t writer) {
  for (std::uint64_t b = 0; b < kBatches; ++b) {
    Batch batch;
    for (std::uint64_t i = 0; i < kPerBatch; ++i) {
      batch.objects.push_back(given({1 + (writer * kBatches + b) * kPerBatch + i}, c));
    }
    must(store.commit(batch, kNow.plus_micros(static_cast<std::int64_t>(b))));
  }
}

/// Follows the change log as sync/release does, until everything is released.
void follow(Store& store, StreamNo s) {
  ChangeNo through = 0;
  while (through < kObjects) {
    const auto changes = must(store.changes(through, 37));
    if (changes.empty()) continue;
    Release release;
    release.through = changes.back().no;
    Append append;
    append.stream = s;
    for (const auto& change : changes) append.items.push_back({change.object, std::nullopt});
    release.appends.push_back(append);
    must(store.release(release, kNow));
    through = changes.back().no;
  }
}

std::vector<std::string> walk(const Store& store, StreamNo s, bool by_date) {
  std::vector<std::string> seen;
  StreamQuery query;
  query.limit = 13;
  while (seen.size() < kObjects) {
    const PageRead page = read_page(store, s, query);
    for (const auto& item : page.items) seen.push_back(item.id);
    if (page.items.empty()) continue;
    if (by_date) {
      query.after_date = page.end.last_date;
    } else {
      query.after_position = page.end.last_position;
    }
  }
  return seen;
}

template <typename Kind>
void readers_beside_writers() {
  Kind kind;
  Store& store = *kind.store;
  const CollectionNo c = add_collection(store, "c");
  const StreamNo s = must(store.create_stream(c, "a", uuid(1))).no;
  std::vector<std::vector<std::string>> seen(4);
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t w = 0; w < kWriters; ++w) threads.emplace_back([&, w] { write_all(store, c, w); });
    threads.emplace_back([&] { follow(store, s); });
    for (std::size_t r = 0; r < seen.size(); ++r) {
      threads.emplace_back([&, r] { seen[r] = walk(store, s, r % 2 == 1); });
    }
  }
  for (const auto& ids : seen) {
    CHECK(ids.size() == kObjects);
    CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == kObjects);
    CHECK(ids == seen[0]);  // in the same order for everyone
  }
  CHECK(must(store.last_change()) == kObjects);
  CHECK(must(store.check(nullptr)).empty());
}

}  // namespace

TEST_SUITE("property") {
  TEST_CASE_TEMPLATE("store: paging beside writers loses and repeats nothing", Kind, STORE_KINDS) {
    readers_beside_writers<Kind>();
  }

  TEST_CASE("store/sqlite: in a group, one caller's failure is its own") {
    SqliteKind kind;
    Store& store = *kind.store;
    const CollectionNo c = add_collection(store, "c");
    const StreamNo s = must(store.create_stream(c, "a", uuid(1))).no;
    std::atomic<int> refused = 0;
    {
      std::vector<std::jthread> threads;
      for (std::uint64_t w = 0; w < 8; ++w) {
        threads.emplace_back([&, w] {
          for (std::uint64_t i = 0; i < 20; ++i) {
            // a refused release has stored its object by the time it meets the stream that is not there
            const bool bad = (w + i) % 4 == 0;
            Release release;
            release.created = {given({1 + w * 1000 + i, 0, bad ? "bad" : "good"}, c, "source-" + std::to_string(w + i))};
            release.appends = {{s, {{0, 0U}}}};
            if (bad) release.appends.push_back({s + 9, {{0, 0U}}});
            const auto outcome = store.release(release, kNow);
            CHECK(outcome.ok() == !bad);
            if (!outcome.ok()) ++refused;
          }
        });
      }
    }
    CHECK(refused == 40);
    CHECK(must(store.stream(s)).length == 120);
    const auto items = read_page(store, s, [] {
      StreamQuery query;
      query.limit = 1000;
      return query;
    }()).items;
    CHECK(items.size() == 120);
    for (const auto& item : items) CHECK(item.bytes.find("good") != std::string::npos);
    CHECK(code_of(store.object(121)) == Code::kNotFound);
    CHECK(must(store.check(nullptr)).empty());
  }
}

}  // namespace sekisho::store::tests
