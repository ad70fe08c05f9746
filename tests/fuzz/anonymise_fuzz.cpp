// Any object of a submitter: refused with a reason, or an object of the organisation that is valid and silent about whom it came from.
#include <cstdint>
#include <string>

#include "stix/anonymise/anonymise.h"
#include "stix/validate/validate.h"
#include "tests/fuzz/require.h"

using sekisho::fuzz::require;
namespace stix = sekisho::stix;
namespace anonymise = sekisho::stix::anonymise;

// The first byte chooses the unit of time and what becomes of references; the rest is the object.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const auto object = stix::Object::parse(std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  if (!object.ok()) return 0;
  const std::string creator = "identity--aaaaaaaa-0000-4000-8000-000000000001";
  anonymise::Hidden hidden;
  hidden.add("Acme");
  hidden.add("identity--aaaaaaaa-0000-4000-8000-000000000002");
  anonymise::Request request;
  request.original = object->get();
  request.id = std::string((*object)->type()) + "--bbbbbbbb-0000-4000-8000-000000000003";
  request.creator = creator;
  request.created = request.modified = "2026-01-01T00:00:00.000Z";
  request.blur = static_cast<stix::redact::Blur>(1 + data[0] % 4);
  request.hidden = &hidden;
  const unsigned turn = data[0] >> 4;
  request.reference = [turn](std::string_view id, anonymise::Mention) {
    const std::string type(id.substr(0, id.find("--")));
    return anonymise::Turn{static_cast<anonymise::Turn::Kind>((turn + id.size()) % 3), type + "--cccccccc-0000-4000-8000-000000000004", ""};
  };
  request.keeps_marking = [turn](std::string_view) { return turn % 2 == 0; };
  const auto outcome = anonymise::anonymise(request);
  require((outcome.object == nullptr) == (outcome.kind == anonymise::Outcome::Kind::kRefused), "an object, or refused");
  require((outcome.kind == anonymise::Outcome::Kind::kClean) == outcome.reason.empty(), "what is not clean has a reason");
  if (outcome.object == nullptr) return 0;
  const stix::Object& made = *outcome.object;
  require(made.id() == request.id && made.type() == (*object)->type(), "of the same type, with the id given");
  require(stix::acceptable(stix::validate(made)), "it is valid");
  require(!made.created_by_ref() || *made.created_by_ref() == creator, "it is the organisation's");
  require(!hidden.in(made.canonical()), "it does not name the submitter");
  require(made.canonical().find((*object)->id()) == std::string::npos || request.id == (*object)->id(), "it does not tell the original");
  return 0;
}
