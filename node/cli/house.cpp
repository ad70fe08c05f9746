#include "node/cli/house.h"

#include "policy/compiled.h"
#include "policy/model.h"

namespace sekisho::node::cli {
namespace {

constexpr int kTries = 5;  // of an edit, while others edit

}  // namespace

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
  for (int tries = 1;; ++tries) {
    SEKISHO_ASSIGN(const std::string before, house.machine.files.read(house.policy_path(), 16u << 20));
    SEKISHO_ASSIGN(const std::string text, edit(before));
    // May take long; whoever edits meanwhile does not wait for it, and then this edit is made on the new file.
    SEKISHO_ASSIGN(auto candidate, policy_changes(house).prepare(text, house.policy_path()));
    const MutexLock lock(house.policy_edit);
    SEKISHO_ASSIGN(const std::string now, house.machine.files.read(house.policy_path(), 16u << 20));
    if (now == before) return take_policy(house, std::move(candidate), "policy.edit", {});
    if (tries == kTries) return make_error(Code::kUnavailable, "policy.toml was changed again and again meanwhile; try once more", house.policy_path());
  }
}

Result<store::Collection> find_collection(const House& house, const std::string& alias_or_id) {
  SEKISHO_ASSIGN(const auto all, house.store.collections());
  for (const auto& collection : all) {
    if (collection.alias == alias_or_id || collection.id.to_string() == alias_or_id) return collection;
  }
  return make_error(Code::kNotFound, "no such collection; make it with: sekisho collection add " + alias_or_id, alias_or_id);
}

}  // namespace sekisho::node::cli
