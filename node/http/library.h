// cpp-httplib as a router for the node's own small pages (health, not TAXII): it gets a re-serialised
// checked request as a stream in memory and never sees a socket or a received byte.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "taxii/http.h"

namespace sekisho::node::http {

class Pages {
 public:
  Pages();
  ~Pages();
  /// Before first use. `text` is called for each GET of exactly `path`.
  void add(const std::string& path, const std::string& content_type, std::function<std::string()> text);
  /// The same for a page that can fail: an empty string is 200 "ok", anything else 503 with that text.
  void add_check(const std::string& path, std::function<std::string()> trouble);
  taxii::HttpResponse handle(const taxii::HttpRequest& request) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sekisho::node::http
