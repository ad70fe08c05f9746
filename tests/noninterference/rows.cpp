#include "rows.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "core/time.h"
#include "drafts.h"
#include "policy/model.h"
#include "redactions.h"

namespace sekisho::noninterference {
namespace {

std::string quoted_list(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) out += (out.size() > 1 ? ", \"" : "\"") + value + "\"";
  return out + "]";
}

std::string instant(int hour) {
  return format_stix_time(Timestamp{kStart + hour * 3600, 0}).substr(0, 19) + "Z";
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) std::abort();
  text.replace(at, from.size(), to);
}

std::string base_text() {
  std::string text = policy::initial_policy("Example", kOwn, "isac");
  replace(text, "groups = []", "groups = [\"swg\", \"inner\"]\nroles = [\"oem\"]");
  replace(text, "public_ids = []", "public_ids = [\"" + std::string(kOwn) + "\"]");
  return text;
}

// Parties in both nodes: they give content that P may see.
constexpr const char* kSources = R"(
[[party]]
id = "s1"
kind = "member"
class = "silver"
collections = ["weekly", "vulns", "exchange"]
write = ["weekly"]
signs = false
[[party]]
id = "s2"
kind = "peer-isac"
collections = ["exchange"]
write = ["exchange"]
signs = false
identities = ["identity--22222222-2222-4222-8222-222222222222"]
[[import]]
id = "accept"
effect = "accept"
sources = ["p", "s1", "s2"]
tlp_ceiling = "TLP:AMBER"
)";

}  // namespace

PolicyDraw::PolicyDraw(Rng& rng, const Features& features) : rng_(rng), features_(features) {
  static const std::vector<std::string> kinds = {"member", "member", "member", "supplier", "peer-isac", "vendor", "government"};
  static const std::vector<std::string> ways = {"companion", "companion", "inline", "none"};
  kind_ = rng_.pick(kinds);
  class_ = rng_.chance(60) ? "bronze" : "silver";
  attestations_ = rng_.pick(ways);
  for (const std::string& alias : kOpen) {
    if (reads_.empty() || rng_.chance(75)) reads_.push_back(alias);
  }
  if (rng_.chance(80)) writes_.push_back("weekly");
  if (rng_.chance(50)) writes_.push_back(kIntake);
  draw_profiles();
  if (features_.late && rng_.chance(15)) validity_ = "from = " + instant(1 + static_cast<int>(rng_.below(12))) + "\n";
}

// Some worlds have none, so that renditions do not hide what shows without them.
void PolicyDraw::draw_profiles() {
  if (!features_.redaction || !rng_.chance(70)) return;
  names_ = {"pa", "pb"};
  for (const std::string& name : names_) {
    texts_.push_back(draw_profile(rng_, name, rng_.chance(70) ? "2023-01-01" : instant(static_cast<int>(rng_.below(10)))));
  }
  agreed_ = draw_agreed(rng_, names_);
}

std::string PolicyDraw::dates() {
  if (!features_.dates || rng_.chance(60)) return "";
  const int from = static_cast<int>(rng_.below(kHours));
  std::string out;
  if (rng_.chance(50)) out += "from = " + instant(from) + "\n";
  if (rng_.chance(60)) out += "until = " + instant(from + 1 + static_cast<int>(rng_.below(kHours))) + "\n";
  return out;
}

std::string PolicyDraw::p_row(const std::string& id) const {
  std::string out = "[[party]]\nid = \"" + id + "\"\nkind = \"" + kind_ + "\"\n";
  if (kind_ == "member") out += "class = \"" + class_ + "\"\n";
  if (!reads_.empty()) out += "collections = " + quoted_list(reads_) + "\n";
  if (!writes_.empty() && id == "p") out += "write = " + quoted_list(writes_) + "\n";
  out += "signs = false\ngroups = [\"swg\"]\nattestations = \"" + attestations_ + "\"\n";
  if (class_ == "bronze") out += "own = \"hide\"\n";
  if (id == "p") out += "identities = [\"" + id_of("identity", 900) + "\"]\n";
  return out + (id == "p" ? validity_ : "") + "[[agreement]]\nid = \"mou-" + id + "\"\nparty = \"" + id +
         "\"\ntlp_ceiling = \"TLP:AMBER\"\n" + agreed_;
}

std::string PolicyDraw::rule_for_p() {
  static const std::vector<std::string> conditions = {
      "types = [\"malware\", \"tool\", \"note\"]", "sources = [\"s1\"]",       "labels = [\"internal\"]",
      "tlp = [\"TLP:AMBER\"]",                     "confidence_below = 30",    "schemes = [\"statement\"]",
      "collections = [\"vulns\"]\ntlp = [\"TLP:GREEN\"]", "sources = [\"self\"]\nlabels = [\"own\"]"};
  static const std::vector<std::string> recipients = {"groups = [\"swg\"]\n", "parties = [\"p\"]\n", "classes = [\"bronze\"]\n", ""};
  static const std::vector<std::string> effects = {"deny", "deny", "hold", "need-to-know"};
  const bool redacts = !names_.empty() && rng_.chance(60);
  const std::string effect = redacts ? "redact" : rng_.pick(effects);
  std::string out = "[[rule]]\nid = \"r" + std::to_string(rule_no_++) + "\"\neffect = \"" + effect + "\"\n" + rng_.pick(recipients);
  if (redacts) return out + "profile = \"" + rng_.pick(names_) + "\"\n" + draw_redacted(rng_) + dates() + "reason = \"because\"\n";
  out += effect == "need-to-know" ? "tlp = [\"TLP:AMBER\"]" : rng_.pick(conditions);
  return out + "\n" + dates() + "reason = \"because\"\n";
}

Stage PolicyDraw::stage() {
  const bool first = rules_.empty();
  if (first || rng_.chance(70)) rules_.push_back(rule_for_p());
  if (!first && rng_.chance(50)) rules_.erase(rules_.begin() + static_cast<std::ptrdiff_t>(rng_.below(rules_.size())));
  if (!first && features_.p_moves) {
    if (rng_.chance(30)) class_ = class_ == "bronze" ? "silver" : "bronze";
    if (rng_.chance(20) && (features_.ways || attestations_ != "none")) attestations_ = attestations_ == "inline" ? "companion" : "inline";
    if (rng_.chance(30)) reads_ = {kOpen[rng_.below(3)]};
    if (!names_.empty() && rng_.chance(25)) agreed_ = draw_agreed(rng_, names_);
    // A changed profile has a later date.
    if (!names_.empty() && rng_.chance(20)) {
      const std::size_t which = rng_.below(names_.size());
      texts_[which] = draw_profile(rng_, names_[which], instant(10 + 3 * ++profile_no_));
    }
    if (rng_.chance(15)) validity_ = validity_.empty() ? "until = " + instant(static_cast<int>(rng_.below(kHours))) + "\n" : "";
  }
  Stage out;
  out.rows = kSources + p_row("p");
  for (const std::string& text : texts_) out.rows += text;
  for (const std::string& rule : rules_) out.rows += rule;
  if (kind_ == "supplier" || rng_.chance(30)) {
    out.rows += "[[rule]]\nid = \"know\"\neffect = \"need-to-know\"\nparties = [\"p\"]\ntlp = [\"TLP:AMBER\"]\ncollections = [\"weekly\"]\nreason = \"r\"\n";
  }
  if (rng_.chance(40)) {
    out.rows += "[[consent]]\nid = \"c\"\nsource = \"s1\"\nto = \"p\"\n" + dates();
  }
  out.p_reads = reads_;
  out.p_writes = writes_;
  return out;
}

std::string PolicyDraw::rule_for_others(const std::string& party, int n) {
  static const std::vector<std::string> recipients = {"groups = [\"inner\"]\n", "roles = [\"oem\"]\n", "classes = [\"platinum\"]\n"};
  static const std::vector<std::string> conditions = {"types = [\"indicator\", \"file\"]\n", "tlp = [\"TLP:AMBER\"]\n",
                                                      "labels = [\"internal\"]\n", "sources = [\"s1\", \"p\"]\n"};
  std::string own;  // a profile of theirs
  std::vector<std::string> profiles = names_;
  if (features_.redaction && rng_.chance(30)) {
    profiles.push_back("o" + std::to_string(++profile_no_));
    own = draw_profile(rng_, profiles.back(), "2023-01-01");
  }
  const bool redacts = !profiles.empty() && rng_.chance(40);
  const bool grants = !redacts && rng_.chance(30);
  const std::string to = rng_.chance(50) ? "parties = [\"" + party + "\"]\n" : rng_.pick(recipients);
  const std::string rule = own + "[[rule]]\nid = \"o" + std::to_string(n) + "\"\n" + to;
  if (redacts) return rule + "effect = \"redact\"\nprofile = \"" + profiles.back() + "\"\n" + draw_redacted(rng_) + dates() + "reason = \"theirs\"\n";
  return rule + "effect = \"" + (grants ? "need-to-know" : rng_.chance(50) ? "deny" : "hold") + "\"\n" +
         (grants ? "tlp = [\"TLP:AMBER\"]\n" : rng_.pick(conditions)) + dates() + "reason = \"theirs\"\n";
}

Others PolicyDraw::others() {
  static const std::vector<std::string> kinds = {"member", "member", "peer-isac", "supplier", "vendor"};
  static const std::vector<std::string> classes = {"platinum", "silver", "bronze"};
  Others out;
  const std::size_t count = 1 + rng_.below(4);
  for (std::size_t i = 1; i <= count; ++i) {
    const std::string id = "q" + std::to_string(i);
    out.parties.push_back(id);
    if (features_.twins && rng_.chance(30)) {
      out.rows += p_row(id);
      continue;
    }
    const std::string kind = rng_.pick(kinds);
    out.rows += "[[party]]\nid = \"" + id + "\"\nkind = \"" + kind + "\"\n";
    if (kind == "member") out.rows += "class = \"" + rng_.pick(classes) + "\"\n";
    out.rows += "collections = [\"weekly\", \"vulns\", \"exchange\", \"secret\"]\nwrite = [\"weekly\", \"secret\"]\nsigns = false\n";
    out.rows += rng_.chance(30) ? "groups = [\"inner\"]\n" : "";
    out.rows += rng_.chance(30) ? "roles = [\"oem\"]\n" : "";
    out.rows += dates();
    if (rng_.chance(60)) {
      out.rows += "[[agreement]]\nid = \"mou-" + id + "\"\nparty = \"" + id + "\"\ntlp_ceiling = \"TLP:AMBER\"\n" + draw_agreed(rng_, names_) + dates();
    }
    if (rng_.chance(30)) out.rows += "[[consent]]\nid = \"c-" + id + "\"\nsource = \"s1\"\nto = \"" + id + "\"\n";
    if (rng_.chance(60)) out.rows += rule_for_others(id, static_cast<int>(i));
  }
  if (rng_.chance(70)) {
    out.rows += "[[import]]\nid = \"others\"\neffect = \"accept\"\nsources = [\"" + out.parties.front() + "\"]\ntlp_ceiling = \"TLP:AMBER\"\n";
  }
  return out;
}

std::shared_ptr<const policy::Compiled> compiled(const std::string& rows) {
  static const std::string base = base_text();
  auto policy = policy::load_policy(base + rows, "policy.toml", nullptr);
  if (!policy.ok()) {
    std::fprintf(stderr, "a world's policy: %s\n%s\n", policy.error().to_string().c_str(), rows.c_str());
    std::exit(2);
  }
  return policy::Compiled::compile(std::move(*policy));
}

}  // namespace sekisho::noninterference
