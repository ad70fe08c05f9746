// Pages from memory against pages from the store: the same octets and the same end, whatever happened before or happens meanwhile.
#include "sync/serve/page_cache.h"

#include <array>
#include <tuple>

#include "failing_store.h"
#include "store/memory/memory_store.h"
#include "tests/support/property.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

using store::StreamItem;
using store::StreamQuery;

void append_object(const StreamItem& item, std::string& out) { out.append(item.bytes); }
void append_name(const StreamItem& item, std::string& out) { out.append(item.id).append(" ").append(item.version); }
const PageForm kObjects{"objects", true, append_object};
const PageForm kNames{"names", false, append_name};

/// Something that happens in the middle of a page: before the n-th read of the stream from now.
class ChangingStore : public FailingStore {
 public:
  using FailingStore::FailingStore;
  Result<store::PageEnd> read_stream(store::StreamNo no, const StreamQuery& query,
                                     const std::function<void(const StreamItem&)>& visit) const override {
    ++reads;
    if (change && wait-- == 0) {
      wait = every;
      change();
    }
    return FailingStore::read_stream(no, query, visit);
  }
  mutable int wait = 0;
  mutable long reads = 0;
  int every = 1'000'000;
  std::function<void()> change;
};

struct Shown {
  std::string text;
  std::vector<std::uint64_t> marks;
  bool more = false;
  store::Position last_position = 0;
  std::int64_t last_date = 0;
  std::size_t count = 0;
  bool operator==(const Shown&) const = default;
};

Shown shown(const store::PageEnd& end, std::string text, std::vector<std::uint64_t> marks) {
  return {std::move(text), std::move(marks), end.more, end.last_position, end.last_date, end.count};
}

/// A stream filled by hand, and a page of it either way.
struct Bench {
  FakeRandom random;
  ChangingStore store{store::make_memory_store(random)};
  store::CollectionNo collection = 0;
  store::StreamNo stream = 0, other = 0;
  Timestamp now{1'750'000'000, 0};
  std::vector<store::ObjectNo> objects;

  Bench() {
    store::Collection made;
    made.alias = "c";
    made.id = Uuid::v4(random, "c");
    collection = must(store.add_collection(made)).no;
    stream = must(store.create_stream(collection, "a", Uuid::v4(random, "s"))).no;
    other = must(store.create_stream(collection, "b", Uuid::v4(random, "s"))).no;
  }
  store::ObjectNo commit(unsigned n, int version, const std::string& source, std::size_t pad = 0) {
    Make make{n};
    make.version = version;
    make.text = std::string(pad, 'x');
    store::Batch batch;
    batch.objects.push_back({make.object(), source, collection, "{}"});
    objects.push_back(must(store.commit(batch, now)).at(0).object);
    return objects.back();
  }
  void give(store::StreamNo to, store::ObjectNo object) {
    store::Release release;
    release.appends = {{to, {{object, std::nullopt}}}};
    now = now.plus_micros(1);
    must(store.release(release, now));
  }
  void take_out(store::StreamNo from, store::ObjectNo object) {
    store::Release release;
    release.withdrawals = {{from, object}};
    must(store.release(release, now));
  }
  void fill(unsigned count) {
    for (unsigned n = 1; n <= count; ++n) give(stream, commit(n, 0, ""));
  }
  Shown from(PageCache& cache, const StreamQuery& query, const PageForm& form = kObjects) {
    std::string text;
    std::vector<std::uint64_t> marks;
    const auto end = must(cache.read(store, stream, query, form, [&](const PageSlice& slice) {
      text += (text.empty() ? "" : ",") + std::string(slice.text());
      const auto* first = slice.run->marks.data();
      marks.insert(marks.end(), first + slice.from, first + slice.to);
      CHECK(slice.marks().size() == 8 * (slice.to - slice.from));
    }));
    return shown(end, text, marks);
  }
  Shown direct(StreamQuery query, const PageForm& form = kObjects) {
    query.want_bytes = form.bytes;
    PageRun run;
    const auto end = must(store.FailingStore::read_stream(stream, query, [&](const StreamItem& item) { run.add(item, form); }));
    if (!run.text.empty()) run.text.pop_back();
    return shown(end, run.text, run.marks);
  }
};

StreamQuery limited(std::size_t limit, store::Position after = 0) {
  StreamQuery query;
  query.limit = limit;
  query.after_position = after;
  return query;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/pages: a page is read once, and later pages over the same stretch are cut from it") {
    Bench bench;
    bench.fill(100);
    PageCache cache(1u << 20);
    for (int again = 0; again < 2; ++again) {
      for (const std::size_t limit : {1u, 10u, 31u, 100u}) {
        for (store::Position after = 0; after <= 100; after += 7) {
          CHECK(bench.from(cache, limited(limit, after)) == bench.direct(limited(limit, after)));
        }
      }
    }
    const auto counters = cache.counters();
    CHECK(counters.made <= 5);
    CHECK(counters.past == 0);
    const long reads = bench.store.reads;
    StreamQuery by_date = limited(10);
    by_date.after_date = must(bench.store.stream(bench.stream)).last_date - 30;
    CHECK(bench.from(cache, by_date) == bench.direct(by_date));
    by_date.after_date = must(bench.store.stream(bench.stream)).last_date;
    CHECK(bench.from(cache, by_date).count == 0);
    CHECK(bench.store.reads == reads);
  }

  TEST_CASE("sync/pages: what is withdrawn, added or replaced is seen by the next page") {
    Bench bench;
    bench.fill(50);
    PageCache cache(1u << 20);
    const StreamQuery query = limited(50);
    CHECK(bench.from(cache, query).count == 50);
    bench.take_out(bench.stream, bench.objects[20]);
    CHECK(bench.from(cache, query).count == 49);
    CHECK(bench.from(cache, query) == bench.direct(query));
    bench.give(bench.stream, bench.commit(7, 3, ""));
    CHECK(bench.from(cache, query) == bench.direct(query));
    CHECK(bench.from(cache, query).text.find(id_of(7)) > bench.from(cache, query).text.find(id_of(50)));
  }

  TEST_CASE("sync/pages: a page is of one state even if the stream changes while it is read") {
    for (int when = 0; when < 4; ++when) {
      Bench bench;
      bench.fill(600);
      PageCache cache(1u << 24);
      const StreamQuery query = limited(600);
      const Shown before = bench.direct(query);
      bench.store.wait = when;
      bench.store.change = [&] {
        bench.take_out(bench.stream, bench.objects[3]);
        bench.take_out(bench.stream, bench.objects[400]);
      };
      const Shown page = bench.from(cache, query);
      bench.store.change = nullptr;
      const Shown after = bench.direct(query);
      CHECK((page == before || page == after));
      CHECK(bench.from(cache, query) == after);
    }
  }

  TEST_CASE("sync/pages: while a stream never rests, it is read past the cache") {
    Bench bench;
    bench.fill(40);
    PageCache cache(1u << 20);
    bench.store.every = 0;
    bench.store.change = [&] { bench.give(bench.stream, bench.commit(static_cast<unsigned>(bench.objects.size()) + 1, 0, "")); };
    CHECK(bench.from(cache, limited(10)).count == 10);
    CHECK(cache.counters().past == 1);
    CHECK(cache.counters().bytes == 0);
  }

  TEST_CASE("sync/pages: what came from the reader alone is passed over for it, and for nobody else") {
    Bench bench;
    for (unsigned n = 1; n <= 60; ++n) bench.give(bench.stream, bench.commit(n, 0, n % 3 == 0 ? "p" : n % 3 == 1 ? "q" : ""));
    PageCache cache(1u << 20);
    for (int again = 0; again < 2; ++again) {
      for (const std::string reader : {"r", "p", "q", ""}) {
        StreamQuery query = limited(25);
        query.exclude_source = reader;
        CHECK(bench.from(cache, query) == bench.direct(query));
      }
    }
    const std::uint64_t made = cache.counters().made;
    StreamQuery query = limited(25);
    query.exclude_source = "someone else";
    CHECK(bench.from(cache, query) == bench.direct(query));
    CHECK(cache.counters().made == made);  // readers who gave nothing share
  }

  TEST_CASE("sync/pages: forms, filters and streams are told apart") {
    Bench bench;
    bench.fill(30);
    bench.give(bench.stream, bench.commit(4, 5, ""));
    bench.give(bench.other, bench.objects[2]);
    PageCache cache(1u << 20);
    std::vector<StreamQuery> queries(6, limited(40));
    queries[1].versions.all = true;
    queries[2].versions = {false, true, false, {}};
    queries[3].versions = {false, false, false, {must(parse_stix_time("2024-01-01T00:05:00.000Z"))}};
    queries[4].types = {"indicator"};
    queries[5].spec_versions = {"2.0"};
    for (const StreamQuery& query : queries) {
      CHECK(bench.from(cache, query) == bench.direct(query));
      CHECK(bench.from(cache, query, kNames) == bench.direct(query, kNames));
    }
    bench.stream = bench.other;
    CHECK(bench.from(cache, limited(40)).count == 1);
  }

  TEST_CASE("sync/pages: what a reader has recalled, and single objects, are read past the cache") {
    Bench bench;
    bench.fill(30);
    PageCache cache(1u << 20);
    StreamQuery query = limited(30);
    CHECK(bench.from(cache, query).count == 30);
    const auto over = std::make_shared<store::PassedOver>();
    over->ids.insert(id_of(9));
    query.passed_over = over;
    CHECK(bench.from(cache, query).count == 29);
    query.passed_over = nullptr;
    query.ids = {id_of(9)};
    CHECK(bench.from(cache, query).count == 1);
    CHECK(cache.counters().past == 2);
    query.limit = 0;
    CHECK(cache.read(bench.store, bench.stream, query, kObjects, [](const PageSlice&) {}).error().code == Code::kInvalidArgument);
    CHECK(cache.read(bench.store, 77, limited(1), kObjects, [](const PageSlice&) {}).error().code == Code::kNotFound);
  }

  TEST_CASE("sync/pages: a shelf takes no run twice, and tells no place by date where it has a gap") {
    const auto run = [](store::Position from, store::Position to) {
      auto made = std::make_shared<PageRun>();
      for (store::Position at = from + 1; at <= to; ++at) made->items.push_back({at, static_cast<std::int64_t>(10 * at), 0, 0});
      return made;
    };
    PageShelf shelf("key");
    REQUIRE(shelf.insert(10, 20, run(10, 20)) != nullptr);
    REQUIRE(shelf.insert(30, 40, run(30, 40)) != nullptr);
    for (const auto& [from, to] : std::vector<std::pair<store::Position, store::Position>>{{10, 20}, {5, 11}, {19, 25}, {12, 13}, {25, 31}, {0, 99}}) {
      CHECK(shelf.insert(from, to, run(from, to)) == nullptr);
    }
    CHECK(shelf.covering(9) == nullptr);
    CHECK(shelf.covering(10)->to == 20);
    CHECK(shelf.covering(20) == nullptr);
    CHECK(shelf.next_from(20) == 30u);
    CHECK_FALSE(shelf.before_date(109).has_value());
    CHECK(shelf.before_date(155) == 15u);
    CHECK_FALSE(shelf.before_date(200).has_value());  // between 20 and 30 may be something
    CHECK_FALSE(shelf.before_date(255).has_value());
    shelf.widen(20, 30);
    CHECK(shelf.before_date(255) == 30u);
    shelf.widen(5, 10);
    CHECK(shelf.covering(5)->to == 30);
    shelf.widen(15, 30);  // overlaps: nothing
    CHECK(shelf.covering(15)->to == 30);
    CHECK_FALSE(shelf.before_date(400).has_value());
  }

  TEST_CASE("sync/pages: no more memory than allowed, the longest unused goes first") {
    Bench bench;
    for (unsigned n = 1; n <= 400; ++n) bench.give(bench.stream, bench.commit(n, 0, "", 500));
    constexpr std::size_t kBytes = 100'000;
    PageCache cache(kBytes);
    for (store::Position after = 0; after < 400; after += 10) {
      CHECK(bench.from(cache, limited(10, after)) == bench.direct(limited(10, after)));
      CHECK(cache.counters().bytes <= kBytes);
      CHECK(bench.from(cache, limited(10, 0)).count == 10);  // used all the time: it stays
    }
    const std::uint64_t made = cache.counters().made;
    bench.from(cache, limited(10, 0));
    CHECK(cache.counters().made == made);
    for (unsigned i = 0; i < 500; ++i) {  // selections without end
      StreamQuery query = limited(1);
      query.types = {"report", "x-" + std::to_string(i)};
      CHECK(bench.from(cache, query).count == 1);
      CHECK(cache.counters().bytes <= kBytes);
    }
    PageCache none(0);
    CHECK(bench.from(none, limited(10)) == bench.direct(limited(10)));
    CHECK(none.counters().bytes == 0);
  }
}

TEST_SUITE("property") {
  // One random step: what to do, and small numbers to do it with.
  using Step = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t, std::uint8_t>;

  TEST_CASE("sync/pages: after any writes and recalls, pages from memory are those of the store") {
    PROPERTY("same pages", [](const std::vector<Step>& steps) {
      Bench bench;
      static const std::array<std::string, 3> kSources = {"", "p", "q"};
      PageCache large(1u << 22), small(12'000);
      bench.fill(70);
      for (const auto& [what, a, b, c] : steps) {
        if (what % 8 == 0) bench.give(bench.stream, bench.commit(1 + a, b % 4, kSources[c % 3], c));
        if (what % 8 == 1) bench.take_out(bench.stream, bench.objects[a % bench.objects.size()]);
        if (what % 8 == 2) bench.give(bench.stream, bench.objects[a % bench.objects.size()]);
        if (what % 8 == 3) {
          const auto forked = bench.store.fork_stream(bench.stream, "f", Uuid::v4(bench.random, "f"));
          if (b % 4 == 0) bench.stream = must(forked).no;
        }
        StreamQuery query = limited(1 + b % 50, c % 90);
        query.exclude_source = kSources[a % 3];
        if (c % 3 == 0) query.versions.all = true;
        if (c % 5 == 0) query.types = {"report"};
        if (b % 4 == 1) query.after_date = must(bench.store.stream(bench.stream)).last_date - a % 100;
        if (b % 7 == 0) query.max_bytes = 1500;
        const PageForm& form = a % 4 == 0 ? kNames : kObjects;
        if (what % 16 > 11) {
          bench.store.wait = a % 3;
          bench.store.change = [&, n = c] { bench.take_out(bench.stream, bench.objects[n % bench.objects.size()]); };
        }
        const Shown before = bench.direct(query, form);
        const Shown first = bench.from(large, query, form);
        const Shown meanwhile = bench.direct(query, form);
        RC_ASSERT((first == before || first == meanwhile));
        bench.store.change = nullptr;
        const Shown now = bench.direct(query, form);
        RC_ASSERT(bench.from(large, query, form) == now);
        RC_ASSERT(bench.from(small, query, form) == now);
        RC_ASSERT(small.counters().bytes <= 12'000u);
      }
    });
  }
}

}  // namespace sekisho::sync::tests
