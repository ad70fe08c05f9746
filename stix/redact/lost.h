// What an object lost on the way to an audience, member by member, and what of it a translation (language-content) says.
// docs/specs/redaction.md §4, docs/specs/ownership.md §9. Pure; any thread. Linear in what is compared but for a logarithm.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/json.h"
#include "stix/object.h"

namespace sekisho::stix::redact {

class Lost {
 public:
  /// Whatever the form that went instead does not say as the original does. Of a list that is another one all counts, for what
  /// stands behind a gap has another place.
  void add(const Object& original, const Object& form);
  void add_all() { *this = all(); }
  void add(const Lost& other);
  static Lost all() {
    Lost out;
    out.whole_ = true;
    return out;
  }
  bool any() const { return whole_ || !below_.empty(); }

  /// Whether a translation says any of it, in whatever language.
  bool said_by(const Object& translation) const;
  /// Calls `visit` with each value of `contents` that does.
  void each_said(const Object& translation, const std::function<void(const json::Value&)>& visit) const;
  /// The same as JSON: the members on the way there, `true` for what is said. Empty: nothing.
  std::string said(const Object& translation) const;

 private:
  void compare(const json::Value& original, const json::Value& form);
  void walk(const json::Value& said, const std::function<void(const json::Value&)>& visit) const;
  std::string text(const json::Value& said) const;

  bool whole_ = false;
  std::map<std::string, Lost, std::less<>> below_;  ///< members of which something is lost
};

}  // namespace sekisho::stix::redact
