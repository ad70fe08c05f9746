#include "taxii/remote.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/time.h"
#include "taxii/media_type.h"
#include "taxii/uri.h"

namespace sekisho::taxii {
namespace {

constexpr std::size_t kMaxTitleBytes = 200;
constexpr std::size_t kMaxFailureBytes = 500;
constexpr std::size_t kMaxErrorBytes = 64u << 10;

/// Bytes at the front of `text` that must not reach a terminal: C0, DEL, C1, and the characters
/// that change direction or line (U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069); 0 if the
/// first may.
std::size_t unprintable_prefix(std::string_view text) {
  const auto byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
  if (byte(0) == 0xc2 && byte(1) < 0xa0) return 2;
  if (byte(0) != 0xe2) return 0;
  const bool marks = byte(1) == 0x80 &&
                     (byte(2) == 0x8e || byte(2) == 0x8f || (byte(2) >= 0xa8 && byte(2) <= 0xae));
  const bool isolates = byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9;
  return marks || isolates ? 3 : 0;
}

/// The member as a string; empty if absent or null and not required.
Result<std::string> text_member(const json::Value& object, std::string_view name, bool required) {
  const json::Value member = object[name];
  if (const auto text = member.string()) return std::string(*text);
  const bool absent = !member.exists() || member.kind() == json::Kind::kNull;
  if (absent && !required) return std::string();
  return peer_fault(absent ? "required member is missing" : "must be a string",
                    object.pointer() + "/" + std::string(name));
}

Result<bool> flag_member(const json::Value& object, std::string_view name) {
  if (const auto flag = object[name].boolean()) return *flag;
  return peer_fault("must be true or false", object.pointer() + "/" + std::string(name));
}

Result<std::int64_t> count_member(const json::Value& object, std::string_view name) {
  const auto count = object[name].integer();
  if (count && *count >= 0) return *count;
  return peer_fault("must be a whole number from zero", "/" + std::string(name));
}

Status require_object(const json::Value& value) {
  if (value.is_object()) return {};
  return peer_fault("must be an object", value.pointer());
}

/// The list, or a missing value if it is absent.
Result<json::Value> list_member(const json::Value& object, std::string_view name) {
  const json::Value list = object[name];
  if (!list.exists() || list.is_array()) return list;
  return peer_fault("must be a list", "/" + std::string(name));
}

std::string with_slash(std::string url) {
  if (url.empty() || url.back() != '/') url.push_back('/');
  return url;
}

/// TAXII 2.1 §4.1.1: an absolute HTTPS URL, or a path with exactly one slash in front; no query.
/// Empty: somewhere else.
Result<std::string> resolve_root(std::string_view text, const std::string& origin,
                                 std::string where) {
  const bool relative = text.starts_with('/') && !text.starts_with("//");
  const auto url = Url::parse(relative ? origin + std::string(text) : std::string(text));
  if (!url)
    return peer_fault("is neither an absolute HTTPS URL nor a path from the root",
                      std::move(where));
  if (url->origin != origin) return std::string();
  return with_slash(url->origin + url->path);
}

Result<RemoteCollection> read_collection(const json::Value& value) {
  SEKISHO_TRY(require_object(value));
  RemoteCollection out;
  SEKISHO_ASSIGN(out.id, text_member(value, "id", true));
  SEKISHO_ASSIGN(out.title, text_member(value, "title", true));
  SEKISHO_ASSIGN(out.description, text_member(value, "description", false));
  SEKISHO_ASSIGN(out.alias, text_member(value, "alias", false));
  SEKISHO_ASSIGN(out.can_read, flag_member(value, "can_read"));
  SEKISHO_ASSIGN(out.can_write, flag_member(value, "can_write"));
  SEKISHO_ASSIGN(const json::Value types, list_member(value, "media_types"));
  for (const auto& entry : types) {
    if (!entry.value.is_string()) return peer_fault("must be a string", entry.value.pointer());
  }
  if (out.id.empty() || out.id == "." || out.id == "..") {  // not a path segment of its own
    return peer_fault("cannot be an id", value.pointer() + "/id");
  }
  return out;
}

/// A list of status-details (§4.3.1); empty if it is absent.
Result<std::vector<RemoteFailure>> read_details(const json::Value& status, std::string_view name) {
  SEKISHO_ASSIGN(const json::Value list, list_member(status, name));
  std::vector<RemoteFailure> out;
  for (const auto& entry : list) {
    SEKISHO_TRY(require_object(entry.value));
    RemoteFailure detail;
    SEKISHO_ASSIGN(detail.id, text_member(entry.value, "id", true));
    SEKISHO_ASSIGN(detail.version, text_member(entry.value, "version", false));
    SEKISHO_ASSIGN(detail.message, text_member(entry.value, "message", false));
    for (std::string* text : {&detail.id, &detail.version, &detail.message}) {
      *text = printable(*text, kMaxFailureBytes);
    }
    out.push_back(std::move(detail));
  }
  return out;
}

}  // namespace

Error peer_fault(std::string detail, std::string where) {
  return make_error(Code::kTaxiiPeerFault, std::move(detail), printable(where, kMaxTitleBytes));
}

Error not_strict(const Error& why) {
  return peer_fault("the body is not strict JSON: " + printable(why.detail, 200), why.where);
}

Result<std::unique_ptr<const json::Document>> strict_document(std::string body, std::size_t max_bytes) {
  json::ParseLimits limits;
  limits.max_bytes = max_bytes;
  auto document = json::Document::parse(std::move(body), limits);
  if (!document) return not_strict(document.error());
  return document;
}

std::string printable(std::string_view text, std::size_t max_bytes) {
  std::string out;
  while (!text.empty()) {
    if (const std::size_t skip = unprintable_prefix(text); skip != 0) {
      text.remove_prefix(std::min(skip, text.size()));
      continue;
    }
    std::size_t length = 1;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80)
      ++length;
    if (out.size() + length > max_bytes) break;
    out.append(text.substr(0, length));
    text.remove_prefix(length);
  }
  return out;
}

std::string error_title(const HttpResponse& response) {
  if (!is_taxii(header(response.headers, "Content-Type").value_or(""))) return {};
  json::ParseLimits limits;
  limits.max_bytes = kMaxErrorBytes;
  const auto document = json::Document::parse(response.body, limits);
  if (!document) return {};
  return printable((*document)->root()["title"].string_or(""), kMaxTitleBytes);
}

Result<std::vector<std::string>> read_roots(const json::Value& discovery,
                                            const std::string& origin) {
  SEKISHO_TRY(require_object(discovery));
  SEKISHO_TRY(text_member(discovery, "title", true));
  SEKISHO_TRY(text_member(discovery, "description", false));
  SEKISHO_TRY(text_member(discovery, "contact", false));
  SEKISHO_ASSIGN(const std::string usual, text_member(discovery, "default", false));
  SEKISHO_ASSIGN(const json::Value list, list_member(discovery, "api_roots"));
  std::vector<std::string> roots;
  std::set<std::string> known;
  std::size_t index = 0;
  for (const auto& entry : list) {
    const std::string pointer = "/api_roots/" + std::to_string(index++);
    const auto text = entry.value.string();
    if (!text) return peer_fault("must be a string", pointer);
    SEKISHO_ASSIGN(std::string root, resolve_root(*text, origin, pointer));
    if (root.empty() || !known.insert(root).second) continue;
    roots.push_back(std::move(root));
  }
  if (usual.empty()) return roots;
  SEKISHO_ASSIGN(const std::string first, resolve_root(usual, origin, "/default"));
  const auto place = std::find(roots.begin(), roots.end(), first);
  if (place != roots.end()) std::rotate(roots.begin(), place, place + 1);
  return roots;
}

Result<RemoteRoot> read_root(const json::Value& root, std::string url) {
  SEKISHO_TRY(require_object(root));
  RemoteRoot out;
  out.url = std::move(url);
  SEKISHO_ASSIGN(out.title, text_member(root, "title", true));
  SEKISHO_TRY(text_member(root, "description", false));
  SEKISHO_ASSIGN(const json::Value versions, list_member(root, "versions"));
  bool supported = false;
  for (const auto& entry : versions) {
    if (!entry.value.is_string()) return peer_fault("must be a string", entry.value.pointer());
    supported = supported || is_taxii(*entry.value.string());
  }
  if (!supported) return peer_fault("does not list " + std::string(kTaxiiMediaType), "/versions");
  const auto length = root["max_content_length"].integer();
  if (!length || *length <= 0)
    return peer_fault("must be a whole number above zero", "/max_content_length");
  out.max_content_length = *length;
  return out;
}

Result<std::vector<RemoteCollection>> read_collections(const json::Value& resource) {
  SEKISHO_TRY(require_object(resource));
  SEKISHO_ASSIGN(const json::Value list, list_member(resource, "collections"));
  std::vector<RemoteCollection> collections;
  std::set<std::string> ids;
  for (const auto& entry : list) {
    SEKISHO_ASSIGN(RemoteCollection collection, read_collection(entry.value));
    if (!ids.insert(collection.id).second) {
      return peer_fault("has the id of an earlier collection", entry.value.pointer());
    }
    collections.push_back(std::move(collection));
  }
  return collections;
}

Result<RemoteEnvelope> read_envelope(json::Split envelope, const Quirks& quirks) {
  const json::Value resource = envelope.frame->root();
  SEKISHO_TRY(require_object(resource));
  RemoteEnvelope page;
  SEKISHO_TRY(list_member(resource, "objects"));
  page.objects = std::move(envelope.elements);
  if (resource["more"].exists()) {
    SEKISHO_ASSIGN(page.more, flag_member(resource, "more"));
  }
  SEKISHO_ASSIGN(std::string next, text_member(resource, "next", false));
  if (page.more || quirks.more_untold) page.next = std::move(next);
  return page;
}

Result<std::string> date_of(std::string_view text, const Quirks& quirks) {
  const bool exact = quirks.date_headers == Quirks::DateHeaders::kExact;
  const auto date = exact ? parse_taxii_time(text) : parse_rfc3339(text);
  if (date.ok()) return format_taxii_time(*date);
  return peer_fault("must be a TAXII timestamp on a page with objects", std::string(kLastDateHeader));
}

std::optional<ObjectVersion> version_of(std::string_view object) {
  const auto document = json::Document::parse(std::string(object));
  if (!document) return std::nullopt;
  const json::Value root = (*document)->root();
  ObjectVersion out{std::string(root["id"].string_or("")), std::string(root["modified"].string_or(""))};
  if (out.version.empty()) out.version = root["created"].string_or("");
  if (out.id.empty()) return std::nullopt;
  return out;
}

Result<std::string> date_in_manifest(const json::Value& manifest, const ObjectVersion& version, const Quirks& quirks) {
  SEKISHO_TRY(require_object(manifest));
  SEKISHO_ASSIGN(const json::Value list, list_member(manifest, "objects"));
  const auto wanted = parse_rfc3339(version.version);
  std::string only;
  for (const auto& entry : list) {
    if (entry.value["id"].string_or("") != version.id) continue;
    const std::string_view date = entry.value["date_added"].string_or("");
    const std::string_view text = entry.value["version"].string_or("");
    const auto at = parse_rfc3339(text);
    const bool same = text == version.version || (wanted.ok() && at.ok() && *wanted == *at);
    if (same) return date_of(date, quirks);
    only = only.empty() ? std::string(date) : only;
  }
  if (list.size() == 1 && !only.empty()) return date_of(only, quirks);
  return peer_fault("the manifest does not list the page's last object", printable(version.id, 200));
}

Result<RemoteStatus> read_status(const json::Value& resource) {
  SEKISHO_TRY(require_object(resource));
  RemoteStatus out;
  SEKISHO_ASSIGN(out.id, text_member(resource, "id", true));
  SEKISHO_ASSIGN(const std::string status, text_member(resource, "status", true));
  if (status != "complete" && status != "pending") {
    return peer_fault("must be complete or pending", "/status");
  }
  out.complete = status == "complete";
  SEKISHO_ASSIGN(out.success_count, count_member(resource, "success_count"));
  SEKISHO_ASSIGN(out.failure_count, count_member(resource, "failure_count"));
  SEKISHO_ASSIGN(out.pending_count, count_member(resource, "pending_count"));
  SEKISHO_TRY(count_member(resource, "total_count"));
  SEKISHO_TRY(text_member(resource, "request_timestamp", false));
  SEKISHO_TRY(read_details(resource, "successes"));
  SEKISHO_TRY(read_details(resource, "pendings"));
  SEKISHO_ASSIGN(out.failures, read_details(resource, "failures"));
  return out;
}

}  // namespace sekisho::taxii
