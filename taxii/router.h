// TAXII 2.1 as a function from request to response: resources, media types, filters, paging,
// errors. No socket, no clock, no store. Any thread. Source: TAXII 2.1 §3-§5.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/limits.h"
#include "taxii/http.h"
#include "taxii/ports.h"

namespace sekisho::taxii {

struct ApiRoot {
  std::string name;  ///< path segment: /<name>/
  std::string title, description;
};

struct ServerInfo {
  std::string title, description, contact;
  std::vector<ApiRoot> roots;  ///< the first is the default
};

class Router {
 public:
  Router(ServerInfo info, Authenticator& authenticator, CollectionSource& source,
         const Limits& limits);
  ~Router();
  /// True for paths that TAXII owns (/taxii2/ and the API roots).
  bool owns(std::string_view path) const;
  /// Always answers; errors are TAXII error resources (§3.6), with the whole failure in `cause` for
  /// the log. Without a valid credential the answer is 401 before anything is looked up. HEAD is
  /// answered as GET: the gate leaves the body out. Nobody can delete yet: DELETE gets 404 without
  /// any right on the collection, else 403.
  HttpResponse handle(const HttpRequest& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::taxii
