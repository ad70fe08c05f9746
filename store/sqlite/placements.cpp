#include "store/sqlite/placements.h"

#include <algorithm>
#include <optional>

namespace sekisho::store::sqlite {
namespace {

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

std::optional<std::uint64_t> take_varint(std::string_view& in) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(in.front());
    in.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

template <typename Places>
auto lower_bound(Places& places, StreamNo stream) {
  return std::lower_bound(places.begin(), places.end(), stream,
                          [](const auto& place, StreamNo wanted) { return place.first < wanted; });
}

}  // namespace

std::optional<Position> Placements::find(StreamNo stream) const {
  if (places_.empty() || places_.back().first < stream) return std::nullopt;
  const auto place = lower_bound(places_, stream);
  if (place == places_.end() || place->first != stream) return std::nullopt;
  return place->second;
}

void Placements::set(StreamNo stream, Position position) {
  if (places_.empty() || places_.back().first < stream) {
    places_.emplace_back(stream, position);
    return;
  }
  const auto place = lower_bound(places_, stream);
  if (place->first == stream) {
    place->second = position;
  } else {
    places_.insert(place, {stream, position});
  }
}

void Placements::erase(StreamNo stream) {
  const auto place = lower_bound(places_, stream);
  if (place != places_.end() && place->first == stream) places_.erase(place);
}

std::string pack_placements(const Placements& placements) {
  std::string bytes;
  StreamNo previous = 0;
  for (const auto& [stream, position] : placements) {
    put_varint(bytes, stream - previous);
    put_varint(bytes, position);
    previous = stream;
  }
  return bytes;
}

Placements unpack_placements(std::string_view bytes) {
  Placements placements;
  std::uint64_t stream = 0;
  while (!bytes.empty()) {
    const auto step = take_varint(bytes);
    const auto position = step ? take_varint(bytes) : std::nullopt;
    if (!position) break;
    stream += *step;
    placements.set(static_cast<StreamNo>(stream), *position);
  }
  return placements;
}

void unpack_streams(std::string_view bytes, std::vector<StreamNo>& out) {
  out.clear();
  std::uint64_t stream = 0;
  while (!bytes.empty()) {
    const auto step = take_varint(bytes);
    if (!step || !take_varint(bytes)) return;
    stream += *step;
    out.push_back(static_cast<StreamNo>(stream));
  }
}

Placements read_placements(Connection& db, ObjectNo object) {
  Query query = db.query("SELECT streams FROM placements WHERE object = ?1", object);
  return query.row() ? unpack_placements(query.blob(0)) : Placements{};
}

void write_placements(Connection& db, ObjectNo object, const Placements& placements) {
  const std::string bytes = pack_placements(placements);
  db.exec("INSERT OR REPLACE INTO placements(object, streams) VALUES(?1, ?2)", object, Blob{bytes});
}

std::vector<Position> positions_of(Connection& db, StreamNo stream, std::string_view id) {
  std::vector<Position> positions;
  Query query = db.query("SELECT p.streams FROM objects o JOIN placements p ON p.object = o.no WHERE o.id = ?1", id);
  while (query.row()) {
    if (const auto position = unpack_placements(query.blob(0)).find(stream)) positions.push_back(*position);
  }
  std::sort(positions.begin(), positions.end());
  return positions;
}

std::vector<Position> positions_of_ids(Connection& db, StreamNo stream, const std::vector<std::string>& ids) {
  std::vector<Position> positions;
  for (const auto& id : ids) {
    const std::vector<Position> found = positions_of(db, stream, id);
    positions.insert(positions.end(), found.begin(), found.end());
  }
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return positions;
}

}  // namespace sekisho::store::sqlite
