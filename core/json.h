// Strict JSON: RFC 8259 and I-JSON (RFC 7493), for hostile input.
//
// Refused with line:column and JSON Pointer: duplicate member names at any depth, invalid UTF-8,
// byte order mark, lone surrogates, integers beyond +-(2^53-1), numbers that overflow a double,
// anything after the value, nesting or size over the limits. Non-characters (U+FFFF) are accepted.
// A Document is immutable after parse and keeps the source bytes; Values are cheap views into it
// and must not outlive it. Parsing is iterative: no input can exhaust the stack. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sekisho::json {

enum class Kind : std::uint8_t { kNull, kBoolean, kInteger, kReal, kString, kArray, kObject };

/// Bounds for one parse; going over one is kLimitExceeded. Text over 4 GiB is always refused.
struct ParseLimits {
  std::size_t max_bytes = 256u << 20;
  std::uint32_t max_depth = 100;
  std::size_t max_values = 20'000'000;
};

struct Position {
  std::size_t line = 1;    ///< from 1; lines end at U+000A
  std::size_t column = 1;  ///< from 1, in bytes
  std::size_t offset = 0;  ///< from 0, in bytes
};

class Document;
struct Node;

/// A view of one value. A default Value is "missing": exists() is false, every typed read fails
/// softly (nullopt, empty), so lookups chain without checks.
class Value {
 public:
  Value() = default;
  bool exists() const { return document_ != nullptr; }
  Kind kind() const;  ///< kNull for a missing value; test exists() first where it matters
  bool is_object() const { return exists() && kind() == Kind::kObject; }
  bool is_array() const { return exists() && kind() == Kind::kArray; }
  bool is_string() const { return exists() && kind() == Kind::kString; }

  std::optional<bool> boolean() const;
  std::optional<std::int64_t> integer() const;  ///< also a real with integral value within 2^53
  std::optional<double> number() const;         ///< integer or real
  std::optional<std::string_view> string() const;
  std::string_view string_or(std::string_view fallback) const;

  std::size_t size() const;                 ///< elements or members; 0 otherwise
  Value at(std::size_t index) const;        ///< element of an array, or missing; linear, so iterate over many
  Value operator[](std::string_view key) const;  ///< member of an object, or missing; linear

  /// Iterates elements of an array or members of an object. `key` is empty for elements.
  struct Entry;
  class Iterator;
  Iterator begin() const;
  Iterator end() const;

  std::string_view raw() const;      ///< the source bytes of this value, exactly as received
  std::string pointer() const;       ///< JSON Pointer from the root (walks there; for messages)
  Position position() const;         ///< of the first byte (computed; for messages)
  Position key_position() const;     ///< of the member name if this is a member, else position()

 private:
  friend class Document;
  friend class Iterator;
  Value(const Document* document, std::uint32_t index) : document_(document), index_(index) {}
  const Node& node() const;
  const Document* document_ = nullptr;
  std::uint32_t index_ = 0;
};

struct Value::Entry {
  std::string_view key;
  Value value;
};

class Value::Iterator {
 public:
  using value_type = Entry;
  using difference_type = std::ptrdiff_t;
  Iterator() = default;
  Entry operator*() const;
  Iterator& operator++();
  bool operator==(const Iterator& other) const { return index_ == other.index_; }
  bool operator!=(const Iterator& other) const { return index_ != other.index_; }

 private:
  friend class Value;
  Iterator(const Document* document, std::uint32_t index, bool object)
      : document_(document), index_(index), object_(object) {}
  const Document* document_ = nullptr;
  std::uint32_t index_ = 0;
  bool object_ = false;
};

/// One parsed text. Move-only; Values stay valid when it is moved only through a unique_ptr, so
/// parse hands one out.
class Document {
 public:
  static Result<std::unique_ptr<const Document>> parse(std::string text, const ParseLimits& limits = {});
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document();

  Value root() const { return Value(this, 0); }
  const std::string& text() const { return text_; }

 private:
  friend class Value;
  friend class Parser;
  Document();
  std::string text_;
  std::vector<Node> nodes_;   // preorder; a member is a key node followed by its value
  std::string decoded_;       // strings that had escapes
};

/// Checks that `text` is strict JSON within the limits; keeps nothing.
Status check(std::string_view text, const ParseLimits& limits = {});

/// Canonical form (JCS, RFC 8785): members by UTF-16 code unit, ECMAScript numbers, no space. For
/// hashing and signing; it spells a real like 1e20 as an integer that parse() refuses.
std::string canonical(const Value& value);
void canonical_append(const Value& value, std::string& out);
/// ECMAScript Number-to-String of a finite double (RFC 8785 §3.2.2.3).
std::string canonical_number(double value);
/// Appends `text` as a JSON string with the escapes of RFC 8785 §3.2.2.2; bytes that are not UTF-8
/// become U+FFFD, so the result is always JSON.
void append_quoted(std::string_view text, std::string& out);

/// Writes JSON in the order given; commas are automatic. Misuse (a value without key in an object)
/// is a bug. Not thread safe.
class Writer {
 public:
  explicit Writer(bool pretty = false) : pretty_(pretty) {}
  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);
  Writer& string(std::string_view value);
  Writer& integer(std::int64_t value);
  Writer& real(double value);  ///< null for an infinity or NaN
  Writer& boolean(bool value);
  Writer& null();
  /// Puts text that is already JSON (a stored object, say) as one value, unchanged.
  Writer& raw(std::string_view json);
  Writer& member(std::string_view name, std::string_view value) { return key(name).string(value); }
  Writer& member(std::string_view name, const char* value) { return key(name).string(value); }
  Writer& member_int(std::string_view name, std::int64_t value) { return key(name).integer(value); }
  Writer& member_bool(std::string_view name, bool value) { return key(name).boolean(value); }
  std::string take() { return std::move(out_); }
  const std::string& text() const { return out_; }

 private:
  void before_value();
  void newline();
  std::string out_;
  std::vector<bool> first_;
  bool pretty_ = false;
  bool after_key_ = false;
};

}  // namespace sekisho::json
