// The kinds of property that STIX 2.1 §2 knows. A kind is a value: how to check, and with what.
// Every check writes what is wrong to the log and returns. Any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "core/json.h"
#include "core/uuid.h"
#include "stix/validate/finding_log.h"
#include "stix/object.h"
#include "stix/validate/vocabularies.h"

namespace sekisho::stix {

struct Shape;

/// Which objects a reference may name: by type, or by class. Types that STIX 2.1 does not define
/// are let through a class, since an extension may put them there.
struct Targets {
  std::span<const std::string_view> types{};
  unsigned classes = 0;  ///< bits of class_bit()
};
constexpr unsigned class_bit(Category category) {
  return 1u << static_cast<unsigned>(category);
}
inline constexpr unsigned kSdoClass = class_bit(Category::kSdo);
inline constexpr unsigned kScoClass = class_bit(Category::kSco);
inline constexpr unsigned kSroClass = class_bit(Category::kSro);

struct Kind {
  using Check = void (*)(const json::Value& value, const Kind& kind, FindingLog& log);

  Check check;
  bool list = false;                       ///< a list, not empty, of this kind
  const Vocabulary* vocabulary = nullptr;  ///< for open_vocab and closed_enum
  Targets targets{};                       ///< for reference
  const Shape* shape = nullptr;            ///< for nested
  double least = 0;                        ///< for integer and number
  double most = 0;
  std::string_view literal{};  ///< for exactly
};

/// Checks a value against its kind, as a list where the kind is one.
void check_kind(const json::Value& value, const Kind& kind, FindingLog& log);
/// §2.3: the keys should be in lower case; for dictionaries whose keys no other standard names.
void check_key_case(const json::Value& dictionary, FindingLog& log,
                    FindingLog::Site site = FindingLog::Site::here());
/// §2.9: version 1 to 5 and the variant of RFC 4122.
void check_uuid(const json::Value& at, const Uuid& uuid, FindingLog& log,
                FindingLog::Site site = FindingLog::Site::here());

namespace kind_checks {
using V = const json::Value&;
using K = const Kind&;
using L = FindingLog&;
void text(V, K, L);
void boolean(V, K, L);
void integer(V, K, L);
void number(V, K, L);
void timestamp(V, K, L);
void version_time(V, K, L);
void whole_second(V, K, L);
void binary(V, K, L);
void hex(V, K, L);
void hashes(V, K, L);
void reference_hashes(V, K, L);
void language(V, K, L);
void encoding(V, K, L);
void dictionary(V, K, L);
void text_dictionary(V, K, L);
void header_fields(V, K, L);
void media_type(V, K, L);
void reference(V, K, L);
void open_vocab(V, K, L);
void closed_enum(V, K, L);
void nested(V, K, L);
void exactly(V, K, L);
void any_object(V, K, L);
void unchecked(V, K, L);
}  // namespace kind_checks

inline constexpr double kSafeInteger = 9007199254740991.0;

constexpr Kind text() {
  return {kind_checks::text};
}
constexpr Kind boolean() {
  return {kind_checks::boolean};
}
constexpr Kind integer(double least = -kSafeInteger, double most = kSafeInteger) {
  Kind kind{kind_checks::integer};
  kind.least = least;
  kind.most = most;
  return kind;
}
constexpr Kind number(double least = std::numeric_limits<double>::lowest(),
                      double most = std::numeric_limits<double>::max()) {
  Kind kind{kind_checks::number};
  kind.least = least;
  kind.most = most;
  return kind;
}
constexpr Kind timestamp() {
  return {kind_checks::timestamp};
}
constexpr Kind version_time() {
  return {kind_checks::version_time};
}  ///< three digits or more
constexpr Kind binary() {
  return {kind_checks::binary};
}
constexpr Kind hex_text() {
  return {kind_checks::hex};
}
constexpr Kind hashes() {
  return {kind_checks::hashes};
}
constexpr Kind reference_hashes() {
  return {kind_checks::reference_hashes};
}  ///< names only from the entries of the vocabulary (§2.5)
constexpr Kind language() {
  return {kind_checks::language};
}
constexpr Kind encoding() {
  return {kind_checks::encoding};
}
constexpr Kind dictionary() {
  return {kind_checks::dictionary};
}
constexpr Kind text_dictionary() {
  return {kind_checks::text_dictionary};
}  ///< values are strings
constexpr Kind whole_second() {
  return {kind_checks::whole_second};
}  ///< a timestamp without fraction
constexpr Kind header_fields() {
  return {kind_checks::header_fields};
}  ///< values are lists of strings
constexpr Kind media_type() {
  return {kind_checks::media_type};
}
constexpr Kind reference() {
  return {kind_checks::reference};
}
constexpr Kind reference(std::span<const std::string_view> types) {
  Kind kind{kind_checks::reference};
  kind.targets.types = types;
  return kind;
}
constexpr Kind reference_to_class(unsigned classes) {
  Kind kind{kind_checks::reference};
  kind.targets.classes = classes;
  return kind;
}
constexpr Kind open_vocab(const Vocabulary& vocabulary) {
  Kind kind{kind_checks::open_vocab};
  kind.vocabulary = &vocabulary;
  return kind;
}
constexpr Kind closed_enum(const Vocabulary& vocabulary) {
  Kind kind{kind_checks::closed_enum};
  kind.vocabulary = &vocabulary;
  return kind;
}
constexpr Kind nested(const Shape& shape) {
  Kind kind{kind_checks::nested};
  kind.shape = &shape;
  return kind;
}
constexpr Kind exactly(std::string_view literal) {
  Kind kind{kind_checks::exactly};
  kind.literal = literal;
  return kind;
}
constexpr Kind any_object() {
  return {kind_checks::any_object};
}
constexpr Kind unchecked() {
  return {kind_checks::unchecked};
}  ///< its own rule looks at it
constexpr Kind list(Kind item) {
  item.list = true;
  return item;
}

}  // namespace sekisho::stix
