// The runs held of one stream under one selection and form, at one generation: which positions are covered, and by
// what. Not thread safe; page_cache guards it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sync/serve/page_run.h"

namespace sekisho::sync {

class PageShelf {
 public:
  /// Positions up to `to`, and all that the selection gives of them; where it begins stands in the shelf.
  struct Place {
    store::Position to = 0;
    std::shared_ptr<const PageRun> run;
    PageShelf* shelf = nullptr;
    std::list<Place*>::iterator turn;  ///< in the cache's order of use
  };

  explicit PageShelf(std::string key) : key_(std::move(key)) {}
  const std::string& key() const { return key_; }

  /// Whether what it holds was read of this stream at this generation.
  bool stands_at(const Uuid& stream, std::uint64_t generation) const;
  /// Was read of this stream later.
  bool is_ahead_of(const Uuid& stream, std::uint64_t generation) const;
  void stand_at(const Uuid& stream, std::uint64_t generation);

  /// What covers the position behind `position`.
  Place* covering(store::Position position) const;
  /// Where the next run begins behind `position`, if any.
  std::optional<store::Position> next_from(store::Position position) const;
  /// The position behind which the first item with a later date is, if the runs held tell.
  std::optional<store::Position> before_date(std::int64_t date) const;

  /// Puts a run into its gap; null if something overlaps it.
  Place* insert(store::Position from, store::Position to, std::shared_ptr<const PageRun> run);
  /// Nothing is between: a neighbour covers it from here on.
  void widen(store::Position from, store::Position to);
  void erase(const Place& place);
  bool empty() const { return places_.empty(); }
  Place* last() const { return places_.back().place.get(); }
  bool given_by(const std::string& party) const { return givers_.count(party) != 0; }

 private:
  /// What is searched by stands here, side by side.
  struct Entry {
    store::Position from = 0;
    std::int64_t first_date = 0;
    std::unique_ptr<Place> place;
  };
  using Places = std::vector<Entry>;
  Places::const_iterator behind(store::Position position) const;

  const std::string key_;
  Uuid stream_;
  std::uint64_t generation_ = 0;
  Places places_;  ///< ascending, none overlaps another
  std::set<std::string> givers_;
};

}  // namespace sekisho::sync
