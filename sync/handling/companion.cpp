#include "sync/handling/companion.h"

#include <algorithm>

namespace sekisho::sync {

bool is_read(const policy::Compiled& policy, const std::string& audience, const store::Collection& collection,
             const std::vector<store::Collection>& all, Timestamp now) {
  if (!collection.companion_of) return policy.reads(audience, collection.alias, now);
  return std::any_of(all.begin(), all.end(), [&](const store::Collection& main) {
    return main.no == *collection.companion_of && policy.reads(audience, main.alias, now);
  });
}

}  // namespace sekisho::sync
