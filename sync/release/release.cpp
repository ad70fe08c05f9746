#include "sync/release/release.h"

#include <algorithm>

#include "sync/release/release_impl.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kRowsAtOnce = 1000;
constexpr const char* kTranslationsKey = "translations";  // in kReleaseSpace: what translates what is on record

}  // namespace

void Release::Impl::tell() const {
  MutexLock lock(telling);
  if (changed) changed();
}

Status Release::Impl::load_recalled() {
  SEKISHO_ASSIGN(auto known, read_recalled());
  planner.set_recalled(std::move(known));
  return {};
}

Status Release::Impl::follow_dates() {
  while (true) {
    SEKISHO_TRY(let_go());
    const Timestamp now = clock.now();
    const auto served = current();
    const std::int64_t until = served && served->until ? whole_micros(*served->until).micros() : kNever;
    const std::int64_t all_anew = std::min<std::int64_t>(stale_since, served ? until : now.micros());
    const std::int64_t first = std::min<std::int64_t>(all_anew, left_since);
    if (std::min<std::int64_t>(first, next_due) > now.micros()) return {};
    if (all_anew <= std::min<std::int64_t>(left_since, next_due)) {
      ++anew;
      SEKISHO_TRY(apply(policy_in_force, Timestamp::from_micros(all_anew)));
    } else if (left_since <= next_due) {
      SEKISHO_TRY(settle_dependents(Timestamp::from_micros(left_since)));
    } else {
      SEKISHO_TRY(step(*policy_in_force, {}, {}, Timestamp::from_micros(next_due)));
      tell();
    }
  }
}

// A store of before does not say what translates what; what went of it may say too much.
Status Release::Impl::find_translations() {
  SEKISHO_ASSIGN(const auto found, store.document(kReleaseSpace, kTranslationsKey));
  if (found) return {};
  SEKISHO_ASSIGN(const store::ChangeNo through, store.released_through());
  store::Batch batch;
  for (store::ChangeNo after = 0; after < through;) {
    std::vector<store::ObjectNo> numbers;
    SEKISHO_ASSIGN(const std::size_t count, store.each_change(after, kRowsAtOnce, [&](const store::ChangeRow& row) {
      after = row.change.no;
      if (row.object.type == kTranslationType) numbers.push_back(row.change.object);
    }));
    if (count == 0) break;
    for (const store::ObjectNo no : numbers) SEKISHO_TRY(planner.note_translation(no, batch.documents));
  }
  if (!batch.documents.empty()) batch.documents.push_back({kReleaseSpace, kAppliedKey, std::nullopt});
  batch.documents.push_back({kReleaseSpace, kTranslationsKey, ""});
  const auto done = store.commit(batch, clock.now());
  return done.ok() ? Status() : Status(done.error());
}

Status Release::Impl::catch_up(const std::shared_ptr<const policy::Compiled>& next) {
  if (!policy_in_force) {
    SEKISHO_TRY(find_translations());
    SEKISHO_ASSIGN(const Applied applied, Applied::read(store));
    if (!applied.at || applied.digest != next->policy().digest) return {};
    SEKISHO_TRY(apply(next, *applied.at));
  }
  return follow_dates();
}

// ---- the public face --------------------------------------------------------------------------

Release::Release(store::Store& store, const Clock& clock, Random& random, Signer signer, std::string redaction_key)
    : impl_(std::make_unique<Impl>(store, clock, random, std::move(signer), std::move(redaction_key))) {}
Release::~Release() = default;

std::shared_ptr<const policy::Compiled> Release::policy() const {
  const auto snapshot = impl_->current();
  return snapshot ? snapshot->policy : nullptr;
}

void Release::set_approvals(std::shared_ptr<const Approvals> approvals) {
  FollowerLock lock(impl_->follower);
  {
    MutexLock shared(impl_->snapshot_mutex);
    impl_->approvals = approvals;
  }
  impl_->planner.set_approvals(std::move(approvals));
  ++impl_->epoch;
}

void Release::set_step(std::size_t rows) {
  FollowerLock lock(impl_->follower);
  impl_->rows_at_once = std::max<std::size_t>(rows, 1);
}

void Release::set_most_dependents(std::size_t objects) {
  FollowerLock lock(impl_->follower);
  impl_->most_dependents = objects;
}

std::uint64_t Release::computed_anew() const { return impl_->anew; }

void Release::on_change(std::function<void()> gained) {
  MutexLock lock(impl_->telling);
  impl_->changed = std::move(gained);
}

void Release::announce() { impl_->tell(); }

Status Release::collections_changed() {
  FollowerLock lock(impl_->follower);
  if (!impl_->policy_in_force) return {};
  const Timestamp now = impl_->clock.now();
  SEKISHO_ASSIGN(const auto listed, impl_->store.collections());
  impl_->planner.set_collections(listed);
  SEKISHO_TRY(impl_->views.fill_collections(listed));
  Impl::Writing writing;
  for (const View& view : impl_->views.all()) SEKISHO_TRY(impl_->welcome(writing, view));
  const auto done = impl_->append(writing.release, now);
  if (!done.ok()) return done.error();
  ++impl_->epoch;
  impl_->publish(impl_->policy_in_force, now);
  return {};
}

std::vector<store::Collection> Release::collections() const {
  const auto snapshot = impl_->current();
  return snapshot ? snapshot->collections : std::vector<store::Collection>();
}

}  // namespace sekisho::sync
