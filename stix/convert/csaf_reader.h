// Strict typed access to a CSAF document: a member of the wrong type refuses the document with its
// place. Reads go on after a failure and give empty values. One thread.
#pragma once

#include <initializer_list>
#include <string_view>

#include "core/json.h"
#include "stix/convert/builder.h"
#include "stix/convert/journal.h"

namespace sekisho::stix::convert {

class CsafReader {
 public:
  explicit CsafReader(Journal& journal) : journal_(journal) {}
  Journal& journal() { return journal_; }

  std::string_view text(const json::Value& object, std::string_view key);  ///< optional string
  std::string_view need_text(const json::Value& object,
                             std::string_view key);                     ///< non-empty string
  json::Value object(const json::Value& parent, std::string_view key);  ///< optional object
  json::Value need_object(const json::Value& parent, std::string_view key);
  json::Value array(const json::Value& parent, std::string_view key);  ///< optional array
  /// The element as an object, else refused.
  bool is_object(const json::Value& element);
  /// The element's text, else refused.
  std::string_view element_text(const json::Value& element);

  /// Every member of `object` (called `what` in CSAF) but those taken is a loss.
  void rest(const json::Value& object, std::string_view what,
            std::initializer_list<std::string_view> taken);

 private:
  void refuse(const json::Value& parent, std::string_view key, std::string_view what);
  Journal& journal_;
};

/// Adds notes that are about the matter; general and legal_disclaimer are losses
/// (docs/specs/convert-csaf.md).
void read_notes(CsafReader& in, const json::Value& owner, Paragraphs& out);
/// `references` as external references.
void read_references(CsafReader& in, const json::Value& owner, std::vector<Reference>& out);

}  // namespace sekisho::stix::convert
