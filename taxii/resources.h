// JSON of the resources that are not pages (TAXII 2.1 §4.1.1, §4.2.1, §4.3.1, §5.1.1, §5.2.1). Optional
// members that are empty are left out (§2). Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "taxii/ports.h"
#include "taxii/router.h"

namespace sekisho::taxii {

std::string discovery_resource(const ServerInfo& server);
std::string root_resource(const ApiRoot& root, std::size_t max_content_length);
std::string collection_resource(const CollectionView& collection);
/// TAXII 2.1 §4.3.1: the counts, and the details that they count.
std::string status_resource(const StatusView& status);
/// Puts them in ascending order of id (§3.3).
std::string collections_resource(std::vector<CollectionView> collections);

}  // namespace sekisho::taxii
