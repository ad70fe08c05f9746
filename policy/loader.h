// The state while one text becomes a Policy; the sections are read in an order in which each may look
// up what came before. One thread at a time.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model.h"
#include "policy/reader.h"

namespace sekisho::policy {

struct Loader {
  ReadContext context;
  Policy policy;
  /// Where each name was first used: id → line.
  using Seen = std::map<std::string, std::size_t, std::less<>>;
  Seen parties, identities, credentials, secrets, keys, agreements, consents, rules, licences, imports, profiles, groups;

  void read(const TomlNode& root);

  // load_party.cpp
  void read_party(const TomlNode& node);

  // load_groups.cpp
  void read_group(const TomlNode& node);
  /// What the records include, once all are read: names that exist, and no circle.
  void check_groups();

  // load_rules.cpp
  void read_agreement(const TomlNode& node);
  void read_consent(const TomlNode& node);
  void read_rule(const TomlNode& node);
  ObjectConditions read_conditions(TableReader& table);

  // load_profile.cpp
  void read_profile(const TomlNode& node);
  /// The name of a profile of the file; empty if the key is absent.
  std::string known_profile(TableReader& table, std::string_view key);
  /// level = level of an agreement.
  std::map<std::string, std::string, std::less<>> read_level_map(TableReader& table);

  // load_import.cpp
  void read_licence(const TomlNode& node);
  void read_import(const TomlNode& node);
  std::vector<std::string> licence_names() const;

  // load_words.cpp: lists of words with a syntax or a vocabulary of their own
  /// Notes that `id` is used; an error if it was used before. `what` is e.g. `party id`.
  void note(Seen& seen, std::string_view id, std::size_t line, std::string_view what);
  std::string name(TableReader& table, std::string_view key);
  std::vector<std::string> stix_ids(TableReader& table, std::string_view key, Empty empty,
                                    std::string_view type = {});
  void check_ids(const std::vector<std::string>& ids, std::size_t line, std::string_view key, std::string_view type);
  std::vector<std::string> aliases(TableReader& table, std::string_view key, Empty empty, bool star);
  std::vector<std::string> types(TableReader& table);
  std::vector<std::string> chosen(TableReader& table, std::string_view key,
                                  const std::vector<std::string>& vocabulary, Empty empty);
  /// One of `words`; without `fallback` the key is required.
  std::string choice(TableReader& table, std::string_view key, const std::vector<std::string>& words,
                     std::string_view fallback);
  std::string known_party(TableReader& table, std::string_view key, bool or_self);
  std::vector<std::string> known_parties(TableReader& table, std::string_view key, bool or_self);
  std::vector<std::string> party_names() const;
  std::vector<std::string> assessment_names() const;  ///< of all parties

  std::size_t definers_line = 0;

 private:
  /// Once all parties are read.
  void check_definers();
  void read_policy(const TomlNode& node);
  void read_tlp(const TomlNode& node);
  void read_hop(const TomlMember& member);
};

/// Letters, digits and `-`, `_`, `.`, at most 64, a letter or digit first.
bool is_name(std::string_view text);

/// check_profile.cpp: errors for what a profile takes from types that cannot do without it, warnings for what it never does.
void check_profiles(const Policy& policy, ReadContext& context);
/// check_overlap.cpp: errors for records that say two things of one time.
void check_overlaps(const Policy& policy, ReadContext& context);
/// check.cpp: warnings about what can never apply.
void warn_useless(const Policy& policy, ReadContext& context);
/// check_cover.cpp: warnings about rules that another one always forestalls.
void warn_covered(const Policy& policy, ReadContext& context);
/// check_import.cpp: the same for licences and import rules, and about doors left open.
void warn_imports(const Policy& policy, ReadContext& context);

}  // namespace sekisho::policy
