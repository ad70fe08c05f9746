// docs/errors.md as text. Any thread.
#pragma once

#include <string>

namespace sekisho::tools {

/// The page for people, one table per library, from core/errors.def.
std::string errors_markdown();

}  // namespace sekisho::tools
