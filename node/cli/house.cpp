#include "node/cli/house.h"

#include "policy/compiled.h"
#include "policy/model.h"

namespace sekisho::node::cli {

sync::PolicyChanges policy_changes(House& house) {
  return {house.store, house.release, house.audit, house.machine.clock};
}

Result<sync::InForce> take_policy(House& house, sync::Candidate candidate, const std::string& action, const sync::Watch& watch) {
  SEKISHO_ASSIGN(const std::string before, house.machine.files.read(house.policy_path(), 16u << 20));
  const sync::PolicyChanges::File file{before, [&](const std::string& text) {
    return house.machine.files.write_atomic(house.policy_path(), text, 0600);
  }};
  return policy_changes(house).apply(std::move(candidate), house.policy_path(), action, kOperator, file, watch);
}

Result<sync::InForce> edit_policy(House& house, const PolicyEdit& edit) {
  const MutexLock lock(house.policy_edit);
  SEKISHO_ASSIGN(const std::string before, house.machine.files.read(house.policy_path(), 16u << 20));
  SEKISHO_ASSIGN(const std::string text, edit(before));
  SEKISHO_ASSIGN(auto candidate, policy_changes(house).prepare(text, house.policy_path()));
  return take_policy(house, std::move(candidate), "policy.edit", {});
}

Result<store::Collection> find_collection(const House& house, const std::string& alias_or_id) {
  SEKISHO_ASSIGN(const auto all, house.store.collections());
  for (const auto& collection : all) {
    if (collection.alias == alias_or_id || collection.id.to_string() == alias_or_id) return collection;
  }
  return make_error(Code::kNotFound, "no such collection; make it with: sekisho collection add " + alias_or_id, alias_or_id);
}

}  // namespace sekisho::node::cli
