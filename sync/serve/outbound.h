// The one way out: what a party reads of a collection, page by page. Every reader passes here; a first
// disclosure is durable before this returns. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.h"
#include "core/ports/clock.h"
#include "core/result.h"
#include "store/store.h"
#include "sync/serve/egress.h"
#include "sync/serve/page_cache.h"
#include "sync/release/release.h"

namespace sekisho::sync {

/// A collection as one party sees it.
struct Readable {
  store::Collection collection;
  store::StreamNo stream = 0;
  std::string party;
  std::shared_ptr<ItemCheck> check;  ///< of PartyView
  bool reads_back = false;  ///< its own entries too (docs/specs/timeline.md)
  Timestamp as_of = {};     ///< before the stream was looked up
};

struct PageRequest {
  store::StreamQuery query;           ///< after_position, exclude_source and own are set here
  std::string selection;              ///< canonical text of the filters, for cursor and disclosure
  std::optional<std::string> next;    ///< as received
};

struct PageAnswer {
  store::PageEnd end;
  std::optional<std::string> next;
};

/// What a peer that follows a stream gets next. docs/specs/sync.md.
struct FollowAnswer {
  std::string cursor;  ///< the place behind the last item given; unchanged if there was none
  std::uint64_t recalls = 0;  ///< for confirm()
  bool more = false;
  std::size_t count = 0;
};

class Outbound {
 public:
  /// `cursor_key`: 32 secret bytes of the node. While `egress` is stopped every call is kUnavailable; one that
  /// was under way fails too, and what it has shown to `visit` must then not be sent.
  Outbound(store::Store& store, Release& release, const Clock& clock, std::string cursor_key, const Egress& egress);

  /// In ascending order of id. kNotFound: not a party now; kUnavailable.
  Result<std::vector<Readable>> readable(std::string_view party);
  /// By id or alias; kNotFound whether it does not exist or is hidden.
  Result<Readable> find(std::string_view party, std::string_view id_or_alias);
  /// Errors: kTaxiiBadCursor, store errors. `visit` sees each item once, in order, when the page may be handed on: one that
  /// something was taken out of while it was read is read again; kUnavailable if that happens again and again.
  Result<PageAnswer> read(std::string_view party, const Readable& from, const PageRequest& request,
                          const std::function<void(const store::StreamItem&)>& visit);
  /// The same page in slices of runs, with the help of a cache; all that is checked and recorded is the same.
  Result<PageAnswer> read(std::string_view party, const Readable& from, const PageRequest& request, PageCache& cache,
                          const PageForm& form, const std::function<void(const PageSlice&)>& visit);
  /// The items behind `cursor` (empty = from the start), every version, with their attestations. A cursor of
  /// an earlier incarnation of the store goes on by its date. Errors: kTaxiiBadCursor, store errors.
  Result<FollowAnswer> follow(std::string_view party, const Readable& from, const std::string& cursor,
                              std::size_t limit, std::size_t max_bytes,
                              const std::function<void(const store::StreamItem&)>& visit);
  /// Before bytes that follow() gave a while ago leave: kUnavailable if sharing was stopped, something recalled or
  /// streams computed anew since; kNotFound if the party may no longer read there.
  Status confirm(const Readable& from, std::uint64_t recalls);
  /// Whether the party sees any version of the object there.
  Result<bool> has_object(const Readable& from, std::string_view object_id);
  /// A version of an object that a stream carries.
  struct Version {
    store::ObjectNo object = 0;
    std::string version, spec_version;
  };
  static constexpr std::size_t kVersionsOfOne = 10'000;
  /// Those of one object that the party sees there, echoes of its own too. kLimitExceeded.
  Result<std::vector<Version>> versions_of(const Readable& from, std::string_view object_id);

 private:
  struct Place {
    store::Position position = 0;
    std::int64_t date = 0;  ///< of the last item before it
    bool holds = false;     ///< the position does; false: it was given in another incarnation, go on by date
  };
  Result<Place> open_next(const Readable& from, std::string_view selection, std::string_view token);
  /// What was read: the position of its first item, and what an ItemCheck refused.
  struct Given {
    store::Position first = 0;
    std::vector<store::Position> refused;
  };
  /// Reads the range that a query selects; each call forgets the one before.
  using Fetch = std::function<Result<store::PageEnd>(const Readable& from, const store::StreamQuery& query, Given& given)>;
  /// `pages`: of a page, behind which its reader goes on.
  Result<store::PageEnd> fetch_items(const Readable& from, const store::StreamQuery& query, Given& given,
                                     const std::function<void(const store::StreamItem&)>& visit, bool pages = true) const;
  Result<PageAnswer> page(std::string_view party, const Readable& from, const PageRequest& request, const Fetch& fetch);
  Result<PageAnswer> page_once(std::string_view party, const Readable& from, const PageRequest& request, const Fetch& fetch, bool& again);
  /// `recalls`: how many there were before the query was made; if there are more afterwards, nothing is given.
  Result<store::PageEnd> give(const Readable& from, const std::string& selection, const store::StreamQuery& query, std::uint64_t recalls,
                              const Fetch& fetch);
  std::optional<store::OwnPart> own_part(const Readable& from) const;
  Status record(const Readable& from, const std::string& selection, const store::StreamQuery& query, const Given& given,
                const store::PageEnd& end);

  store::Store& store_;
  Release& release_;
  const Clock& clock_;
  std::string cursor_key_;
  const Egress& egress_;
};

}  // namespace sekisho::sync
