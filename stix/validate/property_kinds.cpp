#include "stix/validate/property_kinds.h"

#include <algorithm>
#include <cmath>

#include "core/digest.h"
#include "core/time.h"
#include "stix/names.h"
#include "stix/validate/character_sets.h"
#include "stix/validate/property_tables.h"
#include "stix/validate/tables_sco.h"

namespace sekisho::stix {
namespace {

bool is_lower_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/// The text of a string value; writes an error and returns nothing for another kind.
std::optional<std::string_view> string_of(const json::Value& value, Clause clause,
                                          std::string_view what, FindingLog& log) {
  const auto text = value.string();
  if (!text) log.report(value, clause, std::string(what) + " is a string");
  return text;
}

std::string join(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += ", ";
    out += word;
  }
  return out;
}

std::string place(const Vocabulary& vocabulary) {
  constexpr std::size_t kShort = 15;
  std::string out(vocabulary.name);
  out += " (STIX 2.1 §" + std::string(vocabulary.section) + ")";
  if (vocabulary.terms.size() <= kShort) out += ": " + join(vocabulary.terms);
  return out;
}

std::string whole(double number) {
  return std::to_string(static_cast<std::int64_t>(number));
}

}  // namespace

void check_kind(const json::Value& value, const Kind& kind, FindingLog& log) {
  if (!kind.list) return kind.check(value, kind, log);
  if (!value.is_array()) return log.report(value, Clause::kList, "this property is a list");
  if (value.size() == 0) {
    return log.report(value, Clause::kList, "a list is never empty; leave the property out");
  }
  for (const auto& entry : value) kind.check(entry.value, kind, log);
}

namespace kind_checks {

void text(V value, K, L log) {
  string_of(value, Clause::kString, "this property", log);
}

void boolean(V value, K, L log) {
  if (!value.boolean()) log.report(value, Clause::kBoolean, "a boolean is true or false, without quotes");
}

void integer(V value, K kind, L log) {
  const auto number = value.integer();
  if (!number) return log.report(value, Clause::kInteger, "an integer is a whole number without quotes");
  if (static_cast<double>(*number) < kind.least || static_cast<double>(*number) > kind.most) {
    log.report(value, log.table(),
              "the number lies in " + whole(kind.least) + ".." + whole(kind.most));
  }
}

void number(V value, K kind, L log) {
  const auto real = value.number();
  if (!real) return log.report(value, Clause::kFloat, "a float is a number without quotes");
  if (*real < kind.least || *real > kind.most) {
    const bool open = kind.most > kSafeInteger;
    log.report(value, log.table(),
              open ? "the number is at least " + whole(kind.least)
                   : "the number lies in " + whole(kind.least) + ".." + whole(kind.most));
  }
}

void timestamp(V value, K, L log) {
  const auto text = string_of(value, Clause::kTimestamp, "a timestamp", log);
  if (!text || parse_stix_time(*text).ok()) return;
  const bool elsewhere = parse_rfc3339(*text).ok();
  log.report(value, elsewhere ? Clause::kUtc : Clause::kTimestamp,
             "a timestamp is YYYY-MM-DDTHH:MM:SS[.digits]Z in UTC");
}

void version_time(V value, K kind, L log) {
  timestamp(value, kind, log);
  const auto text = value.string();
  if (!text || !parse_stix_time(*text).ok()) return;
  const auto dot = text->find('.');
  if (dot == std::string_view::npos || text->size() - dot < 5) {
    log.report(value, Clause::kVersionPrecision, "this time has at least three digits after the second, such as .000Z");
  }
}

void whole_second(V value, K kind, L log) {
  timestamp(value, kind, log);
  const auto text = value.string();
  if (text && text->find('.') != std::string_view::npos && parse_stix_time(*text).ok()) {
    log.report(value, log.table(), "this time is precise to the second, without a fraction");
  }
}

void binary(V value, K, L log) {
  const auto text = string_of(value, Clause::kBinary, "binary content", log);
  if (text && !from_base64(*text)) {
    log.report(value, Clause::kBinary, "binary content is base64 (RFC 4648 §4) with padding");
  }
}

void hex(V value, K, L log) {
  const auto text = string_of(value, Clause::kHex, "hex content", log);
  if (text && (text->size() % 2 != 0 || !std::all_of(text->begin(), text->end(), is_lower_hex_digit))) {
    log.report(value, Clause::kHex, "hex content is an even number of 0-9 and a-f in lower case");
  }
}

namespace {

struct HashForm {
  std::string_view name;
  std::size_t digits;
};
constexpr HashForm kHashForms[] = {{"MD5", 32},      {"SHA-1", 40},    {"SHA-256", 64},
                                   {"SHA-512", 128}, {"SHA3-256", 64}, {"SHA3-512", 128}};

void hash_value(V value, std::string_view algorithm, L log) {
  const auto text = string_of(value, Clause::kHash, "a hash", log);
  if (!text) return;
  for (const HashForm& form : kHashForms) {
    if (form.name != algorithm) continue;
    if (text->size() != form.digits || !std::all_of(text->begin(), text->end(), [](char c) { return hex_value(c) >= 0; })) {
      log.report(value, Clause::kHash,
                std::string(form.name) + " has " + std::to_string(form.digits) + " hex digits");
    }
    return;
  }
  if (algorithm == "SSDEEP" && std::count(text->begin(), text->end(), ':') < 2) {
    log.report(value, Clause::kHash, "SSDEEP is blocksize:hash:hash");
  }
  if (algorithm == "TLSH" && text->size() != 70 && text->size() != 72) {
    log.report(value, Clause::kHash, "TLSH has 70 hex digits, after T1 if a version is given");
  }
}

/// Each of §6 asks for names "from the open vocabulary", which §2.7 and §2.14 let others extend; only §2.5
/// asks for "one of the entries listed".
void hash_list(V value, Clause foreign_name, L log) {
  if (!value.is_object()) return log.report(value, Clause::kHash, "hashes is an object: algorithm, value");
  if (value.size() == 0) return log.report(value, Clause::kDictionary, "hashes has at least one entry");
  bool strong = false;
  for (const auto& [name, hash] : value) {
    strong = strong || name == "SHA-256";
    if (name.size() < 3 || !is_dictionary_key(name)) {
      log.report(hash, Clause::kHash, "the name of a hash algorithm is 3 to 250 of a-z A-Z 0-9 - _");
    } else if (!kHashAlgorithmOv.contains(name)) {
      log.report(hash, foreign_name, "the algorithm comes from " + place(kHashAlgorithmOv));
    }
    hash_value(hash, name, log);
  }
  if (!strong) log.report(value, Clause::kHashStrength, "SHA-256 should be among the hashes");
}

}  // namespace

void hashes(V value, K, L log) {
  hash_list(value, Clause::kHashName, log);
}
void reference_hashes(V value, K, L log) {
  hash_list(value, Clause::kReferenceHashName, log);
}

void language(V value, K, L log) {
  const auto text = string_of(value, Clause::kLang, "a language", log);
  if (text && !is_language_tag(*text)) {
    log.report(value, Clause::kLang, "a language is an RFC 5646 tag such as ja or en-GB");
  }
}

void encoding(V value, K, L log) {
  const auto text = string_of(value, Clause::kCharacterSet, "a character set", log);
  if (text && !is_character_set(*text)) {
    log.report(value, Clause::kCharacterSet, "a character set has its preferred MIME name of the IANA registry");
  }
}

void dictionary(V value, K, L log) {
  if (!value.is_object()) return log.report(value, Clause::kDictionary, "a dictionary is a JSON object");
  if (value.size() == 0) {
    return log.report(value, Clause::kDictionary, "a dictionary is never empty; leave the property out");
  }
  for (const auto& [key, member] : value) {
    if (!is_dictionary_key(key)) {
      log.report(member, Clause::kDictionaryKey, "a dictionary key is 1 to 250 of a-z A-Z 0-9 - _");
    }
    if (member.kind() == json::Kind::kNull) {
      log.report(member, Clause::kDictionary, "a dictionary value is of a STIX type; null is none");
    }
  }
}

void text_dictionary(V value, K kind, L log) {
  dictionary(value, kind, log);
  for (const auto& entry : value) {
    if (value.is_object() && !entry.value.is_string()) log.report(entry.value, log.table(), "the values are strings");
  }
}

void header_fields(V value, K kind, L log) {
  dictionary(value, kind, log);
  if (!value.is_object()) return;
  for (const auto& entry : value) check_kind(entry.value, stix::list(stix::text()), log);
}

void media_type(V value, K, L log) {
  const auto text = string_of(value, Clause::kString, "a media type", log);
  if (text && !is_media_type(*text)) {
    log.report(value, Clause::kMimeType, "a media type should be one of the IANA registry, such as image/png");
  }
}

void reference(V value, K kind, L log) {
  const auto text = string_of(value, Clause::kIdentifier, "a reference", log);
  if (!text) return;
  const auto id = split_id(*text);
  if (!id) return log.report(value, Clause::kIdentifier, "a reference is an id of the form type--UUID");
  check_uuid(value, id->uuid, log);
  if (id->type == "bundle") return log.report(value, Clause::kBundleRef, "nothing refers to a bundle");
  const Targets& targets = kind.targets;
  if (!targets.types.empty() &&
      std::find(targets.types.begin(), targets.types.end(), id->type) == targets.types.end()) {
    log.report(value, log.table(), "this reference names: " + join(targets.types));
  }
  const Category category = category_of(id->type);
  if (targets.classes != 0 && category != Category::kUnknown &&
      (targets.classes & class_bit(category)) == 0) {
    const bool observables = (targets.classes & kScoClass) != 0;
    const bool domain = (targets.classes & kSdoClass) != 0;
    log.report(value, log.table(),
              std::string("this reference names a ") +
                  (domain && observables ? "domain object or cyber-observable"
                   : domain              ? "domain object"
                                         : "cyber-observable or relationship"));
  }
}

void open_vocab(V value, K kind, L log) {
  const auto text = string_of(value, Clause::kString, "a vocabulary term", log);
  if (!text || kind.vocabulary->contains(*text)) return;
  log.report(value, Clause::kOpenVocabulary, "the term should come from " + place(*kind.vocabulary));
}

void closed_enum(V value, K kind, L log) {
  const auto text = string_of(value, Clause::kString, "an enumerated value", log);
  if (!text || kind.vocabulary->contains(*text)) return;
  log.report(value, Clause::kEnum, "the value comes from " + place(*kind.vocabulary));
}

void nested(V value, K kind, L log) {
  if (!value.is_object()) {
    return log.report(value, kind.shape->clause, std::string(kind.shape->name) + " is an object");
  }
  check_shape(value, *kind.shape, log);
  check_strangers(value, *kind.shape, log);
}

void exactly(V value, K kind, L log) {
  if (value.string() != kind.literal) {
    log.report(value, log.table(), "the value is \"" + std::string(kind.literal) + "\"");
  }
}

void any_object(V value, K, L log) {
  if (!value.is_object()) log.report(value, log.table(), "this property is an object");
}

void unchecked(V, K, L) {}

}  // namespace kind_checks

void check_key_case(const json::Value& dictionary, FindingLog& log, FindingLog::Site site) {
  if (!dictionary.is_object()) return;
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  for (const auto& [key, member] : dictionary) {
    if (std::any_of(key.begin(), key.end(), is_upper)) {
      log.report(member, Clause::kDictionaryCase, "the keys of a dictionary should be in lower case", site);
    }
  }
}

void check_uuid(const json::Value& at, const Uuid& uuid, FindingLog& log, FindingLog::Site site) {
  if (!uuid.rfc_variant() || uuid.version() < 1 || uuid.version() > 5) {
    log.report(at, Clause::kIdentifier, "the UUID of an id is one of RFC 4122: version 1 to 5, variant 8 to b", site);
  }
  // Two spellings of one UUID would be one object to some readers and two to others.
  const std::string_view text = at.string_or("");
  const auto end = text.substr(text.find("--") == std::string_view::npos ? text.size() : text.find("--"));
  if (std::any_of(end.begin(), end.end(), [](char c) { return c >= 'A' && c <= 'F'; })) {
    log.report(at, Clause::kIdentifier, "the UUID of an id is written in lower case (RFC 4122 §3)", site);
  }
}

}  // namespace sekisho::stix
