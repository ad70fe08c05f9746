#include "sync/serve/page_shelf.h"

#include <algorithm>
#include <utility>

namespace sekisho::sync {

bool PageShelf::stands_at(const Uuid& stream, std::uint64_t generation) const {
  return stream == stream_ && generation == generation_;
}

bool PageShelf::is_ahead_of(const Uuid& stream, std::uint64_t generation) const {
  return stream == stream_ && generation < generation_;
}

void PageShelf::stand_at(const Uuid& stream, std::uint64_t generation) {
  stream_ = stream;
  generation_ = generation;
  givers_.clear();
}

/// The first place that begins behind `position`.
PageShelf::Places::const_iterator PageShelf::behind(store::Position position) const {
  return std::partition_point(places_.begin(), places_.end(), [&](const Entry& entry) { return entry.from <= position; });
}

PageShelf::Place* PageShelf::covering(store::Position position) const {
  const auto next = behind(position);
  if (next == places_.begin()) return nullptr;
  Place* place = std::prev(next)->place.get();
  return position < place->to ? place : nullptr;
}

std::optional<store::Position> PageShelf::next_from(store::Position position) const {
  const auto next = behind(position);
  return next == places_.end() ? std::nullopt : std::optional(next->from);
}

std::optional<store::Position> PageShelf::before_date(std::int64_t date) const {
  const auto next = std::partition_point(places_.begin(), places_.end(), [&](const Entry& entry) { return entry.first_date <= date; });
  if (next == places_.begin()) return std::nullopt;
  const Place& place = *std::prev(next)->place;
  const std::size_t index = place.run->after_date(date);
  if (index < place.run->items.size()) return place.run->items[index - 1].position;
  const bool joined = next != places_.end() && next->from == place.to;
  return joined ? std::optional(place.to) : std::nullopt;
}

PageShelf::Place* PageShelf::insert(store::Position from, store::Position to, std::shared_ptr<const PageRun> run) {
  const auto next = behind(from);
  const bool overlaps = (next != places_.end() && next->from < to) || covering(from) != nullptr;
  if (overlaps || from >= to) return nullptr;
  givers_.insert(run->givers.begin(), run->givers.end());
  auto place = std::make_unique<Place>();
  place->to = to;
  place->run = std::move(run);
  place->shelf = this;
  const std::int64_t first_date = place->run->items.front().date;
  return places_.insert(next, Entry{from, first_date, std::move(place)})->place.get();
}

void PageShelf::widen(store::Position from, store::Position to) {
  const auto next = places_.begin() + (behind(from) - places_.cbegin());
  if ((next != places_.end() && next->from < to) || covering(from) != nullptr) return;
  if (next != places_.begin() && std::prev(next)->place->to == from) {
    std::prev(next)->place->to = to;
  } else if (next != places_.end() && next->from == to) {
    next->from = from;
  }
}

void PageShelf::erase(const Place& place) {
  places_.erase(std::prev(behind(place.run->items.front().position - 1)));
}

}  // namespace sekisho::sync
