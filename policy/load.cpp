#include <algorithm>

#include "core/digest.h"
#include "policy/ground.h"
#include "policy/loader.h"
#include "policy/text.h"
#include "policy/tlp_table.h"

namespace sekisho::policy {
namespace {

std::vector<std::string> kind_names() { return {kKinds.begin(), kKinds.end()}; }

stix::Tlp read_unmarked(TableReader& table, ReadContext& context) {
  const std::string text = table.text("unmarked");
  if (!table.node("unmarked")) return stix::Tlp::kAmber;
  const auto tlp = stix::tlp_from_label(text);
  if (!tlp || *tlp < stix::Tlp::kAmber) {
    context.error(table.line_of("unmarked"),
                  "\"unmarked\" is " + shown(text) +
                      "; an object without marking counts as TLP:AMBER or tighter: write \"TLP:AMBER\", "
                      "\"TLP:AMBER+STRICT\" or \"TLP:RED\"");
    return stix::Tlp::kAmber;
  }
  return *tlp;
}

/// Groups and classes: any short words of the organisation.
std::vector<std::string> read_vocabulary(TableReader& table, std::string_view key, ReadContext& context) {
  auto words = table.texts(key);
  for (const std::string& word : words) {
    if (word.empty()) context.error(table.line_of(key), quoted(key) + " holds an empty string");
    if (std::count(words.begin(), words.end(), word) > 1) {
      context.error(table.line_of(key), shown(word) + " is twice in " + quoted(key) + "; remove one");
      break;
    }
  }
  return words;
}

/// Property names whose strings name no object. Those that STIX itself defines as references always do.
std::vector<std::string> read_opaque(TableReader& table, ReadContext& context) {
  auto names = table.texts("opaque");
  for (const std::string& name : names) {
    if (name.empty()) context.error(table.line_of("opaque"), "\"opaque\" holds an empty string");
    if (!name.ends_with("_ref") && !name.ends_with("_refs")) continue;
    context.error(table.line_of("opaque"), shown(name) + " in \"opaque\" ends in _ref or _refs, so by STIX it always names objects; "
                                           "remove it, or take the property away by a profile");
  }
  return names;
}

}  // namespace

const Party* Policy::find_party(std::string_view id) const {
  for (const Party& party : parties) {
    if (party.id == id) return &party;
  }
  return nullptr;
}

const Licence* Policy::find_licence(std::string_view id) const {
  for (const Licence& licence : licences) {
    if (licence.id == id) return &licence;
  }
  return nullptr;
}

const RedactionProfile* Policy::find_profile(std::string_view id) const {
  for (const RedactionProfile& profile : profiles) {
    if (profile.change.id == id) return &profile;
  }
  return nullptr;
}

void Loader::read_policy(const TomlNode& node) {
  TableReader table(node, "[policy]", context);
  const std::string zone = table.text("zone");
  if (const auto minutes = zone_minutes(zone)) {
    context.zone_minutes = policy.zone_minutes = *minutes;
  } else if (table.node("zone")) {
    context.error(table.line_of("zone"), "zone " + shown(zone) +
                                             " is not known; write \"Asia/Tokyo\", \"UTC\" or an offset "
                                             "such as \"+09:00\"");
  }
  policy.organisation = table.text("organisation", Need::kRequired);
  policy.identities = stix_ids(table, "identities", Empty::kRefused, "identity");
  for (const std::string& id : policy.identities) {
    note(identities, id, table.line_of("identities"), "identity");
  }
  policy.unmarked = read_unmarked(table, context);
  policy.public_ids = stix_ids(table, "public_ids", Empty::kAllowed);
  policy.definers = table.texts("definers");
  definers_line = table.line_of("definers");
  policy.opaque = read_opaque(table, context);
  policy.member_classes = read_vocabulary(table, "classes", context);
  policy.groups = read_vocabulary(table, "groups", context);
  policy.roles = read_vocabulary(table, "roles", context);
  table.finish();
}

void Loader::check_definers() {
  for (const std::string& id : policy.definers) {
    if (policy.find_party(id)) continue;
    context.error(definers_line, "no party " + shown(id) + " for \"definers\"" + suggestion(id, party_names()));
  }
}

void Loader::read_hop(const TomlMember& member) {
  const std::string name = "[tlp." + member.key + "]";
  if (!is_kind(member.key)) {
    context.error(member.line, "unknown kind " + shown(member.key) + suggestion(member.key, kind_names()));
    return;
  }
  if (!member.value.is_table()) {
    context.error(member.line, name + " is " + std::string(toml_kind_name(member.value.kind)) +
                                   "; write a table with one line per label");
    return;
  }
  auto& row = policy.hops[member.key];
  for (const stix::Tlp tlp : kLabels) context.known.emplace("[tlp]", stix::tlp_label(tlp).substr(4));
  for (const TomlMember& cell : member.value.members) {
    const auto tlp = stix::tlp_from_label(cell.key);
    if (!tlp || stix::tlp_label(*tlp) != "TLP:" + cell.key) {
      context.error(cell.line, "unknown label " + shown(cell.key) + " in " + name +
                                   suggestion(cell.key, {"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"}));
      continue;
    }
    const HopRule floor = loosest(member.key, *tlp);
    const auto rule = cell.value.is_string() ? hop_rule_from_name(cell.value.text) : std::nullopt;
    if (!rule) {
      context.error(cell.line, cell.key + " in " + name + " is not a rule; write " + allowed_names(floor));
    } else if (!allowed_under(floor, *rule)) {
      context.error(cell.line, cell.key + " = \"" + cell.value.text + "\" in " + name +
                                   " is looser than the label allows; write " + allowed_names(floor));
    } else {
      row[*tlp] = *rule;
    }
  }
}

void Loader::read_tlp(const TomlNode& node) {
  for (const TomlMember& member : node.members) read_hop(member);
  for (const TomlMember& member : node.members) {
    // Each label asks for all that the looser ones ask, so a "never" stops the tighter ones too.
    bool stopped = false;
    for (const stix::Tlp tlp : kLabels) {
      const std::string label(stix::tlp_label(tlp).substr(4));
      const TomlMember* cell = member.value.find(label);
      const bool never = !cell || cell->value.text == "never";
      if (stopped && !never) {
        context.warning(cell->line, label + " in [tlp." + member.key +
                                        "] can never apply: a looser label is absent or \"never\"");
      }
      stopped = stopped || never;
    }
  }
}

void Loader::read(const TomlNode& root) {
  TableReader table(root, "the file", context);
  if (const TomlNode* node = table.node("policy"); node && node->is_table()) {
    read_policy(*node);
  } else {
    context.error(1, "[policy] is missing; write [policy] and organisation = \"…\"");
  }
  if (const TomlNode* node = table.node("tlp")) {
    if (node->is_table()) {
      read_tlp(*node);
    } else {
      context.error(node->line, "\"tlp\" is not a table; write [tlp.member] and the like");
    }
  }
  for (const TomlNode* node : table.tables("licence")) read_licence(*node);
  for (const TomlNode* node : table.tables("profile")) read_profile(*node);
  for (const TomlNode* node : table.tables("group")) read_group(*node);
  check_groups();
  for (const TomlNode* node : table.tables("party")) read_party(*node);
  check_definers();
  for (const TomlNode* node : table.tables("agreement")) read_agreement(*node);
  for (const TomlNode* node : table.tables("consent")) read_consent(*node);
  for (const TomlNode* node : table.tables("rule")) read_rule(*node);
  for (const TomlNode* node : table.tables("import")) read_import(*node);
  table.finish();
}

Result<Policy> load_policy(std::string_view text, std::string_view file, std::vector<Problem>* problems) {
  const auto root = parse_toml(text);
  Loader loader;
  if (root) {
    loader.read(root.value());
    if (!loader.context.has_error()) {
      check_overlaps(loader.policy, loader.context);
      check_profiles(loader.policy, loader.context);
      warn_useless(loader.policy, loader.context);
      warn_covered(loader.policy, loader.context);
      warn_imports(loader.policy, loader.context);
    }
  } else {
    loader.context.error(std::stoul(root.error().where), root.error().detail);
  }
  auto& found = loader.context.problems;
  std::stable_sort(found.begin(), found.end(),
                   [](const Problem& a, const Problem& b) { return a.line < b.line; });
  if (problems) *problems = found;
  const auto first =
      std::find_if(found.begin(), found.end(), [](const Problem& problem) { return problem.error; });
  if (first != found.end()) {
    return make_error(Code::kPolicyInvalid, first->message,
                      std::string(file) + ":" + std::to_string(first->line));
  }
  loader.policy.digest = hex(sha256(text));
  loader.policy.ground = ground_of(root.value());
  loader.policy.source_grounds = source_grounds_of(root.value());
  return std::move(loader.policy);
}

}  // namespace sekisho::policy
