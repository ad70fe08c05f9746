// One connection's life: handshake, head, body, handler, answer, and again (states in
// docs/specs/http-gate.md). Owner thread only; the loop calls in, the Host is what it needs of the loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/limits.h"
#include "node/http/channel.h"
#include "node/http/deadlines.h"
#include "node/http/parser.h"
#include "taxii/http.h"

namespace sekisho::node::http {

class Connection;

/// What a connection needs of the loop that owns it.
class Host {
 public:
  virtual ~Host() = default;
  virtual const Limits& limits() const = 0;
  virtual std::string_view date() = 0;
  virtual bool stopping() const = 0;
  virtual void arm(Connection& connection, Wait wait) = 0;
  /// Hands a request to the workers; false if their queue is full.
  virtual bool submit(Connection& connection, taxii::HttpRequest request) = 0;
  /// Asks for another pump() soon: it has more to read than its turn allows.
  virtual void again(Connection& connection) = 0;
  virtual void count_request() = 0;
  virtual void count_malformed() = 0;
  /// Whether an answer may go on to its reader.
  virtual bool may_send(std::string_view reader) = 0;
};

class Connection : public Waiting {
 public:
  /// Bytes read in one go; also the most that is kept of requests sent ahead.
  static constexpr std::size_t kReadBytes = 16 * 1024;

  Connection(Host& host, std::uint64_t id, Channel channel, std::string remote);

  /// Starts the first deadline; once, when the loop has put it in its place.
  void begin();
  std::uint64_t id() const { return id_; }
  bool closed() const { return state_ == State::kClosed; }
  /// Nothing of a request is lost but an unfinished head.
  bool may_be_dropped() const { return state_ <= State::kHead; }
  /// Owned bytes of request and answer, for the loop's budget.
  std::size_t held_bytes() const;

  /// What the socket has become since the last time.
  struct Ready {
    bool readable = false;
    bool ended = false;  ///< the peer's end or a fault waits behind what is readable
  };
  /// Goes on as far as the socket allows.
  void pump(Ready ready);
  /// The handler's answer has come.
  void answer(taxii::HttpResponse response);
  /// The deadline that it waits for has passed.
  void expire();
  /// Answers with the gate's own message and ends the connection.
  void refuse(Refusal refusal);
  void close();
  /// close() after telling the peer; for connections that owe nothing.
  void leave();

 private:
  enum class State : std::uint8_t { kHandshake, kIdle, kHead, kBody, kHandling, kWriting, kLinger, kClosed };
  enum class After : std::uint8_t { kNextRequest, kReadBody, kEnd };

  bool step();  ///< false: nothing more to do now
  bool handshake();
  bool receive();
  bool write();
  void cut();
  bool linger();
  void take(std::string_view bytes);
  void request_complete();
  void send(taxii::HttpResponse response, After after);
  void begin_writing(After after);
  void written();
  void end();

  Host& host_;
  std::uint64_t id_;
  Channel channel_;
  std::shared_ptr<taxii::HttpRequest::Connection> facts_;
  std::unique_ptr<RequestParser> parser_;  // only while a request comes in
  std::string ahead_;                      // bytes after the current request
  std::string out_;                        // the head, with a short body
  std::string reader_;                     // of what is being written; empty: anybody
  std::vector<taxii::HeldText> held_;      // what follows it
  std::vector<std::string_view> pieces_;   // all that is being written
  std::span<std::string_view> left_;       // of pieces_
  std::size_t written_ = 0;
  std::size_t out_bytes_ = 0;              // of memory that it holds
  std::size_t drained_ = 0;
  std::size_t handed_on_ = 0;              // body bytes that a worker holds
  State state_;
  After after_ = After::kNextRequest;
  bool readable_ = true;
  bool peer_ended_ = false;
  bool keep_alive_ = false;
  bool head_request_ = false;
  int turns_ = 0;
};

}  // namespace sekisho::node::http
