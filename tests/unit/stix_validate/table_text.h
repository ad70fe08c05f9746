// The property tables as text: one row a line, to be compared with what the standard says.
#pragma once

#include <string>

namespace sekisho::stix::checks {

/// "malware.is_family<TAB>R<TAB>boolean", one line for each row of each type, extension, nested type and of the
/// common properties, these with one letter per class.
std::string table_text();

}  // namespace sekisho::stix::checks
