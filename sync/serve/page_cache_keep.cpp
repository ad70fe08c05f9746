// What the cache keeps, and what goes when there is too much of it.
#include <utility>

#include "sync/serve/page_cache.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kPlaceCost = 128, kShelfCost = 512;

}  // namespace

std::size_t PageCache::cost_of(const PageShelf::Place& place) { return kPlaceCost + place.run->cost(); }

/// The shelf of this walk if what it holds counts for it.
PageShelf* PageCache::shelf_of(const Walk& walk) {
  const auto held = shelves_.find(walk.key);
  if (held == shelves_.end() || !held->second.stands_at(walk.head.id, walk.head.generation)) return nullptr;
  return &held->second;
}

void PageCache::drop(PageShelf::Place* place) {
  held_bytes_ -= cost_of(*place);
  turns_.erase(place->turn);
  place->shelf->erase(*place);
}

void PageCache::clear(PageShelf& shelf) {
  while (!shelf.empty()) drop(shelf.last());
}

void PageCache::keep(const Walk& walk, store::Position from, const Stretch& stretch) {
  const MutexLock lock(mutex_);
  ++counts_.made;
  const auto [held, fresh] = shelves_.try_emplace(walk.key, walk.key);
  PageShelf& shelf = held->second;
  if (fresh) {
    held_bytes_ += kShelfCost + 2 * walk.key.size();
    shelf.stand_at(walk.head.id, walk.head.generation);
  } else if (!shelf.stands_at(walk.head.id, walk.head.generation)) {
    if (shelf.is_ahead_of(walk.head.id, walk.head.generation)) return;  // the stream has changed since
    clear(shelf);
    shelf.stand_at(walk.head.id, walk.head.generation);
  }
  if (!stretch.run) {
    shelf.widen(from, stretch.to);
  } else if (PageShelf::Place* place = shelf.insert(from, stretch.to, stretch.run)) {
    held_bytes_ += cost_of(*place);
    place->turn = turns_.insert(turns_.begin(), place);
  }
  while (held_bytes_ > bytes_ && !turns_.empty()) {
    PageShelf* loser = turns_.back()->shelf;
    drop(turns_.back());
    if (!loser->empty() || loser == &shelf) continue;
    held_bytes_ -= kShelfCost + 2 * loser->key().size();
    shelves_.erase(std::string(loser->key()));
  }
  if (!shelf.empty()) return;
  held_bytes_ -= kShelfCost + 2 * walk.key.size();
  shelves_.erase(held);
}

}  // namespace sekisho::sync
