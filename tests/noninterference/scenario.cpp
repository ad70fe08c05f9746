#include "scenario.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>

#include "oracle.h"

namespace sekisho::noninterference {
namespace {

constexpr unsigned kHiddenIds = 0x1000;  // ids from here on are only of hidden objects
constexpr unsigned kGhostIds = 0x3000;   // of hidden objects too, and nobody posts them
constexpr unsigned kDefinitions = 800;   // common marking- and extension-definitions
constexpr std::size_t kSlots = 30;
constexpr std::size_t kRequests = 200;
constexpr std::uint64_t kOneOverSqlite = 20;  // one world in so many
constexpr std::uint64_t kOneHostile = 2;      // likewise
constexpr std::uint64_t kHostileDraw = 0x686f7374696c6521;  // hostile draws move no others

/// Draws objects: common ones, and those hidden from P.
class ObjectDraw {
 public:
  ObjectDraw(Rng& rng, Scenario& scenario) : rng_(rng), scenario_(scenario) {}

  /// A fresh common object or another version or copy of one.
  Put common() {
    if (!drawn_.empty() && rng_.chance(20)) return again(rng_.pick(drawn_));
    Put put;
    put.draft.type = rng_.chance(15) ? "identity" : rng_.pick(all_types());
    if (!scenario_.features.definitions && put.draft.type.ends_with("-definition")) put.draft.type = "identity";
    const bool definition = put.draft.type == "marking-definition" || put.draft.type == "extension-definition";
    const unsigned n = definition ? kDefinitions + static_cast<unsigned>(rng_.below(4)) : static_cast<unsigned>(drawn_.size());
    put.draft.id = id_of(put.draft.type, n);
    fill(put, rng_.chance(85));
    put.collection = rng_.pick(kOpen);
    static const std::vector<std::string> sources = {"", "", "", "s1", "s1", "s2", "p"};
    put.source = rng_.pick(sources);
    drawn_.push_back(put);
    if (!definition) names_.push_back(put.draft.id);
    return put;
  }

  /// The common definitions, each once.
  Batch definitions() {
    Batch batch;
    for (const char* type : {"marking-definition", "extension-definition"}) {
      for (unsigned n = kDefinitions; n < kDefinitions + 4; ++n) {
        Put put;
        put.draft.type = type;
        put.draft.id = id_of(type, n);
        put.draft.markings = {tlp(rng_.chance(75) ? "CLEAR" : "AMBER")};
        put.collection = rng_.pick(kOpen);
        scenario_.ids.insert(put.draft.id);
        batch.push_back(std::move(put));
      }
    }
    return batch;
  }

  /// Something that P never sees; whatever the draw gave is made so.
  Put hidden(const Oracle& oracle) {
    Put put;
    if (!drawn_.empty() && rng_.chance(35)) {
      put = again(rng_.pick(drawn_));
      put.draft.version = static_cast<int>(rng_.below(59));
      if (rng_.chance(60)) put.draft.spec_version = "2.1";
    } else {
      const bool ghost = rng_.chance(10);
      put.draft.type = ghost ? "malware" : rng_.pick(all_types());
      put.draft.id = ghost ? this->ghost() : id_of(put.draft.type, kHiddenIds + static_cast<unsigned>(rng_.below(40)));
      fill(put, rng_.chance(60));
      if (!ghost) scenario_.ids.insert(put.draft.id);
    }
    put.collection = rng_.chance(30) ? kSecret : rng_.pick(kOpen);
    // Every variant lists q1. What the node itself says of a marking is a word about all that bears it: never hidden.
    put.source = rng_.chance(50) && put.draft.type != "marking-definition" ? "" : "q1";
    put.draft.text = "hidden";
    if (!oracle.ever_permitted(put)) return put;
    hide(put, oracle);
    return put;
  }

  /// So that everything that is common can be referred to before it has come.
  const std::vector<Put>& drawn() const { return drawn_; }

 private:
  void hide(Put& put, const Oracle& oracle) {
    const bool definition = put.draft.type == "marking-definition" || put.draft.type == "extension-definition";
    const bool lists = put.draft.type == "report" || put.draft.type == "note" || put.draft.type == "grouping";
    const std::size_t way = rng_.below(scenario_.features.redaction ? 4 : 3);
    if (way == 0 && !definition) {
      put.collection = kSecret;
    } else if (way == 1 && lists && !oracle.ever_redacted(put)) {
      // It may be permitted, but names what P will never read.
      put.draft.refs.push_back(ghost());
      return;
    } else if (way == 3 && !definition) {
      put.draft.embargo = 10 * kHours;
    } else {
      put.draft.markings = {tlp("RED")};
    }
    if (!oracle.ever_permitted(put)) return;
    std::fprintf(stderr, "a hidden object is not hidden: %s\n", put.draft.json().c_str());
    std::exit(2);
  }

  std::string ghost() { return id_of("malware", kGhostIds + static_cast<unsigned>(rng_.below(4))); }

  Put again(const Put& of) {
    Put put = of;
    if (rng_.chance(60)) put.draft.version = static_cast<int>(rng_.below(50));
    if (rng_.chance(50)) put.draft.text = rng_.chance(50) ? "y" : "z";
    if (rng_.chance(40)) put.draft.markings = markings();
    if (rng_.chance(30)) put.source = "s1";
    if (rng_.chance(30)) put.collection = rng_.pick(kOpen);
    if (rng_.chance(10)) put.draft.revoked = true;
    if (rng_.chance(10)) put.draft.spec_version = "2.0";
    return put;
  }

  std::vector<std::string> markings() {
    static const std::vector<std::string> labels = {"CLEAR", "CLEAR", "GREEN", "GREEN", "GREEN", "AMBER", "AMBER", "AMBER+STRICT", "RED"};
    std::vector<std::string> out;
    if (rng_.chance(92)) out.push_back(tlp(rng_.pick(labels)));
    if (rng_.chance(12)) out.push_back(id_of("marking-definition", kDefinitions + static_cast<unsigned>(rng_.below(4))));
    if (rng_.chance(4)) out.push_back(id_of("marking-definition", kHiddenIds + static_cast<unsigned>(rng_.below(40))));
    return out;
  }

  std::string name() {
    if (rng_.chance(2)) return ghost();
    if (rng_.chance(4)) return id_of(rng_.pick(all_types()), kHiddenIds + static_cast<unsigned>(rng_.below(40)));
    if (names_.empty()) return kOwn;
    return rng_.pick(names_);
  }

  /// `loose`: marked so that many may see it.
  void fill(Put& put, bool loose) {
    Draft& draft = put.draft;
    static const std::vector<std::string> loosest = {"CLEAR", "GREEN", "GREEN"};
    draft.markings = loose ? std::vector<std::string>{tlp(rng_.pick(loosest))} : markings();
    if (rng_.chance(8)) draft.granular.push_back(tlp(rng_.chance(70) ? "GREEN" : "AMBER"));
    if (scenario_.features.redaction) fill_more(put);
    if (rng_.chance(6)) draft.markings.push_back(id_of("marking-definition", kDefinitions + static_cast<unsigned>(rng_.below(4))));
    const bool link = draft.type == "relationship" || draft.type == "sighting" || draft.type == "language-content";
    const std::size_t most = link ? 3 : 1 + rng_.below(3);
    for (std::size_t i = 0; i < most; ++i) draft.refs.push_back(name());
    if (rng_.chance(20)) draft.creator = rng_.chance(60) ? kOwn : name_of_identity();
    if (rng_.chance(10)) draft.extensions.push_back(id_of("extension-definition", rng_.chance(80) ? kDefinitions + static_cast<unsigned>(rng_.below(4)) : kHiddenIds + static_cast<unsigned>(rng_.below(40))));
    if (rng_.chance(8)) draft.spec_version = "2.0";
    if (rng_.chance(15)) draft.labels.push_back(rng_.chance(50) ? "internal" : "own");
    if (rng_.chance(40)) draft.confidence = static_cast<int>(rng_.below(101));
    if (rng_.chance(15)) put.provenance.handling.org_scope = certs::OrgScope::kIsacMembership;
    if (rng_.chance(15)) put.provenance.handling.onward_consent = true;
    if (rng_.chance(5)) put.provenance.handling.max_hops = static_cast<std::uint32_t>(rng_.below(3));
  }

  /// What profiles edit, and what keeps an object back for a time.
  void fill_more(Put& put) {
    Draft& draft = put.draft;
    static const std::vector<std::string> names = {"cve", "cve", "s1", "s2", "q1"};
    static const std::vector<std::string> labels = {"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"};
    if (rng_.chance(60)) draft.description = rng_.chance(90) ? "what happened" : "s1 saw it";
    if (rng_.chance(15)) draft.granular.push_back(tlp(rng_.pick(labels)));
    if (rng_.chance(4)) draft.granular.push_back(id_of("marking-definition", kDefinitions + static_cast<unsigned>(rng_.below(4))));
    if (rng_.chance(2)) draft.granular.push_back(id_of("marking-definition", kHiddenIds + static_cast<unsigned>(rng_.below(40))));
    if (rng_.chance(20)) draft.external.emplace_back(rng_.pick(names), rng_.chance(30) ? name() : "CVE-2024-0001");
    const bool definition = draft.type == "marking-definition" || draft.type == "extension-definition";
    if (rng_.chance(10)) draft.level = rng_.chance(50) ? "critical" : "awareness";
    if (!definition && rng_.chance(5)) draft.embargo = static_cast<int>(rng_.below(20));
  }

  std::string name_of_identity() {
    for (const std::string& id : names_) {
      if (id.starts_with("identity--")) return id;
    }
    return kOwn;
  }

  Rng& rng_;
  Scenario& scenario_;
  std::vector<Put> drawn_;
  std::vector<std::string> names_;  ///< ids that references may go to
};

std::int64_t wait(Rng& rng) {
  if (rng.chance(50)) return static_cast<std::int64_t>(rng.below(3));
  if (rng.chance(50)) return static_cast<std::int64_t>(rng.below(600)) * 1'000'000;
  return static_cast<std::int64_t>(rng.below(5 * 3600)) * 1'000'000;
}

/// What names an id, so that what the giver of a common object could read may show: docs/specs/ownership.md §12.
void spare(Scenario& scenario, const Put& put) {
  const Draft& draft = put.draft;
  for (const auto* list : {&draft.refs, &draft.markings, &draft.granular, &draft.extensions}) scenario.spared.insert(list->begin(), list->end());
  for (const auto& [source, id] : draft.external) scenario.spared.insert(id);
}

void each_hidden(const Scenario& scenario, const std::function<void(const Put&)>& visit) {
  for (const Slot& slot : scenario.slots) {
    for (const HiddenPart& part : slot.hidden) {
      for (const auto& [place, put] : part.together) visit(put);
      for (const auto* side : {&part.before, &part.after}) {
        for (const Batch& batch : *side) std::for_each(batch.begin(), batch.end(), visit);
      }
    }
  }
}

bool is_definition(const std::string& id) { return id.starts_with("marking-definition--") || id.starts_with("extension-definition--"); }

/// A hidden copy of what a common object names may be what that means, and so hold it back: that the giver could read it, or that it
/// is ours, may show (docs/specs/ownership.md §12). Such a copy has another id, unless all copies are of one giver; then nobody plants it.
void part_from_named(Scenario& scenario) {
  std::swap(scenario.named, scenario.spared);
  const std::set<std::string>& named = scenario.named;
  std::map<std::string, std::set<std::string>> givers;
  for (const Slot& slot : scenario.slots) {
    for (const Put& put : slot.common) givers[put.draft.id].insert(put.source);
  }
  for (const std::string& id : named) {
    if (givers.count(id) == 0) scenario.spared.insert(id);
  }
  unsigned next = kHiddenIds + 100;
  const auto part = [&](Put& put) {
    const auto common = givers.find(put.draft.id);
    if (common == givers.end() || named.count(put.draft.id) == 0 || is_definition(put.draft.id)) return;
    if (common->second == std::set<std::string>{put.source}) {
      scenario.spared.insert(put.draft.id);
      return;
    }
    put.draft.id = id_of(put.draft.type, next++);
    scenario.ids.insert(put.draft.id);
  };
  for (Slot& slot : scenario.slots) {
    for (HiddenPart& hidden : slot.hidden) {
      for (auto& [place, put] : hidden.together) part(put);
      for (auto* side : {&hidden.before, &hidden.after}) {
        for (Batch& batch : *side) std::for_each(batch.begin(), batch.end(), part);
      }
    }
  }
}

/// The hidden ids are told to them, so that what they plant hits.
Targets targets_of(const Scenario& scenario, const std::vector<Put>& drawn) {
  Targets out;
  const auto aim = [&out](const std::string& id) {
    out.ids.push_back(id);
    if (id.starts_with("marking-definition--")) out.definitions.push_back(id);
    if (id.starts_with("identity--")) out.identities.push_back(id);
  };
  for (const Put& put : drawn) {
    if (scenario.spared.count(put.draft.id) == 0) aim(put.draft.id);
  }
  each_hidden(scenario, [&](const Put& put) {
    if (scenario.ids.count(put.draft.id) != 0 && scenario.spared.count(put.draft.id) == 0) aim(put.draft.id);
  });
  for (const char* id : {kOwn, kPeerIdentity}) aim(id);
  aim(id_of("marking-definition", 0x5000));
  aim(id_of("report", 0x9999));
  return out;
}

void draw_deeds(Scenario& scenario, const std::vector<Put>& drawn, Rng& rng) {
  const Targets targets = targets_of(scenario, drawn);
  for (Slot& slot : scenario.slots) {
    for (std::size_t left = rng.below(4); left > 0; --left) slot.deeds.push_back(draw_deed(rng, targets));
  }
}

void hide_in(Rng& rng, Scenario& scenario, std::size_t node, const Oracle& oracle, ObjectDraw& draw, Slot& slot) {
  HiddenPart& part = slot.hidden[node];
  const auto one = [&] {
    ++scenario.hidden[node];
    return draw.hidden(oracle);
  };
  for (std::size_t left = rng.below(3); left > 0; --left) part.together.emplace_back(rng.below(slot.common.size() + 1), one());
  for (std::vector<Batch>* side : {&part.before, &part.after}) {
    if (!rng.chance(35)) continue;
    Batch batch;
    for (std::size_t left = 1 + rng.below(2); left > 0; --left) batch.push_back(one());
    side->push_back(std::move(batch));
  }
  if (rng.chance(8)) part.others = rng.below(scenario.others[node].size());
  part.restart = rng.chance(6);
  if (rng.chance(6)) part.recalls.push_back(id_of("malware", kGhostIds + static_cast<unsigned>(rng.below(4))));
  part.stop = rng.chance(8);
  if (rng.chance(50)) part.traffic = rng.next() | 1;
  if (rng.chance(50)) part.early_micros = static_cast<std::int64_t>(rng.below(static_cast<std::size_t>(slot.wait_micros) + 1));
}

}  // namespace

std::vector<std::string> Scenario::readers() const { return hostile ? conspirators() : std::vector<std::string>{"p"}; }

Scenario make_scenario(std::uint64_t seed, const Features& features) {
  Rng rng(seed);
  Scenario scenario;
  scenario.seed = seed;
  scenario.features = features;
  PolicyDraw policies(rng, features);
  const std::size_t stages = 1 + rng.below(4);
  for (std::size_t i = 0; i < stages; ++i) scenario.stages.push_back(policies.stage());
  Rng hostile(seed ^ kHostileDraw);
  scenario.hostile = features.hostile && seed % kOneHostile == 0;
  const std::string accomplices = scenario.hostile ? accomplice_rows(hostile) : "";
  for (Stage& one : scenario.stages) one.rows += accomplices;
  for (auto& others : scenario.others) {
    for (std::size_t i = 0; i < 3; ++i) others.push_back(policies.others());
  }
  const Oracle oracles[2] = {{scenario.stages, scenario.others[0], scenario.readers()}, {scenario.stages, scenario.others[1], scenario.readers()}};
  for (std::size_t& step : scenario.steps) step = 1 + rng.below(rng.chance(60) ? 4 : 40);
  scenario.sqlite = seed % kOneOverSqlite == 0;
  ObjectDraw draw(rng, scenario);
  std::size_t stage = 0;
  for (std::size_t i = 0; i < kSlots; ++i) {
    Slot slot;
    slot.wait_micros = wait(rng);
    if (i == 0 && !features.definitions) slot.common = draw.definitions();
    for (std::size_t left = 1 + rng.below(3); left > 0; --left) slot.common.push_back(draw.common());
    scenario.common += slot.common.size();
    if (stage + 1 < stages && rng.below(kSlots) < stages) slot.stage = ++stage;
    if (rng.chance(4)) slot.recall = rng.pick(draw.drawn()).draft.id;
    slot.restart = rng.chance(5);
    slot.stopped = rng.chance(4);
    for (std::size_t node = 0; node < 2; ++node) hide_in(rng, scenario, node, oracles[node], draw, slot);
    slot.requests = kRequests / kSlots + rng.below(2);
    slot.asking = rng.next();
    scenario.slots.push_back(std::move(slot));
  }
  for (const Put& put : draw.drawn()) scenario.ids.insert(put.draft.id);
  for (const Slot& slot : scenario.slots) {
    for (const Put& put : slot.common) spare(scenario, put);
  }
  part_from_named(scenario);
  if (scenario.hostile) draw_deeds(scenario, draw.drawn(), hostile);
  scenario.ids.insert(kOwn);
  scenario.ids.insert(id_of("report", 0x9999));
  return scenario;
}

}  // namespace sekisho::noninterference
