// What each view gets of a sweep: references closed, one content per version, in the order of the plan.
#include <algorithm>
#include <numeric>

#include "sync/release/plan/sweep.h"

namespace sekisho::sync {

Status Sweep::settle() {
  wanted_ = may_;
  SEKISHO_TRY(find_meanings());
  for (std::uint32_t id = 0; id < ids_.size(); ++id) graph_.everybody.push_back(policy_.is_public_id(ids_.text(id)));
  close_masks(graph_, may_);
  find_rivals();
  return find_contested();
}

/// One after the other what a view carries already, then the rest, each in the order of the change log: the first keeps its
/// place where two copies of one version compete.
template <typename Visit>
void Sweep::each_row(std::size_t view, const Masks& of, Visit visit) const {
  for (const bool carried : {true, false}) {
    for (std::uint32_t row = 0; row < rows_.size(); ++row) {
      if (of.test(row, view) && carried_.test(row, view) == carried) visit(row);
    }
  }
}

// ---- one content per version --------------------------------------------------------------------

/// Numbers the versions of which there is more than one row, or a definition.
void Sweep::find_rivals() {
  std::vector<std::uint32_t> order(rows_.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto key = [this](std::uint32_t row) { return std::pair(graph_.id[row], rows_[row].version); };
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  for (std::size_t at = 0; at < order.size();) {
    std::size_t end = at + 1;
    while (end < order.size() && key(order[end]) == key(order[at])) ++end;
    if (end - at > 1) {
      for (std::size_t i = at; i < end; ++i) rows_[order[i]].slot = slots_;
      ++slots_;
    }
    at = end;
  }
  std::map<std::pair<std::uint32_t, std::int64_t>, std::uint32_t> of_definitions;
  for (Definition& definition : definitions_) {
    for (Version& version : definition.versions) {
      const std::pair wanted(definition.id, version.version);
      const auto [found, fresh] = of_definitions.try_emplace(wanted, slots_);
      if (fresh) {
        const auto first = std::lower_bound(order.begin(), order.end(), wanted, [&](std::uint32_t row, const auto& it) { return key(row) < it; });
        if (first != order.end() && key(*first) == wanted && rows_[*first].slot != kNone) found->second = rows_[*first].slot;
        else ++slots_;
        if (first != order.end() && key(*first) == wanted) rows_[*first].slot = found->second;
      }
      version.slot = found->second;
    }
  }
}

/// Who has a version's place so far, in one view.
class Sweep::Contest {
 public:
  explicit Contest(std::size_t slots) : slots_(slots) {}

  bool take(const Row& row) { return row.slot == kNone || take(row.slot, row.content, row.no, row.collection); }
  /// A definition of which the view has another content, or there another copy, does not travel.
  bool take(const Version& version, store::CollectionNo collection) { return take(version.slot, version.content, version.no, collection); }

 private:
  struct Slot {
    const Sha256* content = nullptr;
    std::vector<std::pair<store::CollectionNo, store::ObjectNo>> where;
  };
  bool take(std::uint32_t number, const Sha256& content, store::ObjectNo no, store::CollectionNo collection) {
    Slot& slot = slots_[number];
    if (slot.content != nullptr && *slot.content != content) return false;
    for (const auto& [place, copy] : slot.where) {
      if (place == collection) return copy == no;
    }
    slot.content = &content;
    slot.where.emplace_back(collection, no);
    return true;
  }
  std::vector<Slot> slots_;
};

void Sweep::give(std::size_t view, const std::function<void(const Item&)>& visit) const {
  Contest contest(slots_);
  std::vector<const Version*> along;
  std::vector<store::ObjectNo> definitions;
  const std::vector<ClaimOutcome> claims = outcomes(view);
  each_row(view, may_, [&](std::uint32_t number) {
    const Row& row = rows_[number];
    if (claims[number] != ClaimOutcome::kServed || !contest.take(row)) return;
    definitions.clear();
    if (row.definitions != 0) {
      travelling(view, number, along);
      for (const Version* version : along) {
        if (contest.take(*version, row.collection)) definitions.push_back(version->no);
      }
    }
    visit({number, row.no, row.collection, carried_.test(number, view), &definitions});
  });
}

// ---- what waits, and items as plans have them ---------------------------------------------------

std::map<Place, std::string> Sweep::holds(std::size_t view) const {
  std::map<Place, std::string> out;
  // Who waits for something waits for that, and for an instant only if for nothing else.
  for (const bool instants : {true, false}) {
    for (std::size_t i = 0; i < holds_.size(); ++i) {
      if (holds_[i].missing.starts_with('@') == instants && hold_views_.test(i, view)) out[holds_[i].place] = holds_[i].missing;
    }
  }
  add_missing(view, out);
  add_claims(view, out);
  return out;
}

/// For each that references hold back, one that does not hold: computed over these alone, for what goes is known.
void Sweep::add_missing(std::size_t view, std::map<Place, std::string>& out) const {
  std::vector<std::uint32_t> held;
  each_row(view, wanted_, [&](std::uint32_t row) {
    if (!may_.test(row, view)) held.push_back(row);
  });
  if (held.empty()) return;
  std::vector<bool> readable = graph_.everybody;
  for (std::uint32_t row = 0; row < rows_.size(); ++row) {
    if (!may_.test(row, view)) continue;
    readable[graph_.id[row]] = true;
    const auto [first, last] = graph_.also.equal_range(row);
    for (auto also = first; also != last; ++also) readable[also->second] = true;
  }
  std::vector<ClosureCandidate> names;
  names.reserve(held.size());
  for (const std::uint32_t row : held) names.push_back(names_of(row, true));
  std::vector<ClosureNode> nodes;
  std::vector<std::vector<std::string>> also(held.size());
  for (std::size_t i = 0; i < held.size(); ++i) {
    const auto [first, last] = graph_.also.equal_range(held[i]);
    for (auto one = first; one != last; ++one) also[i].push_back(ids_.text(one->second));
    nodes.push_back({&names[i]});
    nodes.back().also = &also[i];
  }
  const auto closed = close_references(nodes, [&](std::string_view id) {
    const auto number = ids_.find(id);
    return number && readable[*number] ? Reads::kOriginal : Reads::kNothing;
  });
  for (std::size_t i = 0; i < held.size(); ++i) {
    out[{rows_[held[i]].no, rows_[held[i]].collection}] = Awaited{Planner::Meant::of_key(closed[i].missing).first, std::nullopt}.to_text();
  }
}

/// As the text of the ids said: sorted by it.
ClosureCandidate Sweep::names_of(std::uint32_t row, bool meant) const {
  ClosureCandidate out{ids_.text(graph_.id[row]), {}};
  for (std::uint64_t at = row == 0 ? 0 : graph_.end[row - 1]; at < graph_.end[row]; ++at) {
    const std::string text = ids_.text(graph_.references[at]);
    out.references.push_back(meant ? text : Planner::Meant::of_key(text).first);
  }
  return out;
}

PlanItem Sweep::plan_item(const Item& item) {
  if (links_.empty()) links_.resize(rows_.size());
  auto& shared = links_[item.row];
  if (!shared) {
    auto links = std::make_shared<Links>();
    links->closure = names_of(item.row, false);
    links->version = links->closure.id + "\n" + version_text(rows_[item.row].version);
    links->content = rows_[item.row].content;
    shared = std::move(links);
  }
  PlanItem out;
  out.no = item.no;
  out.collection = item.collection;
  out.links = shared;
  out.definitions = *item.definitions;
  return out;
}

}  // namespace sekisho::sync
