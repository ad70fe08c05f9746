// STIX objects of every type, from a few words. STIX 2.1 §4 to §7. Values; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sekisho::noninterference {

/// What a world says of one object version.
struct Draft {
  std::string type = "report";
  std::string id;
  int version = 0;                    ///< minutes after the creation
  std::string creator = {};           ///< created_by_ref, or none
  std::vector<std::string> markings = {};  ///< object_marking_refs
  std::vector<std::string> granular = {};  ///< marking ids on the description, or on the name
  std::string description = {};            ///< of types that have one
  std::vector<std::pair<std::string, std::string>> external = {};  ///< source_name and external_id of references
  std::string level = {};                  ///< of the sharing facts
  int embargo = -1;                        ///< hours after kStart until which nobody gets it
  std::vector<std::string> refs = {};      ///< as many as the type has places for are written
  std::vector<std::string> extensions = {};  ///< ids of extension-definitions
  std::vector<std::string> labels = {};
  int confidence = -1;
  bool revoked = false;
  std::string spec_version = "2.1";
  std::string text = "x";

  std::string json() const;
};

/// Every object type of STIX 2.1 but the bundle.
const std::vector<std::string>& all_types();
/// Whether it has neither creation time nor creator (a cyber-observable).
bool is_observable(std::string_view type);
/// type--<n>, n as a UUIDv4.
std::string id_of(const std::string& type, unsigned n);
/// The `modified` (or `created`) of a version.
std::string time_of(int version);
/// CLEAR, GREEN, AMBER, AMBER+STRICT, RED to the marking id; anything else stays.
std::string tlp(const std::string& label);

}  // namespace sekisho::noninterference
