// The one I/O thread: accepts, waits for all connections at once (epoll, edge-triggered), keeps their
// deadlines and the budget of buffered bytes. run() is the thread; stop() and complete() come from others.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/log.h"
#include "core/mutex.h"
#include "core/ports/clock.h"
#include "node/http/connection.h"
#include "node/http/deadlines.h"
#include "node/http/server.h"
#include "node/http/socket.h"
#include "node/http/tls.h"
#include "node/http/workers.h"

namespace sekisho::node::http {

class Loop : public Host {
 public:
  /// `post` hands a job to the workers. kIo if the kernel gives no epoll or event descriptor.
  static Result<std::unique_ptr<Loop>> create(Fd listener, SslContext tls, const Limits& limits,
                                              std::function<bool(Workers::Job)> post,
                                              const Clock& clock, Log& log,
                                              std::function<bool(std::string_view)> may_send = {});
  void run();
  /// Makes run() return when the requests being answered are done, at latest `grace_micros` from now.
  void stop(std::int64_t grace_micros);
  /// A handler's answer; dropped if the connection is gone.
  void complete(std::uint64_t connection, taxii::HttpResponse response) SEKISHO_EXCLUDES(mutex_);
  Server::Counters counters() const;

  // Host
  const Limits& limits() const override { return limits_; }
  std::string_view date() override;
  bool stopping() const override { return stopping_; }
  void arm(Connection& connection, Wait wait) override { deadlines_.arm(connection, wait, now_); }
  bool submit(Connection& connection, taxii::HttpRequest request) override;
  void again(Connection& connection) override { again_.push_back(connection.id()); }
  void count_request() override { ++requests_; }
  void count_malformed() override { ++malformed_; }
  bool may_send(std::string_view reader) override { return !may_send_ || may_send_(reader); }

 private:
  struct Slot {
    std::unique_ptr<Connection> connection;
    std::size_t held = 0;
  };
  struct Done {
    std::uint64_t connection;
    taxii::HttpResponse response;
  };
  using Count = std::atomic<std::uint64_t>;

  Loop(Fd listener, SslContext tls, const Limits& limits, std::function<bool(Workers::Job)> post,
       const Clock& clock, Log& log);
  bool watch(int fd, std::uint64_t id, std::uint32_t events);
  int timeout_millis() const;
  void accept_some();
  void out_of_descriptors(int error);
  void pause_accepting(bool pause);
  void add(Fd fd, std::string remote);
  bool make_room();
  void refuse_politely(Fd fd, std::string remote);
  Connection* insert(Fd fd, std::string remote, bool tls);
  template <typename Action>
  void with(std::uint64_t id, Action action);
  void settle(std::uint64_t id);
  void keep_budget();
  void expire();
  void await_answer() SEKISHO_EXCLUDES(mutex_);
  void deliver() SEKISHO_EXCLUDES(mutex_);
  void continue_again();
  void begin_stop();
  bool finished() const;

  Fd listener_, epoll_, event_, spare_;
  SslContext tls_;
  const Limits limits_;
  std::function<bool(Workers::Job)> post_;
  std::function<bool(std::string_view)> may_send_;
  const Clock& clock_;
  Log& log_;
  Deadlines deadlines_;
  std::unordered_map<std::uint64_t, Slot> connections_;
  std::vector<std::uint64_t> again_;
  std::uint64_t next_id_;
  std::size_t held_ = 0;
  std::int64_t now_;
  std::int64_t stop_due_ = Deadlines::kNever;
  bool stopping_ = false;
  bool accepting_paused_ = false;
  std::int64_t date_second_ = -1;
  std::string date_;
  std::int64_t warned_ = -1;

  Mutex mutex_;
  std::vector<Done> done_ SEKISHO_GUARDED_BY(mutex_);
  bool looking_ SEKISHO_GUARDED_BY(mutex_) = false;  ///< the loop looks out for an answer, awake
  std::atomic<bool> any_{false};                     ///< there is one
  std::size_t handed_out_ = 0;                       ///< requests at the workers
  std::atomic<std::int64_t> stop_grace_{-1};
  Count accepted_{0}, refused_{0}, open_{0}, requests_{0}, malformed_{0}, timed_out_{0};
};

}  // namespace sekisho::node::http
