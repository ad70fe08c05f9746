// What an anonymous submission leaves in the store, so that whoever reads the store learns nothing of the submitter: keyed
// names, locked records, seals. docs/specs/anonymous.md §4. Pure but for randomness; any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "certs/sealed.h"
#include "core/digest.h"
#include "core/ports/random.h"
#include "core/uuid.h"
#include "store/store.h"

namespace sekisho::sync {

/// What one original id of one party became.
struct AnonymousRecord {
  struct Version {
    std::string original, fresh, content;  ///< times; keyed hash of the content
    bool revoked = false;                  ///< nothing follows it
  };
  std::string id;       ///< the new one
  std::string created;  ///< of the new object; empty until one is taken
  std::vector<Version> versions;  ///< as they came; the newest kVersions

  static constexpr std::size_t kVersions = 64;
  std::string to_json() const;
  static std::optional<AnonymousRecord> from_json(const std::string& text);
};

class AnonymousVault {
 public:
  AnonymousVault(std::string secret32, certs::SealingKey key, Random& random)
      : secret_(std::move(secret32)), key_(key), random_(random) {}

  std::string pseudonym(std::string_view party) const;
  Uuid fresh_uuid() const { return Uuid::v4(random_, "uuid/anonymous"); }

  std::string object_key(std::string_view party, std::string_view id) const;
  store::DocumentPut record_put(std::string_view party, std::string_view id, const AnonymousRecord& record) const;
  /// Nothing: locked for somebody else, or altered.
  std::optional<AnonymousRecord> record(std::string_view party, std::string_view id, std::string_view locked) const;
  std::string content_mark(const Sha256& content) const;

  std::string status_id(std::string_view party, std::string_view id) const;  ///< under which it is kept
  std::string status_lock(std::string_view party, std::string_view id, std::string_view text) const;
  std::optional<std::string> status_text(std::string_view party, std::string_view id, std::string_view locked) const;

  /// Names that a submitter's identities bore, so that a later submission without them is searched for them too.
  std::string names_key(std::string_view party) const;
  store::DocumentPut names_put(std::string_view party, const std::vector<std::string>& names) const;
  std::vector<std::string> names(std::string_view party, std::string_view locked) const;

  std::string receipt_key(std::string_view receipt) const;
  store::DocumentPut receipt_put(std::string_view receipt, std::string_view party) const;
  std::optional<std::string> receipt_pseudonym(std::string_view receipt, std::string_view locked) const;

  std::string letter_key(std::string_view party, std::string_view payload, std::string_view code) const;
  /// Empty if the key that closes is not one.
  std::string seal(std::string_view text) const { return key_.seal(text, random_); }

 private:
  Sha256 mac(std::string_view label, std::initializer_list<std::string_view> parts) const;

  std::string secret_;
  certs::SealingKey key_;
  Random& random_;
};

// Spaces of documents; docs/specs/anonymous.md §4.
inline constexpr const char* kAnonymousSpace = "anonymous";
inline constexpr const char* kAnonymousIntakes = "anonymous-intake";
inline constexpr const char* kAnonymousObjects = "anonymous-object";
inline constexpr const char* kAnonymousBy = "anonymous-by";
inline constexpr const char* kAnonymousSealed = "anonymous-sealed";
inline constexpr const char* kAnonymousNames = "anonymous-names";
inline constexpr const char* kAnonymousReceipts = "anonymous-receipt";
/// Route in the provenance of what came anonymously.
inline constexpr const char* kAnonymousRoute = "anonymous";

}  // namespace sekisho::sync
