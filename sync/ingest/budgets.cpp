#include "sync/ingest/budgets.h"

#include <algorithm>

#include "core/uuid.h"

namespace sekisho::sync {
namespace {

constexpr std::int64_t kHour = 3'600'000'000, kSecond = 1'000'000;  // microseconds
constexpr std::size_t kUuidBytes = 36;

}  // namespace

void Sent::add(std::string_view object) {
  ++objects;
  bytes += object.size();
  ids += ids_in(object);
}

std::uint64_t ids_in(std::string_view text) {
  std::uint64_t count = 0;
  for (std::size_t at = text.find("--"); at != std::string_view::npos; at = text.find("--", at)) {
    at += 2;
    if (Uuid::parse(text.substr(at, kUuidBytes))) ++count;
  }
  return count;
}

Budgets::Budgets(const Clock& clock, const BudgetLimits& limits) : clock_(clock), limits_{limits.objects, limits.bytes, limits.ids, limits.letters} {}

// A budget is told by the instant at which all that was sent is worked off, at so much an hour: it is used up while that is an hour ahead.
void Budgets::charge(Free& free, Kind kind, std::uint64_t amount, std::int64_t now) const {
  if (limits_[kind] == 0) return;
  const double hours = static_cast<double>(amount) / static_cast<double>(limits_[kind]);
  free[kind] = std::max(free[kind], now) + static_cast<std::int64_t>(hours * static_cast<double>(kHour));
}

std::int64_t Budgets::wait_seconds(const std::string& party, const Sent& sent) {
  const std::int64_t now = clock_.monotonic_micros();
  const MutexLock lock(mutex_);
  Free& free = free_.try_emplace(party, Free{now, now, now, now}).first->second;
  const std::int64_t over = *std::max_element(free.begin(), free.end()) - now - kHour;
  if (over >= 0) return over / kSecond + 1;
  charge(free, kObjects, sent.objects, now);
  charge(free, kBytes, sent.bytes, now);
  charge(free, kIds, sent.ids, now);
  return 0;
}

void Budgets::add_letters(const std::string& party, std::uint64_t letters) {
  const std::int64_t now = clock_.monotonic_micros();
  const MutexLock lock(mutex_);
  charge(free_.try_emplace(party, Free{now, now, now, now}).first->second, kLetters, letters, now);
}

}  // namespace sekisho::sync
