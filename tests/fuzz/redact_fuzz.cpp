// Any object under any profile: unchanged, withheld with a reason, or a rendition that is whole, the organisation's own, and
// silent about what it hides.
#include <algorithm>
#include <cstdint>
#include <string>

#include "core/digest.h"
#include "stix/redact/redact.h"
#include "tests/fuzz/require.h"

using sekisho::fuzz::require;
namespace stix = sekisho::stix;
namespace redact = sekisho::stix::redact;

namespace {

const std::string kCreator = "identity--aaaaaaaa-0000-4000-8000-000000000001";
const std::string kSource = "identity--aaaaaaaa-0000-4000-8000-000000000002";

std::array<std::uint8_t, 16> hash(std::string_view text) {
  const sekisho::Sha256 digest = sekisho::sha256(text);
  std::array<std::uint8_t, 16> out{};
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

}  // namespace

// The first byte chooses the transformations, the second those with levels; the rest is the object.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto object = stix::Object::parse(std::string(reinterpret_cast<const char*>(data) + 2, size - 2));
  if (!object.ok()) return 0;
  redact::Profile profile;
  profile.id = "p";
  profile.strip_attribution = (data[0] & 1) != 0;
  profile.approved_text = (data[0] & 2) != 0;
  profile.remove_attachments = (data[0] & 4) != 0;
  if ((data[0] & 8) != 0) profile.granular = static_cast<stix::Tlp>(data[1] % 5);
  profile.blur = static_cast<redact::Blur>((data[0] >> 4) % 5);
  if ((data[1] & 64) != 0) profile.remove = {"/x_a", "/labels/*", "/external_references/*/url"};
  if ((data[1] & 128) != 0) profile.generalise = {{"/labels/*", {{"a", "b"}}, (data[1] & 32) != 0}};
  redact::Request request;
  request.original = object->get();
  request.profiles = {&profile};
  request.creator = kCreator;
  request.source_identities = {kSource};
  request.source_names = {"Acme"};
  request.hash = hash;
  const auto references = stix::references(**object);
  if (!references.empty() && (data[1] & 16) != 0) request.strip = {references.back().id};
  const redact::Outcome outcome = redact::redact(request);
  require((outcome.kind == redact::Outcome::Kind::kWithheld) != outcome.reason.empty(), "what is withheld has a reason");
  if (outcome.kind != redact::Outcome::Kind::kRendition) return 0;
  const stix::Object& rendition = *outcome.rendition;
  require(rendition.created_by_ref() == kCreator && rendition.type() == (*object)->type(), "it is the organisation's, of the same type");
  require(rendition.id() != (*object)->id(), "it has an id of its own");
  const std::string canonical = rendition.canonical();
  require(canonical.find((*object)->id()) == std::string::npos, "it does not tell the original");
  for (const std::string& id : request.strip) require(canonical.find(id) == std::string::npos, "it does not tell what is stripped");
  if (profile.strip_attribution) require(canonical.find(kSource) == std::string::npos, "it does not tell its source");
  const redact::Outcome again = redact::redact(request);
  require(again.rendition->bytes() == rendition.bytes(), "the same request gives the same rendition");
  return 0;
}
