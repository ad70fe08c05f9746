#include "stix/match/flow.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace sekisho::stix::match {
namespace {

constexpr std::uint32_t kNowhere = 0xFFFFFFFF;

}  // namespace

std::size_t DemandSet::hash() const {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const std::uint64_t word : words_) hash = (hash ^ word ^ (word >> 29)) * 0x9E3779B97F4A7C15;
  return static_cast<std::size_t>(hash ^ (hash >> 32));
}

Flow::Flow(std::vector<Class> classes, std::vector<std::int64_t> wanted, std::uint64_t& work)
    : classes_(std::move(classes)), wanted_(std::move(wanted)), work_(work), usable_(wanted_.size()),
      given_(classes_.size()) {
  for (std::uint32_t c = 0; c < classes_.size(); ++c) {
    classes_[c].users.each([&](std::size_t d) {
      if (spend(1)) usable_[d].push_back(c);
    });
  }
}

bool Flow::spend(std::uint64_t steps) {
  work_ -= std::min(work_, steps);
  return work_ > 0;
}

bool Flow::solve() {
  // The pickiest first: later ones then seldom push them about.
  std::vector<std::uint32_t> order(wanted_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::vector<std::int64_t> within_reach(wanted_.size(), 0);
  for (std::uint32_t d = 0; d < wanted_.size(); ++d) {
    for (const std::uint32_t c : usable_[d]) within_reach[d] += classes_[c].supply;
    if (within_reach[d] < wanted_[d]) return false;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return within_reach[a] < within_reach[b]; });
  return std::all_of(order.begin(), order.end(), [&](std::uint32_t d) { return serve(d); });
}

bool Flow::serve(std::uint32_t demand) {
  for (const std::uint32_t c : usable_[demand]) {
    if (wanted_[demand] == 0) return true;
    if (!spend(1)) return false;
    const std::int64_t amount = std::min(classes_[c].supply, wanted_[demand]);
    if (amount == 0) continue;
    give(c, demand, amount);
    classes_[c].supply -= amount;
    wanted_[demand] -= amount;
  }
  while (wanted_[demand] > 0) {
    if (!augment(demand)) return false;
  }
  return true;
}

/// One shortest way from a demand to a class with supply left, over classes whose users can move on.
bool Flow::augment(std::uint32_t demand) {
  std::vector<std::uint32_t> class_from(classes_.size(), kNowhere);  // the demand that came here
  std::vector<std::uint32_t> demand_from(wanted_.size(), kNowhere);  // the class that it gives up
  std::vector<std::uint32_t> queue{demand};
  std::uint32_t end = kNowhere;
  if (!spend(classes_.size() / 8 + 1)) return false;
  for (std::size_t head = 0; head < queue.size() && end == kNowhere; ++head) {
    for (const std::uint32_t c : usable_[queue[head]]) {
      if (!spend(1)) return false;
      if (class_from[c] != kNowhere) continue;
      class_from[c] = queue[head];
      if (classes_[c].supply > 0) {
        end = c;
        break;
      }
      for (const Share& share : given_[c]) {
        if (!spend(1)) return false;
        if (share.amount == 0 || share.demand == demand || demand_from[share.demand] != kNowhere) continue;
        demand_from[share.demand] = c;
        queue.push_back(share.demand);
      }
    }
  }
  if (end == kNowhere) return false;
  std::int64_t amount = std::min(wanted_[demand], classes_[end].supply);
  for (std::uint32_t d = class_from[end]; d != demand; d = class_from[demand_from[d]]) {
    amount = std::min(amount, amount_of(demand_from[d], d));
  }
  classes_[end].supply -= amount;
  wanted_[demand] -= amount;
  for (std::uint32_t c = end;;) {
    const std::uint32_t d = class_from[c];
    give(c, d, amount);
    if (d == demand) return true;
    c = demand_from[d];
    give(c, d, -amount);
  }
}

void Flow::give(std::size_t index, std::uint32_t demand, std::int64_t amount) {
  for (Share& share : given_[index]) {
    if (share.demand != demand) continue;
    share.amount += amount;
    return;
  }
  given_[index].push_back({demand, amount});
}

std::int64_t Flow::amount_of(std::size_t index, std::uint32_t demand) const {
  for (const Share& share : given_[index]) {
    if (share.demand == demand) return share.amount;
  }
  return 0;
}

}  // namespace sekisho::stix::match
