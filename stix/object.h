// One STIX 2.1 object as received: immutable, keeps its bytes (promise 7). Share freely through
// ObjectPtr; any thread. Source: STIX 2.1 §2, §3. Limits: 4 MiB by default, and json::ParseLimits (100 levels); what a
// method returns as a view lives as long as the object.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/json.h"
#include "core/result.h"
#include "core/time.h"

namespace sekisho::stix {

class Object;
using ObjectPtr = std::shared_ptr<const Object>;

/// Version text given to objects that have neither `modified` nor `created` (SCOs): the same on every
/// node and at all times (TAXII 2.1 §3.4.1 wants a server-consistent value).
inline constexpr std::string_view kUnversioned = "1970-01-01T00:00:00.000Z";

class Object {
 public:
  /// Parses strict JSON and the minimum every object needs: an object with string `type` (2.1 type
  /// syntax) and `id` of form type--UUID, `spec_version` absent, "2.0" or "2.1", `created`/`modified`
  /// STIX timestamps where present. Full checks are stix/validate/validate.h.
  /// Errors: kJson*, kLimitExceeded, kStixNotObject, kStixInvalid (where = JSON Pointer).
  static Result<ObjectPtr> parse(std::string bytes, std::size_t max_bytes = 4u << 20);
  /// The same of bytes that were parsed before and kept with their content_hash(), which is not computed again.
  static Result<ObjectPtr> parse_kept(std::string bytes, const Sha256& content);

  /// Exactly what was given to parse().
  const std::string& bytes() const { return document_->text(); }
  json::Value root() const { return document_->root(); }

  std::string_view id() const { return id_; }
  std::string_view type() const { return type_; }  ///< of the object, also where STIX does not know it
  std::string_view spec_version() const { return spec_version_; }  ///< "2.1" when absent
  /// `modified`, else `created`, else kUnversioned; exactly the text received.
  std::string_view version() const { return version_; }
  /// The instant of version(), cut to nanoseconds; version_order() (stix/versions.h) compares all digits.
  Timestamp version_time() const { return version_time_; }
  std::optional<std::string_view> created_by_ref() const;
  bool revoked() const;  ///< `revoked` is there and true
  /// SHA-256 of the canonical form: what makes two contents of one (id, version) equal or not.
  const Sha256& content_hash() const { return content_hash_; }
  /// The canonical form (RFC 8785), which is hashed and signed; made anew at each call, linear in the object.
  std::string canonical() const { return json::canonical(root()); }

 private:
  Object() = default;
  static Result<std::shared_ptr<Object>> read(std::string bytes, std::size_t max_bytes);
  std::unique_ptr<const json::Document> document_;
  std::string_view id_, type_, spec_version_, version_;
  Timestamp version_time_;
  Sha256 content_hash_{};
};

/// The STIX objects inside a text: one object, a bundle, a TAXII envelope (`objects`), or an array.
/// Each slice is the exact received bytes of one member.
struct Container {
  enum class Kind { kObject, kBundle, kEnvelope, kArray } kind = Kind::kObject;
  std::unique_ptr<const json::Document> document;  ///< owns the bytes behind the slices
  std::vector<std::string_view> slices;
};
/// Reads a text and cuts it; the members are not judged, so give each slice to Object::parse.
/// Errors: kJson*, kLimitExceeded, kStixNotObject.
Result<Container> open_container(std::string text, const json::ParseLimits& limits = {});

/// Class of a type name (STIX 2.1 §4-§8).
enum class Category { kSdo, kSro, kSco, kMeta, kBundle, kUnknown };
Category category_of(std::string_view type);

/// A place in an object that names another object.
struct Reference {
  std::string id;
  std::string pointer;  ///< JSON Pointer of the string; where names of members are very long, of what it is in
  json::Value at{};     ///< the string itself; borrows the object
};
/// Every id that the object names: any string at any depth that is a STIX id as a whole, but its own `id`, that of an embedded
/// cyber-observable, references to such a one, and markings (`object_marking_refs`, `marking_ref` of granular markings). Nor
/// does a string count that is the value, or in the list, of a property named in `opaque`. In the order of the text; linear in it.
std::vector<Reference> references(const Object& object, const std::vector<std::string>& opaque = {});

}  // namespace sekisho::stix
