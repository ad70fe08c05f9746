// Files that hold one document, or one a line. Any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace sekisho::stix::convert {

/// Calls `each` with every document and its name, "document" or "line N". A file with two lines or
/// more that begin with `{"` has one document a line; indented lines do not count, since they
/// belong to one document written over many.
void each_document(std::string_view bytes,
                   const std::function<void(std::string_view text, std::string name)>& each);

}  // namespace sekisho::stix::convert
