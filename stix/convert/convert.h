// Reports of other formats become STIX 2.1 objects. Converting the same document twice gives the
// same objects: ids are UUIDv5 in the converting organisation's namespace over (format, document
// id, place), times and marking come from the document. Objects that are STIX already (stix2.0) keep
// their ids and their creator. Any thread, sinks are called on the caller's; no clock, no randomness. Limits: 64 MiB a
// document (Context), and those of docs/specs/convert-csaf.md and weekly-csv.md. Linear in the document.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/uuid.h"

namespace sekisho::stix::convert {

/// Who converts. Without a node a fixed local namespace serves and created_by_ref is left out.
struct Context {
  Uuid id_namespace;                       ///< namespace of the UUIDv5 ids
  std::optional<std::string> identity_id;  ///< the organisation's identity: created_by_ref
  std::size_t max_document_bytes = 64u << 20;
};
/// The namespace used where there is no node.
Uuid local_namespace();
/// The namespace of an organisation, derived from its identity id.
Uuid organisation_namespace(std::string_view identity_id);

/// Something that could not be mapped. Nothing is dropped without one of these.
struct Loss {
  std::string where;  ///< JSON Pointer, or row and column
  std::string what;   ///< one sentence
};

struct Converted {
  std::string document_id;           ///< as the document names itself
  /// STIX objects as JSON text, referred-to before referring (stix2.0: observables, then the order
  /// of the source).
  std::vector<std::string> objects;
  std::vector<Loss> losses;
};

/// One document was refused; `error.where` says where, `error.detail` what to write instead.
struct Refused {
  std::string document;  ///< id if known, else row or line
  Error error;
};

struct Outcome {
  std::vector<Converted> documents;
  std::vector<Refused> refused;
};

struct FormatInfo {
  std::string_view name;         ///< as typed on the command line
  std::string_view description;  ///< for `convert --list`
};
std::vector<FormatInfo> formats();

/// Converts one file's bytes: a document, or one document a line for formats that allow it (`csaf`
/// and `stix2.0` read .json and .jsonl). `mapping` is the text of a mapping file where the format needs one
/// (`weekly`, `csv`; empty = the built-in J-Auto-ISAC weekly mapping). A bad document is Refused
/// and the rest goes on. Each document is handed to `sink` as it is done, so memory stays flat over
/// long files. Errors: kConvertUnsupported (format), kConvertUnreadable (the file as a whole),
/// kConfig (mapping).
struct Sink {
  std::function<void(Converted)> converted;
  std::function<void(Refused)> refused;
};
Status convert(std::string_view format, std::string_view bytes, std::string_view mapping,
               const Context& context, const Sink& sink);

/// The same, collected. Errors as convert().
Result<Outcome> convert_all(std::string_view format, std::string_view bytes,
                            std::string_view mapping, const Context& context);

/// The organisation's own identity object (marked TLP:CLEAR), deterministic in `identity_id` and
/// `created`.
std::string identity_object(std::string_view identity_id, std::string_view name,
                            std::string_view created);

}  // namespace sekisho::stix::convert
