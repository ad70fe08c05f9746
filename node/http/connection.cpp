#include "node/http/connection.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "node/http/message.h"

namespace sekisho::node::http {
namespace {

constexpr int kTurns = 16;                            // reads in one pump
constexpr std::size_t kWriteBlock = 1024 * 1024;      // each begun block has one write deadline
constexpr std::size_t kDrainBytes = 16 * 1024 * 1024;  // thrown away at most so that the answer arrives
constexpr std::size_t kOneRecord = 16 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Connection::Connection(Host& host, std::uint64_t id, Channel channel, std::string remote)
    : host_(host), id_(id), channel_(std::move(channel)),
      facts_(std::make_shared<taxii::HttpRequest::Connection>()),
      state_(channel_.ssl() != nullptr ? State::kHandshake : State::kIdle) {
  facts_->remote = std::move(remote);
}

void Connection::begin() { host_.arm(*this, state_ == State::kHandshake ? Wait::kHandshake : Wait::kIdle); }

std::size_t Connection::held_bytes() const {
  return (parser_ ? parser_->buffered() : 0) + handed_on_ + ahead_.size() + out_bytes_;
}

void Connection::pump(Ready ready) {
  readable_ = readable_ || ready.readable || ready.ended;
  peer_ended_ = peer_ended_ || ready.ended;
  turns_ = 0;
  while (state_ != State::kClosed && step()) {
    if (turns_ >= kTurns) return host_.again(*this);
  }
}

bool Connection::step() {
  switch (state_) {
    case State::kHandshake: return handshake();
    case State::kIdle:
    case State::kHead:
    case State::kBody: return receive();
    case State::kWriting: return write();
    case State::kLinger: return linger();
    default: return false;
  }
}

bool Connection::handshake() {
  switch (channel_.handshake()) {
    case Channel::Io::kOk:
      facts_->peer_certificate_sha256 = peer_fingerprint(channel_.ssl());
      state_ = State::kIdle;
      host_.arm(*this, Wait::kIdle);
      return true;
    case Channel::Io::kWantRead:
    case Channel::Io::kWantWrite: return false;
    default:
      host_.count_malformed();
      close();
      return false;
  }
}

bool Connection::receive() {
  if (!ahead_.empty()) {
    const std::string bytes = std::exchange(ahead_, {});
    take(bytes);
    return true;
  }
  if (!readable_) return false;
  std::array<char, kReadBytes> buffer;
  std::size_t got = 0;
  ++turns_;
  switch (channel_.read(buffer.data(), buffer.size(), got)) {
    case Channel::Io::kOk:
      // Edge-triggered: a short read means drained, unless the peer's end follows; TLS may hold bytes of its own.
      if (got < buffer.size() && channel_.ssl() == nullptr) readable_ = peer_ended_;
      take({buffer.data(), got});
      return true;
    case Channel::Io::kWantRead:
      readable_ = false;
      return false;
    case Channel::Io::kWantWrite: return false;
    case Channel::Io::kEnd:
      leave();
      return false;
    default:
      close();
      return false;
  }
}

void Connection::take(std::string_view bytes) {
  if (state_ == State::kIdle) {
    parser_ = std::make_unique<RequestParser>(host_.limits());
    state_ = State::kHead;
    host_.arm(*this, Wait::kHead);
  }
  const std::size_t taken = parser_->feed(bytes);
  ahead_ = bytes.substr(taken);
  switch (parser_->phase()) {
    case RequestParser::Phase::kHead: return;
    case RequestParser::Phase::kBody:
      if (state_ != State::kBody) host_.arm(*this, Wait::kBody);
      state_ = State::kBody;
      if (parser_->wants_continue()) {
        out_ = kContinue;
        begin_writing(After::kReadBody);
      }
      return;
    case RequestParser::Phase::kComplete: return request_complete();
    case RequestParser::Phase::kRefused:
      host_.count_malformed();
      return refuse(parser_->refusal());
  }
}

void Connection::request_complete() {
  host_.count_request();
  keep_alive_ = parser_->keep_alive();
  head_request_ = parser_->is_head();
  taxii::HttpRequest request = parser_->take();
  parser_.reset();
  request.connection = facts_;
  handed_on_ = request.body.capacity();
  state_ = State::kHandling;
  host_.arm(*this, Wait::kNone);
  if (!host_.submit(*this, std::move(request))) {
    send(refusal_response({503, Code::kUnavailable, "The server is busy."}),
         keep_alive_ ? After::kNextRequest : After::kEnd);
  }
}

void Connection::answer(taxii::HttpResponse response) {
  if (!is_writable(response)) {
    response = refusal_response({500, Code::kInternal, "The answer could not be written."});
  }
  send(std::move(response), keep_alive_ && !host_.stopping() ? After::kNextRequest : After::kEnd);
  pump({});
}

void Connection::refuse(Refusal refusal) {
  if (state_ == State::kWriting && written_ > 0) return close();  // in the middle of "100 Continue"
  if (parser_) head_request_ = parser_->is_head();
  parser_.reset();
  ahead_ = std::string();
  send(refusal_response(refusal), After::kEnd);
}

void Connection::send(taxii::HttpResponse response, After after) {
  handed_on_ = 0;
  reader_ = std::move(response.reader);
  out_ = response_head(response, taxii::body_size(response), host_.date(), after == After::kNextRequest);
  const bool bodiless = head_request_ || response.status == 204 || response.status == 304;
  held_.clear();
  if (!bodiless) {
    if (response.body.size() <= kOneRecord) {
      out_ += response.body;
    } else {
      const auto own = std::make_shared<const std::string>(std::move(response.body));
      held_.push_back({*own, own, own->capacity()});
    }
    std::move(response.parts.begin(), response.parts.end(), std::back_inserter(held_));
  }
  begin_writing(after);
  host_.arm(*this, Wait::kWrite);
}

void Connection::begin_writing(After after) {
  pieces_.assign(1, out_);
  out_bytes_ = out_.capacity();
  for (const taxii::HeldText& held : held_) {
    out_bytes_ += held.held_bytes;
    if (!held.text.empty()) pieces_.push_back(held.text);
  }
  left_ = pieces_;
  written_ = 0;
  after_ = after;
  state_ = State::kWriting;
}

bool Connection::write() {
  if (!reader_.empty() && !host_.may_send(reader_)) {
    cut();
    return true;
  }
  std::size_t put = 0;
  switch (channel_.write(left_, put)) {
    case Channel::Io::kOk: break;
    case Channel::Io::kWantRead:
    case Channel::Io::kWantWrite: return false;
    default:
      close();
      return false;
  }
  const std::size_t before = written_;
  written_ += put;
  left_ = Channel::rest_of(left_, put);
  if (left_.empty()) {
    written();
  } else if (before / kWriteBlock != written_ / kWriteBlock && wait() == Wait::kWrite) {
    host_.arm(*this, Wait::kWrite);
  }
  return true;
}

// Stopped since the answer was made. An answer that has begun cannot be taken back: the connection ends in the middle of it.
void Connection::cut() {
  if (written_ > 0) return close();
  send(refusal_response({503, Code::kUnavailable, "The operator has stopped sharing."}), After::kEnd);
}

void Connection::written() {
  out_ = std::string();
  reader_.clear();
  held_ = {};
  pieces_ = {};
  left_ = {};
  written_ = out_bytes_ = 0;
  switch (after_) {
    case After::kReadBody:
      state_ = State::kBody;
      return;
    case After::kEnd: return end();
    case After::kNextRequest:
      state_ = State::kIdle;
      host_.arm(*this, Wait::kIdle);
      if (host_.stopping()) end();
  }
}

void Connection::end() {
  channel_.end_writing();
  ahead_ = std::string();
  readable_ = true;
  state_ = State::kLinger;
  host_.arm(*this, Wait::kLinger);
}

bool Connection::linger() {
  if (!readable_) return false;
  std::array<char, kReadBytes> buffer;
  std::size_t got = 0;
  ++turns_;
  switch (channel_.drain(buffer.data(), buffer.size(), got)) {
    case Channel::Io::kOk:
      drained_ += got;
      if (drained_ > kDrainBytes) close();
      return true;
    case Channel::Io::kWantRead:
      readable_ = false;
      return false;
    default:
      close();
      return false;
  }
}

void Connection::expire() {
  switch (wait()) {
    case Wait::kHead:
    case Wait::kBody:
      if (state_ == State::kWriting) return close();  // not even "100 Continue" got through
      refuse({408, Code::kTimeout, "The request did not arrive in time."});
      return pump({});
    case Wait::kIdle: return leave();
    default: return close();
  }
}

void Connection::leave() {
  channel_.end_writing();
  close();
}

void Connection::close() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  host_.arm(*this, Wait::kNone);
  parser_.reset();
}

}  // namespace sekisho::node::http
