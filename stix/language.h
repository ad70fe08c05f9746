// Translations: whether a language-content fits its target, and how an object reads in a wanted
// language. Sources: STIX 2.1 §7.1, §7.2.3 (granular `lang`), RFC 4647 §3.4 (lookup). Pure; any
// thread. Recursion is as deep as the objects, which core/json.h bounds. Limits: kMaxTranslations,
// kMaxLanguageProblems.
//
// What is translatable STIX does not list. Here: free texts by name (name, description, abstract,
// content, explanation, objective, statement, aliases, goals, contact_information, a location's
// city, street_address, administrative_area, an identity's roles), and every text in a custom
// property `x_…` whose name does not end like an id, a reference, a code or a date. Ids,
// vocabularies, patterns, links, hashes and all of a cyber-observable are not, so a translation,
// which anyone may write, never changes them on the screen.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stix/object.h"

namespace sekisho::stix {

inline constexpr std::size_t kMaxTranslations = 100;  ///< language-contents looked at for one view
inline constexpr std::size_t kMaxLanguageProblems = 100;

struct LanguageProblem {
  std::string pointer;  ///< JSON Pointer in the language-content
  std::string text;
};
/// What keeps `content` from being a translation of `target` (S-7.1-1 to S-7.1-5); empty if nothing
/// does. Keys that the target lacks or that cannot be translated are no problem: they are ignored.
std::vector<LanguageProblem> check_translation(const Object& content, const Object& target);

/// A text of the view that is not the original's.
struct TranslatedText {
  std::string pointer;   ///< in the object
  std::string language;  ///< the tag as its translator wrote it
  std::string source;    ///< id of the language-content
};
struct LanguageView {
  /// The object with texts exchanged. For display only: never stored, hashed, signed or sent, since
  /// it is nobody's version of the object.
  std::string json;
  std::vector<TranslatedText> translated;
};
/// The object in the language `wanted` (RFC 5646): for each text the best of the tags `wanted`,
/// then shorter and shorter (`ja-JP`, `ja`), among the original (its granular `lang`, else `lang`,
/// else en) and `contents`; the original where there is none. The first of `contents` counts among
/// equals, so put the creator's first. Ignored: contents of another object or version, revoked
/// ones, lists of another length, "" (S-7.1-4).
LanguageView in_language(const Object& object, std::span<const ObjectPtr> contents,
                         std::string_view wanted);

/// The tags to look for, best first (RFC 4647 §3.4): `zh-Hant-TW`, `zh-Hant`, `zh`; lower case.
std::vector<std::string> lookup_tags(std::string_view wanted);

}  // namespace sekisho::stix
