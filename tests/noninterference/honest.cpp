#include "honest.h"

#include <algorithm>

#include "arena.h"

namespace sekisho::noninterference {
namespace {

constexpr int kGreen = 1, kAmber = 2, kRed = 4;

struct Reader {
  int limit = 0;  ///< the tightest level that it may read
  std::vector<std::string> collections;
  bool under_licences = false;  ///< a kind to which licences forbid to pass on
};

/// The table of arena.cpp once more, in the words of docs/specs/policy.md.
const Reader& reader(const std::string& party) {
  static const std::map<std::string, Reader> kReaders = {{"r1", {kAmber, {"weekly", "exchange", "vulns"}, false}},
                                                         {"r2", {kGreen, {"weekly", "exchange"}, false}},
                                                         {"r3", {kGreen, {"weekly", "exchange"}, true}},
                                                         {"p", {kAmber, {"weekly"}, false}},
                                                         {"a1", {0, {"exchange"}, true}},
                                                         {"a2", {kAmber, {"exchange"}, false}}};
  return kReaders.at(party);
}

bool lists(const std::vector<std::string>& all, const std::string& one) { return std::find(all.begin(), all.end(), one) != all.end(); }

}  // namespace

void Rules::gave(const Given& given) { all_.push_back(given); }

// §1.3: what its giver reads under another claim is quarantined; else it is a claim of its own, which may be first for some.
void Rules::planted(const std::string& id, const std::string& party) {
  if (!any_readable(party, id, true)) contested_.emplace(id, all_.size());
}

bool Rules::any_readable(const std::string& party, const std::string& id, bool surely) const {
  return std::any_of(all_.begin(), all_.end(), [&](const Given& given) { return given.draft.id == id && readable(party, given, surely); });
}

bool Rules::readable(const std::string& party, const Given& given, bool surely) const {
  const Reader& who = reader(party);
  const int level = std::max(given.level, given.collection == "exchange" ? kGreen : 0);
  if (given.held || gone_.count(given.draft.id) != 0 || level > who.limit || !lists(who.collections, given.collection)) return false;
  if (who.under_licences && given.giver == "h2") return false;
  const auto contested = contested_.find(given.draft.id);
  const auto at = static_cast<std::size_t>(&given - all_.data());
  if (surely && contested != contested_.end() && !given.giver.empty() && at >= contested->second) return false;
  const auto& names = given.draft.refs;
  return std::all_of(names.begin(), names.end(), [&](const std::string& id) { return any_readable(party, id, surely); });
}

/// §2: ours before others; else the claim whose earliest readable version was first.
bool Rules::counts_for(const std::string& who, const std::string& id) const {
  return any_readable(who, id, true);
}

std::string Rules::wrong(const std::string& who, const std::string& id, const std::string& collection, const std::vector<std::string>& served) const {
  if (is_gone(id) && !served.empty()) return "what was taken back is served to " + who + ": " + served.front();
  if (!counts_for(who, id)) return "";
  for (const Given& given : all_) {
    if (given.draft.id != id || given.collection != collection || !readable(who, given, true)) continue;
    if (!lists(served, given.bytes)) return who + " is not given in " + collection + " what may go to it: " + given.bytes;
  }
  for (const std::string& bytes : served) {
    const bool honest = std::any_of(all_.begin(), all_.end(), [&](const Given& given) {
      return given.draft.id == id && given.collection == collection && given.bytes == bytes && readable(who, given, false);
    });
    if (!honest) return who + " is given in " + collection + " what its creator did not give there, or may not go to it: " + bytes;
  }
  return "";
}

namespace {

/// Draws what honest parties give.
class Honest {
 public:
  Honest(Rng& rng, HonestWorld& world, const HonestFeatures& features) : rng_(rng), world_(world), features_(features) {}

  Act give() {
    static const std::vector<std::string> givers = {"", "", "h1", "h1", "h2"};
    static const std::vector<std::string> places = {"weekly", "weekly", "exchange", "exchange", "vulns"};
    Act act;
    act.giver = rng_.pick(givers);
    act.collection = act.giver.empty() && rng_.chance(15) ? kSecret : rng_.pick(places);
    for (std::size_t left = 1 + rng_.below(3); left > 0; --left) act.given.push_back(one(act.giver, act.collection));
    return act;
  }

  /// A party deletes where it reads and writes; elsewhere nothing happens but a restart.
  Act take_back() {
    Act act;
    const Given& given = rng_.pick(all_);
    act.kind = Act::Kind::kRestart;
    const bool reads = given.giver.empty() || given.collection == "exchange" || (given.giver == "h1" && given.collection == "weekly");
    if (!reads) return act;
    act.kind = given.giver.empty() ? Act::Kind::kRecall : Act::Kind::kDelete;
    act.giver = given.giver;
    act.collection = given.collection;
    act.id = given.draft.id;
    dead_.insert(act.id);
    return act;
  }

  Act deed() {
    Act act;
    act.kind = Act::Kind::kDeed;
    Targets targets;
    for (const Given& given : all_) targets.ids.push_back(given.draft.id);
    targets.ids.push_back(id_of("report", 0x9999));
    for (unsigned n = 0; n < 3; ++n) targets.definitions.push_back(id_of("marking-definition", 0x6000 + n));
    targets.identities = {kOwn, identity_in_arena("h1"), identity_in_arena("h2")};
    act.deed = draw_deed(rng_, targets);
    return act;
  }

  bool any() const { return !all_.empty(); }

 private:
  Given one(const std::string& giver, const std::string& collection) {
    Given given = again(giver, collection);
    given.giver = giver;
    given.collection = collection;
    given.token = "secret-" + std::to_string(world_.seed) + "-" + std::to_string(all_.size()) + "-end";
    Draft& draft = given.draft;
    draft.text = given.token;
    mark(given);
    given.bytes = draft.json();
    if (rng_.chance(15) && features_.depth) embed(given);
    given.posted = given.bytes;
    for (std::size_t left = rng_.chance(15) && features_.depth ? 1 + rng_.below(3) : 0; left > 0; --left) {
      given.posted = "{\"type\":\"bundle\",\"id\":\"" + id_of("bundle", 0x6000) + "\",\"objects\":[" + given.posted + "]}";
    }
    all_.push_back(given);
    return given;
  }

  /// A new object, or a further version of one of the same giver in the same collection.
  Given again(const std::string& giver, const std::string& collection) {
    static const std::vector<std::string> types = {"campaign", "malware", "tool", "report", "report", "indicator", "threat-actor"};
    Given given;
    if (!all_.empty() && rng_.chance(35)) {
      const Given& before = rng_.pick(all_);
      if (before.giver == giver && before.collection == collection && dead_.count(before.draft.id) == 0) {
        given.draft = before.draft;
        given.draft.version = static_cast<int>(++versions_[before.draft.id]);
        given.draft.revoked = rng_.chance(15);
        if (given.draft.revoked) dead_.insert(given.draft.id);
        return given;
      }
    }
    Draft& draft = given.draft;
    draft.type = rng_.pick(types);
    draft.id = id_of(draft.type, 0x6000 + static_cast<unsigned>(all_.size()));
    draft.creator = giver.empty() && rng_.chance(40) ? "" : identity_in_arena(giver);
    if (draft.type != "report") return given;
    for (std::size_t tries = 6; tries > 0; --tries) {
      if (all_.empty()) break;
      const Given& target = rng_.pick(all_);
      if (target.giver == giver && draft.refs.size() < 2) draft.refs.push_back(target.draft.id);
    }
    if (!draft.refs.empty()) return given;
    draft.type = "campaign";
    draft.id = id_of(draft.type, 0x6000 + static_cast<unsigned>(all_.size()));
    return given;
  }

  void mark(Given& given) {
    static const std::vector<std::string> labels = {"CLEAR", "CLEAR", "GREEN", "GREEN", "GREEN", "AMBER", "AMBER", "RED"};
    static const std::map<std::string, int> levels = {{"CLEAR", 0}, {"GREEN", kGreen}, {"AMBER", kAmber}, {"RED", kRed}};
    Draft& draft = given.draft;
    const std::string label = rng_.pick(labels);
    given.level = levels.at(label);
    draft.markings = {tlp(label)};
    draft.granular.clear();
    draft.labels.clear();
    if (rng_.chance(10)) {
      draft.granular = {tlp("RED")};
      given.level = kRed;
    }
    if (rng_.chance(8) && features_.depth) {
      draft.labels = {"tlp:red"};
      given.level = kRed;
    }
    if (rng_.chance(10)) {
      draft.markings.push_back(id_of("marking-definition", 0x6000 + static_cast<unsigned>(rng_.below(3))));
      given.held = true;
    }
  }

  void embed(Given& given) {
    Draft inner = given.draft;
    inner.id = id_of(inner.type, 0x6800);
    inner.granular.clear();
    inner.labels.clear();
    inner.refs.clear();
    inner.creator.clear();
    if (inner.type == "report") inner.type = "campaign";
    inner.id = id_of(inner.type, 0x6800);
    inner.markings = {tlp(rng_.chance(60) ? "RED" : "AMBER")};
    given.level = std::max(given.level, inner.markings.front() == tlp("RED") ? kRed : kAmber);
    given.bytes = given.bytes.substr(0, given.bytes.size() - 1) + ",\"x_inner\":[{\"deep\":" + inner.json() + "}]}";
  }

  Rng& rng_;
  HonestWorld& world_;
  HonestFeatures features_;
  std::vector<Given> all_;
  std::map<std::string, int> versions_;
  std::set<std::string> dead_;  ///< revoked or taken back: no further version
};

constexpr std::size_t kActs = 36;

}  // namespace

HonestWorld make_honest_world(std::uint64_t seed, const HonestFeatures& features) {
  HonestWorld world;
  world.seed = seed;
  Rng rng(seed ^ 0x686f6e657374);
  Honest honest(rng, world, features);
  for (std::size_t i = 0; i < kActs; ++i) {
    const std::size_t draw = rng.below(100);
    if (!honest.any() || draw < 36) {
      world.acts.push_back(honest.give());
    } else if (draw < 40) {
      world.acts.push_back(honest.take_back());
    } else if (draw < 43) {
      Act act;
      act.kind = Act::Kind::kRestart;
      world.acts.push_back(act);
    } else {
      Act deed = honest.deed();
      if (features.deeds) world.acts.push_back(std::move(deed));
    }
  }
  return world;
}

std::string Act::text() const {
  const std::string who = giver.empty() ? "we" : giver;
  switch (kind) {
    case Kind::kDelete: return who + " deletes " + id + " in " + collection;
    case Kind::kRecall: return "we recall " + id;
    case Kind::kRestart: return "restart";
    case Kind::kDeed: return deed.text();
    default: break;
  }
  std::string out = who + " gives to " + collection;
  for (const Given& one : given) out += "\n      " + one.posted;
  return out;
}

}  // namespace sekisho::noninterference
