#include "node/cli/house.h"

#include "policy/compiled.h"
#include "policy/model.h"

namespace sekisho::node::cli {

Result<std::vector<sync::ViewChange>> edit_policy(House& house, const PolicyEdit& edit) {
  const MutexLock lock(house.policy_edit);
  SEKISHO_ASSIGN(const std::string before, house.machine.files.read(house.policy_path(), 16u << 20));
  SEKISHO_ASSIGN(const std::string text, edit(before));
  SEKISHO_ASSIGN(policy::Policy policy, policy::load_policy(text, house.policy_path(), nullptr));
  const std::string digest = policy.digest;
  SEKISHO_ASSIGN(auto changes, house.release.set_policy(policy::Compiled::compile(std::move(policy))));
  SEKISHO_TRY(house.machine.files.write_atomic(house.policy_path(), text, 0600));
  SEKISHO_TRY(house.audit.record({"policy.edit", kOperator, "policy.toml", "in force: " + digest}));
  return changes;
}

Result<store::Collection> find_collection(const House& house, const std::string& alias_or_id) {
  SEKISHO_ASSIGN(const auto all, house.store.collections());
  for (const auto& collection : all) {
    if (collection.alias == alias_or_id || collection.id.to_string() == alias_or_id) return collection;
  }
  return make_error(Code::kNotFound, "no such collection; make it with: sekisho collection add " + alias_or_id, alias_or_id);
}

}  // namespace sekisho::node::cli
