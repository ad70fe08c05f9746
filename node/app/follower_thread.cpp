#include "node/app/follower_thread.h"

#include <chrono>

namespace sekisho::node::app {
namespace {

constexpr std::chrono::seconds kLookEvery{1};

}  // namespace

FollowerThread::FollowerThread(sync::Release& release, Log& log) : release_(release), log_(log) {
  release_.follow_by([this] { wake(); });
  thread_ = std::thread([this] { run(); });
}

FollowerThread::~FollowerThread() {
  if (thread_.joinable()) stop();
  release_.follow_by(nullptr);
}

void FollowerThread::stop() {
  release_.stop_following();
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  bell_.notify_all();
  thread_.join();
}

void FollowerThread::wake() {
  {
    const MutexLock lock(mutex_);
    woken_ = true;
  }
  bell_.notify_all();
}

bool FollowerThread::wait() {
  const MutexLock lock(mutex_);
  bell_.wait_for(mutex_, kLookEvery, [this]() SEKISHO_REQUIRES(mutex_) { return woken_ || stopping_; });
  woken_ = false;
  return !stopping_;
}

bool FollowerThread::stopping() {
  const MutexLock lock(mutex_);
  return stopping_;
}

void FollowerThread::run() {
  while (wait()) follow();
}

// One failure is told once, however often it comes again.
void FollowerThread::follow() {
  Result<bool> more = true;
  while (more.ok() && *more && !stopping()) {
    more = release_.advance_once();
    if (more.ok() && *more) release_.let_others_in();
  }
  if (!more.ok() && stopping()) return;
  const std::string trouble = more.ok() ? "" : more.error().to_string();
  if (trouble != told_ && !trouble.empty()) log_.write(LogLevel::kError, "not-followed", {{"error", trouble}});
  if (trouble != told_ && trouble.empty()) log_.write(LogLevel::kInfo, "followed-again", {});
  told_ = trouble;
}

}  // namespace sekisho::node::app
