// What the directed scenarios are written with. One thread.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "directed.h"
#include "drafts.h"

namespace sekisho::noninterference {

/// Empty, or what does not hold.
std::string all_of(std::initializer_list<std::pair<bool, const char*>> checks);
/// An object without references; its name is secret-<n>. `by`: created_by_ref, or none.
Draft campaign(unsigned n, const std::string& by, const std::string& label);
std::string identity_object(const std::string& id, const std::string& label);
/// One that names others.
Draft report(unsigned n, const std::vector<std::string>& names, const std::string& label);
/// A bundle that says of itself that it is CLEAR, around bundles.
std::string in_bundle(const std::string& members, int depth);
std::string with_property(const std::string& object, const std::string& property);
/// The same texts, in any order.
bool only(const std::vector<std::string>& served, const std::vector<std::string>& expected);

std::vector<Directed> directed_door();      ///< §1
std::vector<Directed> directed_claims();    ///< §2 to §5, §10
std::vector<Directed> directed_meanings();  ///< §6 to §9, §12
std::vector<Directed> directed_speaking();  ///< §1 and §3: who speaks for whom; what hangs on what is hidden
std::vector<Directed> directed_timeline();  ///< §10.1: what a party reads back
std::vector<Directed> directed_leaving();   ///< what is computed anew, travels along, is taken back or stopped

}  // namespace sekisho::noninterference
