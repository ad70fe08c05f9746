#include "sync/serve/page_run.h"

#include <algorithm>

namespace sekisho::sync {
namespace {

constexpr std::size_t kEntryBytes = 64;  // around an object
constexpr std::size_t kItemCost = sizeof(PageRun::Item) + sizeof(std::uint64_t);

// splitmix64: spreads what differs in few bits.
std::uint64_t spread(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

// A date added is of one item of a stream, for good; the size is there for a stream that began anew.
void PageRun::add(const store::StreamItem& item, const PageForm& form) {
  form.append(item, text);
  text.push_back(',');
  items.push_back({item.position, item.date_added, text.size(), item.bytes.size()});
  marks.push_back(spread(spread(static_cast<std::uint64_t>(item.date_added)) + item.bytes.size()));
  if (item.giver.empty()) return;
  const auto place = std::lower_bound(givers.begin(), givers.end(), item.giver);
  if (place == givers.end() || *place != item.giver) givers.emplace(place, item.giver);
}

void PageRun::reserve(std::size_t count, std::size_t bytes) {
  text.reserve(count * (bytes + kEntryBytes));
  items.reserve(count);
  marks.reserve(count);
}

void PageRun::trim() {
  if (text.capacity() - text.size() > text.size() / 4) text.shrink_to_fit();
}

bool PageRun::given_by(std::string_view party) const {
  return std::binary_search(givers.begin(), givers.end(), party);
}

std::size_t PageRun::cost() const {
  std::size_t names = 0;
  for (const std::string& giver : givers) names += giver.size() + sizeof(std::string);
  return sizeof(PageRun) + text.capacity() + items.size() * kItemCost + names;
}

std::size_t PageRun::after_position(store::Position position) const {
  const auto found = std::partition_point(items.begin(), items.end(), [&](const Item& i) { return i.position <= position; });
  return static_cast<std::size_t>(found - items.begin());
}

std::size_t PageRun::after_date(std::int64_t date) const {
  const auto found = std::partition_point(items.begin(), items.end(), [&](const Item& i) { return i.date <= date; });
  return static_cast<std::size_t>(found - items.begin());
}

std::string_view PageSlice::text() const {
  const std::size_t begin = from == 0 ? 0 : run->items[from - 1].end;
  return std::string_view(run->text).substr(begin, run->items[to - 1].end - 1 - begin);
}

std::string_view PageSlice::marks() const {
  return {reinterpret_cast<const char*>(run->marks.data() + from), (to - from) * sizeof(std::uint64_t)};
}

}  // namespace sekisho::sync
