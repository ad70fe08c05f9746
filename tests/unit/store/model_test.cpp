// Random steps on the SQLite store and on the reference; every answer must be the same.
#include <array>
#include <tuple>

#include "fixtures.h"
#include "tests/support/property.h"

namespace sekisho::store::tests {
namespace {

/// One random step: what to do, and small numbers to do it with.
using Step = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t, std::uint8_t, std::uint8_t>;

const std::array<std::string, 3> kSources = {"", "a", "b"};
const std::array<std::string, 3> kTypes = {"indicator", "malware", "x-own"};

template <typename T, typename Same>
void same(const Result<T>& left, const Result<T>& right, const Same& equal) {
  RC_ASSERT(left.ok() == right.ok());
  if (left.ok()) {
    RC_ASSERT(equal(*left, *right));
  } else {
    RC_ASSERT(left.error().code == right.error().code);
  }
}

bool same_stream(const Stream& l, const Stream& r) {
  return l.no == r.no && l.id == r.id && l.collection == r.collection && l.audience == r.audience &&
         l.pristine == r.pristine && l.length == r.length && l.last_date == r.last_date &&
         l.generation == r.generation && l.parent == r.parent && l.parent_length == r.parent_length;
}

bool same_object(const StoredObject& l, const StoredObject& r) {
  return l.no == r.no && l.id == r.id && l.type == r.type && l.spec_version == r.spec_version &&
         l.version == r.version && l.source == r.source && l.provenance == r.provenance &&
         l.version_time == r.version_time && l.content == r.content && l.accepted_at == r.accepted_at &&
         l.bytes == r.bytes;
}

template <typename T, typename Same>
bool same_all(const std::vector<T>& l, const std::vector<T>& r, const Same& equal) {
  return std::equal(l.begin(), l.end(), r.begin(), r.end(), equal);
}

class Pair {
 public:
  Pair() {
    for (const auto* alias : {"c", "d"}) {
      both([&](Store& s) { add_collection(s, alias); });
    }
    for (std::uint64_t i = 1; i <= 2; ++i) {
      both([&](Store& s) { must(s.create_stream(static_cast<CollectionNo>(i), "aud", uuid(1000 + i))); });
    }
  }

  void apply(const Step& step) {
    const auto [kind, a, b, c, d] = step;
    now_ = now_.plus_micros(static_cast<std::int64_t>(a % 5) - 1);  // the clock may step back
    switch (kind % 10) {
      case 0:
      case 1: return commit(a, b, c, d);
      case 2:
      case 3: return release(a, b, c, d);
      case 4: return withdraw(a, b);
      case 5: return a % 4 == 0 ? fork(b) : disclose(b, c, d);
      case 6: return hold(a, b, c);
      case 7: return d % 3 == 0 ? assign(a, b) : letters(a, b, c);
      case 8: return d % 8 == 0 ? reincarnate(a) : attest(a, b, c);
      default: return read(a, b, c, d);
    }
  }

  /// In pieces that do not divide them evenly.
  static Result<std::vector<ChangeRow>> rows_of(const Store& store) {
    std::vector<ChangeRow> rows;
    while (true) {
      SEKISHO_ASSIGN(const std::size_t count, store.each_change(rows.empty() ? 0 : rows.back().change.no, 7,
                                                                [&](const ChangeRow& row) { rows.push_back(row); }));
      if (count < 7) return rows;
    }
  }

  void compare_all() {
    same(memory().streams(), sqlite().streams(),
         [](const auto& l, const auto& r) { return same_all(l, r, same_stream); });
    same(memory().changes(0, 10'000), sqlite().changes(0, 10'000), [](const auto& l, const auto& r) {
      return same_all(l, r, [](const Change& x, const Change& y) {
        return x.no == y.no && x.object == y.object && x.collection == y.collection && x.accepted_at == y.accepted_at;
      });
    });
    same(rows_of(memory()), rows_of(sqlite()), [](const auto& l, const auto& r) {
      return same_all(l, r, [](const ChangeRow& x, const ChangeRow& y) {
        return x.change.no == y.change.no && x.change.collection == y.change.collection && x.change.object == x.object.no &&
               x.change.accepted_at == y.change.accepted_at && same_object(x.object, y.object) && x.streams == y.streams;
      });
    });
    same(memory().counts(), sqlite().counts(), std::equal_to<>());
    same(memory().last_object(), sqlite().last_object(), std::equal_to<>());
    same(memory().shared_contents(), sqlite().shared_contents(), std::equal_to<>());
    for (ObjectNo no = 1; no <= objects() + 1; ++no) {
      same(memory().object(no), sqlite().object(no), same_object);
      same(memory().placements(no), sqlite().placements(no), std::equal_to<>());
      same(memory().positions(no), sqlite().positions(no), std::equal_to<>());
      same(memory().collections_of(no), sqlite().collections_of(no), std::equal_to<>());
      for (const auto& collection : must(memory().collections())) {
        same(memory().arrival(no, collection.no), sqlite().arrival(no, collection.no), [](const auto& l, const auto& r) {
          return l.has_value() == r.has_value() &&
                 (!l || (l->no == r->no && l->object == r->object && l->collection == r->collection && l->accepted_at == r->accepted_at));
        });
      }
      same(memory().attestations_of(no), sqlite().attestations_of(no), std::equal_to<>());
      same(memory().renditions_of(no), sqlite().renditions_of(no), std::equal_to<>());
      same(memory().carried(no), sqlite().carried(no), [](const auto& l, const auto& r) {
        return same_all(l, r, [](const Carried& x, const Carried& y) {
          return x.stream == y.stream && x.position == y.position && x.withdrawn == y.withdrawn;
        });
      });
    }
    for (std::uint8_t stream = 0; stream <= streams(); ++stream) {
      for (std::uint8_t filter = 0; filter < 128; filter = static_cast<std::uint8_t>(filter + 7)) {
        read(stream, filter, static_cast<std::uint8_t>(filter * 5), 200);
      }
    }
    const auto found = must(sqlite().check(nullptr));
    RC_ASSERT(found == std::vector<std::string>{});
  }

 private:
  template <typename F>
  void both(const F& f) {
    f(memory());
    f(sqlite());
  }
  Store& memory() { return *memory_.store; }
  Store& sqlite() { return *sqlite_.store; }
  std::uint64_t objects() {
    for (const auto& [name, value] : must(memory().counts())) {
      if (name == "objects") return value;
    }
    return 0;
  }
  std::uint64_t streams() { return must(memory().streams()).size(); }

  static NewObject object(std::uint8_t a, std::uint8_t b, std::uint8_t c) {
    const std::uint64_t n = 1 + a % 4;
    const Make make{n, b % 4, (b & 16) != 0 ? "other" : "x", kTypes[n % 3], (b & 32) != 0 ? "2.0" : "2.1"};
    NewObject out = given(make, 1 + (c & 1), kSources[(c >> 1) % 3]);
    out.own = !out.source.empty() && (b & 64) != 0;
    return out;
  }

  void commit(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    Batch batch;
    for (std::uint8_t i = 0; i <= d % 3; ++i) {
      batch.objects.push_back(object(static_cast<std::uint8_t>(a + i), static_cast<std::uint8_t>(b + 13 * i), c));
    }
    if (c % 11 == 0) batch.own_withdrawals = {1 + d % (objects() + 1)};
    batch.documents.push_back({"space", std::to_string(b % 4), (a & 1) != 0 ? std::optional("v") : std::nullopt});
    same(memory().commit(batch, now_), sqlite().commit(batch, now_), [](const auto& l, const auto& r) {
      return same_all(l, r, [](const Added& x, const Added& y) { return x.outcome == y.outcome && x.object == y.object; });
    });
  }

  void release(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    Release release;
    if ((d & 1) != 0) release.created.push_back(object(c, d, a));
    for (std::uint8_t i = 0; i <= d % 2; ++i) {
      Append append;
      append.stream = static_cast<StreamNo>(1 + (a + i) % (streams() + (a == 255 ? 1 : 0)));
      if (!release.created.empty()) append.items.push_back({0, 0U});
      for (std::uint8_t k = 0; k <= b % 6 && objects() > 0; ++k) {
        append.items.push_back({1 + (c + k * (1 + b / 64U)) % objects(), std::nullopt});
      }
      release.appends.push_back(append);
    }
    if (c % 7 == 0 && objects() > 0) release.withdrawals.emplace_back(1, 1 + c % objects());
    release.through = must(memory().last_change());
    same(memory().release(release, now_), sqlite().release(release, now_), std::equal_to<>());
  }

  void withdraw(std::uint8_t a, std::uint8_t b) {
    Release release;
    release.withdrawals.emplace_back(1 + a % streams(), 1 + b % (objects() + 1));
    same(memory().release(release, now_), sqlite().release(release, now_), std::equal_to<>());
  }

  void fork(std::uint8_t b) {
    if (streams() >= 5) return;
    const auto from = static_cast<StreamNo>(1 + b % streams());
    const Uuid id = uuid(2000 + streams());
    same(memory().fork_stream(from, "fork", id), sqlite().fork_stream(from, "fork", id), same_stream);
  }

  void disclose(std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    const Disclosure given{kSources[b % 3], static_cast<StreamNo>(1 + b % 2), c > 200 ? "q" : "", c % 12U,
                           c % 12U + d % 6U, now_};
    RC_ASSERT(memory().disclose(given).ok() == sqlite().disclose(given).ok());
    same(memory().disclosures(given.party), sqlite().disclosures(given.party), [](const auto& l, const auto& r) {
      return same_all(l, r, [](const Disclosure& x, const Disclosure& y) {
        return x.stream == y.stream && x.query == y.query && x.from == y.from && x.to == y.to && x.at == y.at;
      });
    });
  }

  void hold(std::uint8_t a, std::uint8_t b, std::uint8_t c) {
    Release release;
    if ((c & 1) != 0) release.unholds.emplace_back("aud", 1 + a % (objects() + 1));
    release.holds.push_back({"aud", 1 + b % (objects() + 1), 1 + (c & 1U), id_of(c), now_});
    same(memory().release(release, now_), sqlite().release(release, now_), std::equal_to<>());
    same(memory().holds("aud"), sqlite().holds("aud"), [](const auto& l, const auto& r) {
      return same_all(l, r, [](const Hold& x, const Hold& y) {
        return x.object == y.object && x.collection == y.collection && x.missing == y.missing && x.since == y.since;
      });
    });
  }

  void letters(std::uint8_t a, std::uint8_t b, std::uint8_t c) {
    Batch batch;
    DeadLetter letter;
    letter.kind = (a & 1) != 0 ? LetterKind::kQuarantined : LetterKind::kRefused;
    letter.key = (a & 2) != 0 ? std::to_string(b % 3) : "";
    letter.object_id = std::to_string(c);
    batch.dead_letters = {letter, letter};
    if (c % 3 == 0) batch.drop_dead_letters = {b % 8U};
    RC_ASSERT(memory().commit(batch, now_).ok() && sqlite().commit(batch, now_).ok());
    for (const auto of : {std::optional<LetterKind>(), std::optional(letter.kind)}) {
      same(memory().dead_letters(b % 4, 5, of), sqlite().dead_letters(b % 4, 5, of), [](const auto& l, const auto& r) {
        return same_all(l, r, [](const DeadLetter& x, const DeadLetter& y) {
          return x.no == y.no && x.kind == y.kind && x.key == y.key && x.object_id == y.object_id;
        });
      });
    }
  }

  void attest(std::uint8_t a, std::uint8_t b, std::uint8_t c) {
    const auto target = memory().object(1 + a % (objects() + 1));
    if (!target.ok()) return;
    Release release;
    release.created.push_back(attestation_of(*target, 1 + (b & 1), 1 + c % 3));
    release.appends.push_back({static_cast<StreamNo>(1 + b % streams()), {{0, 0U}}});
    same(memory().release(release, now_), sqlite().release(release, now_), std::equal_to<>());
  }

  static std::shared_ptr<const PassedOver> passed_over(std::uint8_t b, std::uint8_t c) {
    auto out = std::make_shared<PassedOver>();
    const std::uint64_t n = 1 + c % 4;
    if ((b & 1) != 0) out->ids.insert(id_of(n, kTypes[n % 3]));
    else out->versions[id_of(n, kTypes[n % 3])].insert(version_at(b % 4));
    return out;
  }

  void assign(std::uint8_t a, std::uint8_t b) {
    const auto stream = static_cast<StreamNo>(1 + b % streams());
    const std::vector<Assignment> rows = {{kSources[1 + a % 2], must(memory().stream(stream)).collection, stream}};
    RC_ASSERT(memory().assign(rows).ok() && sqlite().assign(rows).ok());
  }

  void reincarnate(std::uint8_t a) {
    const Uuid fresh = uuid(3000 + a % 4U);
    const std::int64_t floor = now_.micros() + a - 100;
    RC_ASSERT(memory().begin_incarnation(fresh, floor).ok() == sqlite().begin_incarnation(fresh, floor).ok());
  }

  void read(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    StreamQuery query;
    query.versions = {(b & 1) != 0, (b & 2) != 0, (b & 4) == 0, {}};
    if ((b & 8) != 0) query.versions.exact = {version_at(c % 4), version_at(d % 4)};
    if ((b & 16) != 0) query.types = {kTypes[c % 3], kTypes[d % 3]};
    if ((b & 32) != 0) query.spec_versions = {(c & 1) != 0 ? "2.0" : "2.1"};
    if ((b & 64) != 0) query.exclude_source = kSources[c % 3];
    if (c % 5 == 0) query.ids = {id_of(1 + d % 4, kTypes[(1 + d % 4) % 3]), id_of(2, kTypes[2])};
    query.limit = 1 + d % 9;
    if (c % 4 == 0) query.after_date = now_.micros() - 20 + d % 20;
    if (c % 3 == 0) query.after_position = d % 10;
    if (d % 11 == 0) query.max_bytes = 500;
    query.want_bytes = c % 2 == 0;
    query.want_attestations = c % 7 < 3;
    query.want_givers = c % 7 > 4;
    if (d % 5 == 0) query.through_position = c % 12;
    if (d % 3 != 0 && (b & 64) == 0) query.own = OwnPart{kSources[1 + c % 2], now_.micros() + 3 - static_cast<std::int64_t>(d % 7)};
    if (query.own && c % 6 == 0) query.passed_over = passed_over(b, c);
    const auto stream = static_cast<StreamNo>(1 + a % streams());
    const PageRead left = read_page(memory(), stream, query), right = read_page(sqlite(), stream, query);
    RC_ASSERT(left.items == right.items);
    RC_ASSERT(left.end.more == right.end.more);
    RC_ASSERT(left.end.last_position == right.end.last_position);
    RC_ASSERT(left.end.last_date == right.end.last_date);
    RC_ASSERT(left.end.stream == right.end.stream);
    RC_ASSERT(left.end.generation == right.end.generation);
    const std::string id = id_of(1 + c % 4, kTypes[(1 + c % 4) % 3]);
    for (const std::string& party : kSources) {
      RC_ASSERT(memory().has_own(party, 1) == sqlite().has_own(party, 1));
    }
    same(memory().stream_has_id(stream, id), sqlite().stream_has_id(stream, id), std::equal_to<>());
    same(memory().versions_of(id, true), sqlite().versions_of(id, true),
         [](const auto& l, const auto& r) { return same_all(l, r, same_object); });
  }

  MemoryKind memory_;
  SqliteKind sqlite_;
  Timestamp now_ = kNow;
};

}  // namespace

TEST_SUITE("property") {
  TEST_CASE("store/sqlite: answers as the reference does, whatever the steps") {
    PROPERTY("same answers", [](const std::vector<Step>& steps) {
      Pair pair;
      for (const auto& step : steps) pair.apply(step);
      pair.compare_all();
    });
  }
}

}  // namespace sekisho::store::tests
