#include "sync/ingest/status_shelf.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/uuid.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kStampBytes = 27;  // of format_taxii_time; a line of its own before the text

std::string space_of(const std::string& party) { return "status/" + party; }

std::optional<Timestamp> stamp_of(std::string_view value) {
  if (value.size() <= kStampBytes) return std::nullopt;
  const auto at = parse_taxii_time(value.substr(0, kStampBytes));
  if (!at.ok()) return std::nullopt;
  return *at;
}

}  // namespace

Status StatusShelf::open(const std::string& party) {
  const MutexLock lock(mutex_);
  if (shelves_.count(party) != 0) return {};
  SEKISHO_ASSIGN(const auto kept, store_.documents(space_of(party)));
  Shelf shelf;
  for (const auto& [id, value] : kept) {
    shelf.rows.push_back({stamp_of(value).value_or(Timestamp{}), id, value.size()});
    shelf.bytes += value.size();
  }
  std::sort(shelf.rows.begin(), shelf.rows.end(), [](const Row& a, const Row& b) { return a.at < b.at; });
  shelves_.emplace(party, std::move(shelf));
  return {};
}

// A status whose transaction failed stays in the row list and is removed from the store in vain later.
std::vector<store::DocumentPut> StatusShelf::put(const std::string& party, const std::string& id, Timestamp at,
                                                 std::string text) {
  std::string value = format_taxii_time(at) + "\n" + std::move(text);
  std::vector<store::DocumentPut> puts;
  const MutexLock lock(mutex_);
  Shelf& shelf = shelves_[party];
  shelf.rows.push_back({at, id, value.size()});
  shelf.bytes += value.size();
  while (shelf.rows.size() > 1 &&
         (shelf.rows.front().at.plus_micros(kKeptMicros) < at || shelf.bytes > kBytesPerParty)) {
    shelf.bytes -= shelf.rows.front().bytes;
    puts.push_back({space_of(party), shelf.rows.front().id, std::nullopt});
    shelf.rows.pop_front();
  }
  puts.push_back({space_of(party), id, std::move(value)});
  return puts;
}

Result<StatusShelf::Kept> StatusShelf::find(const std::string& party, std::string_view id) const {
  const auto uuid = Uuid::parse(id);
  if (!uuid || uuid->to_string() != id) return make_error(Code::kNotFound, "no such status");
  SEKISHO_ASSIGN(const auto value, store_.document(space_of(party), id));
  if (!value) return make_error(Code::kNotFound, "no such status");
  const auto at = stamp_of(*value);
  if (!at) return make_error(Code::kStoreCorrupt, "a status without its time", std::string(id));
  return Kept{*at, value->substr(kStampBytes + 1)};
}

}  // namespace sekisho::sync
