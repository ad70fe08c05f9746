// The approvals that stand, and the public texts that operators approved: every signature is verified when they are
// loaded, and what does not verify does not count. docs/specs/moderation.md §4. Value; immutable once loaded.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "policy/model.h"
#include "stix/object.h"
#include "store/store.h"
#include "sync/handling/approval.h"
#include "sync/handling/operators.h"

namespace sekisho::sync {

class Approvals {
 public:
  /// Errors: those of the store. A document that does not verify is left out; why stands in refused().
  static Result<std::shared_ptr<const Approvals>> load(const store::Store& store, const Operators& operators);

  /// Different operators whose approval of exactly this content stands.
  unsigned count(const Sha256& content) const;
  /// Their names, sorted.
  std::vector<std::string> operators_of(const Sha256& content) const;
  /// The public texts of exactly this content on which at least `needed` different operators agree to the letter; null =
  /// none. Of several those on which most agree, then the newest: so it does not matter who asks. They outlive the call as
  /// long as this.
  const ApprovedTexts* texts(const Sha256& content, unsigned needed) const;
  /// Documents that do not count: key and why.
  const std::vector<std::pair<std::string, std::string>>& refused() const { return refused_; }

 private:
  struct Proposal {
    ApprovedTexts texts;
    std::set<std::string> operators;
    std::uint64_t line = 0;  ///< of the newest signature
  };
  std::map<Sha256, std::set<std::string>> approved_;
  std::map<Sha256, std::vector<Proposal>> texts_;
  std::vector<std::pair<std::string, std::string>> refused_;
};

}  // namespace sekisho::sync
