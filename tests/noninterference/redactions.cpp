#include "redactions.h"

namespace sekisho::noninterference {

std::string draw_profile(Rng& rng, const std::string& id, const std::string& from) {
  static const std::vector<std::string> ceilings = {"TLP:CLEAR", "TLP:GREEN", "TLP:GREEN", "TLP:AMBER"};
  static const std::vector<std::string> removed = {"/description", "/description", "/labels", "/confidence", "/external_references", "/external_references/*/url"};
  static const std::vector<std::string> units = {"hour", "day", "week", "month"};
  static const std::vector<std::string> waits = {"0m", "0m", "10m", "3h", "24h"};
  std::string out = "[[profile]]\nid = \"" + id + "\"\nfrom = " + from + "\n";
  if (rng.chance(30)) out += "attribution = \"strip\"\n";
  if (rng.chance(40)) out += "granular = \"" + rng.pick(ceilings) + "\"\n";
  if (rng.chance(70)) out += "remove = [\"" + rng.pick(removed) + "\"]\n";
  if (rng.chance(25)) {
    out += "generalise = [{ at = \"/labels/*\", map = { \"internal\" = \"own\" }, other = \"" + std::string(rng.chance(50) ? "keep" : "remove") + "\" }]\n";
  }
  if (rng.chance(30)) out += "blur = \"" + rng.pick(units) + "\"\n";
  if (rng.chance(8)) out += "text = \"approved\"\n";
  if (rng.chance(20)) out += "attachments = \"remove\"\n";
  if (rng.chance(60)) out += "references = \"strip\"\nwait = \"" + rng.pick(waits) + "\"\n";
  return out;
}

std::string draw_agreed(Rng& rng, const std::vector<std::string>& profiles) {
  std::string out;
  if (!profiles.empty() && rng.chance(35)) out += "profile = \"" + rng.pick(profiles) + "\"\n";
  if (rng.chance(15)) out += "attribution = \"strip\"\n";
  if (rng.chance(15)) out += "level_map = { critical = \"caution\" }\n";
  return out;
}

std::string draw_redacted(Rng& rng) {
  static const std::vector<std::string> conditions = {
      "types = [\"malware\", \"tool\", \"note\", \"report\"]\n", "types = [\"campaign\", \"identity\", \"grouping\", \"incident\", \"vulnerability\"]\n",
      "sources = [\"s1\"]\n", "sources = [\"self\"]\n", "labels = [\"internal\"]\n", "collections = [\"vulns\"]\n",
      "collections = [\"weekly\"]\n", "schemes = [\"statement\"]\n", "levels = [\"critical\"]\n", ""};
  return rng.pick(conditions);
}

}  // namespace sekisho::noninterference
