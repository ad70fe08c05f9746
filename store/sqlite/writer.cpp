#include "store/sqlite/writer.h"

namespace sekisho::store::sqlite {
namespace {

constexpr std::size_t kGroup = 64;        ///< jobs in one transaction
constexpr std::size_t kKnownNames = 10'000;  ///< of a kind
constexpr std::size_t kNewcomers = 10'000;

}  // namespace

std::uint32_t Names::code(Connection& db, Kind kind, std::string_view text) {
  auto& known = known_.at(kind);
  if (const auto found = known.find(text); found != known.end()) return found->second;
  std::uint32_t code = 0;
  {
    Query query = db.query("SELECT no FROM names WHERE kind = ?1 AND text = ?2", static_cast<std::uint64_t>(kind), text);
    if (query.row()) code = query.number32(0);
  }
  if (code == 0) {
    db.exec("INSERT INTO names(kind, text) VALUES(?1, ?2)", static_cast<std::uint64_t>(kind), text);
    code = static_cast<std::uint32_t>(db.last_row());
  }
  if (known.size() >= kKnownNames) known.clear();
  if (!db.failed()) known.emplace(text, code);
  return code;
}

void Newcomers::add(ObjectNo no, Newcomer newcomer) {
  if (known_.size() >= kNewcomers) known_.clear();
  known_.insert_or_assign(no, std::move(newcomer));
}

std::optional<Newcomers::Newcomer> Newcomers::take(ObjectNo no) {
  const auto found = known_.find(no);
  if (found == known_.end()) return std::nullopt;
  std::optional<Newcomer> taken = std::move(found->second);
  known_.erase(found);
  return taken;
}

Status Writer::run(const Job& job) {
  Waiting mine;
  mine.job = &job;
  std::vector<Waiting*> group;
  MutexLock lock(mutex_);
  queue_.push_back(&mine);
  while (!mine.done) {
    if (leading_) {
      woken_.wait(mutex_);
      continue;
    }
    leading_ = true;
    group.clear();
    while (!queue_.empty() && group.size() < kGroup) {
      group.push_back(queue_.front());
      queue_.pop_front();
    }
    mutex_.unlock();
    lead(group);
    mutex_.lock();
    for (Waiting* waiting : group) waiting->done = true;
    leading_ = false;
    woken_.notify_all();
  }
  return mine.result;
}

void Writer::lead(const std::vector<Waiting*>& group) {
  const Status outcome = run_group(group);
  if (outcome.ok()) return;
  Connection& db = *connection_;
  db.clear();
  if (db.in_transaction()) db.script("ROLLBACK");
  db.clear();
  forget();
  for (Waiting* waiting : group) {
    if (waiting->result.ok()) waiting->result = outcome;
  }
}

/// An error means that the transaction as a whole failed.
Status Writer::run_group(const std::vector<Waiting*>& group) {
  Connection& db = *connection_;
  db.exec("BEGIN IMMEDIATE");
  SEKISHO_TRY(db.status());
  for (Waiting* waiting : group) SEKISHO_TRY(run_one(*waiting, group.size() == 1));
  if (db.in_transaction()) db.exec("COMMIT");  // a job alone that failed has ended it
  return db.status();
}

Status Writer::run_one(Waiting& waiting, bool alone) {
  Connection& db = *connection_;
  if (!alone) db.exec("SAVEPOINT job");
  Writing writing{db, names_, newcomers_, damage_};
  waiting.result = (*waiting.job)(writing);
  if (db.failed()) waiting.result = db.status();
  if (waiting.result.ok()) {
    if (!alone) db.exec("RELEASE job");
    return db.status();
  }
  db.clear();
  forget();
  if (!db.in_transaction()) return waiting.result;  // SQLite gave up the whole transaction
  if (alone) {
    db.exec("ROLLBACK");
  } else {
    db.exec("ROLLBACK TO job");
    db.exec("RELEASE job");
  }
  return db.status();
}

}  // namespace sekisho::store::sqlite
