// The ports of taxii in memory: collections with rights per party, and who is calling.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "taxii/ports.h"

namespace sekisho::taxii::tests {

struct StoredItem {
  std::string id, type, spec_version, version, bytes;
  Timestamp modified;  ///< `version` as an instant
  std::int64_t date_added = 0;
};

/// An item with a small object as bytes; `version` is an RFC 3339 text.
StoredItem make_item(const std::string& id, const std::string& version, std::int64_t date_added,
                     const std::string& spec_version = "2.1");

struct Rights {
  bool read = false, write = false;
};

struct MemoryCollection {
  CollectionView view;                   ///< without rights
  std::map<std::string, Rights> rights;  ///< a party that is not here does not see the collection
  std::vector<StoredItem> items;         ///< in order of date_added
};

class MemorySource : public CollectionSource {
 public:
  Result<std::vector<CollectionView>> collections(const Principal& caller) override;
  Result<PageInfo> read(const Principal& caller, std::string_view id_or_alias, const Query& query,
                        Listing listing, const std::function<void(const Run&)>& visit) override;
  Result<bool> has_object(const Principal& caller, std::string_view id_or_alias,
                          std::string_view object_id) override;
  /// Success for what begins with '{', failure for the rest.
  Result<StatusView> submit(const Principal& caller, std::string_view id_or_alias,
                            const std::vector<std::string_view>& objects) override;
  /// Removes at once what the caller may: `removed` keeps the id and the selection that came.
  Status remove(const Principal& caller, std::string_view id_or_alias, std::string_view object_id,
                const Query& query) override;
  Result<StatusView> status(const Principal& caller, std::string_view id) override;

  std::map<std::pair<std::string, std::string>, StatusView> statuses;  ///< by party and id
  std::vector<std::string> submitted;                                  ///< bytes of the last submission
  std::vector<std::string> removed;
  std::vector<MemoryCollection> content;
  bool gives_next = true;      ///< false: `more` without `next`
  std::optional<Error> fails;  ///< every call returns it
  int calls = 0;
  std::optional<Query> last_query;

 private:
  Result<const MemoryCollection*> find(const Principal& caller, std::string_view id_or_alias);
};

/// Takes "Authorization: Bearer <party>" for the parties it knows.
class MemoryAuthenticator : public Authenticator {
 public:
  Result<Principal> authenticate(const HttpRequest& request) override;
  std::vector<std::string> parties;
  std::optional<Error> fails;
};

}  // namespace sekisho::taxii::tests
