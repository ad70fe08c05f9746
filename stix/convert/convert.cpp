#include "stix/convert/convert.h"

#include <utility>

#include "stix/convert/formats.h"
#include "stix/convert/mapping.h"

namespace sekisho::stix::convert {

std::vector<FormatInfo> formats() {
  return {{"csaf", "CSAF 2.0 security advisories and VEX, JSON or one document a line"},
          {"weekly", "the ISAC's weekly information report, CSV in UTF-8 or Shift_JIS"},
          {"csv", "any CSV of reports, by a mapping file"},
          {"stix2.0", "STIX 2.0 bundles or objects, JSON or one a line"}};
}

Status convert(std::string_view format, std::string_view bytes, std::string_view mapping,
               const Context& context, const Sink& sink) {
  if (format == "csaf") return convert_csaf(bytes, context, sink);
  if (format == "weekly")
    return convert_weekly(bytes, mapping.empty() ? weekly_mapping() : mapping, context, sink);
  if (format == "csv") {
    if (mapping.empty()) {
      return make_error(Code::kConfig,
                        "the format csv needs a mapping file (docs/specs/weekly-csv.md)",
                        "mapping");
    }
    return convert_weekly(bytes, mapping, context, sink);
  }
  if (format == "stix2.0") return convert_stix20(bytes, context, sink);
  return make_error(Code::kConvertUnsupported, "no such format", std::string(format));
}

Result<Outcome> convert_all(std::string_view format, std::string_view bytes,
                            std::string_view mapping, const Context& context) {
  Outcome out;
  const Sink sink{[&out](Converted document) { out.documents.push_back(std::move(document)); },
                  [&out](Refused document) { out.refused.push_back(std::move(document)); }};
  SEKISHO_TRY(convert(format, bytes, mapping, context, sink));
  return out;
}

}  // namespace sekisho::stix::convert
