// Writes the STIX objects of one document: ids, times and marking in one place. One thread.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/json.h"
#include "stix/convert/convert.h"
#include "stix/convert/journal.h"
#include "stix/markings.h"

namespace sekisho::stix::convert {

/// What every object of one document shares.
struct Frame {
  std::string format;  ///< first part of every id
  std::string document_id;
  std::string created;  ///< STIX timestamps
  std::string modified;
  std::optional<Tlp> tlp;
  std::string lang;  ///< empty: left out
};

struct Reference {
  std::string source_name;
  std::string description;
  std::string url;
  std::string external_id;
};
/// A reference to `url`: its host as source_name; text that is no URI goes into the description.
Reference link(std::string_view url, std::string_view description);

class Builder {
 public:
  Builder(const Context& context, Frame frame, Journal& journal);

  const Frame& frame() const { return frame_; }
  Journal& journal() { return journal_; }

  /// Id of the object of `type` at `place` of this document.
  std::string id(std::string_view type, std::string_view place) const;

  /// An SDO or SRO of this document up to `modified`; close() ends it and keeps it.
  json::Writer open(std::string_view type, std::string_view id) const;
  void close(std::string id, json::Writer object, const std::vector<Reference>& references = {},
             std::string_view extensions = {});

  /// `place` tells relationships apart that join the same ends by the same type.
  void relate(std::string_view relationship_type, const std::string& source,
              const std::string& target, std::string_view description, std::string_view place = {});
  /// An SCO with these string properties (empty ones are left out), its deterministic id, and the
  /// marking.
  std::string observable(
      std::string_view type,
      std::initializer_list<std::pair<std::string_view, std::string_view>> properties);
  /// An organisation's identity with constant times and the marking of the document: `id` must
  /// depend on name, references and marking alone, so that every document that names it gives the
  /// same bytes.
  void organisation(const std::string& id, std::string_view name,
                    const std::vector<Reference>& references);

  /// Keeps a finished object. The same id again is the same object, else a loss.
  void add(std::string id, std::string object);
  const std::vector<std::string>& ids() const { return ids_; }
  std::vector<std::string> take_objects() { return std::move(objects_); }

 private:
  json::Writer head(std::string_view type, std::string_view id, std::string_view created,
                    std::string_view modified) const;

  const Context& context_;
  Frame frame_;
  Journal& journal_;
  std::vector<std::string> ids_;
  std::vector<std::string> objects_;
  std::unordered_map<std::string, std::size_t> index_;
  std::size_t bytes_ = 0;
};

/// Paragraphs of a description; empty ones do not count.
class Paragraphs {
 public:
  void add(std::string_view text);
  void add(std::string_view label, std::string_view text);  ///< `label: text`
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// Writes `key` unless `value` is empty.
void member_unless_empty(json::Writer& out, std::string_view key, std::string_view value);
void member_list(json::Writer& out, std::string_view key, const std::vector<std::string>& values);

}  // namespace sekisho::stix::convert
