// Histories drawn from bytes, so that a failing one is made small by leaving bytes out.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/json.h"
#include "stix/sharing_facts.h"
#include "world.h"

namespace sekisho::sync::tests {

using Bytes = std::vector<unsigned char>;

/// A script read byte by byte; zeros when it is over.
class Script {
 public:
  explicit Script(const Bytes& bytes) : bytes_(bytes) {}
  bool over() const { return at_ >= bytes_.size(); }
  unsigned next(unsigned below) { return over() ? 0 : bytes_[at_++] % below; }

 private:
  const Bytes& bytes_;
  std::size_t at_ = 0;
};

/// The member `extensions`: an embargo that is over or not, or one of so many extension-definitions.
inline void draw_extensions(json::Writer& w, Script& script, unsigned definitions) {
  w.key("extensions").begin_object();
  if (script.next(2) == 0) {
    w.key(stix::kSharingExtensionId).begin_object().member("extension_type", "property-extension");
    w.member("embargo_until", script.next(2) == 0 ? "2020-01-01T00:00:00Z" : "2100-01-01T00:00:00Z").end_object();
  } else {
    w.key(id_of(1 + script.next(definitions), "extension-definition")).begin_object().member("extension_type", "property-extension").end_object();
  }
  w.end_object();
}

}  // namespace sekisho::sync::tests
