// What a reference means: the claim of an id that its giver gave, or may read, whichever was there when it came; else the first of
// them that comes after it, and what is ours. So no plant moves it. docs/specs/ownership.md §7.
#include <algorithm>
#include <tuple>

#include "sync/release/plan/planner.h"

namespace sekisho::sync {
namespace {

constexpr int kItsOwn = 1, kItReads = 2, kByItsId = 3;

}  // namespace

std::string Planner::Meant::key(const std::string& id) const {
  if (kind == Kind::kAny) return id;
  return id + "\n" + (kind == Kind::kClaim ? std::to_string(claim) : std::string()) + (or_ours ? "+" : "");
}

std::pair<std::string, Planner::Meant> Planner::Meant::of_key(std::string_view key) {
  const std::size_t end = key.find('\n');
  if (end == std::string_view::npos) return {std::string(key), {}};
  Meant meant{Kind::kNobody, 0, false};
  for (const char digit : key.substr(end + 1)) {
    if (digit == '+') {
      meant.or_ours = true;
      break;
    }
    meant.kind = Kind::kClaim;
    meant.claim = meant.claim * 10 + static_cast<std::uint32_t>(digit - '0');
  }
  return {std::string(key.substr(0, end)), meant};
}

void Planner::Meaning::add(Copy copy) {
  const auto at = std::upper_bound(copies.begin(), copies.end(), copy.arrival, [](store::ChangeNo arrival, const Copy& other) { return arrival < other.arrival; });
  const auto from = static_cast<std::size_t>(at - copies.begin());
  copies.insert(at, std::move(copy));
  const auto rank = [](const Copy& one) { return std::tuple(one.rule, !one.stake.by_id, !one.stake.ours, -one.stake.standing, one.arrival); };
  for (std::size_t n = from; n < copies.size(); ++n) {
    copies[n].best = n;
    if (n > 0 && rank(copies[copies[n - 1].best]) < rank(copies[n])) copies[n].best = copies[n - 1].best;
  }
}

const Planner::Meaning::Copy* Planner::Meaning::at(store::ChangeNo arrival) const {
  if (copies.empty()) return nullptr;
  const auto after = std::upper_bound(copies.begin(), copies.end(), arrival, [](store::ChangeNo asked, const Copy& other) { return asked < other.arrival; });
  return after == copies.begin() ? &copies.front() : &copies[std::prev(after)->best];
}

// A recall does not turn what is meant: what is recalled is read by nobody, and nothing steps into its place.
Result<bool> Planner::may_read(const policy::Compiled& policy, const std::string& giver, const Relative& copy, Timestamp now) {
  const store::Collection* where = collection(copy.collection);
  const auto audience = policy.audience(giver, now);
  if (where == nullptr || !audience.ok() || !policy.reads(*audience, where->alias, now)) return false;
  SEKISHO_ASSIGN(const LoadedPtr loaded, load(copy.no));
  if (loaded->provenance.echo) return false;
  for (const std::string& marking : loaded->links->markings) resting_[marking].emplace(giver, loaded->stored.id);
  // By this copy alone, as it was given first: neither a further copy nor a further word that comes later turns a reference.
  const FirstWords first(*this, copy.no);
  auto decision = decide_by_rules(policy, *audience, *loaded, copy.collection, {}, now, Reasons::kOmit);
  // Nor does an embargo that ends.
  if (decision.again && *decision.again > now) decision = decide_by_rules(policy, *audience, *loaded, copy.collection, {}, *decision.again, Reasons::kOmit);
  return decision.effect == policy::Effect::kPermit;
}

Result<const Family*> Planner::divided(const policy::Compiled& policy, const std::string& giver, const std::string& id) {
  SEKISHO_TRY(versions(id));
  const KnownVersions& held = versions_.at(id);
  if (held.all.empty()) return nullptr;
  const std::string& source = held.all.front().source;
  const bool alike = !held.mixed && (source.empty() || giver.empty() || source == giver);
  if (alike && held.all.size() == 1) return nullptr;
  SEKISHO_ASSIGN(const Family* all, family(policy, id));
  return all->observable() || (alike && all->claims() <= 1) ? nullptr : all;
}

Result<bool> Planner::meaning_rests_on_rights(const policy::Compiled& policy, const std::string& giver, const std::string& id) {
  SEKISHO_ASSIGN(const Family* claims, divided(policy, giver, id));
  return claims != nullptr;
}

Result<const Planner::Meaning*> Planner::meaning_of(const policy::Compiled& policy, const std::string& giver, const std::string& id, const Family& all,
                                                    Timestamp now) {
  Meaning& meaning = meanings_[{giver, id}];
  for (; meaning.seen < all.all().size(); ++meaning.seen) {
    const Relative& copy = all.all()[meaning.seen];
    if (copy.source == giver) {
      meaning.add({copy.arrival, kItsOwn, copy.stake});
      continue;
    }
    SEKISHO_ASSIGN(const bool readable, giver.empty() ? Result<bool>(true) : may_read(policy, giver, copy, now));
    if (readable) meaning.add({copy.arrival, kItReads, copy.stake});
    else if (copy.stake.by_id) meaning.add({copy.arrival, kByItsId, copy.stake});
  }
  return &meaning;
}

Result<Planner::Meant> Planner::meant(const policy::Compiled& policy, const std::string& giver, const Place& of, const std::string& id, Timestamp now) {
  using Kind = Meant::Kind;
  SEKISHO_ASSIGN(const Family* all, divided(policy, giver, id));
  if (all == nullptr) return Meant{};
  SEKISHO_ASSIGN(const Meaning* known, meaning_of(policy, giver, id, *all, now));
  const Meaning& meaning = *known;
  if (all->claims() == 1) return meaning.copies.empty() && all->ours().empty() ? Meant{Kind::kNobody, 0, true} : Meant{};
  if (meaning.copies.empty()) return Meant{Kind::kNobody, 0, true};
  SEKISHO_ASSIGN(const auto arrival, store_.arrival(of.first, of.second));
  const store::ChangeNo came = arrival ? arrival->no : 0;
  const bool was_there = meaning.copies.front().arrival <= came;
  return Meant{Kind::kClaim, meaning.at(came)->stake.claim, !was_there};
}

Result<bool> Planner::is_meant(const policy::Compiled& policy, const std::string& id, const Meant& meant, std::uint32_t claim) {
  if (!meant.or_ours) return meant.covers(claim, false);
  SEKISHO_ASSIGN(const Family* all, family(policy, id));
  return meant.covers(claim, all->is_ours(claim));
}

Result<Reads> Planner::reads_ours(const policy::Compiled& policy, const View& view, const std::string& id) {
  SEKISHO_ASSIGN(const Family* all, family(policy, id));
  const std::set<std::uint32_t> ours = all->ours();
  Reads best = Reads::kNothing;
  for (const std::uint32_t claim : ours) {
    SEKISHO_ASSIGN(const Reads reads, reads_claim(policy, view, id, claim));
    best = std::max(best, reads);
  }
  return best;
}

// Displaced or not: what is displaced is not served, and met all the same.
Result<Reads> Planner::reads_claim(const policy::Compiled& policy, const View& view, const std::string& id, std::uint32_t claim) {
  const auto key = std::pair(readers_.view(view.name), claim);
  if (waiting_ != nullptr && supposed_ == nullptr) {
    if (const auto known = claim_reads_[id].find(key); known != claim_reads_[id].end()) return known->second;
  }
  SEKISHO_ASSIGN(const Reads reads, find_claim(policy, view, id, claim));
  if (waiting_ != nullptr && supposed_ == nullptr) claim_reads_[id][key] = reads;
  return reads;
}

Result<Reads> Planner::find_claim(const policy::Compiled& policy, const View& view, const std::string& id, std::uint32_t claim) {
  SEKISHO_ASSIGN(const Family* all, family(policy, id));
  Reads best = Reads::kNothing;
  const std::size_t reader = readers_.view(view.name);
  const auto fresh = fresh_made_.find(id);
  for (const Relative& copy : all->all()) {
    if (copy.stake.claim != claim) continue;
    const Place place{copy.no, copy.collection};
    const Awaited* awaited = waiting_ == nullptr ? nullptr : waiting_->of(place);
    if (awaited != nullptr && awaited->has(Mark::kDisplaced)) return Reads::kOriginal;
    const bool made = fresh != fresh_made_.end() && std::any_of(fresh->second.begin(), fresh->second.end(), [&](const FreshMade& one) {
      return one.reader == reader && one.of == copy.no && !one.made.duplicate();
    });
    const bool given = !made && given_in_step(reader, place);
    SEKISHO_ASSIGN(const bool carried, given ? Result<bool>(true) : carries(view, copy.no, copy.collection));
    if (carried) return Reads::kOriginal;
    SEKISHO_ASSIGN(const auto forms, carried_made(view, copy.no));
    const bool rendition = made || std::any_of(forms.begin(), forms.end(), [](const CarriedMade& one) { return !one.made.duplicate(); });
    if (rendition) best = Reads::kRendition;
  }
  return best;
}

Result<Reads> Planner::reads(const policy::Compiled& policy, const View& view, const std::string& id, const Meant& meant) {
  if (policy.is_public_id(id)) return Reads::kOriginal;
  if (meant.kind != Meant::Kind::kAny) {
    SEKISHO_ASSIGN(const Reads claimed, meant.kind == Meant::Kind::kClaim ? reads_claim(policy, view, id, meant.claim) : Result<Reads>(Reads::kNothing));
    if (claimed == Reads::kOriginal || !meant.or_ours) return claimed;
    SEKISHO_ASSIGN(const Reads ours, reads_ours(policy, view, id));
    return std::max(claimed, ours);
  }
  SEKISHO_ASSIGN(const bool original, view_reads(view, id));
  if (original) return Reads::kOriginal;
  if (!renditions_matter(policy)) return Reads::kNothing;
  SEKISHO_ASSIGN(const auto instead, replacement(policy, view, id, meant));
  return instead ? Reads::kRendition : Reads::kNothing;
}

Result<std::optional<stix::redact::Replacement>> Planner::replacement(const policy::Compiled& policy, const View& view, const std::string& id,
                                                                      const Meant& meant) {
  using Answer = std::optional<stix::redact::Replacement>;
  SEKISHO_ASSIGN(const bool may, may_be_made(id));
  if (!may) return Answer();
  const bool any = meant.kind == Meant::Kind::kAny;
  Answer newest;
  Timestamp time;
  const auto take = [&](Timestamp at, const stix::redact::Replacement& name) {
    if (newest && at < time) return;
    time = at;
    newest = name;
  };
  if (supposed_ != nullptr) {
    SEKISHO_ASSIGN(const auto all, all_made(view, id));
    for (const CarriedMade& each : all) {
      if (each.made.duplicate()) continue;
      SEKISHO_ASSIGN(const Stake mine, any ? Result<Stake>(Stake()) : stake(policy, each.of));
      const stix::Object& object = *each.made.object;
      SEKISHO_ASSIGN(const bool it, is_meant(policy, id, meant, mine.claim));
      if (it) take(object.version_time(), {std::string(object.id()), std::string(object.version())});
    }
    return newest;
  }
  const auto take_of = [&](const MadeKnown& made) -> Status {
    for (const auto& [claim, one] : made.last) {
      SEKISHO_ASSIGN(const bool it, is_meant(policy, id, meant, claim));
      if (it) take(one.second.time, one.second.name);
    }
    return {};
  };
  SEKISHO_ASSIGN(const MadeKnown* known, made_known(policy, view, id));
  SEKISHO_TRY(take_of(*known));
  if (const auto fresh = fresh_known_.find({readers_.view(view.name), id}); fresh != fresh_known_.end()) SEKISHO_TRY(take_of(fresh->second));
  return newest;
}

}  // namespace sekisho::sync
