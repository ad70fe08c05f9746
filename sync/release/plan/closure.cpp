#include "sync/release/plan/closure.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <unordered_map>

namespace sekisho::sync {
namespace {

/// Candidates only ever sink, from original to rendition to nothing; whoever refers to one that sank is looked at again.
class Closure {
 public:
  Closure(const std::vector<ClosureNode>& nodes, const std::function<Reads(std::string_view)>& available)
      : nodes_(nodes), available_(available), closed_(nodes.size()) {
    places_.reserve(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      closed_[i].as = nodes[i].redacted ? Reads::kRendition : Reads::kOriginal;
      ++place(nodes[i].names->id).alive[static_cast<std::size_t>(closed_[i].as)];
      each_also(i, [&](std::string_view key) { ++place(key).alive[static_cast<std::size_t>(closed_[i].as)]; });
      if (!nodes[i].stands_for.empty()) ++place(nodes[i].stands_for).alive[static_cast<std::size_t>(Reads::kRendition)];
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      for (const std::string& reference : nodes[i].names->references) {
        const auto found = places_.find(meant(i, reference));
        if (found != places_.end()) found->second.dependents.push_back({i, &reference});
      }
    }
  }

  std::vector<Closed> run() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      for (const std::string& reference : nodes_[i].names->references) look_at(i, reference);
    }
    while (!sunk_.empty()) {
      const std::string_view id = sunk_.back();
      sunk_.pop_back();
      for (const Dependent& one : place(id).dependents) look_at(one.node, *one.reference);
    }
    return std::move(closed_);
  }

 private:
  struct Dependent {
    std::size_t node = 0;
    const std::string* reference = nullptr;
  };
  /// What is known of one id, or of one meaning.
  struct Place {
    std::array<std::size_t, 3> alive{};   ///< candidates that give it, by what they are
    std::vector<Dependent> dependents;
    bool asked = false;
    Reads available = Reads::kNothing;    ///< beside the candidates
    Reads best() const {
      if (alive[2] != 0) return Reads::kOriginal;
      return std::max(available, alive[1] != 0 ? Reads::kRendition : Reads::kNothing);
    }
  };

  Place& place(std::string_view id) { return places_[id]; }

  template <typename Visit>
  void each_also(std::size_t i, Visit visit) const {
    if (nodes_[i].also == nullptr) return;
    for (const std::string& key : *nodes_[i].also) visit(key);
  }

  std::string_view meant(std::size_t i, const std::string& reference) const {
    const ClosureMeanings* meanings = nodes_[i].meanings;
    const auto found = meanings == nullptr ? ClosureMeanings::const_iterator() : meanings->find(reference);
    return meanings == nullptr || found == meanings->end() ? std::string_view(reference) : std::string_view(found->second);
  }

  Reads reads(std::string_view id) {
    const auto found = places_.find(id);
    if (found == places_.end()) {
      const auto known = elsewhere_.find(id);
      return known != elsewhere_.end() ? known->second : elsewhere_.emplace(id, available_(id)).first->second;
    }
    Place& at = found->second;
    if (at.alive[2] == 0 && !at.asked) {
      at.asked = true;
      at.available = available_(id);
    }
    return at.best();
  }

  void look_at(std::size_t i, const std::string& reference) {
    Closed& closed = closed_[i];
    if (closed.as == Reads::kNothing) return;
    const Reads there = reads(meant(i, reference));
    if (there == Reads::kOriginal) return;
    const bool strips = there == Reads::kNothing && nodes_[i].strips;
    if ((there == Reads::kNothing && !strips) || nodes_[i].rigid) {
      closed.missing = reference;
      sink(i, Reads::kNothing);
    } else if (closed.as == Reads::kOriginal) {
      sink(i, Reads::kRendition);
    }
  }

  void sink(std::size_t i, Reads to) {
    const Reads from = closed_[i].as;
    closed_[i].as = to;
    move(nodes_[i].names->id, from, to);
    each_also(i, [&](std::string_view key) { move(key, from, to); });
    if (to == Reads::kNothing && !nodes_[i].stands_for.empty()) move(nodes_[i].stands_for, Reads::kRendition, to);
  }

  void move(std::string_view id, Reads from, Reads to) {
    reads(id);  // so that what there is beside the candidates is known
    Place& at = place(id);
    const Reads before = at.best();
    --at.alive[static_cast<std::size_t>(from)];
    ++at.alive[static_cast<std::size_t>(to)];
    if (at.alive[2] == 0) reads(id);
    if (at.best() != before) sunk_.push_back(id);
  }

  const std::vector<ClosureNode>& nodes_;
  const std::function<Reads(std::string_view)>& available_;
  std::vector<Closed> closed_;
  std::unordered_map<std::string_view, Place> places_;  ///< of the ids that candidates give
  std::unordered_map<std::string_view, Reads> elsewhere_;
  std::vector<std::string_view> sunk_;
};

}  // namespace

std::vector<Closed> close_references(const std::vector<ClosureNode>& nodes,
                                     const std::function<Reads(std::string_view id)>& available) {
  return Closure(nodes, available).run();
}

}  // namespace sekisho::sync
