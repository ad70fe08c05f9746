// What taxii needs from the house: who is calling, and collections as that caller sees them.
// sync/taxii implements them over the pipelines, so that every reader passes policy and taxii never
// meets store.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "taxii/http.h"

namespace sekisho::taxii {

/// An authenticated caller.
struct Principal {
  std::string party;
};

/// Any thread.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  /// kCredentialInvalid: missing or wrong (401); kUnavailable: no free slot to verify (503).
  virtual Result<Principal> authenticate(const HttpRequest& request) = 0;
};

/// How often a caller may ask. Any thread.
class Throttle {
 public:
  virtual ~Throttle() = default;
  /// Counts one request; 0: go on, else the seconds after which the caller may ask again. Depends on this caller's
  /// own requests alone.
  virtual std::int64_t wait_seconds(const Principal& caller) = 0;
  /// Counts what a POST brings; 0: take it, else the seconds after which the caller may post again, and nothing is counted.
  /// Depends on what this caller sent alone.
  virtual std::int64_t wait_to_post(const Principal& /*caller*/, const std::vector<std::string_view>& /*objects*/) { return 0; }
};

/// A collection as one caller sees it (TAXII 2.1 §5.2.1). Hidden ones are never handed out.
struct CollectionView {
  std::string id;  ///< UUIDv4
  std::string title, description, alias;
  bool can_read = false, can_write = false;
};

/// Selection of a page (TAXII 2.1 §3.4), already checked.
struct Query {
  std::optional<std::int64_t> added_after;  ///< microseconds since 1970
  std::optional<std::size_t> limit;
  std::optional<std::string> next;  ///< opaque, as received
  std::vector<std::string> ids, types, spec_versions;
  bool version_given = false;  ///< match[version] was asked for
  bool version_all = false, version_first = false, version_last = true;
  std::vector<Timestamp> versions;
  /// Canonical text of everything but limit, next and added_after: the same selection gives the
  /// same text. Never empty: `version=last` is the default, `version=all` everything.
  std::string selection() const;
};

struct Item {
  std::string_view id, type, spec_version, version, bytes;  ///< valid inside the callback
  std::int64_t date_added = 0;                              ///< microseconds
};

/// What a page lists: objects themselves (§3.7), manifest entries (§5.3.1), versions (§5.8.1).
enum class Listing : std::uint8_t { kEnvelope, kManifest, kVersions };

/// Consecutive entries of a page as they are sent, with commas between them (taxii/pages.h writes one).
struct Run {
  std::string_view text, marks;      ///< marks: some octets an item; a page that shows something else has others
  std::shared_ptr<const void> held;  ///< keeps both as long as it lives
  std::size_t held_bytes = 0;        ///< of memory that it keeps
};

struct PageInfo {
  bool more = false;
  std::optional<std::string> next;
  std::optional<std::int64_t> first_date, last_date;  ///< of this page; absent if it is empty
};

/// What a POST of objects led to (TAXII 2.1 §4.3.1).
struct StatusDetail {
  std::string id, version;
  std::optional<std::string> message;
};
struct StatusView {
  std::string id;
  bool complete = true;
  Timestamp requested;
  std::vector<StatusDetail> successes, failures, pendings;
  /// What the receivers answer the poster, oldest first: the custom member `x_sekisho_replies`, left out while there is none.
  struct Reply {
    std::string at, text;
  };
  std::vector<Reply> replies;
};

/// Any thread. Errors: kNotFound (no such collection, object or status for this caller),
/// kTaxiiForbidden (no right to read or to write), kTaxiiBadCursor, kUnavailable and store errors.
/// The caller of an endpoint is told no more than the code of the first four, and 503 or 500 for
/// the rest.
class CollectionSource {
 public:
  virtual ~CollectionSource() = default;
  /// Visible collections in ascending order of id.
  virtual Result<std::vector<CollectionView>> collections(const Principal& caller) = 0;
  /// Gives the page's entries in order, at most query.limit (which the router sets) and not much
  /// beyond Limits::page_bytes. What is given counts as disclosed, durably, before this returns.
  virtual Result<PageInfo> read(const Principal& caller, std::string_view id_or_alias,
                                const Query& query, Listing listing,
                                const std::function<void(const Run&)>& visit) = 0;
  /// Whether the caller sees any version of the object in the collection.
  virtual Result<bool> has_object(const Principal& caller, std::string_view id_or_alias,
                                  std::string_view object_id) = 0;
  /// Takes posted objects, each judged alone; `objects` are their bytes as received, not read yet.
  /// What the answer calls a success is durable, and so is the answer, before this returns.
  virtual Result<StatusView> submit(const Principal& caller, std::string_view id_or_alias,
                                    const std::vector<std::string_view>& objects) = 0;
  /// Takes back what the caller sent of an object, or what it may take back of others': the versions that `query`
  /// selects, the whole object if it names none. Durable before this returns. kNotFound: nothing of it is there for
  /// the caller; kTaxiiForbidden: not the caller's.
  virtual Status remove(const Principal& caller, std::string_view id_or_alias, std::string_view object_id,
                        const Query& query) = 0;
  /// What became of an earlier submission of this caller; kNotFound for any other.
  virtual Result<StatusView> status(const Principal& caller, std::string_view id) = 0;
};

}  // namespace sekisho::taxii
