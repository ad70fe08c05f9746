// A TAXII server with one collection and the faults of real ones, each behind a switch; without any it keeps to
// TAXII 2.1. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "taxii/http.h"

namespace sekisho::tests {

struct Faults {
  bool inclusive = false;            ///< added_after gives that very instant too
  bool ignores_added_after = false;
  std::size_t per_date = 1;          ///< so many objects after one another share a date
  enum class Dates { kExact, kMillis, kSeconds, kOffset, kAbsent, kOfCollection } dates = Dates::kExact;
  bool manifest = true;
  enum class Next { kGiven, kAbsent, kOnce, kSession, kRefused, kSamePage, kEndless } next = Next::kGiven;
  bool more_untold = false;
  std::size_t cap = SIZE_MAX;        ///< at most so many on a page
  bool refuses_over_cap = false;     ///< 400 to a greater limit
  bool ignores_limit = false;
  std::string content_type = "application/taxii+json;version=2.1";
};

class FaultyServer {
 public:
  struct Item {
    std::string bytes, id, version;
    std::int64_t micros = 0;
  };
  static constexpr const char* kCollection = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";
  static constexpr const char* kAlias = "feed";

  explicit FaultyServer(Faults faults) : faults_(std::move(faults)) {}
  /// Appends an object; its date follows from its place.
  void add(std::string bytes, std::string id, std::string version);
  taxii::HttpResponse handle(const std::string& method, const std::string& path, const std::string& query);

  std::size_t gets = 0, others = 0;
  std::size_t largest_page = 0;
  std::vector<std::string> queries;  ///< of the objects endpoint

 private:
  struct Ask {
    std::int64_t after = -1;
    std::size_t limit = SIZE_MAX;
    std::string next, id;
    bool valid = true;
  };
  Ask read(const std::string& query) const;
  taxii::HttpResponse page(const Ask& ask, bool objects);
  taxii::HttpResponse answer(std::string body, int status = 200) const;
  std::vector<const Item*> selected(const Ask& ask) const;
  bool visible(const Item& item, const Ask& ask) const;
  std::size_t start_of(const Ask& ask, const std::vector<const Item*>& all);
  std::string date_text(std::int64_t micros) const;

  const Faults faults_;
  std::vector<Item> items_;
  std::map<std::string, std::size_t> once_;  ///< how far a `next` has been used, or its walk has come
  std::size_t turns_ = 0;
};

/// Hands calls for any host to the server.
class FaultyTransport : public taxii::HttpTransport {
 public:
  explicit FaultyTransport(FaultyServer& server) : server_(server) {}
  Result<taxii::HttpResponse> send(const Call& call) override;

 private:
  FaultyServer& server_;
};

}  // namespace sekisho::tests
