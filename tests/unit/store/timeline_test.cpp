// A reader of a timeline, whatever is appended, given and taken back meanwhile: held against a list that is sorted anew each time.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "fixtures.h"
#include "store/rules.h"
#include "tests/support/property.h"

namespace sekisho::store::tests {
namespace {

/// What to do, with which object, and by how much the clock moves on.
using TimelineStep = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>;

struct Told {
  std::string id, version, bytes;
  std::int64_t date = 0;
  auto operator<=>(const Told&) const = default;
};

/// Every entry that there ever was, and the rules in so many words.
class Model {
 public:
  struct Row {
    Told told;
    bool own = false, gone = false;
  };
  std::vector<Row> rows;

  /// Whether the party gave several contents of this version.
  bool gave_several(const Told& told) const {
    std::set<std::string> contents;
    for (const Row& row : rows) {
      if (row.own && row.told.id == told.id && row.told.version == told.version) contents.insert(row.told.bytes);
    }
    return contents.size() > 1;
  }
  /// What is shown to a reader at this instant, in order of date.
  std::vector<Told> timeline(std::int64_t now) const {
    std::vector<const Row*> there;
    std::int64_t end = INT64_MAX;
    for (const Row& row : rows) {
      if (row.gone) continue;
      if (row.own && row.told.date >= now) {
        end = std::min(end, row.told.date);
      } else {
        there.push_back(&row);
      }
    }
    std::vector<Told> out;
    for (const Row* row : there) {
      bool in_stream = false, shown = row->told.date < end;
      const auto of_stream = std::find_if(there.begin(), there.end(), [row](const Row* other) {
        return !other->own && other->told.id == row->told.id && other->told.version == row->told.version;
      });
      in_stream = of_stream != there.end();
      const Row* shown_before = nullptr;  // the own one that the party saw until the stream carried the version
      for (const Row* other : there) {
        if (!other->own || other->told.id != row->told.id || other->told.version != row->told.version) continue;
        if (in_stream && other->told.date > (*of_stream)->told.date) continue;
        if (shown_before == nullptr || other->told.date > shown_before->told.date) shown_before = other;
      }
      const bool same = in_stream && shown_before != nullptr && shown_before->told.bytes == (*of_stream)->told.bytes;
      shown = shown && row == (in_stream && !same ? *of_stream : shown_before);
      if (shown) out.push_back(row->told);
    }
    std::sort(out.begin(), out.end(), [](const Told& l, const Told& r) { return l.date < r.date; });
    return out;
  }
};

/// Asks for page after page, as a TAXII client does: by `next` as long as there is one, or by the last date alone.
class Reader {
 public:
  explicit Reader(bool by_date, std::size_t limit) : by_date_(by_date), limit_(limit) {}

  std::vector<Told> given;

  /// True: there is more.
  bool ask(const Store& store, StreamNo stream, std::int64_t now) {
    StreamQuery query = all_versions();
    query.limit = limit_;
    query.own = OwnPart{"p", now};
    query.after_date = date_;
    if (!by_date_) query.after_position = position_;
    const PageRead page = read_page(store, stream, query);
    for (const Item& item : page.items) given.push_back({item.id, item.version, item.bytes, item.date_added});
    if (page.end.count != 0) date_ = page.end.last_date;
    position_ = std::max(position_, page.end.last_position);
    return page.end.more;
  }

 private:
  const bool by_date_;
  const std::size_t limit_;
  std::int64_t date_ = 0;
  Position position_ = 0;
};

template <typename Kind>
class Play {
 public:
  Play() {
    c_ = add_collection(store(), "c");
    s_ = must(store().create_stream(c_, "aud:view", uuid(100))).no;
    must(store().assign({{"p", c_, s_}}));
  }

  void apply(const TimelineStep& step, bool take_back) {
    const auto& [kind, what, wait] = step;
    now_ += wait % 4 == 0 ? 1 + wait : 1;  // much is given within one microsecond of the next
    const std::string source = (what & 32) != 0 ? "p" : "q";
    const Make make{1U + (what & 3U), (what >> 2) & 1, (what & 8) != 0 ? "one" : "other"};
    switch (kind % 5) {
      case 0: return post(make);
      case 1: return release(make, source);
      case 2: return take_back ? withdraw(what) : release(make, source);
      default: read();
    }
  }

  void finish() {
    now_ += 1000;  // every date is over
    for (Reader& reader : readers_) {
      while (reader.ask(store(), s_, now_)) {
      }
    }
    Reader whole(false, 100);
    RC_ASSERT(!whole.ask(store(), s_, now_));
    RC_ASSERT(whole.given == model_.timeline(now_));
    RC_ASSERT(must(store().check(nullptr)).empty());
  }

  /// Nothing was taken back: each got everything that is there now, and nothing twice but what another content had taken the place of.
  void check_complete() {
    for (const Reader& reader : readers_) {
      std::set<std::tuple<std::string, std::string, std::string>> contents;
      std::map<std::pair<std::string, std::string>, std::string> latest;
      std::int64_t last = 0;
      for (const Told& told : reader.given) {
        RC_ASSERT(told.date > last);
        last = told.date;
        contents.insert({told.id, told.version, told.bytes});
        std::string& before = latest[{told.id, told.version}];
        RC_ASSERT(before != told.bytes || model_.gave_several(told));
        before = told.bytes;
      }
      for (const Told& told : model_.timeline(now_)) RC_ASSERT(contents.count({told.id, told.version, told.bytes}) == 1);
    }
  }

 private:
  Store& store() { return *kind_.store; }
  Timestamp now() const { return kNow.plus_micros(now_ - kNow.micros()); }

  std::int64_t last(bool own) const {
    std::int64_t out = 0;
    for (const auto& row : model_.rows) {
      if (row.own && row.gone) continue;  // nobody was given it under a date that is still to come
      if (row.own == own) out = std::max(out, row.told.date);
    }
    return out;
  }

  void note(const stix::Object& object, bool own, std::int64_t date) {
    model_.rows.push_back({{std::string(object.id()), std::string(object.version()), std::string(object.bytes()), date}, own, false});
  }

  void post(const Make& make) {
    Batch batch;
    batch.objects.push_back(given(make, c_, "p"));
    batch.objects.back().own = true;
    const bool known = !given_.insert({make.n, make.minute, make.text}).second;
    must(store().commit(batch, now()));
    if (!known) note(*make.object(), true, next_own_date(now_, std::max(last(true), last(false))));
  }

  void release(const Make& make, const std::string& source) {
    Batch batch;
    batch.objects.push_back(given(make, c_, source));
    if (source == "p") {
      if (given_.count({make.n, make.minute, make.text}) == 0) return;  // it comes to a stream after it was given
    }
    const ObjectNo no = must(store().commit(batch, now())).at(0).object;
    if (release_to(store(), s_, {no}, now()) != 0) note(*make.object(), false, next_date(now_, last(false)));
  }

  void withdraw(std::uint8_t what) {
    if (model_.rows.empty()) return;
    Model::Row& row = model_.rows[what % model_.rows.size()];
    if (row.gone) return;
    for (const auto& version : must(store().versions_of(row.told.id, true))) {
      if (version.bytes != row.told.bytes || version.version != row.told.version) continue;
      if (row.own) {
        if (version.source != "p") continue;
        Batch batch;
        batch.own_withdrawals = {version.no};
        must(store().commit(batch, now()));
      } else {
        withdraw_from(store(), s_, version.no);
      }
    }
    row.gone = true;
  }

  void read() {
    for (Reader& reader : readers_) {
      reader.ask(store(), s_, now_);
    }
    Reader whole(true, 100);
    whole.ask(store(), s_, now_);
    RC_ASSERT(whole.given == model_.timeline(now_));
  }

  Kind kind_;
  CollectionNo c_ = 0;
  StreamNo s_ = 0;
  std::int64_t now_ = kNow.micros();
  Model model_;
  std::set<std::tuple<std::uint64_t, int, std::string>> given_;
  std::vector<Reader> readers_{Reader(false, 2), Reader(true, 2), Reader(false, 1), Reader(true, 1), Reader(true, 7)};
};

template <typename Kind>
void check_all(const std::vector<TimelineStep>& steps, bool take_back) {
  Play<Kind> play;
  for (const TimelineStep& step : steps) play.apply(step, take_back);
  play.finish();
  if (!take_back) play.check_complete();
}

}  // namespace

TEST_SUITE("property") {
  TEST_CASE("store: a timeline gives each entry once and in order, by next and by date") {
    PROPERTY("memory", [](const std::vector<TimelineStep>& steps) { check_all<MemoryKind>(steps, false); });
    PROPERTY("sqlite", [](const std::vector<TimelineStep>& steps) { check_all<SqliteKind>(steps, false); });
  }

  TEST_CASE("store: a timeline is what the rules say, whatever is taken back") {
    PROPERTY("memory", [](const std::vector<TimelineStep>& steps) { check_all<MemoryKind>(steps, true); });
    PROPERTY("sqlite", [](const std::vector<TimelineStep>& steps) { check_all<SqliteKind>(steps, true); });
  }
}

}  // namespace sekisho::store::tests
