// What a stored object stakes on its id under one policy: its claim, as a number, and what the claim ranks by.
// docs/specs/ownership.md, "Words" and §2. Not thread safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/model.h"
#include "stix/object.h"
#include "sync/handling/provenance.h"
#include "sync/handling/settled_ids.h"

namespace sekisho::sync {

struct Stake {
  std::uint32_t claim = 0;    ///< equal numbers, one claim
  bool by_id = false;         ///< the id itself says whose it is: an identity of the claim's party, or computed from the content
  bool creator = false;       ///< given by the creator's own party
  bool ours = false;          ///< given by this organisation
  bool settled = false;       ///< operators said that what its giver claims of the id counts
  bool observable = false;    ///< its id is what STIX §2.9 computes
  std::int64_t standing = 0;  ///< of its giver
  std::uint32_t giver = 0;    ///< equal numbers, one giver
  std::uint32_t slot = 0;     ///< of an observable: giver and set of markings
};

class Stakes {
 public:
  /// `policy` is borrowed.
  Stakes(const policy::Policy& policy, std::shared_ptr<const SettledIds> settled) : policy_(policy), settled_(std::move(settled)) {}

  /// `observable`: stix::has_computed_id() of it. The rest is known once for all objects of one giver and creator.
  Stake of(const stix::Object& object, std::string_view giver, const Provenance& provenance, bool observable);
  /// As claim_of() says it; "observable" for what has no owner.
  const std::string& name(std::uint32_t claim) const { return names_[claim]; }

  /// How many have a number.
  std::size_t claims() const { return names_.size(); }

 private:
  Stake unsettled(const stix::Object& object, std::string_view giver, const Provenance& provenance);
  std::uint32_t number(std::string text);

  const policy::Policy& policy_;
  const std::shared_ptr<const SettledIds> settled_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::string> names_;  ///< by number
  std::unordered_map<std::string, Stake> known_;  ///< by giver and creator
};

}  // namespace sekisho::sync
