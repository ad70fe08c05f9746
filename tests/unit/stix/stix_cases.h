// Helpers of the stix tests: objects by change, vectors, findings in a form that compares.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stix/object.h"
#include "stix/validate/validate.h"

namespace sekisho::stix::cases {

/// The object of `type` in conformance/vectors/stix/valid.jsonl.
std::string valid_object(std::string_view type);
/// `object` without `unset` and with the members of `set` (a JSON object) replaced or added.
std::string changed(std::string_view object, const std::vector<std::string>& unset,
                    std::string_view set = "{}");
/// The lines of a file in conformance/vectors/stix.
std::vector<std::string> vector_lines(const std::string& name);
/// Parses an object that must be good enough to parse.
ObjectPtr object(std::string text);

/// "error 4.7 /pattern", one a line.
std::string listing(const std::vector<Finding>& findings);
/// True if a finding of that severity stands under `clause` at `pointer`.
bool has(const std::vector<Finding>& findings, Severity severity, std::string_view clause,
         std::string_view pointer);
std::size_t count(const std::vector<Finding>& findings, Severity severity);

}  // namespace sekisho::stix::cases
