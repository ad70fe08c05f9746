#include "stix/match/test.h"

#include "stix/match/match.h"

namespace sekisho::stix::match {

Result<Test> Test::compile(const pattern::Test& test, std::size_t memory, std::vector<Comparison>& all) {
  Test out;
  SEKISHO_TRY(out.add(test, memory, all, 0));
  out.land(out.open_true_, 0, true, kYes);
  out.land(out.open_false_, 0, false, kNo);
  return out;
}

void Test::land(std::vector<std::uint32_t>& open, std::size_t from, bool on_true, std::uint32_t target) {
  for (std::size_t i = from; i < open.size(); ++i) {
    (on_true ? jumps_[open[i]].if_true : jumps_[open[i]].if_false) = target;
  }
  open.resize(from);
}

/// Leaves the ends of this test, true and false, open behind what was open before.
Status Test::add(const pattern::Test& test, std::size_t memory, std::vector<Comparison>& all, std::size_t depth) {
  if (depth > kMaxDepth) return make_error(Code::kLimitExceeded, "comparisons are nested too deeply");
  if (test.kind == pattern::Test::Kind::kComparison) {
    SEKISHO_ASSIGN(Comparison comparison, Comparison::compile(test.comparison, memory));
    const auto at = static_cast<std::uint32_t>(jumps_.size());
    jumps_.push_back({static_cast<std::uint32_t>(all.size()), kYes, kNo});
    all.push_back(std::move(comparison));
    open_true_.push_back(at);
    open_false_.push_back(at);
    return {};
  }
  if (test.operands.empty()) return make_error(Code::kStixPattern, "AND and OR join comparisons");
  // AND: whoever holds goes on to the next operand. OR: whoever does not.
  const bool both = test.kind == pattern::Test::Kind::kAnd;
  auto& onward = both ? open_true_ : open_false_;
  for (std::size_t i = 0; i < test.operands.size(); ++i) {
    const std::size_t mark = onward.size();
    SEKISHO_TRY(add(test.operands[i], memory, all, depth + 1));
    if (i + 1 < test.operands.size()) land(onward, mark, both, static_cast<std::uint32_t>(jumps_.size()));
  }
  return {};
}

bool Test::holds_for(const ObservationSet::Reached& object, const std::vector<Comparison>& all,
                     const std::vector<std::uint32_t>& types, Walk& walk) const {
  std::uint32_t at = 0;
  while (at < jumps_.size()) {
    const Jump& jump = jumps_[at];
    const bool held = types[jump.comparison] == object.type && all[jump.comparison].holds(object.value, walk);
    if (!walk.spend(1)) return false;
    at = held ? jump.if_true : jump.if_false;
  }
  return at == kYes;
}

bool Test::holds(const std::vector<Comparison>& all, const std::vector<std::uint32_t>& types, Walk& walk) const {
  const std::size_t end = walk.set->end_of(walk.observation);
  for (std::size_t i = walk.set->begin_of(walk.observation); i < end; ++i) {
    if (holds_for(walk.set->reached(i), all, types, walk)) return true;
  }
  return false;
}

}  // namespace sekisho::stix::match
