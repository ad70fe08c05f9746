#include "policy/ground.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/digest.h"

namespace sekisho::policy {
namespace {

constexpr std::array<std::string_view, 3> kOfAudiences{"party", "agreement", "consent"};
constexpr std::array<std::string_view, 15> kOfRecipients{
    "id",    "name",        "class", "collections",  "write", "withdraw",
    "roles", "assessments", "keys",  "credentials", "attestations", "own", "from",  "until",      "groups"};

void put(std::string_view text, std::string& out) { out += std::to_string(text.size()) + ":" + std::string(text); }

// The reader of TOML limits how deep a value can be.
void put(const TomlNode& node, std::string& out) {
  out += std::to_string(static_cast<int>(node.kind)) + (node.boolean ? "t" : "f") + std::to_string(node.integer) + ",";
  put(node.text, out);
  out += "[";
  for (const TomlNode& item : node.items) put(item, out);
  out += "]{";
  for (const TomlMember& member : node.members) {
    put(member.key, out);
    put(member.value, out);
  }
  out += "}";
}

template <typename Names>
std::string digest_without(const TomlNode& table, const Names& left_out) {
  std::string out;
  for (const TomlMember& member : table.members) {
    if (std::find(left_out.begin(), left_out.end(), member.key) != left_out.end()) continue;
    put(member.key, out);
    put(member.value, out);
  }
  return hex(sha256(out));
}

}  // namespace

std::string ground_of(const TomlNode& root) { return digest_without(root, kOfAudiences); }

std::map<std::string, std::string> source_grounds_of(const TomlNode& root) {
  std::map<std::string, std::string> out;
  const TomlMember* parties = root.find("party");
  if (parties == nullptr) return out;
  for (const TomlNode& party : parties->value.items) {
    const TomlMember* id = party.find("id");
    if (id != nullptr) out[id->value.text] = digest_without(party, kOfRecipients);
  }
  return out;
}

}  // namespace sekisho::policy
