// What is embedded in an object: JSON objects inside it, at any depth, that say something about sharing themselves. Members of
// `objects` of observed data, objects in custom properties and in extensions. docs/specs/markings.md §2. Pure; any thread;
// linear in the object. Values borrow it.
#pragma once

#include <vector>

#include "core/json.h"

namespace sekisho::stix {

/// The JSON objects below `root` that have `object_marking_refs`, `granular_markings`, `labels` or a sharing extension, in the
/// order of the text, whatever they are otherwise.
std::vector<json::Value> speaking_parts(const json::Value& root);
/// Whether a JSON object inside another is a cyber-observable with an `id` of its own: of that type, and it says more than
/// its type and id.
bool is_embedded_observable(const json::Value& part);

}  // namespace sekisho::stix
