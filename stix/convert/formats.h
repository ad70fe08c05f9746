// The readers behind convert(): one function per format. Any thread.
#pragma once

#include <string_view>

#include "stix/convert/convert.h"

namespace sekisho::stix::convert {

/// docs/specs/convert-csaf.md
Status convert_csaf(std::string_view bytes, const Context& context, const Sink& sink);
/// docs/specs/weekly-csv.md
Status convert_weekly(std::string_view bytes, std::string_view mapping, const Context& context,
                      const Sink& sink);
/// docs/specs/stix20-upgrade.md
Status convert_stix20(std::string_view bytes, const Context& context, const Sink& sink);

}  // namespace sekisho::stix::convert
