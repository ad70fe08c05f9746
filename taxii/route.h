// Paths of TAXII 2.1 (§4, §5) and what each endpoint allows. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "taxii/router.h"

namespace sekisho::taxii {

enum class Endpoint : std::uint8_t {
  kDiscovery,    ///< /taxii2/
  kRoot,         ///< /{root}/
  kStatus,       ///< /{root}/status/{id}/
  kCollections,  ///< /{root}/collections/
  kCollection,   ///< /{root}/collections/{id}/
  kManifest,     ///< /{root}/collections/{id}/manifest/
  kObjects,      ///< /{root}/collections/{id}/objects/
  kObject,       ///< /{root}/collections/{id}/objects/{object-id}/
  kVersions,     ///< /{root}/collections/{id}/objects/{object-id}/versions/
};

struct Route {
  Endpoint endpoint = Endpoint::kDiscovery;
  const ApiRoot* root = nullptr;  ///< of the roots given to find_route
  std::string collection;         ///< id or alias
  std::string object;
  std::string status;             ///< id
};

/// Each segment is percent-decoded once; the path must end in '/' (§3.1). nullopt: nothing is
/// there.
std::optional<Route> find_route(std::string_view path, const std::vector<ApiRoot>& roots);

/// The Allow header's value (RFC 9110 §10.2.1); GET comes with HEAD.
std::string_view allowed_methods(Endpoint endpoint);
bool allows(Endpoint endpoint, std::string_view method);
/// Set of Filter (taxii/query.h) that the endpoint table names.
unsigned filters_of(Endpoint endpoint);

}  // namespace sekisho::taxii
