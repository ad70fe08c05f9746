#include "sync/handling/known.h"

#include "sync/handling/attestation.h"

namespace sekisho::sync {
namespace {

// SHA-256 of the canonical form of the definition of the report extension (stix/convert; a test compares).
constexpr std::string_view kReportExtension = "f6fa1b8b99ddbf75b832f08d18af18dc68b2f5b27d07a332c7c42ddfcb8b4d2b";

}  // namespace

bool is_known_definition(const stix::Object& object) {
  if (object.type() != "extension-definition" && object.type() != "identity") return false;
  return is_attestation_definition(object.bytes()) || hex(object.content_hash()) == kReportExtension;
}

}  // namespace sekisho::sync
