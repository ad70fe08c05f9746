// A range of a stream while something that takes away is not settled: read item by item, as if what the check refuses had been
// withdrawn already. docs/specs/release.md, "Until it is settled". One reader's call; one thread.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "store/store.h"
#include "sync/release/item_check.h"

namespace sekisho::sync {

/// An item that outlives the callback.
class KeptItem {
 public:
  explicit KeptItem(const store::StreamItem& item);
  store::StreamItem view() const;

 private:
  store::StreamItem item_;
  std::array<std::string, 7> texts_;
};

struct CheckedStream {
  const store::Store& store;
  store::CollectionNo collection = 0;
  store::StreamNo stream = 0;
  ItemCheck& check;
  bool pages = true;  ///< the reader goes on behind what it is given: it ends before what may yet stay
};

/// What store::Store::read_stream() gives for `query`. Positions of what was passed over for the check alone are added to `refused`,
/// ascending.
Result<store::PageEnd> read_checked(const CheckedStream& from, const store::StreamQuery& query, std::vector<store::Position>& refused,
                                    const std::function<void(const store::StreamItem&)>& visit);

}  // namespace sekisho::sync
