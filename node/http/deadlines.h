// Absolute deadlines of many connections without allocation: within one kind every wait is equally long,
// so each kind is a list in order of expiry. Owner thread only.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

namespace sekisho::node::http {

/// What a connection is being waited for.
enum class Wait : std::uint8_t { kHandshake, kIdle, kHead, kBody, kWrite, kLinger, kNone };

/// Base of what can wait.
class Waiting {
 public:
  Wait wait() const { return wait_; }

 private:
  friend class Deadlines;
  Waiting* previous_ = nullptr;
  Waiting* next_ = nullptr;
  std::int64_t due_ = 0;
  Wait wait_ = Wait::kNone;
};

class Deadlines {
 public:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  using Durations = std::array<std::int64_t, static_cast<std::size_t>(Wait::kNone)>;
  explicit Deadlines(const Durations& durations) : durations_(durations) {}

  /// Waits from `now` on for `wait` instead of whatever it waited for. `now` never steps back.
  void arm(Waiting& item, Wait wait, std::int64_t now) {
    cancel(item);
    if (wait == Wait::kNone) return;
    List& list = lists_[index(wait)];
    item.wait_ = wait;
    item.due_ = now + durations_[index(wait)];
    item.previous_ = list.last;
    (list.last == nullptr ? list.first : list.last->next_) = &item;
    list.last = &item;
  }

  void cancel(Waiting& item) {
    if (item.wait_ == Wait::kNone) return;
    List& list = lists_[index(item.wait_)];
    (item.previous_ == nullptr ? list.first : item.previous_->next_) = item.next_;
    (item.next_ == nullptr ? list.last : item.next_->previous_) = item.previous_;
    item.previous_ = item.next_ = nullptr;
    item.wait_ = Wait::kNone;
  }

  /// The one that has waited longest for `wait`, or nullptr.
  Waiting* oldest(Wait wait) const { return lists_[index(wait)].first; }

  std::int64_t earliest() const {
    std::int64_t due = kNever;
    for (const List& list : lists_) {
      if (list.first != nullptr && list.first->due_ < due) due = list.first->due_;
    }
    return due;
  }

  /// One that is due at `now`, still armed, or nullptr.
  Waiting* expired(std::int64_t now) const {
    for (const List& list : lists_) {
      if (list.first != nullptr && list.first->due_ <= now) return list.first;
    }
    return nullptr;
  }

 private:
  struct List {
    Waiting* first = nullptr;
    Waiting* last = nullptr;
  };
  static std::size_t index(Wait wait) { return static_cast<std::size_t>(wait); }
  Durations durations_;
  std::array<List, static_cast<std::size_t>(Wait::kNone)> lists_{};
};

}  // namespace sekisho::node::http
