// TAXII 2.1 as a function from request to response: resources, media types, filters, paging,
// errors. No socket, no clock, no store. Any thread. Source: TAXII 2.1 §3-§5.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.h"
#include "taxii/http.h"
#include "taxii/ports.h"

namespace sekisho::taxii {

struct ApiRoot {
  std::string name;  ///< path segment: /<name>/
  std::string title, description;
  std::vector<std::string> collections = {};  ///< aliases that are there; empty = all
  std::vector<std::string> parties = {};      ///< for whom it exists; empty = everyone
  /// The id that a collection has here, of its id at the source; null = that one. Pure, and never the same for two.
  std::function<std::string(std::string_view id)> id_here = {};
};

struct ServerInfo {
  std::string title, description, contact;
  std::vector<ApiRoot> roots;  ///< the first is the default
};

class Router {
 public:
  /// `throttle` may be null: no caller has to wait.
  Router(ServerInfo info, Authenticator& authenticator, CollectionSource& source,
         const Limits& limits, Throttle* throttle = nullptr);
  ~Router();
  /// Always answers; errors are TAXII error resources (§3.6), with the whole failure in `cause` for
  /// the log. Without a valid credential the answer is 401 before anything is looked up, whatever the path. HEAD is
  /// answered as GET: the gate leaves the body out.
  HttpResponse handle(const HttpRequest& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::taxii
