#include "integrity.h"

#include <chrono>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "arena.h"
#include "core/json.h"
#include "honest.h"
#include "hostile_acts.h"

namespace sekisho::noninterference {
namespace {

constexpr std::size_t kShrinkPlays = 400;

/// One world as it is played, and what the rules say so far.
class Play {
 public:
  explicit Play(const HonestWorld& world) : world_(world), arena_(world.seed) {}

  /// What is wrong, at the first act after which it is.
  std::optional<std::string> run() {
    for (std::size_t i = 0; i < world_.acts.size(); ++i) {
      act(world_.acts[i]);
      std::string wrong = after_act();
      if (wrong.empty() && i + 1 == world_.acts.size()) wrong = at_the_end();
      if (!wrong.empty()) return "after act " + std::to_string(i) + ": " + wrong;
    }
    return std::nullopt;
  }

 private:
  void act(const Act& act) {
    switch (act.kind) {
      case Act::Kind::kGive: give(act); break;
      case Act::Kind::kRestart: arena_.restart(); break;
      case Act::Kind::kDelete:
        arena_.remove(act.giver, act.collection, act.id);
        rules_.gone(act.id);
        break;
      case Act::Kind::kRecall:
        arena_.recall(act.id);
        rules_.gone(act.id);
        break;
      case Act::Kind::kDeed: deed(act.deed); break;
    }
  }

  void give(const Act& act) {
    std::vector<std::string> objects;
    for (const Given& given : act.given) {
      rules_.gave(given);
      objects.push_back(given.posted);
    }
    if (act.giver.empty()) arena_.own(act.collection, objects);
    else arena_.post(act.giver, act.collection, objects);
  }

  void deed(const Deed& deed) {
    for (const std::string& party : conspirators()) {
      for (const auto& [collection, bytes] : arena_.node().readings(party)) loot_.add(bytes);
    }
    for (const std::string& object : objects_of(deed, loot_)) planted(object, deed);
    arena_.node().wait(60'000'000);
    said_[deed.party] += body_of(arena_.node().ask(asked_of(deed, loot_).request));
  }

  /// What the rules make of one object that a hostile party posts.
  void planted(const std::string& object, const Deed& deed) {
    for (const Given& given : rules_.all()) {
      if (object.find("\"id\":\"" + given.draft.id + "\"") != std::string::npos) rules_.planted(given.draft.id, deed.party);
      if (object.find(given.token) == std::string::npos) continue;
      posted_.insert(deed.party + given.token);
      const bool as_it_was = deed.change.empty() || deed.change == "spaced" || deed.change == "nested";
      if (!as_it_was) rules_.laundered(given.token);
    }
  }

  std::string after_act() {
    for (const std::string& reader : kHonestReaders) {
      std::map<std::pair<std::string, std::string>, std::vector<std::string>> served;
      for (const auto& [collection, bytes] : arena_.node().readings(reader)) {
        const auto document = json::Document::parse(bytes);
        if (document.ok()) served[{std::string((*document)->root()["id"].string_or("")), collection}].push_back(bytes);
      }
      std::set<std::string> ids;
      for (const Given& given : rules_.all()) ids.insert(given.draft.id);
      for (const std::string& id : ids) {
        for (const std::string collection : {"weekly", "exchange", "vulns"}) {
          std::string wrong = rules_.wrong(reader, id, collection, served[{id, collection}]);
          if (!wrong.empty()) return wrong;
        }
      }
    }
    return "";
  }

  /// No token of what is hidden from a party in any byte of any door.
  std::string at_the_end() {
    std::vector<std::string> parties = kHonestReaders;
    parties.insert(parties.end(), conspirators().begin(), conspirators().end());
    for (const std::string& party : parties) {
      const std::string bytes = arena_.everything(party) + said_[party];
      for (const Given& given : rules_.all()) {
        if (posted_.count(party + given.token) != 0 || !rules_.secret(party, given)) continue;
        if (bytes.find(given.token) != std::string::npos) return party + " is given what is hidden from it: " + given.bytes;
      }
    }
    return newest();
  }

  /// What GET gives of an id is the last version that may go there.
  std::string newest() {
    for (const std::string& reader : kHonestReaders) {
      std::map<std::pair<std::string, std::string>, const Given*> last;
      for (const Given& given : rules_.all()) {
        if (!rules_.readable(reader, given, true)) continue;
        const Given*& one = last[{given.draft.id, given.collection}];
        if (one == nullptr || one->draft.version < given.draft.version) one = &given;
      }
      for (const auto& [where, given] : last) {
        const std::string got = arena_.newest(reader, where.second, where.first);
        bool later = got == given->bytes;
        for (const Given& other : rules_.all()) later = later || (other.bytes == got && rules_.readable(reader, other, false));
        if (!later) return reader + " is given as the newest of " + where.first + ": " + got;
      }
    }
    return "";
  }

  const HonestWorld& world_;
  Arena arena_;
  Rules rules_;
  Loot loot_;
  std::map<std::string, std::string> said_;  ///< what each hostile party was answered
  std::set<std::string> posted_;             ///< party and token: it had it in its own hands
};

/// Without acts that are not needed.
HonestWorld made_small(HonestWorld world) {
  std::size_t left = kShrinkPlays;
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (std::size_t i = world.acts.size(); i-- > 0 && left > 0; --left) {
      HonestWorld less = world;
      less.acts.erase(less.acts.begin() + static_cast<std::ptrdiff_t>(i));
      if (!Play(less).run()) continue;
      world = std::move(less);
      smaller = true;
    }
    for (std::size_t i = 0; i < world.acts.size(); ++i) {
      for (std::size_t n = world.acts[i].given.size(); n-- > 0 && left > 0; --left) {
        HonestWorld less = world;
        less.acts[i].given.erase(less.acts[i].given.begin() + static_cast<std::ptrdiff_t>(n));
        if (!Play(less).run()) continue;
        world = std::move(less);
        smaller = true;
      }
    }
  }
  return world;
}

}  // namespace

bool integrity_fails(std::uint64_t seed, const HonestFeatures& features) {
  const HonestWorld world = make_honest_world(seed, features);
  return Play(world).run().has_value();
}

int run_integrity(std::uint64_t seed, std::uint64_t worlds, const HonestFeatures& features, bool keep_going, bool small) {
  const auto start = std::chrono::steady_clock::now();
  int failed = 0;
  std::uint64_t played = 0;
  for (std::uint64_t n = 0; n < worlds && (failed == 0 || keep_going); ++n, ++played) {
    const HonestWorld world = make_honest_world(seed + n, features);
    const auto wrong = Play(world).run();
    if (!wrong) continue;
    ++failed;
    std::printf("integrity, seed %llu: %s\n", static_cast<unsigned long long>(seed + n), wrong->c_str());
    std::fflush(stdout);
    if (!small) continue;
    const HonestWorld less = made_small(world);
    for (std::size_t i = 0; i < less.acts.size(); ++i) std::printf("  act %zu: %s\n", i, less.acts[i].text().c_str());
    std::printf("%s\n", Play(less).run().value_or("").c_str());
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("integrity: %llu worlds, %d fail; %.1f s\n", static_cast<unsigned long long>(played), failed, seconds);
  return failed;
}

}  // namespace sekisho::noninterference
