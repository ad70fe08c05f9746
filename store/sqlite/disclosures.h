// First disclosures as joined ranges, and a small memory of what is recorded already.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/mutex.h"
#include "store/sqlite/writer.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

/// Ranges known to be on disk; none is ever taken back, so what it says stays true. Bounded: it forgets
/// and asks the tables again. Any thread.
class DisclosureCover {
 public:
  bool covers(const Disclosure& disclosure) const SEKISHO_EXCLUDES(mutex_);
  void add(const Disclosure& recorded) SEKISHO_EXCLUDES(mutex_);

 private:
  struct Range {
    Position from = 0, to = 0;
  };
  using Key = std::tuple<std::string, StreamNo, std::string>;
  mutable Mutex mutex_;
  std::map<Key, Range> latest_ SEKISHO_GUARDED_BY(mutex_);  ///< the range last recorded or asked for
};

/// The recorded range that contains this one, if any. kNotFound: no such stream; kInvalidArgument: not
/// within the stream.
Result<std::optional<Disclosure>> find_disclosed(Connection& db, const Disclosure& disclosure);
/// Records the range, joined with those it overlaps or touches, and its link of the trail; gives the joined range.
/// Those of find_disclosed; kStoreCorrupt.
Result<Disclosure> record_disclosure(Connection& db, const Disclosure& disclosure);
/// Of every party if `party` is empty.
std::vector<Disclosure> read_disclosures(Connection& db, std::string_view party);

}  // namespace sekisho::store::sqlite
