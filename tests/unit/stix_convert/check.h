// What every conversion must satisfy, and short ways to look into its objects.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stix/convert/convert.h"
#include "stix/object.h"

namespace sekisho::tests {

/// A node's context: its own namespace and identity.
stix::convert::Context node_context();

/// Converts bytes that must be accepted as a whole.
stix::convert::Outcome converted(std::string_view format, std::string_view bytes,
                                 std::string_view mapping = {});
/// The one document of them, which must not be refused.
stix::convert::Converted one(std::string_view format, std::string_view bytes,
                             std::string_view mapping = {});

/// Why the one document of them is refused.
Error refusal(std::string_view format, std::string_view bytes);

/// Parses the objects; checks that each is valid STIX 2.1, names only objects before it, and occurs
/// once.
std::vector<stix::ObjectPtr> checked(const stix::convert::Converted& document);
std::vector<stix::ObjectPtr> of_type(const std::vector<stix::ObjectPtr>& objects,
                                     std::string_view type);
/// The string at a path of member names and element numbers, such as "external_references/0/url".
std::string text_at(const stix::ObjectPtr& object, std::string_view path);
bool loses(const stix::convert::Converted& document, std::string_view part);

/// `text` with the first `from` (which must be there) replaced.
std::string with(std::string text, std::string_view from, std::string_view to);

}  // namespace sekisho::tests
