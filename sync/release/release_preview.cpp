// What a party would be given by a policy that is not in force: the very items that the switch would write.
#include <algorithm>

#include "sync/handling/companion.h"
#include "sync/release/release_impl.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kAtOnce = 500;

Status each_item(const store::Store& store, store::StreamNo stream, const std::string& party,
                 std::shared_ptr<const store::PassedOver> passed_over,
                 const std::function<void(store::ObjectNo no, std::string_view bytes)>& visit) {
  store::StreamQuery query;
  query.versions.all = true;
  query.spec_versions = {"2.0", "2.1"};
  query.exclude_source = party;
  query.passed_over = std::move(passed_over);
  query.limit = kAtOnce;
  while (true) {
    std::vector<std::pair<store::ObjectNo, std::string>> items;
    SEKISHO_ASSIGN(const auto end, store.read_stream(stream, query, [&](const store::StreamItem& item) {
      items.emplace_back(item.object, item.bytes);
    }));
    for (const auto& [no, bytes] : items) visit(no, bytes);  // who prints may be slow: neither the store nor the follower waits
    if (!end.more) return {};
    query.after_position = end.last_position;
  }
}

Error not_read(std::string_view alias) { return make_error(Code::kNotFound, "the party reads no such collection", std::string(alias)); }

}  // namespace

Status Release::preview(std::string_view party, std::string_view alias, const std::function<void(std::string_view)>& visit) {
  SEKISHO_TRY(impl_->settle());
  SEKISHO_ASSIGN(const PartyView view, view_of(party));
  const auto all = collections();
  const auto policy = this->policy();
  for (const auto& collection : all) {
    const auto stream = view.streams.find(collection.no);
    if (collection.alias != alias || stream == view.streams.end()) continue;
    if (!is_read(*policy, view.audience, collection, all, impl_->clock.now())) break;
    return each_item(impl_->store, stream->second, std::string(party), recalled_by(party),
                     [&](store::ObjectNo, std::string_view bytes) { visit(bytes); });
  }
  return not_read(alias);
}

Status Release::preview(const Prepared& prepared, std::string_view party, std::string_view alias,
                        const std::function<void(std::string_view)>& visit) {
  return impl_->preview(*prepared.change, std::string(party), alias, visit);
}

// The numbers of streams that do not exist yet stand for themselves: nothing of this is written.
Status Release::Impl::preview(Change& change, const std::string& party, std::string_view alias,
                              const std::function<void(std::string_view)>& visit) {
  const auto target = std::find_if(change.targets().begin(), change.targets().end(), [&](const Change::Target& one) {
    return one.move.audience != kIdle && one.move.parties.count(party) != 0;
  });
  if (target == change.targets().end()) return make_error(Code::kNotFound, "no such party under this policy", party);
  const Planner& seen = change.planner();
  const store::Collection* where = nullptr;
  View view = target->from;
  SEKISHO_ASSIGN(const auto listed, store.collections());
  for (const auto& collection : listed) {
    if (collection.alias == alias) where = seen.collection(collection.no);
    if (target->move.from.empty()) view.streams[collection.no] = collection.no;
  }
  if (where == nullptr || !is_read(change.policy(), target->move.audience, *where, listed, change.now())) return not_read(alias);
  const store::StreamNo stream = view.streams[where->no];
  view.attestations = target->move.attestations;
  Writing gone;
  {
    FollowerLock lock(follower);
    for (const auto& [no, collection] : Change::lost(*target)) SEKISHO_TRY(withdraw(gone, view, {no, collection}));
  }
  const std::set<std::pair<store::StreamNo, store::ObjectNo>> withdrawn(gone.release.withdrawals.begin(),
                                                                         gone.release.withdrawals.end());
  // What the stream carries, the party's own too, is passed over when it is written once more.
  std::set<store::ObjectNo> there;
  for (const auto& [no, collection] : target->had) {
    if (collection == where->no && withdrawn.count({stream, no}) == 0) there.insert(no);
  }
  if (!target->move.from.empty()) {
    SEKISHO_TRY(each_item(store, stream, party, recalled_now()->of_source(party), [&](store::ObjectNo no, std::string_view bytes) {
      if (withdrawn.count({stream, no}) != 0) return;
      there.insert(no);
      visit(bytes);
    }));
  }
  Writing first;
  if (target->move.from.empty() || target->from.attestations != view.attestations) SEKISHO_TRY(welcome(first, view));
  SEKISHO_TRY(show(first, stream, party, there, visit));
  for (std::size_t at = 0; at < target->gains.size(); at += kAtOnce) {
    const std::size_t to = std::min(at + kAtOnce, target->gains.size());
    std::vector<std::string> texts;
    const auto keep = [&texts](std::string_view bytes) { texts.emplace_back(bytes); };
    SEKISHO_TRY(preview_gains({target->gains.begin() + static_cast<std::ptrdiff_t>(at), to - at}, view, *where, party, there, keep));
    for (const std::string& text : texts) visit(text);
    follower.give_way();
  }
  return {};
}

// What these gains would write; attestations that are not there yet are made with the follower's planner.
Status Release::Impl::preview_gains(std::span<const PlanItem> gains, const View& view, const store::Collection& where,
                                    const std::string& party, std::set<store::ObjectNo>& there,
                                    const std::function<void(std::string_view)>& visit) {
  FollowerLock lock(follower);
  for (const PlanItem& item : gains) {
    if (item.collection == where.no) {
      for (const Made& made : item.made) visit(made.object->bytes());
    } else if (where.companion_of != item.collection) {
      continue;
    }
    Writing writing;
    SEKISHO_TRY(write_item(writing, view, item));
    SEKISHO_TRY(show(writing, view.streams.at(where.no), party, there, visit));
  }
  return {};
}

Status Release::Impl::show(const Writing& writing, store::StreamNo stream, const std::string& party,
                           std::set<store::ObjectNo>& there, const std::function<void(std::string_view)>& visit) const {
  const auto passed_over = recalled_now()->of_source(party);
  for (const auto& append : writing.release.appends) {
    if (append.stream != stream) continue;
    for (const auto& item : append.items) {
      if (item.created_index) {
        visit(writing.release.created[*item.created_index].object->bytes());
        continue;
      }
      if (!there.insert(item.object).second) continue;
      SEKISHO_ASSIGN(const auto object, store.object(item.object));
      const bool withdrawn = passed_over && passed_over->holds(object.id, object.version_time);
      if (object.source != party && !withdrawn) visit(object.bytes);
    }
  }
  return {};
}

}  // namespace sekisho::sync
