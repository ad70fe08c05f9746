// Makes an object of the organisation out of a submitter's, which does not tell who the submitter was.
// docs/specs/anonymous.md §3. Pure: the caller brings ids, times, and what is known of references and markings. Any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "stix/anonymise/hidden.h"
#include "stix/object.h"
#include "stix/redact/blur.h"

namespace sekisho::stix::anonymise {

/// What becomes of an id that the object names.
struct Turn {
  enum class Kind { kKeep, kRewrite, kStrip } kind = Kind::kStrip;
  std::string id;        ///< of kRewrite
  std::string modified;  ///< of the new object where known: for `object_modified`
};
/// kText: the id stands in a text, where nothing waits for it.
enum class Mention { kReference, kText };

struct Request {
  const Object* original = nullptr;
  std::string id;                 ///< of the new object
  std::string creator;            ///< identity of the organisation
  std::string created, modified;  ///< of the new object; not looked at where the type has none
  redact::Blur blur = redact::Blur::kDay;
  const Hidden* hidden = nullptr;
  std::function<Turn(std::string_view id, Mention)> reference;
  std::function<bool(std::string_view id)> keeps_marking;  ///< false: a definition of the submitter's own
};

struct Outcome {
  enum class Kind {
    kClean,
    kMasked,  ///< the object holds kMask where it named the submitter: for an operator to look at
    kRefused  ///< no object; `reason` is for the submitter and holds nothing of the content
  } kind = Kind::kRefused;
  ObjectPtr object;
  std::string reason;
};

Outcome anonymise(const Request& request);

/// A STIX timestamp cut to the unit; as it is if it is none.
std::string cut(std::string_view time, redact::Blur blur);

}  // namespace sekisho::stix::anonymise
