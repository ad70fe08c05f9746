#include "sync/release/plan/mask_closure.h"

#include <cstddef>
#include <utility>

namespace sekisho::sync {
namespace {

/// For each number up to `count`, who has it: `members` of `n` are those from start[n] up to start[n + 1].
struct Lists {
  std::vector<std::uint64_t> start;
  std::vector<std::uint32_t> members;
};

/// `each(visit)` calls visit(number, member) for all of them, twice in the same order.
template <typename Each>
Lists lists_of(std::size_t count, Each each) {
  Lists out;
  out.start.assign(count + 1, 0);
  each([&](std::uint32_t number, std::uint32_t) { ++out.start[number + 1]; });
  for (std::size_t i = 0; i < count; ++i) out.start[i + 1] += out.start[i];
  out.members.resize(out.start[count]);
  std::vector<std::uint64_t> next(out.start.begin(), out.start.end() - 1);
  each([&](std::uint32_t number, std::uint32_t member) { out.members[next[number]++] = member; });
  return out;
}

/// Bits only ever go; whoever names an id that lost some is looked at again.
class MaskClosure {
 public:
  MaskClosure(const MaskGraph& graph, Masks& may)
      : graph_(graph), may_(may), readable_(may.words() * Masks::kBits, graph.everybody.size()), waits_(graph.everybody.size()) {
    const std::size_t ids = graph.everybody.size();
    of_id_ = lists_of(ids, [&](auto visit) {
      for (std::size_t i = 0; i < graph_.id.size(); ++i) visit(graph_.id[i], static_cast<std::uint32_t>(i));
      for (const auto& [i, number] : graph_.also) visit(number, i);
    });
    dependents_ = lists_of(ids, [&](auto visit) {
      for (std::size_t i = 0; i < graph_.id.size(); ++i) each_reference(i, [&](std::uint32_t id) { visit(id, static_cast<std::uint32_t>(i)); });
    });
    for (std::uint32_t id = 0; id < ids; ++id) gather(id, readable_.row(id));
  }

  void run() {
    for (std::size_t i = 0; i < graph_.id.size(); ++i) {
      bool lost = false;
      each_reference(i, [&](std::uint32_t id) { lost = may_.cut(may_.row(i), readable_.row(id)) || lost; });
      if (lost) wake_of(static_cast<std::uint32_t>(i));
    }
    std::vector<Masks::Word> left(may_.words());
    while (!todo_.empty()) {
      const std::uint32_t id = todo_.back();
      todo_.pop_back();
      waits_[id] = false;
      gather(id, left.data());
      if (!may_.cut(readable_.row(id), left.data())) continue;
      for (std::uint64_t at = dependents_.start[id]; at < dependents_.start[id + 1]; ++at) {
        const std::uint32_t i = dependents_.members[at];
        if (may_.cut(may_.row(i), readable_.row(id))) wake_of(i);
      }
    }
  }

 private:
  template <typename Visit>
  void each_reference(std::size_t i, Visit visit) const {
    for (std::uint64_t at = i == 0 ? 0 : graph_.end[i - 1]; at < graph_.end[i]; ++at) visit(graph_.references[at]);
  }

  /// Who reads something of this id.
  void gather(std::uint32_t id, Masks::Word* out) const {
    std::fill(out, out + may_.words(), graph_.everybody[id] ? ~Masks::Word{0} : Masks::Word{0});
    for (std::uint64_t at = of_id_.start[id]; at < of_id_.start[id + 1]; ++at) may_.join(out, may_.row(of_id_.members[at]));
  }

  void wake_of(std::uint32_t candidate) {
    wake(graph_.id[candidate]);
    const auto [first, last] = graph_.also.equal_range(candidate);
    for (auto also = first; also != last; ++also) wake(also->second);
  }

  void wake(std::uint32_t id) {
    if (waits_[id]) return;
    waits_[id] = true;
    todo_.push_back(id);
  }

  const MaskGraph& graph_;
  Masks& may_;
  Masks readable_;  ///< by id
  Lists of_id_;       ///< candidates that give an id
  Lists dependents_;  ///< candidates that name it
  std::vector<bool> waits_;
  std::vector<std::uint32_t> todo_;
};

}  // namespace

void close_masks(const MaskGraph& graph, Masks& may) { MaskClosure(graph, may).run(); }

}  // namespace sekisho::sync
