// Rules that several type tables use. Any thread.
#pragma once

#include <string_view>

#include "core/json.h"
#include "stix/validate/finding_log.h"

namespace sekisho::stix {

/// `later` is not before `earlier` where both are there.
void check_order(const json::Value& object, std::string_view earlier, std::string_view later,
                 Clause clause, FindingLog& log, FindingLog::Site site = FindingLog::Site::here());
/// `later` is after `earlier` where both are there.
void check_strict_order(const json::Value& object, std::string_view earlier, std::string_view later,
                        Clause clause, FindingLog& log, FindingLog::Site site = FindingLog::Site::here());
/// An error where `name` is there although `other` is not.
void check_needs(const json::Value& object, std::string_view name, std::string_view other,
                 Clause clause, FindingLog& log, FindingLog::Site site = FindingLog::Site::here());
/// References to a numbered catalogue: `source_name` is exactly `source`, `external_id` has its
/// form.
void check_catalogue(const json::Value& object, std::string_view source, std::string_view prefix,
                     Clause clause, FindingLog& log);
/// The classic first_seen, last_seen pair.
void first_seen_last_seen(const json::Value& object, FindingLog& log);

/// Letters of ASCII count the same in either case.
bool equal_any_case(std::string_view a, std::string_view b);

/// A CPE 2.3 formatted string.
bool is_cpe23(std::string_view text);

}  // namespace sekisho::stix
