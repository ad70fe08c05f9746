// Which streams carry an object, and where: one narrow row per object, so that an id is found in a
// stream without a scan. Withdrawn entries are not in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/sqlite/database.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

/// Stream and position of an object, ascending by stream.
class Placements {
 public:
  std::optional<Position> find(StreamNo stream) const;
  void set(StreamNo stream, Position position);
  void erase(StreamNo stream);
  auto begin() const { return places_.begin(); }
  auto end() const { return places_.end(); }

 private:
  std::vector<std::pair<StreamNo, Position>> places_;
};

std::string pack_placements(const Placements& placements);
/// What is not well-formed ends the list; fsck finds the difference.
Placements unpack_placements(std::string_view bytes);

/// The streams alone, of what pack_placements() gave.
void unpack_streams(std::string_view bytes, std::vector<StreamNo>& out);

Placements read_placements(Connection& db, ObjectNo object);
void write_placements(Connection& db, ObjectNo object, const Placements& placements);

/// Ascending positions in the stream of everything it carries of an id.
std::vector<Position> positions_of(Connection& db, StreamNo stream, std::string_view id);
/// The same of several ids, each position once.
std::vector<Position> positions_of_ids(Connection& db, StreamNo stream, const std::vector<std::string>& ids);

}  // namespace sekisho::store::sqlite
