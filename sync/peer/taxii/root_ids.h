// The id of a collection in a further API root: one that tells nothing of its id in any other (docs/specs/taxii-server.md).
// Any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace sekisho::sync {

/// For taxii::ApiRoot::id_here: a keyed hash of the root's name and the collection's id, shaped as UUIDv4. `key`: 32
/// secret bytes of the node.
std::function<std::string(std::string_view id)> ids_in_root(std::string key, std::string root);

}  // namespace sekisho::sync
