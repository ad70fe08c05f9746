// Pages of streams from memory: the runs that pages are cut from, kept per stream, selection and form, bounded in bytes,
// the longest unused go first. A run counts only at the generation of the stream that the store tells for this very page, so
// nothing has to be told of a change; whatever was read while the stream changed is thrown away. What differs from caller to
// caller (rights, disclosures, `next`, the stop) is not here: sync/outbound does it for each page. Any thread.
// docs/specs/pages.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/mutex.h"
#include "core/result.h"
#include "store/store.h"
#include "sync/serve/page_run.h"
#include "sync/serve/page_shelf.h"

namespace sekisho::sync {

class PageCache {
 public:
  /// Items read in one go: as many as the page wants, within these.
  static constexpr std::size_t kLeastItems = 32, kMostItems = 256;
  static constexpr std::size_t kRunBytes = 512u << 10;  ///< of objects; a run is one item at least
  static constexpr int kTries = 3;                      ///< while the stream changes, before it is read past the cache

  /// `bytes` of memory for runs; 0: nothing is kept.
  explicit PageCache(std::size_t bytes) : bytes_(bytes) {}

  /// The items that store.read_stream() gives for `query`, in order, and the same end; `query.want_bytes` and
  /// `want_names` are set from the form. Attestations are not given. Errors: those of the store.
  Result<store::PageEnd> read(const store::Store& store, store::StreamNo stream, store::StreamQuery query, const PageForm& form,
                              const std::function<void(const PageSlice&)>& visit);

  struct Counters {
    std::uint64_t held = 0, made = 0, past = 0;  ///< runs found, runs read, pages read past the cache
    std::size_t bytes = 0;
  };
  Counters counters() const SEKISHO_EXCLUDES(mutex_);

 private:
  struct Page {
    std::vector<PageSlice> slices;
    store::PageEnd end;
    std::size_t bytes = 0;
  };
  /// One page being put together.
  struct Walk {
    const store::Store& store;
    const store::Stream& head;
    store::StreamQuery& query;
    const PageForm& form;
    std::string key;
    bool shared = true;  ///< for every reader; else without what came from this one alone
    Page page;
  };
  struct Stretch {
    store::Position to = 0;
    std::shared_ptr<const PageRun> run;  ///< null: the selection gives nothing of it
  };
  enum class Outcome : std::uint8_t { kDone, kChanged, kOwn };

  Result<Outcome> walk(Walk& walk);
  Result<std::optional<store::Position>> start(Walk& walk);
  Result<std::optional<Stretch>> stretch(Walk& walk, store::Position at);
  Result<std::optional<Stretch>> read_stretch(Walk& walk, store::Position at, store::Position to);
  static bool take(Walk& walk, const std::shared_ptr<const PageRun>& run, store::Position at);
  Result<store::PageEnd> read_past(const store::Store& store, store::StreamNo stream, const store::StreamQuery& query,
                                   const PageForm& form, const std::function<void(const PageSlice&)>& visit);

  PageShelf* shelf_of(const Walk& walk) SEKISHO_REQUIRES(mutex_);
  void keep(const Walk& walk, store::Position from, const Stretch& stretch) SEKISHO_EXCLUDES(mutex_);
  void drop(PageShelf::Place* place) SEKISHO_REQUIRES(mutex_);
  void clear(PageShelf& shelf) SEKISHO_REQUIRES(mutex_);
  static std::size_t cost_of(const PageShelf::Place& place);

  const std::size_t bytes_;
  mutable Mutex mutex_;
  std::map<std::string, PageShelf> shelves_ SEKISHO_GUARDED_BY(mutex_);
  std::list<PageShelf::Place*> turns_ SEKISHO_GUARDED_BY(mutex_);  ///< the last used first
  std::size_t held_bytes_ SEKISHO_GUARDED_BY(mutex_) = 0;
  Counters counts_ SEKISHO_GUARDED_BY(mutex_);
};

}  // namespace sekisho::sync
