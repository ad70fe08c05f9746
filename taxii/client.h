// A TAXII 2.1 client over an HttpTransport. One thread at a time. Source: TAXII 2.1 §3-§5, client
// rows.
//
// Everything a server says is outside input: media type, strict JSON, member types, sizes and
// paging are checked, and what is wrong is kTaxiiPeerFault with one sentence. Unknown members are
// passed over (§7.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/result.h"
#include "taxii/exchange.h"
#include "taxii/http.h"
#include "taxii/quirks.h"

namespace sekisho::taxii {

struct RemoteRoot {
  std::string url;  ///< absolute, ends in '/'
  std::string title;
  std::int64_t max_content_length = 0;
};

struct RemoteCollection {
  std::string id, alias, title, description;
  bool can_read = false, can_write = false;
};

/// Where a pull stands; opaque text to whoever stores it. It never goes back.
struct PullState {
  std::string added_after;  ///< TAXII timestamp of the last item taken, or empty
  std::string next;         ///< the server's `next` while inside a walk by `next`, or empty
  /// `added_after` as the walk began, and as it was asked for then: a query with `next` must repeat that
  /// (§3.5).
  std::string walk_after;
  std::string sent_after;
  /// To notice a server whose answers go round: an earlier `next` of this walk and the digest of the
  /// page it came with, the walk's length so far, and how many empty pages came last.
  std::string seen_next, seen_page;
  std::uint32_t walk_pages = 0, empty_pages = 0;
  /// What to ask for instead of the usual limit: an instant has filled a whole page. 0 = the usual.
  std::uint32_t stretched = 0;

  /// The same place without `next`: the walk is taken again from its start. For a `next` that may
  /// have been used already (a crash or a failed call after it was sent) and for kTaxiiBadCursor:
  /// some servers give another page when asked twice. Nothing is lost; items may come again.
  PullState restart() const;
  std::string to_text() const;
  /// kInvalidArgument if it is not what to_text gives.
  static Result<PullState> from_text(std::string_view text);
};

/// One page as received.
struct RemotePage {
  std::unique_ptr<const std::string> body;  ///< owns the bytes
  std::vector<std::string_view> objects;    ///< exact received bytes of each, not read yet
  PullState after;                          ///< where to go on once this page is stored
  bool more = false;
};

/// An object that the server did not take, in its words (printable, cut).
struct RemoteFailure {
  std::string id, version, message;
};

/// What became of a POST (§4.3.1).
struct RemoteStatus {
  std::string id;
  bool complete = false;  ///< final; do not ask again
  std::int64_t success_count = 0, failure_count = 0, pending_count = 0;
  std::vector<RemoteFailure> failures;  ///< a server may leave them out
};

/// Codes of every call besides those named: those of Exchange::send, kTaxiiPeerFault (content against
/// TAXII) and kInvalidArgument (a URL that cannot be called).
class Client {
 public:
  Client(HttpTransport& transport, std::string user_agent, Credentials credentials, Quirks quirks = {});
  /// GET /taxii2/ of an origin ("https://host:port"); relative roots are resolved, roots on other
  /// hosts are left out. The default first, then in the server's order, each ending in '/'.
  Result<std::vector<std::string>> discover(const std::string& origin);
  Result<RemoteRoot> root(const std::string& url);
  Result<std::vector<RemoteCollection>> collections(const RemoteRoot& root);
  /// One page of objects with match[version]=all beyond `from`, by the server's quirks. Both paging
  /// styles: `next` where the server gives it, else X-TAXII-Date-Added-Last. A server that does not
  /// advance is an error that names the place, not a loop. `limit` is above zero and stays the same
  /// within a walk. kTaxiiBadCursor: the server refuses from.next; go on from from.restart().
  Result<RemotePage> objects(const RemoteRoot& root, const RemoteCollection& collection,
                             const PullState& from, std::size_t limit);
  /// POST of one envelope (§5.5), which should be no longer than root.max_content_length.
  Result<RemoteStatus> post(const RemoteRoot& root, const std::string& collection_id, std::string envelope);
  /// GET of a status (§4.3). kNotFound: the server does not keep it any more.
  Result<RemoteStatus> status(const RemoteRoot& root, const std::string& status_id);
  const Quirks& quirks() const { return quirks_; }

 private:
  Result<HttpResponse> send(HttpTransport::Call call);
  Result<std::unique_ptr<const json::Document>> get(const std::string& url, std::size_t max_bytes);
  Result<RemotePage> read_page(const RemoteRoot& root, const RemoteCollection& collection, const PullState& from,
                               std::size_t limit, HttpResponse response);
  Result<std::string> last_date(const RemoteRoot& root, const RemoteCollection& collection,
                                const std::vector<std::string_view>& objects, const HttpResponse& response);
  Exchange exchange_;
  const Quirks quirks_;
};

}  // namespace sekisho::taxii
