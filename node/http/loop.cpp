#include "node/http/loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <utility>

#include "node/http/message.h"

namespace sekisho::node::http {
namespace {

constexpr std::uint64_t kListenerId = 0;
constexpr std::uint64_t kEventId = 1;
constexpr std::uint64_t kFirstId = 2;
constexpr int kAcceptsPerTurn = 64;
constexpr std::size_t kPoliteRefusals = 64;
constexpr std::int64_t kLingerMicros = 2'000'000;
constexpr int kPauseMillis = 100;  // without descriptors, and nothing to close
constexpr std::int64_t kWarnMicros = 10'000'000;

Deadlines::Durations durations(const Limits& limits) {
  return {limits.head_deadline_micros, limits.idle_deadline_micros, limits.head_deadline_micros,
          limits.body_deadline_micros, limits.write_deadline_micros, kLingerMicros};
}

}  // namespace

Loop::Loop(Fd listener, SslContext tls, const Limits& limits, std::function<bool(Workers::Job)> post,
           const Clock& clock, Log& log)
    : listener_(std::move(listener)), epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), spare_(::dup(event_.get())),
      tls_(std::move(tls)), limits_(limits), post_(std::move(post)), clock_(clock), log_(log),
      deadlines_(durations(limits)), next_id_(kFirstId), now_(clock.monotonic_micros()) {}

Result<std::unique_ptr<Loop>> Loop::create(Fd listener, SslContext tls, const Limits& limits,
                                           std::function<bool(Workers::Job)> post, const Clock& clock, Log& log,
                                           std::function<bool(std::string_view)> may_send) {
  std::unique_ptr<Loop> loop(new Loop(std::move(listener), std::move(tls), limits, std::move(post), clock, log));
  loop->may_send_ = std::move(may_send);
  if (!loop->watch(loop->listener_.get(), kListenerId, EPOLLIN) ||
      !loop->watch(loop->event_.get(), kEventId, EPOLLIN | EPOLLET)) {
    return make_error(Code::kIo, "The kernel gives no epoll or event descriptor.");
  }
  return loop;
}

bool Loop::watch(int fd, std::uint64_t id, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Loop::run() {
  std::array<epoll_event, 256> events{};
  while (!finished()) {
    await_answer();
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout_millis());
    now_ = std::max(now_, clock_.monotonic_micros());
    if (accepting_paused_) pause_accepting(false);
    expire();
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const Connection::Ready ready{(event.events & EPOLLIN) != 0,
                                    (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0};
      if (event.data.u64 >= kFirstId) {
        with(event.data.u64, [&](Connection& connection) { connection.pump(ready); });
      } else if (event.data.u64 == kListenerId) {
        accept_some();
      }
    }
    deliver();
    continue_again();
    if (stop_grace_.load() >= 0 && !stopping_) begin_stop();
  }
  for (auto& [id, slot] : connections_) slot.connection->close();
  connections_.clear();
  open_ = 0;
  listener_.reset();
}

int Loop::timeout_millis() const {
  if (!again_.empty()) return 0;
  if (accepting_paused_) return kPauseMillis;
  const std::int64_t due = std::min(deadlines_.earliest(), stop_due_);
  if (due == Deadlines::kNever) return -1;
  const std::int64_t left = std::max<std::int64_t>(0, due - clock_.monotonic_micros());
  return static_cast<int>(std::min<std::int64_t>((left + 999) / 1000, 60'000));
}

/// Runs `action` on a connection that still exists; nothing that it throws (memory) passes.
template <typename Action>
void Loop::with(std::uint64_t id, Action action) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = *found->second.connection;
  try {
    action(connection);
  } catch (const std::exception&) {
    connection.close();
  }
  settle(id);
  keep_budget();
}

void Loop::settle(std::uint64_t id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Slot& slot = found->second;
  const bool gone = slot.connection->closed();
  const std::size_t held = gone ? 0 : slot.connection->held_bytes();
  held_ = held_ - slot.held + held;
  slot.held = held;
  if (!gone) return;
  connections_.erase(found);
  --open_;
}

/// Over the budget, the request that has been arriving longest goes, then the answer that has been leaving longest.
void Loop::keep_budget() {
  while (held_ > limits_.gate_bytes) {
    Waiting* victim = deadlines_.oldest(Wait::kBody);
    const bool arriving = victim != nullptr;
    if (!arriving) victim = deadlines_.oldest(Wait::kWrite);
    if (victim == nullptr) return;
    auto& connection = static_cast<Connection&>(*victim);
    ++refused_;
    if (arriving) {
      connection.refuse({503, Code::kUnavailable, "The server holds too many bodies."});
      connection.pump({});
    } else {
      connection.close();
    }
    settle(connection.id());
  }
}

void Loop::accept_some() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    std::string remote;
    int error = 0;
    Fd fd = accept_from(listener_.get(), remote, error);
    if (fd) {
      try {
        add(std::move(fd), std::move(remote));
      } catch (const std::exception&) {  // no memory: the connection is closed
        ++refused_;
      }
    } else if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM) {
      return out_of_descriptors(error);
    } else if (error == EAGAIN) {
      return;
    }
  }
}

/// Takes the waiting connection with the spare descriptor and closes it, so that it does not wait and spin.
void Loop::out_of_descriptors(int error) {
  if (now_ - warned_ > kWarnMicros || warned_ < 0) {
    warned_ = now_;
    log_.write(LogLevel::kWarning, "http.out-of-descriptors",
               {{"open", std::to_string(open_.load())}, {"errno", std::to_string(error)}});
  }
  spare_.reset();
  std::string remote;
  int ignored = 0;
  const bool taken = static_cast<bool>(accept_from(listener_.get(), remote, ignored));
  if (taken) ++refused_;
  spare_ = Fd(::dup(event_.get()));
  if (!make_room() && !taken) pause_accepting(true);
}

void Loop::pause_accepting(bool pause) {
  accepting_paused_ = pause;
  if (!listener_) return;
  epoll_event event{};
  event.events = pause ? 0u : static_cast<std::uint32_t>(EPOLLIN);
  event.data.u64 = kListenerId;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, listener_.get(), &event);
}

void Loop::add(Fd fd, std::string remote) {
  if (connections_.size() >= limits_.connections && !make_room()) {
    ++refused_;
    return refuse_politely(std::move(fd), std::move(remote));
  }
  Connection* connection = insert(std::move(fd), std::move(remote), tls_ != nullptr);
  if (connection == nullptr) return;
  ++accepted_;
  with(connection->id(), [](Connection& c) { c.pump({}); });
}

/// Closes what has waited longest without a request being answered; false if there is none.
bool Loop::make_room() {
  for (const Wait wait : {Wait::kIdle, Wait::kLinger, Wait::kHandshake, Wait::kHead, Wait::kBody}) {
    if (Waiting* victim = deadlines_.oldest(wait)) {
      auto& connection = static_cast<Connection&>(*victim);
      ++refused_;
      connection.close();
      settle(connection.id());
      return true;
    }
  }
  return false;
}

/// 503 over plain HTTP; a TLS client would need a handshake first and sees the connection end.
void Loop::refuse_politely(Fd fd, std::string remote) {
  if (tls_ || connections_.size() >= limits_.connections + kPoliteRefusals) return;
  Connection* connection = insert(std::move(fd), std::move(remote), false);
  if (connection == nullptr) return;
  with(connection->id(), [](Connection& c) {
    c.refuse({503, Code::kUnavailable, "The server has too many connections."});
    c.pump({});
  });
}

Connection* Loop::insert(Fd fd, std::string remote, bool tls) {
  const int number = fd.get();
  Channel channel(std::move(fd));
  if (tls) {
    auto session = server_session(tls_.get(), number);
    if (!session) return nullptr;
    channel.secure(std::move(session).value());
  }
  const std::uint64_t id = next_id_++;
  if (!watch(number, id, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET)) return nullptr;
  auto made = std::make_unique<Connection>(*this, id, std::move(channel), std::move(remote));
  Connection* connection = connections_.emplace(id, Slot{std::move(made), 0}).first->second.connection.get();
  connection->begin();
  ++open_;
  return connection;
}

bool Loop::submit(Connection& connection, taxii::HttpRequest request) {
  if (!post_({connection.id(), std::move(request)})) return false;
  ++handed_out_;
  return true;
}

/// Where one request alone is being handled, its answer is mostly the next thing to come.
void Loop::await_answer() {
  if (handed_out_ != 1 || !again_.empty()) return;
  {
    const MutexLock lock(mutex_);
    looking_ = done_.empty();
    if (!looking_) return;
  }
  look_out_for(any_);
  {
    const MutexLock lock(mutex_);
    looking_ = false;
  }
  deliver();
}

void Loop::expire() {
  while (Waiting* late = deadlines_.expired(now_)) {
    auto& connection = static_cast<Connection&>(*late);
    if (late->wait() != Wait::kLinger) ++timed_out_;
    with(connection.id(), [](Connection& c) { c.expire(); });
  }
}

void Loop::complete(std::uint64_t connection, taxii::HttpResponse response) {
  bool first = false;
  {
    const MutexLock lock(mutex_);
    first = done_.empty() && !looking_;
    done_.push_back({connection, std::move(response)});
    any_ = true;
  }
  if (first) ::eventfd_write(event_.get(), 1);
}

void Loop::deliver() {
  std::vector<Done> done;
  {
    const MutexLock lock(mutex_);
    done.swap(done_);
    any_ = false;
  }
  handed_out_ -= done.size();
  for (Done& one : done) {
    with(one.connection, [&](Connection& c) { c.answer(std::move(one.response)); });
  }
}

void Loop::continue_again() {
  std::vector<std::uint64_t> turn;
  turn.swap(again_);
  for (const std::uint64_t id : turn) {
    with(id, [](Connection& c) { c.pump({}); });
  }
}

std::string_view Loop::date() {
  const Timestamp now = clock_.now();
  if (now.seconds != date_second_) {
    date_second_ = now.seconds;
    date_ = http_date(now);
  }
  return date_;
}

void Loop::stop(std::int64_t grace_micros) {
  stop_grace_ = std::max<std::int64_t>(0, grace_micros);
  ::eventfd_write(event_.get(), 1);
}

void Loop::begin_stop() {
  stopping_ = true;
  stop_due_ = now_ + stop_grace_.load();
  listener_.reset();
  std::vector<std::uint64_t> ids;
  for (const auto& [id, slot] : connections_) {
    if (slot.connection->may_be_dropped()) ids.push_back(id);
  }
  for (const std::uint64_t id : ids) {
    with(id, [](Connection& c) { c.leave(); });
  }
}

bool Loop::finished() const {
  return stopping_ && (connections_.empty() || now_ >= stop_due_);
}

Server::Counters Loop::counters() const {
  return {accepted_, refused_, open_, requests_, malformed_, timed_out_};
}

}  // namespace sekisho::node::http
