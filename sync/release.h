// The release follower: reads the change log, asks the policy once per audience, closes references,
// attests, and appends to the streams. Decide at write, serve at read.
//
// Views: parties with the same history share one view, a stream per collection. A party whose audience
// changes keeps its history: its view is forked, gains are appended, losses withdrawn. Any thread; the
// follower itself runs one step at a time. docs/specs/release.md.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/mutex.h"
#include "core/ports/clock.h"
#include "core/ports/random.h"
#include "core/result.h"
#include "policy/compiled.h"
#include "store/store.h"
#include "sync/attestation.h"

namespace sekisho::sync {

/// What one party reads.
struct PartyView {
  std::string audience;  ///< key in the compiled policy
  std::string attestations;  ///< companion, inline, none
  std::map<store::CollectionNo, store::StreamNo> streams;
};

/// How one stored version stands towards one party, for `policy explain`.
struct Standing {
  store::ObjectNo object = 0;
  std::string id, version, source, collection;
  policy::Decision decision;
  bool released = false;
  std::optional<std::string> waits_for;  ///< id of a reference that the party does not read
};

/// What a policy change or a passing date did to one view.
struct ViewChange {
  std::vector<std::string> parties;
  std::size_t gained = 0, lost = 0;
};

class Release {
 public:
  Release(store::Store& store, const Clock& clock, Random& random, Signer signer);
  ~Release();

  /// Takes a policy into force: recomputes audiences and views. On failure the old one stays in force.
  Result<std::vector<ViewChange>> set_policy(std::shared_ptr<const policy::Compiled> policy);
  std::shared_ptr<const policy::Compiled> policy() const;

  /// Follows the change log to its end and the clock over validity dates. Cheap when nothing is new.
  Status advance();
  /// Lets the next advance() reuse what the caller has parsed already. `added` is commit's answer to `objects`.
  void offer(const std::vector<store::NewObject>& objects, const std::vector<store::Added>& added);
  /// After a collection was added: gives every view a stream for it.
  Status collections_changed();

  /// The view of a party now. kNotFound: no such party or not valid now; kUnavailable: a date has passed
  /// and the streams could not be brought up to it (fail closed).
  Result<PartyView> view_of(std::string_view party);
  std::vector<store::Collection> collections() const;

  /// Every stored version of an object towards a party. kNotFound if the object or party is not there.
  Result<std::vector<Standing>> explain(std::string_view object_id, std::string_view party);
  /// Everything stored that the party does not get, in the order it was accepted.
  Status each_withheld(std::string_view party, const std::function<void(const Standing&)>& visit);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::sync
