#include "store/timeline.h"

#include <algorithm>
#include <limits>

namespace sekisho::store {

TimelineFamily::TimelineFamily(const std::vector<Version>& all) {
  for (const Version& one : all) {
    Moment& moment = moments_[one.version];
    if (one.own) {
      moment.own.push_back(one);
    } else {
      moment.shared = one;
    }
    const auto [span, fresh] = specs_.try_emplace(one.spec, Span{one.version, one.version});
    if (fresh) continue;
    span->second.first = std::min(span->second.first, one.version);
    span->second.last = std::max(span->second.last, one.version);
  }
}

// Of two contents that of the stream, under the date of the own entry if that is what was shown when it came; where the stream has none, the
// own one given last. What was shown no more when the stream brought it comes again: who had not read it by then would miss it.
bool TimelineFamily::shown(const Version& one, const Moment& there) {
  const std::int64_t until = there.shared ? there.shared->date : std::numeric_limits<std::int64_t>::max();
  const Version* before = nullptr;  // the last own one
  for (const Version& mine : there.own) {
    if (mine.date < until && (before == nullptr || mine.date > before->date)) before = &mine;
  }
  const bool as_before = before != nullptr && there.shared && before->content == there.shared->content;
  if (!one.own) return !as_before;
  return before != nullptr && before->date == one.date && (as_before || !there.shared);
}

TimelineFamily::Standing TimelineFamily::of(const Version& one) const {
  const auto moment = moments_.find(one.version);
  const auto span = specs_.find(one.spec);
  if (moment == moments_.end() || span == specs_.end()) return {};
  return {shown(one, moment->second), span->second.first == one.version, span->second.last == one.version,
          specs_.rbegin()->first == one.spec};
}

}  // namespace sekisho::store
