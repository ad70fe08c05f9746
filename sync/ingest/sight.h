// What a party that sends may be told of: what it sent itself, what it reads, and the envelope at hand. Nothing
// that is hidden from it enters here. docs/specs/taxii-post.md. One envelope; one thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "policy/compiled.h"
#include "store/store.h"
#include "sync/handling/held_versions.h"
#include "sync/handling/marking.h"
#include "sync/ingest/inbound.h"
#include "sync/release/release.h"

namespace sekisho::sync {

/// Where it is kept what of an object of this party ever waited for an operator: key alias "/" version with nine digits,
/// value the STIX version.
std::string held_in_space(std::string_view party, std::string_view object_id);

class Sight {
 public:
  /// `store` and `party` outlive the result. A party that is not valid now sees only what it sent. Errors:
  /// kUnavailable, store errors.
  static Result<Sight> make(const store::Store& store, Release& release, const std::string& party, Timestamp now);

  /// Looks up together what add() will ask about these ids.
  Status expect(const std::vector<std::string_view>& ids);
  /// Takes an object of the envelope; false if the party knows this version with other content. Copies of a
  /// computed observable may differ (docs/specs/ownership.md §8).
  Result<bool> add(const stix::ObjectPtr& object);
  /// Takes an object of the envelope for what it defines alone.
  void define(const stix::ObjectPtr& object);
  /// What a marking id means on an object that the party gives, as far as the party can know. To be asked once the envelope is
  /// complete.
  std::optional<stix::MarkingMeaning> meaning(std::string_view id, const stix::Object& bearer);

  /// Whether the party reads a version of this id that somebody else gave.
  Result<bool> reads(std::string_view id) const;
  /// Whether a stream that it reads carries this one now.
  Result<bool> carries(const store::StoredObject& version) const;
  /// Whether its giver said that another claim or content counts in its place.
  bool gave_way(const store::StoredObject& version) const { return release_ != nullptr && release_->gave_way(version.source, version.id, version.content); }
  /// Of an id that was expected: nothing is held of it.
  bool is_new(std::string_view id) const { return new_ids_.find(id) != new_ids_.end(); }

  /// So that what waits for an operator counts as sent before: documents for the transaction that holds it.
  std::vector<store::DocumentPut> remember_held(const std::vector<stix::ObjectPtr>& objects, const std::string& alias,
                                                const std::vector<Verdict>& verdicts) const;

 private:
  Sight(const store::Store& store, std::shared_ptr<const policy::Compiled> policy, const std::string& party);
  Result<bool> defines(const store::StoredObject& version) const;
  Result<bool> contradicts(const stix::Object& object);
  /// What the party knows at one time of one id.
  struct Moment {
    Sayings known;               ///< of what it can know
    std::set<Sha256> contents;   ///< of that, and of all that it gave
  };
  /// The same by claim. What others gave is nobody's where the party speaks for itself; what would give way to the party's claim stands
  /// against what is of the same claim alone.
  struct Moments {
    std::map<std::string, Moment> by_claim;
    Moment firm;  ///< of all that would not give way
  };
  Result<const Moments*> moments(const HeldVersions::Line& line, const stix::Object& object);
  /// One version of the envelope, and what it says once that was asked.
  struct First {
    stix::ObjectPtr object;
    std::optional<Sha256> saying;
  };
  Result<const std::vector<Definition>*> definitions_of(std::string_view id);

  const store::Store& store_;
  const Release* release_ = nullptr;
  std::shared_ptr<const policy::Compiled> policy_;
  const std::string& party_;
  std::string held_space_;
  bool held_any_ = false;  ///< whether anything of this party ever waited
  std::map<store::StreamNo, store::CollectionNo> streams_;
  std::shared_ptr<ItemCheck> check_;  ///< null: what they carry it reads
  std::set<std::string, std::less<>> new_ids_;  ///< of those expected: nothing was held of them
  HeldVersions held_;
  std::map<std::pair<std::string, Timestamp>, Moments> moments_;
  std::map<std::pair<std::string, Timestamp>, First> envelope_;
  std::multimap<std::string, stix::ObjectPtr> definitions_;  ///< of the envelope, by id
  std::optional<stix::MarkingMeaning> published(std::string_view id);
  std::map<std::string, std::optional<stix::MarkingMeaning>, std::less<>> published_;
  std::map<std::string, std::vector<Definition>, std::less<>> held_definitions_;  ///< that count for the party
  std::map<std::pair<std::string, Bearer>, std::optional<stix::MarkingMeaning>> meanings_;
};

}  // namespace sekisho::sync
