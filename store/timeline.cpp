#include "store/timeline.h"

#include <algorithm>

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

// The same content once, where it came first; of two contents that of the stream; where that has none, the one given last.
bool TimelineFamily::shown(const Version& one, const Moment& there) {
  if (!one.own) {
    return std::none_of(there.own.begin(), there.own.end(), [&one](const Version& mine) {
      return mine.content == one.content && mine.date < one.date;
    });
  }
  if (there.shared) return there.shared->content == one.content && one.date < there.shared->date;
  return std::none_of(there.own.begin(), there.own.end(), [&one](const Version& mine) { return mine.date > one.date; });
}

TimelineFamily::Standing TimelineFamily::of(const Version& one) const {
  const auto moment = moments_.find(one.version);
  const auto span = specs_.find(one.spec);
  if (moment == moments_.end() || span == specs_.end()) return {};
  return {shown(one, moment->second), span->second.first == one.version, span->second.last == one.version,
          specs_.rbegin()->first == one.spec};
}

}  // namespace sekisho::store
