#include "taxii/envelope.h"

#include <string>
#include <utility>

namespace sekisho::taxii {
namespace {

Error bad_envelope(std::string detail, std::string where = {}) {
  return make_error(Code::kTaxiiBadEnvelope, std::move(detail), std::move(where));
}

}  // namespace

Result<std::vector<std::string_view>> posted_objects(std::string_view body, const Limits& limits) {
  json::ParseLimits bounds;
  bounds.max_depth = limits.json_depth;
  bounds.max_values = limits.envelope_objects;
  auto cut = json::split(body, "objects", bounds);
  if (!cut) {
    Error error = std::move(cut).error();
    // A body within max_content_length never leads to 413 (TAXII 2.1 §4.2.1).
    if (error.code == Code::kLimitExceeded) error.code = Code::kTaxiiBadEnvelope;
    return error;
  }
  const json::Value root = cut->frame->root();
  if (!root.is_object()) return bad_envelope("an envelope is a JSON object");
  if (root["type"].exists()) return bad_envelope("post an envelope, not a STIX object or bundle", "/type");
  if (!root["objects"].is_array()) return bad_envelope("must be a list of STIX objects", "/objects");
  if (cut->elements.empty()) return bad_envelope("must hold at least one STIX object", "/objects");
  return std::move(cut->elements);
}

}  // namespace sekisho::taxii
