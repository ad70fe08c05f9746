#include "taxii/route.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "taxii/header_text.h"
#include "taxii/query.h"
#include "taxii/uri.h"

namespace sekisho::taxii {
namespace {

constexpr std::string_view kReadOnly = "GET, HEAD, OPTIONS";
constexpr unsigned kPaging = kAddedAfter | kLimit | kNext;

/// The path below /{root}/; "{}" stands for an id.
struct EndpointRow {
  Endpoint endpoint;
  std::array<std::string_view, 5> below;
  std::string_view methods;
  unsigned filters;
};

constexpr unsigned kEveryFilter =
    kPaging | kMatchId | kMatchType | kMatchVersion | kMatchSpecVersion;
constexpr std::array<EndpointRow, 9> kEndpoints = {{
    {Endpoint::kDiscovery, {}, kReadOnly, kNoFilter},
    {Endpoint::kRoot, {}, kReadOnly, kNoFilter},
    {Endpoint::kStatus, {"status", "{}"}, kReadOnly, kNoFilter},
    {Endpoint::kCollections, {"collections"}, kReadOnly, kNoFilter},
    {Endpoint::kCollection, {"collections", "{}"}, kReadOnly, kNoFilter},
    {Endpoint::kManifest, {"collections", "{}", "manifest"}, kReadOnly, kEveryFilter},
    {Endpoint::kObjects,
     {"collections", "{}", "objects"},
     "GET, HEAD, POST, OPTIONS",
     kEveryFilter},
    {Endpoint::kObject,
     {"collections", "{}", "objects", "{}"},
     "GET, HEAD, DELETE, OPTIONS",
     kPaging | kMatchVersion | kMatchSpecVersion},
    {Endpoint::kVersions,
     {"collections", "{}", "objects", "{}", "versions"},
     kReadOnly,
     kPaging | kMatchSpecVersion},
}};

const EndpointRow& row_of(Endpoint endpoint) {
  return kEndpoints[static_cast<std::size_t>(endpoint)];
}

/// Decoded segments of "/a/b/"; nullopt if the path has no trailing slash, or a segment is
/// malformed, empty or holds control characters.
std::optional<std::vector<std::string>> split_path(std::string_view path) {
  if (path.size() < 3 || path.front() != '/' || path.back() != '/') return std::nullopt;
  path.remove_prefix(1);
  std::vector<std::string> segments;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    auto segment = percent_decode(path.substr(0, slash));
    path.remove_prefix(slash + 1);
    if (!segment || segment->empty()) return std::nullopt;
    if (std::any_of(segment->begin(), segment->end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
      return std::nullopt;
    }
    segments.push_back(std::move(*segment));
  }
  return segments;
}

const ApiRoot* find_root(std::string_view name, const std::vector<ApiRoot>& roots) {
  const auto found = std::find_if(roots.begin(), roots.end(),
                                  [name](const ApiRoot& root) { return root.name == name; });
  return found == roots.end() ? nullptr : &*found;
}

bool matches(const EndpointRow& row, const std::vector<std::string>& segments) {
  std::size_t used = 1;
  for (const std::string_view name : row.below) {
    if (name.empty()) break;
    if (used == segments.size() || (name != "{}" && name != segments[used])) return false;
    ++used;
  }
  return used == segments.size();
}

}  // namespace

std::optional<Route> find_route(std::string_view path, const std::vector<ApiRoot>& roots) {
  auto segments = split_path(path);
  if (!segments) return std::nullopt;
  Route route;
  if (segments->front() == "taxii2") {
    return segments->size() == 1 ? std::optional<Route>(route) : std::nullopt;
  }
  route.root = find_root(segments->front(), roots);
  if (route.root == nullptr) return std::nullopt;
  for (const EndpointRow& row : kEndpoints) {
    if (row.endpoint == Endpoint::kDiscovery || !matches(row, *segments)) continue;
    route.endpoint = row.endpoint;
    if (row.endpoint == Endpoint::kStatus) {
      route.status = std::move((*segments)[2]);
      return route;
    }
    if (segments->size() > 2) route.collection = std::move((*segments)[2]);
    if (segments->size() > 4) route.object = std::move((*segments)[4]);
    return route;
  }
  return std::nullopt;
}

std::string_view allowed_methods(Endpoint endpoint) {
  return row_of(endpoint).methods;
}

bool allows(Endpoint endpoint, std::string_view method) {
  std::string_view rest = row_of(endpoint).methods;
  while (!rest.empty()) {
    if (trim(take_part(rest, ',')) == method) return true;
  }
  return false;
}

unsigned filters_of(Endpoint endpoint) {
  return row_of(endpoint).filters;
}

}  // namespace sekisho::taxii
