// A router over the memory source with the collections that the clause table asks for, and short
// calls.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.h"
#include "core/limits.h"
#include "memory_source.h"
#include "taxii/router.h"

namespace sekisho::taxii::tests {

inline const std::string kRw = "1a000000-0000-4000-8000-000000000001";  ///< alias "open"
inline const std::string kRo = "2b000000-0000-4000-9000-000000000002";  ///< alias "read only"
inline const std::string kWo = "3c000000-0000-4000-a000-000000000003";
inline const std::string kNn = "4d000000-0000-4000-b000-000000000004";
inline const std::string kHidden = "5e000000-0000-4000-8000-000000000005";   ///< not for "alice"
inline const std::string kUnknown = "6f000000-0000-4000-8000-000000000006";  ///< nowhere
inline const std::string kBusyId =
    "indicator--00000000-0000-4000-8000-000000000777";  ///< three versions
inline const std::string kFirstDate = "2025-06-15T15:06:40.000001Z";

struct Rig {
  Rig();
  /// As "alice", with the TAXII media type in Accept.
  HttpResponse get(const std::string& path, const std::string& query = {});
  HttpResponse send(const std::string& method, const std::string& path,
                    const std::string& query = {}, Headers headers = {},
                    const std::string& party = "alice", const std::string& body = {});
  /// POST of a body to a path, with the TAXII media type both ways unless `type` says otherwise.
  HttpResponse post(const std::string& path, const std::string& body,
                    const std::string& type = "application/taxii+json;version=2.1",
                    const std::string& party = "alice");
  /// Path of the collection or something below it.
  static std::string at(const std::string& collection, const std::string& below = {});

  MemorySource source;
  MemoryAuthenticator authenticator;
  Limits limits;
  std::unique_ptr<Router> router;
};

/// Status line, headers and body as one text, to compare whole answers.
std::string whole(const HttpResponse& response);
/// The body as strict JSON; the check fails if it is none.
std::unique_ptr<const json::Document> parse(const HttpResponse& response);
/// Status, media type, http_status and the required title of an error resource.
bool is_error_resource(const HttpResponse& response, int status);
/// Texts of one member of every element of a list.
std::vector<std::string> column(const json::Value& list, std::string_view member);

}  // namespace sekisho::taxii::tests
