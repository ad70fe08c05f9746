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
#include "sync/release.h"

namespace sekisho::sync {

/// A collection as one party sees it.
struct Readable {
  store::Collection collection;
  store::StreamNo stream = 0;
};

struct PageRequest {
  store::StreamQuery query;           ///< after_position and exclude_source are set here
  std::string selection;              ///< canonical text of the filters, for cursor and disclosure
  std::optional<std::string> next;    ///< as received
};

struct PageAnswer {
  store::PageEnd end;
  std::optional<std::string> next;
};

class Outbound {
 public:
  /// `cursor_key`: 32 secret bytes of the node.
  Outbound(store::Store& store, Release& release, const Clock& clock, std::string cursor_key);

  /// In ascending order of id. kNotFound: not a party now; kUnavailable.
  Result<std::vector<Readable>> readable(std::string_view party);
  /// By id or alias; kNotFound whether it does not exist or is hidden.
  Result<Readable> find(std::string_view party, std::string_view id_or_alias);
  /// Errors: kTaxiiBadCursor, store errors. `visit` sees each item once, in order.
  Result<PageAnswer> read(std::string_view party, const Readable& from, const PageRequest& request,
                          const std::function<void(const store::StreamItem&)>& visit);
  /// Whether the party sees any version of the object there.
  Result<bool> has_object(const Readable& from, std::string_view object_id);

 private:
  Result<std::uint64_t> open_next(std::string_view party, store::StreamNo stream, const PageRequest& request);

  store::Store& store_;
  Release& release_;
  const Clock& clock_;
  std::string cursor_key_;
};

}  // namespace sekisho::sync
