#include <algorithm>

#include "stix/validate/property_tables.h"
#include "stix/validate/relationships.h"
#include "stix/validate/shared_rules.h"

// STIX 2.1 §5.

// A table has one row a line.
// clang-format off
namespace sekisho::stix {
namespace {

constexpr std::string_view kObservedDataRef[] = {"observed-data"};
constexpr std::string_view kWhere[] = {"identity", "location"};

std::string_view type_of_id(const json::Value& id) {
  const std::string_view text = id.string_or({});
  return text.substr(0, text.find("--"));
}

void relationship_rules(const json::Value& object, FindingLog& log) {
  check_strict_order(object, "start_time", "stop_time", Clause::kRelationshipTimes, log);
  const json::Value type = object["relationship_type"];
  const auto name = type.string();
  if (!name) return;
  const bool well_formed = !name->empty() && std::all_of(name->begin(), name->end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!well_formed) {
    log.report(type, Clause::kRelationshipType, "a relationship_type has only a-z 0-9 and hyphens");
  } else if (!is_listed_relationship(type_of_id(object["source_ref"]), *name,
                                     type_of_id(object["target_ref"]))) {
    log.report(type, Clause::kRelationshipPair, "STIX 2.1 does not list this relationship between these two types");
  }
}
constexpr Property kRelationship[] = {
    {"relationship_type", text(), kRequired},
    {"description", text()},
    {"source_ref", reference_to_class(kSdoClass | kScoClass), kRequired, Clause::kRelationshipEnds},
    {"target_ref", reference_to_class(kSdoClass | kScoClass), kRequired, Clause::kRelationshipEnds},
    {"start_time", timestamp()},
    {"stop_time", timestamp()},
};

constexpr Property kSighting[] = {
    {"description", text()},
    {"first_seen", timestamp()},
    {"last_seen", timestamp()},
    {"count", integer(0, 999'999'999), Need::kOptional, Clause::kSightingCount},
    {"sighting_of_ref", reference_to_class(kSdoClass), kRequired},
    {"observed_data_refs", list(reference(kObservedDataRef)), Need::kOptional, Clause::kSightingRefs},
    {"where_sighted_refs", list(reference(kWhere)), Need::kOptional, Clause::kSightingRefs},
    {"summary", boolean()},
};

constexpr TypeTable kSroTables[] = {
    {{"relationship", Clause::kRelationship, kRelationship, relationship_rules}},
    {{"sighting", Clause::kSighting, kSighting, first_seen_last_seen}},
};

}  // namespace

std::span<const TypeTable> sro_tables() {
  return kSroTables;
}

}  // namespace sekisho::stix
