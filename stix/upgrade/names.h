// What properties of STIX 2.0 are called in 2.1, for objects and patterns alike. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace sekisho::stix::upgrade {

/// The 2.1 name of `name` in a cyber-observable of `type`, or in its predefined extension
/// `extension`. Properties that 2.1 dropped get a name with `x_`; others keep theirs.
std::string_view observable_name(std::string_view type, std::string_view extension,
                                 std::string_view name);
/// The name of a hash algorithm in 2.1 (`ssdeep` is SSDEEP).
std::string_view hash_name(std::string_view name);
/// True for names of the 2.1 vocabulary, the only ones that artifacts, certificates and external
/// references take.
bool is_listed_hash(std::string_view name);
/// `windows local` is windows-local.
std::string_view account_type(std::string_view term);
/// The name of an extension: custom ones end in `-ext`. Empty if the name cannot be one.
std::string extension_name(std::string_view name);

/// Common properties of 2.1 that a cyber-observable does not have.
bool is_foreign_to_observables(std::string_view name);
/// Names that 2.1 keeps for itself (§3.8).
bool is_reserved(std::string_view name);
/// A name that 2.1 takes: as it is (custom ones with capitals too, which is a warning only), or in
/// lower case with `_` and the prefix `x_`. Empty if none.
std::string usable_name(std::string_view name);

/// Where a reference of a path leads, if the standard allows one type (or types that are renamed
/// alike); empty otherwise. `property` is the 2.0 name.
std::string_view referred_type(std::string_view type, std::string_view property);
/// True for references that the standard defines: a dangling one is left out.
bool is_standard_reference(std::string_view name);
/// Maps from free names to strings, copied without looking for references.
bool is_plain_dictionary(std::string_view name);
/// Maps whose values 2.1 wants as lists of strings.
bool is_header_map(std::string_view name);

}  // namespace sekisho::stix::upgrade
