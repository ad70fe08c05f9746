// What the tables of cyber-observables share: predefined extensions, and rules on values. Any
// thread.
#pragma once

#include <string_view>

#include "stix/validate/property_tables.h"

namespace sekisho::stix {

extern const Shape kFileExtensions[5];
extern const Shape kNetworkExtensions[4];
extern const Shape kProcessExtensions[2];
extern const Shape kAccountExtensions[1];

/// What a directory or an archive contains (§6.3, §6.7.2).
inline constexpr std::string_view kFileOrDirectory[] = {"file", "directory"};

// Forms of values (§6.4, §6.5, §6.8-§6.10, §6.15).
bool is_ipv4_cidr(std::string_view text);
bool is_ipv6_cidr(std::string_view text);
bool is_mac_address(std::string_view text);
bool is_domain_name(std::string_view text);
bool is_email_address(std::string_view text);
bool is_url(std::string_view text);
/// A media type without parameters, its first part registered (RFC 6838 §4.2).
bool is_media_type(std::string_view text);
/// The form of a service name in lower case (RFC 6335 §5.1), and the registered ones that lack it.
bool is_service_name(std::string_view text);
/// True if an encoded word (RFC 2047 §2) stands in the text.
bool has_encoded_word(std::string_view text);

/// An error if `name` is a string without the form, unless the object says that it is defanged.
void check_form(const json::Value& object, std::string_view name,
                bool (*has_form)(std::string_view), std::string_view right, FindingLog& log,
                FindingLog::Site site = FindingLog::Site::here());
/// An error at each value of the dictionary `name` whose kind is not among those allowed.
void check_values(const json::Value& object, std::string_view name, bool integers, bool strings,
                  FindingLog& log, FindingLog::Site site = FindingLog::Site::here());

}  // namespace sekisho::stix
