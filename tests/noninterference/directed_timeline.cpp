// §10.1 of docs/specs/ownership.md: what a party reads back of what it gave, and what must not show by it.
#include "arena.h"
#include "directed_parts.h"

namespace sekisho::noninterference {
namespace {

/// p, which reads `weekly` up to AMBER, posts an object that is nobody's to read.
Draft posted_red(Arena& arena, unsigned n) {
  Draft draft = campaign(n, identity_in_arena("p"), "RED");
  arena.post("p", "weekly", {draft.json()});
  return draft;
}

std::string own_is_read_back() {
  Arena arena;
  const Draft red = posted_red(arena, 1), waits = report(2, {id_of("malware", 77)}, "GREEN");
  arena.post("p", "weekly", {waits.json()});
  const bool red_there = only(arena.versions("p", "weekly", red.id), {red.json()});
  const bool waiting_there = only(arena.versions("p", "weekly", waits.id), {waits.json()}) && arena.newest("p", "weekly", waits.id) == waits.json();
  bool others = false;
  for (const char* party : {"h1", "r1", "r2", "r3", "a1", "a2"}) others = others || arena.sees(party, "secret-1") || arena.sees(party, "secret-2");
  arena.restart();
  return all_of({{red_there, "p does not read back what its audience may not read"},
                 {waiting_there, "p does not read back what waits"},
                 {!others, "somebody else is given it"},
                 {only(arena.versions("p", "weekly", waits.id), {waits.json()}), "it is gone after a restart"}});
}

// What is hidden from p spared quarantine: p must not find that it did.
std::string own_is_not_what_was_spared() {
  Arena arena;
  const Draft here = campaign(1, kOwn, "RED"), nowhere = campaign(2, kOwn, "RED");
  arena.own("weekly", {here.json()});
  arena.post("p", "weekly", {here.json()});
  arena.post("p", "weekly", {nowhere.json()});
  return all_of({{arena.letters("p") == 1, "one of the two waits for an operator"},
                 {arena.versions("p", "weekly", here.id).empty(), "p reads back what something hidden spared quarantine"},
                 {arena.versions("p", "weekly", nowhere.id).empty(), "p reads back what waits for an operator"}});
}

std::string own_stays_beside_others() {
  Arena arena;
  const Draft mine = posted_red(arena, 1);
  Draft theirs = mine;
  theirs.creator = identity_in_arena("h1");
  theirs.text = "secret-9";
  arena.post("h1", "weekly", {theirs.json()});
  const bool beside = only(arena.versions("p", "weekly", mine.id), {mine.json()});
  arena.remove("h1", "weekly", mine.id);
  return all_of({{beside, "what another gave under the same id and version changes what p reads back"},
                 {only(arena.versions("p", "weekly", mine.id), {mine.json()}), "what another takes back changes what p reads back"},
                 {!arena.sees("p", "secret-9"), "p is given the other one"}});
}

std::string own_goes_by_recall() {
  Arena arena;
  const Draft recalled = posted_red(arena, 1), removed = posted_red(arena, 2);
  arena.recall(recalled.id);
  arena.remove("p", "weekly", removed.id);
  arena.anew();
  Draft again = removed;
  again.version = 30;
  const bool gone = arena.versions("p", "weekly", removed.id).empty();
  arena.post("p", "weekly", {again.json()});
  return all_of({{arena.versions("p", "weekly", recalled.id).empty(), "p reads back what we recalled"},
                 {gone, "p reads back what it deleted"},
                 {only(arena.versions("p", "weekly", removed.id), {again.json()}), "p does not read back what it gave under that id anew"}});
}

}  // namespace

std::vector<Directed> directed_timeline() {
  return {{"own-is-read-back", "10.1", own_is_read_back},
          {"own-is-not-what-was-spared", "10.1", own_is_not_what_was_spared},
          {"own-stays-beside-others", "10.1", own_stays_beside_others},
          {"own-goes-by-recall", "10.1", own_goes_by_recall}};
}

}  // namespace sekisho::noninterference
