// Reading what another TAXII server sends (TAXII 2.1 §3.6, §3.7, §4, §5), with every type checked.
// Errors: kTaxiiPeerFault. Any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json_split.h"
#include "core/result.h"
#include "taxii/client.h"

namespace sekisho::taxii {

Error peer_fault(std::string detail, std::string where = {});

/// Text of another party for our messages: control and direction characters taken out, cut to at
/// most `max_bytes` without cutting a character. `text` is valid UTF-8.
std::string printable(std::string_view text, std::size_t max_bytes);

/// The body cannot be read as strict JSON, and why.
Error not_strict(const Error& why);
Result<std::unique_ptr<const json::Document>> strict_document(std::string body, std::size_t max_bytes);

/// Title of an error resource, printable; empty if the body is none.
std::string error_title(const HttpResponse& response);

/// api_roots of a discovery resource, resolved against `origin`, its default first; those elsewhere are left out.
Result<std::vector<std::string>> read_roots(const json::Value& discovery,
                                            const std::string& origin);
Result<RemoteRoot> read_root(const json::Value& root, std::string url);
Result<std::vector<RemoteCollection>> read_collections(const json::Value& resource);

struct RemoteEnvelope {
  std::vector<std::string_view> objects;
  bool more = false;
  std::string next;  ///< empty unless `more`, or unless `more` is not told
};
/// The objects stay unread: whether each is one is for whoever takes it to say.
Result<RemoteEnvelope> read_envelope(json::Split envelope, const Quirks& quirks);
Result<RemoteStatus> read_status(const json::Value& resource);

inline constexpr std::string_view kFirstDateHeader = "X-TAXII-Date-Added-First";
inline constexpr std::string_view kLastDateHeader = "X-TAXII-Date-Added-Last";

/// A date of the server as a TAXII timestamp.
Result<std::string> date_of(std::string_view text, const Quirks& quirks);

struct ObjectVersion {
  std::string id, version;
  auto operator<=>(const ObjectVersion&) const = default;
};
/// Of an object as received; `version` is `modified`, else `created`, else empty. nullopt without an id.
std::optional<ObjectVersion> version_of(std::string_view object);
/// date_added of that version, or of the only entry with that id.
Result<std::string> date_in_manifest(const json::Value& manifest, const ObjectVersion& version, const Quirks& quirks);

/// The query of a page.
std::string objects_query(const PullState& from, std::size_t limit, const Quirks& quirks);

/// Where to go on after a page, or why there is no way on. `last`: when its last object was added, or empty;
/// `limit`: what was asked for.
struct Step {
  PullState after;
  bool more = false;
};
Result<Step> advance(const PullState& from, const RemoteEnvelope& page, const std::string& last, std::size_t limit,
                     const Quirks& quirks);

}  // namespace sekisho::taxii
