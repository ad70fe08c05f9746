// What the probe reads: any answer that can be read at all, whatever its label, and what was odd about it.
// One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "core/result.h"
#include "taxii/exchange.h"
#include "taxii/remote.h"

namespace sekisho::taxii {

struct ProbeAsk {
  std::size_t limit = 0;
  std::string after, next;  ///< empty = without
};

/// A page of objects or of a manifest. Texts of dates as they came.
struct ProbePage {
  std::vector<ObjectVersion> items;
  std::vector<std::string> dates;  ///< of a manifest: date_added of each item
  bool more = false;
  std::string next;
  std::string first_header, last_header;
};

class ProbeReader {
 public:
  explicit ProbeReader(Exchange& exchange) : exchange_(exchange) {}
  Result<std::unique_ptr<const json::Document>> resource(const std::string& url);
  Result<ProbePage> objects(const std::string& root, const std::string& collection, const ProbeAsk& ask);
  Result<ProbePage> manifest(const std::string& root, const std::string& collection, const ProbeAsk& ask);

  std::size_t requests() const { return requests_; }
  const std::set<std::string>& odd_media_types() const { return odd_media_types_; }

 private:
  Result<HttpResponse> get(std::string url, std::size_t max_bytes);
  Result<HttpResponse> list(const std::string& root, const std::string& collection, std::string_view name, const ProbeAsk& ask);
  Exchange& exchange_;
  std::size_t requests_ = 0;
  std::set<std::string> odd_media_types_;
};

/// How a server writes a date.
struct DateSpelling {
  bool exact = false;     ///< as TAXII wants it
  std::int64_t unit = 1;  ///< microseconds: nothing finer shows
  std::int64_t micros = 0;
};
/// nullopt if it is no date at all.
std::optional<DateSpelling> read_date(std::string_view text);

}  // namespace sekisho::taxii
