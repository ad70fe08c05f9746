#include "sync/serve/page_cache.h"

#include <algorithm>
#include <utility>

namespace sekisho::sync {
namespace {

void part(std::string& key, std::string_view text) {
  key.append(std::to_string(text.size())).push_back(':');
  key.append(text);
}

void list(std::string& key, const std::vector<std::string>& values) {
  key.append(std::to_string(values.size())).push_back('[');
  for (const std::string& value : values) part(key, value);
}

/// Everything that decides what a stream gives and how it is written, but where a page begins and ends.
std::string key_of(store::StreamNo stream, const store::StreamQuery& query, const PageForm& form) {
  std::string key = std::to_string(stream);
  part(key, form.name);
  list(key, query.types);
  list(key, query.spec_versions);
  const auto& versions = query.versions;
  key.append({versions.all ? 'a' : '-', versions.first ? 'f' : '-', versions.last ? 'l' : '-'});
  for (const Timestamp& time : versions.exact) {
    key.append(std::to_string(time.seconds)).push_back('.');
    key.append(std::to_string(time.nanos)).push_back(',');
  }
  return key;
}

}  // namespace

Result<store::PageEnd> PageCache::read(const store::Store& store, store::StreamNo stream, store::StreamQuery query,
                                       const PageForm& form, const std::function<void(const PageSlice&)>& visit) {
  query.want_bytes = form.bytes;
  query.want_names = !form.bytes;
  query.want_attestations = false;
  if (query.limit == 0) return make_error(Code::kInvalidArgument, "the limit is at least 1", "limit");
  if (bytes_ == 0 || !query.ids.empty() || query.passed_over || query.own) return read_past(store, stream, query, form, visit);
  const std::string key = key_of(stream, query, form);
  bool shared = true;
  for (int tries = 0; tries < kTries;) {
    SEKISHO_ASSIGN(const store::Stream head, store.stream(stream));
    Walk walk{store, head, query, form, key, shared, {}};
    if (!shared) part(walk.key, query.exclude_source);
    SEKISHO_ASSIGN(const Outcome outcome, this->walk(walk));
    if (outcome == Outcome::kOwn) {
      shared = false;
      continue;
    }
    if (outcome == Outcome::kChanged) {
      ++tries;
      continue;
    }
    for (const PageSlice& slice : walk.page.slices) visit(slice);
    return walk.page.end;
  }
  return read_past(store, stream, query, form, visit);
}

Result<PageCache::Outcome> PageCache::walk(Walk& walk) {
  walk.page.end.stream = walk.head.id;
  walk.page.end.generation = walk.head.generation;
  if (walk.shared && !walk.query.exclude_source.empty()) {
    const MutexLock lock(mutex_);
    const auto held = shelves_.find(walk.key);
    if (held != shelves_.end() && held->second.given_by(walk.query.exclude_source)) return Outcome::kOwn;
  }
  SEKISHO_ASSIGN(const auto first, start(walk));
  if (!first) return Outcome::kChanged;
  for (store::Position at = *first; at < walk.head.length;) {
    SEKISHO_ASSIGN(const auto next, stretch(walk, at));
    if (!next) return Outcome::kChanged;
    if (next->run) {
      if (walk.shared && next->run->given_by(walk.query.exclude_source)) return Outcome::kOwn;
      if (!take(walk, next->run, at)) break;
    }
    at = next->to;
  }
  return Outcome::kDone;
}

/// The position behind which the page begins; nothing if the stream has changed.
Result<std::optional<store::Position>> PageCache::start(Walk& walk) {
  store::Position at = std::min(walk.query.after_position, walk.head.length);
  const auto& date = walk.query.after_date;
  if (!date) return std::optional(at);
  if (*date >= walk.head.last_date) return std::optional(walk.head.length);
  std::optional<store::Position> known;
  {
    const MutexLock lock(mutex_);
    if (PageShelf* shelf = shelf_of(walk)) known = shelf->before_date(*date);
  }
  if (!known) {
    store::StreamQuery query = walk.query;
    query.limit = 1;
    query.want_bytes = query.want_names = false;
    if (walk.shared) query.exclude_source.clear();
    store::Position found = walk.head.length + 1;
    SEKISHO_ASSIGN(const store::PageEnd end, walk.store.read_stream(walk.head.no, query, [&](const store::StreamItem& item) {
      found = item.position;
    }));
    if (end.stream != walk.head.id || end.generation != walk.head.generation) return std::optional<store::Position>();
    known = found - 1;
  }
  return std::optional(std::max(at, *known));
}

/// What covers the position behind `at`; nothing if the stream has changed.
Result<std::optional<PageCache::Stretch>> PageCache::stretch(Walk& walk, store::Position at) {
  store::Position to = walk.head.length;
  {
    const MutexLock lock(mutex_);
    PageShelf* shelf = shelf_of(walk);
    if (shelf != nullptr) {
      if (PageShelf::Place* place = shelf->covering(at)) {
        turns_.splice(turns_.begin(), turns_, place->turn);
        ++counts_.held;
        return std::optional(Stretch{place->to, place->run});
      }
      to = std::min(to, shelf->next_from(at).value_or(to));
    }
  }
  SEKISHO_ASSIGN(auto made, read_stretch(walk, at, to));
  if (made) keep(walk, at, *made);
  return made;
}

Result<std::optional<PageCache::Stretch>> PageCache::read_stretch(Walk& walk, store::Position at, store::Position to) {
  store::StreamQuery query = walk.query;
  query.after_position = at;
  query.through_position = to;
  query.after_date.reset();
  query.limit = std::clamp(walk.query.limit - walk.page.end.count + 1, kLeastItems, kMostItems);
  query.max_bytes = kRunBytes;
  query.want_givers = walk.shared;
  if (walk.shared) query.exclude_source.clear();
  auto run = std::make_shared<PageRun>();
  SEKISHO_ASSIGN(const store::PageEnd end, walk.store.read_stream(walk.head.no, query, [&](const store::StreamItem& item) {
    if (run->items.empty()) run->reserve(std::min(query.limit, kRunBytes / (item.bytes.size() + 1)), item.bytes.size());
    run->add(item, walk.form);
  }));
  if (end.stream != walk.head.id || end.generation != walk.head.generation) return std::optional<Stretch>();
  if (end.count == 0) return std::optional(Stretch{to, nullptr});
  run->trim();
  return std::optional(Stretch{end.more ? end.last_position : to, std::move(run)});
}

/// Takes what the page wants of a run; false once it is full.
bool PageCache::take(Walk& walk, const std::shared_ptr<const PageRun>& run, store::Position at) {
  Page& page = walk.page;
  const std::size_t from = run->after_position(at);
  std::size_t to = from;
  for (; to < run->items.size(); ++to) {
    const PageRun::Item& item = run->items[to];
    const bool full = page.end.count == walk.query.limit ||
                      (page.end.count > 0 && page.bytes + item.size > walk.query.max_bytes);
    if (full) {
      page.end.more = true;
      break;
    }
    page.bytes += item.size;
    page.end.last_position = item.position;
    page.end.last_date = item.date;
    ++page.end.count;
  }
  if (to != from) page.slices.push_back({run, from, to});
  return !page.end.more;
}

Result<store::PageEnd> PageCache::read_past(const store::Store& store, store::StreamNo stream, const store::StreamQuery& query,
                                            const PageForm& form, const std::function<void(const PageSlice&)>& visit) {
  {
    const MutexLock lock(mutex_);
    ++counts_.past;
  }
  auto run = std::make_shared<PageRun>();
  SEKISHO_ASSIGN(const store::PageEnd end,
                 store.read_stream(stream, query, [&](const store::StreamItem& item) { run->add(item, form); }));
  if (!run->items.empty()) {
    const std::size_t count = run->items.size();
    visit({std::move(run), 0, count});
  }
  return end;
}

PageCache::Counters PageCache::counters() const {
  const MutexLock lock(mutex_);
  Counters counters = counts_;
  counters.bytes = held_bytes_;
  return counters;
}

}  // namespace sekisho::sync
