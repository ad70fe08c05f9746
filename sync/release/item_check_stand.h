// What an ItemCheck stands on. Value.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "policy/compiled.h"
#include "store/store.h"
#include "sync/handling/approvals.h"
#include "sync/handling/tightened.h"
#include "sync/release/item_check.h"
#include "sync/release/plan/recalled.h"
#include "sync/release/plan/rendition.h"

namespace sekisho::sync {

struct ItemCheck::Stand {
  store::Store& store;
  const Renditions& renditions;
  std::shared_ptr<const policy::Compiled> policy;
  std::shared_ptr<const Recalled> recalled;
  std::shared_ptr<const Tightened> tightened;
  std::shared_ptr<const Approvals> approvals;
  std::vector<store::Collection> collections;
  std::shared_ptr<const std::set<std::string>> left;  ///< ids that left the view, and what named them may not have yet
  std::string view;                                   ///< its name
  std::map<store::CollectionNo, store::StreamNo> streams;
  std::string planned_for, audience;  ///< the audience that the streams were planned for, and that of now
  Timestamp planned_at, now;
};

}  // namespace sekisho::sync
