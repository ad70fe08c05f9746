#include "sync/handling/approvals.h"

#include <algorithm>

namespace sekisho::sync {

Result<std::shared_ptr<const Approvals>> Approvals::load(const store::Store& store, const Operators& operators) {
  auto out = std::make_shared<Approvals>();
  SEKISHO_ASSIGN(const auto rows, store.documents(kApprovalSpace));
  for (const auto& [key, value] : rows) {
    const auto act = SignedAct::from_json(value);
    if (!act.ok()) {
      out->refused_.emplace_back(key, act.error().detail);
      continue;
    }
    const auto name = check_act(store, operators, *act);
    if (!name.ok()) {
      out->refused_.emplace_back(key, name.error().to_string());
      continue;
    }
    const Statement& s = act->statement;
    if (s.act == Act::kApprove) out->approved_[s.content].insert(*name);
    if (s.act != Act::kText) continue;
    auto& proposals = out->texts_[s.content];
    auto same = std::find_if(proposals.begin(), proposals.end(), [&](const Proposal& p) { return p.texts == s.texts; });
    if (same == proposals.end()) same = proposals.insert(same, {s.texts, {}, 0});
    same->operators.insert(*name);
    same->line = std::max(same->line, act->line);
  }
  return std::shared_ptr<const Approvals>(std::move(out));
}

unsigned Approvals::count(const Sha256& content) const {
  const auto found = approved_.find(content);
  return found == approved_.end() ? 0 : static_cast<unsigned>(found->second.size());
}

std::vector<std::string> Approvals::operators_of(const Sha256& content) const {
  const auto found = approved_.find(content);
  if (found == approved_.end()) return {};
  return {found->second.begin(), found->second.end()};
}

const ApprovedTexts* Approvals::texts(const Sha256& content, unsigned needed) const {
  const auto found = texts_.find(content);
  if (found == texts_.end()) return nullptr;
  const Proposal* best = nullptr;
  for (const Proposal& proposal : found->second) {
    if (proposal.operators.size() < needed) continue;
    const auto rank = [](const Proposal& one) { return std::pair(one.operators.size(), one.line); };
    if (best == nullptr || rank(proposal) > rank(*best)) best = &proposal;
  }
  return best == nullptr ? nullptr : &best->texts;
}

}  // namespace sekisho::sync
