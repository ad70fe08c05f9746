#include "stix/match/path.h"

#include <algorithm>

#include "stix/match/match.h"

namespace sekisho::stix::match {

using StepKind = pattern::PathStep::Kind;

Result<Path> Path::compile(const pattern::ObjectPath& path) {
  if (path.steps.empty()) return make_error(Code::kStixPattern, "an object path names a property");
  if (path.steps.size() > kMaxPathSteps) return make_error(Code::kLimitExceeded, "an object path has too many steps");
  Path out;
  bool lists = false;
  std::string_view property;
  for (std::size_t i = 0; i < path.steps.size(); ++i) {
    const pattern::PathStep& from = path.steps[i];
    const bool key_follows = i + 1 < path.steps.size() && path.steps[i + 1].kind == StepKind::kKey;
    bool names = false;
    if (from.kind == StepKind::kKey) {
      property = from.key;
      names = property.ends_with("_ref");
    } else {
      names = property.ends_with("_refs") && path.steps[i - (i > 0 ? 1 : 0)].kind == StepKind::kKey;
      lists = lists || from.kind == StepKind::kAnyIndex;
    }
    Step step{from.kind, from.index, from.key, names && key_follows, out.hops_};
    if (step.follows) ++out.hops_;
    out.steps_.push_back(std::move(step));
  }
  out.encoding_ = encoding_of(property);
  out.remembers_ = lists && out.hops_ > 0;
  return out;
}

void Path::begin_round(Walk& walk) const {
  const std::size_t objects = walk.set->end_of(walk.observation) - walk.set->begin_of(walk.observation);
  if (walk.seen.size() < objects * hops_) walk.seen.resize(objects * hops_, 0);
  if (++walk.round == 0) {  // every number was used
    std::fill(walk.seen.begin(), walk.seen.end(), 0);
    walk.round = 1;
  }
}

json::Value Path::visit(const json::Value& reference, const Step& step, Walk& walk) const {
  if (reference.is_object()) return reference;  // a member of that name that holds an object itself
  const auto key = reference.string();
  if (!key || !walk.spend(8)) return {};
  const auto found = walk.set->find(walk.observation, *key);
  if (!found) return {};
  if (remembers_) {
    std::uint32_t& seen = walk.seen[(*found - walk.set->begin_of(walk.observation)) * hops_ + step.hop];
    if (seen == walk.round) return {};
    seen = walk.round;
  }
  return walk.set->reached(*found).value;
}

}  // namespace sekisho::stix::match
