#include "sync/peer/grpc/session.h"

#include <google/protobuf/unknown_field_set.h>

#include <algorithm>
#include <deque>

#include "core/crash_point.h"
#include "core/json.h"
#include "policy/compiled.h"
#include "sync/peer/grpc/packing.h"
#include "sync/peer/grpc/publisher.h"
#include "sync/peer/grpc/subscriber.h"

namespace sekisho::sync {
namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kGreetingMicros = 10 * kSecond;
constexpr std::uint32_t kSlowestHeartbeat = 300;
constexpr std::size_t kControlFrames = 1024;        ///< that wait because the other side does not read …
constexpr std::size_t kControlBytes = 64u << 20;    ///< … and their bytes
constexpr std::size_t kIdentityBytes = 64;          ///< identity--UUID has 46
constexpr std::int64_t kLargestTime = 1LL << 60;    ///< microseconds; what is beyond is no clock
constexpr std::string_view kSoftware = "sekisho/0.1";

std::string list_of(const v1::Hello& hello) {
  std::string text;
  for (const auto version : hello.versions()) {
    if (text.size() > 80) return text + " and others";
    text += (text.empty() ? "" : ", ") + std::to_string(version);
  }
  return text.empty() ? "none" : text;
}

// What the other side reads of a failure: the catalogue's words; of versions, which lists have nothing in common.
std::string message_of(const Error& error) {
  return error.code == Code::kSyncVersion ? error.detail : std::string(info(error.code).meaning);
}

}  // namespace

struct Session::Impl {
  Impl(LinkParts parts_in, LinkOptions options_in, std::function<void()> wake_in)
      : parts(std::move(parts_in)), options(std::move(options_in)), wake(std::move(wake_in)),
        publisher(parts, options.party), subscriber(parts, options) {}

  const LinkParts parts;
  const LinkOptions options;
  const std::function<void()> wake;
  Publisher publisher;
  Subscriber subscriber;

  mutable Mutex mutex;
  std::deque<v1::Frame> control SEKISHO_GUARDED_BY(mutex);  ///< goes before everything else
  std::size_t control_bytes SEKISHO_GUARDED_BY(mutex) = 0;
  bool greeting_sent SEKISHO_GUARDED_BY(mutex) = false;
  bool greeted SEKISHO_GUARDED_BY(mutex) = false;
  bool ended SEKISHO_GUARDED_BY(mutex) = false;
  std::string peer_software SEKISHO_GUARDED_BY(mutex);
  std::int64_t skew SEKISHO_GUARDED_BY(mutex) = 0;
  std::int64_t heard SEKISHO_GUARDED_BY(mutex) = 0;  ///< at first: when the stream opened
  std::int64_t spoke SEKISHO_GUARDED_BY(mutex) = 0;
  std::int64_t refreshed SEKISHO_GUARDED_BY(mutex) = 0;
  std::int64_t silence SEKISHO_GUARDED_BY(mutex) = kGreetingMicros;
  std::uint64_t asked SEKISHO_GUARDED_BY(mutex) = 0, answered SEKISHO_GUARDED_BY(mutex) = 0;      ///< by us, by it
  std::uint64_t question SEKISHO_GUARDED_BY(mutex) = 0, told SEKISHO_GUARDED_BY(mutex) = 0;       ///< its last, our last

  void push(v1::Frame frame) SEKISHO_REQUIRES(mutex) {
    control_bytes += frame.ByteSizeLong();
    control.push_back(std::move(frame));
  }

  Status queue(v1::Frame frame) {
    {
      MutexLock lock(mutex);
      if (ended) return {};
      if (control.size() >= kControlFrames || control_bytes + frame.ByteSizeLong() > kControlBytes) {
        return make_error(Code::kLimitExceeded, "the other side does not read its answers");
      }
      push(std::move(frame));
    }
    wake();
    return {};
  }

  v1::Frame hello() const {
    v1::Frame frame;
    v1::Hello* h = frame.mutable_hello();
    h->add_versions(kVersion);
    h->set_organisation(parts.organisation);
    h->set_identity(parts.identity);
    h->set_software(std::string(kSoftware));
    h->set_time_micros(parts.clock.now().micros());
    h->set_max_frame_bytes(static_cast<std::uint32_t>(kFrameBytes));
    h->set_window_bytes(options.window_bytes);
    h->add_compressions("zstd");
    h->set_heartbeat_seconds(options.heartbeat_seconds);
    return frame;
  }

  // Whom the other side's attestations name, and whether it may.
  Status check_identity(const v1::Hello& hello) const {
    const auto policy = parts.release.policy();
    const policy::Party* party = policy ? policy->policy().find_party(options.party) : nullptr;
    if (party == nullptr) return make_error(Code::kPeerUnknown, "no party of this name in the policy", options.party);
    if (hello.identity().size() > kIdentityBytes) {
      return make_error(Code::kLimitExceeded, "the identity in the greeting is too long", "hello.identity");
    }
    if (party->identities.empty()) return {};
    const auto& ids = party->identities;
    if (std::find(ids.begin(), ids.end(), hello.identity()) != ids.end()) return {};
    return make_error(Code::kPeerUnknown, "the identity in the greeting is not one of this party (policy.toml: identities)",
                      "hello.identity");
  }

  Status greet(const v1::Hello& hello) {
    if (std::find(hello.versions().begin(), hello.versions().end(), kVersion) == hello.versions().end()) {
      return make_error(Code::kSyncVersion, "this node speaks version " + std::to_string(kVersion) +
                                                " of the link, the other one " + list_of(hello), "hello.versions");
    }
    SEKISHO_TRY(check_identity(hello));
    subscriber.greeted(hello.identity());
    publisher.greeted(hello, options.compress);
    const std::uint32_t beat = std::clamp<std::uint32_t>(hello.heartbeat_seconds(), 1, kSlowestHeartbeat);
    const std::int64_t difference =
        std::clamp(hello.time_micros(), -kLargestTime, kLargestTime) - parts.clock.now().micros();
    {
      MutexLock lock(mutex);
      greeted = true;
      silence = 3 * kSecond * static_cast<std::int64_t>(beat);
      peer_software = hello.software().substr(0, 64);
      skew = difference;
    }
    remember(hello, difference);
    crash_point("link-greeted");
    wake();
    return {};
  }

  // For `doctor`: when the party was last heard and how far its clock is from ours.
  void remember(const v1::Hello& hello, std::int64_t difference) const {
    json::Writer w;
    w.begin_object().member("at", format_taxii_time(parts.clock.now())).member_int("skew_micros", difference);
    w.member("software", hello.software().substr(0, 64)).end_object();
    store::Batch batch;
    batch.documents.push_back({"link", options.party, w.take()});
    const auto stored = parts.store.commit(batch, parts.clock.now());
    if (!stored.ok()) parts.log.write(LogLevel::kWarning, "link-not-noted", {{"error", stored.error().to_string()}});
  }

  Status dispatch(v1::Frame& frame) {
    switch (frame.kind_case()) {
      case v1::Frame::kHello: return make_error(Code::kSyncProtocol, "a second greeting", "hello");
      case v1::Frame::kCatalog: {
        SEKISHO_TRY(subscriber.offered(frame.catalog()));
        wake();
        return {};
      }
      case v1::Frame::kSubscriptions: {
        SEKISHO_TRY(publisher.subscribe(frame.subscriptions()));
        wake();
        return {};
      }
      case v1::Frame::kBatch: return take_batch(*frame.mutable_batch());
      case v1::Frame::kAck: {
        SEKISHO_TRY(publisher.acknowledged(frame.ack()));
        wake();
        return {};
      }
      case v1::Frame::kUnsubscribed: {
        SEKISHO_TRY(subscriber.ended(frame.unsubscribed()));
        wake();
        return {};
      }
      case v1::Frame::kNotice: return take_notice(frame.notice());
      case v1::Frame::kNoticeAck: return take_notice_ack(frame.notice_ack());
      case v1::Frame::kHeartbeat: return {};
      case v1::Frame::kAsk: return take_question(frame.ask());
      case v1::Frame::kAnswer: return take_answer(frame.answer());
      case v1::Frame::kGoodbye: return goodbye(frame.goodbye());
      case v1::Frame::KIND_NOT_SET: break;
    }
    if (!frame.GetReflection()->GetUnknownFields(frame).empty()) return {};  // of a later version
    return make_error(Code::kSyncProtocol, "a frame without content", "frame");
  }

  Status take_batch(v1::Batch& batch) {
    SEKISHO_ASSIGN(v1::Ack ack, subscriber.take(batch));
    v1::Frame frame;
    *frame.mutable_ack() = std::move(ack);
    return queue(std::move(frame));
  }

  // What the desk refuses stays pending over there, and is not acknowledged; the link goes on.
  Status take_notice(const v1::Notice& notice) {
    const auto answer = parts.recalls.take(options.party, notice.text());
    if (!answer.ok()) {
      parts.log.write(LogLevel::kWarning, "notice-refused", {{"party", options.party}, {"error", answer.error().to_string()}});
      return {};
    }
    v1::Frame frame;
    frame.mutable_notice_ack()->set_id(notice.id());
    frame.mutable_notice_ack()->set_text(*answer);
    return queue(std::move(frame));
  }

  // An answer that does not hold leaves the notice pending, for the next link.
  Status take_notice_ack(const v1::NoticeAck& ack) {
    const Status done = publisher.notice_acknowledged(ack);
    if (!done.ok()) {
      parts.log.write(LogLevel::kWarning, "notice-answer-refused", {{"party", options.party}, {"error", done.error().to_string()}});
    }
    return {};
  }

  // Looked at again before the question counts: an answer never speaks of an earlier look.
  Status take_question(const v1::Ask& ask) {
    publisher.poke();
    {
      MutexLock lock(mutex);
      if (ask.number() <= question) return make_error(Code::kSyncProtocol, "questions have rising numbers", "ask.number");
      question = ask.number();
    }
    wake();
    return {};
  }

  Status take_answer(const v1::Answer& answer) {
    {
      MutexLock lock(mutex);
      if (answer.number() > asked) return make_error(Code::kSyncProtocol, "an answer to no question", "answer.number");
      answered = std::max(answered, answer.number());
    }
    wake();
    return {};
  }

  // The answer that is due, once the publisher has nothing left to send or to hear of.
  bool next_answer(v1::Frame& frame) {
    {
      MutexLock lock(mutex);
      if (question == told) return false;
    }
    if (!publisher.to_end()) return false;
    MutexLock lock(mutex);
    told = question;
    frame.mutable_answer()->set_number(told);
    return true;
  }

  Status goodbye(const v1::Goodbye& goodbye) {
    parts.log.write(goodbye.code() == 0 ? LogLevel::kInfo : LogLevel::kWarning, "link-goodbye",
                    {{"party", options.party}, {"code", std::to_string(goodbye.code())}, {"name", goodbye.name().substr(0, 64)}});
    {
      MutexLock lock(mutex);
      ended = true;
      control.clear();
      control_bytes = 0;
    }
    wake();
    return {};
  }
};

Session::Session(LinkParts parts, LinkOptions options, std::function<void()> wake)
    : impl_(std::make_unique<Impl>(std::move(parts), std::move(options), std::move(wake))) {
  MutexLock lock(impl_->mutex);
  impl_->heard = impl_->spoke = impl_->refreshed = impl_->parts.clock.monotonic_micros();
}
Session::~Session() = default;

bool Session::next(v1::Frame& frame) {
  frame.Clear();
  {
    MutexLock lock(impl_->mutex);
    if (!impl_->greeting_sent) {
      impl_->greeting_sent = true;
      frame = impl_->hello();
      return true;
    }
    if (!impl_->control.empty()) {
      frame = std::move(impl_->control.front());
      impl_->control.pop_front();
      impl_->control_bytes -= frame.ByteSizeLong();
      impl_->spoke = impl_->parts.clock.monotonic_micros();
      return true;
    }
    if (impl_->ended || !impl_->greeted) return false;
  }
  if (!impl_->subscriber.next(frame) && !impl_->publisher.next(frame) && !impl_->next_answer(frame)) return false;
  MutexLock lock(impl_->mutex);
  impl_->spoke = impl_->parts.clock.monotonic_micros();
  return true;
}

Status Session::receive(v1::Frame& frame) {
  bool greeted = false;
  {
    MutexLock lock(impl_->mutex);
    if (impl_->ended) return {};
    impl_->heard = impl_->parts.clock.monotonic_micros();
    greeted = impl_->greeted;
  }
  Status done;
  if (greeted || frame.has_goodbye()) {
    done = impl_->dispatch(frame);
  } else if (frame.has_hello()) {
    done = impl_->greet(frame.hello());
  } else {
    done = make_error(Code::kSyncProtocol, "the first frame is not a greeting", "hello");
  }
  {
    MutexLock lock(impl_->mutex);
    impl_->heard = impl_->parts.clock.monotonic_micros();  // our own work is not its silence
  }
  if (!done.ok()) {
    const CodeInfo& row = info(done.error().code);
    say_goodbye(static_cast<std::uint32_t>(done.error().code), std::string(row.text), message_of(done.error()));
  }
  return done;
}

void Session::poke() {
  impl_->publisher.poke();
  impl_->subscriber.poke();
  impl_->wake();
}

std::uint64_t Session::ask() {
  std::uint64_t number = 0;
  {
    MutexLock lock(impl_->mutex);
    number = ++impl_->asked;
    v1::Frame frame;
    frame.mutable_ask()->set_number(number);
    if (!impl_->ended) impl_->push(std::move(frame));
  }
  impl_->wake();
  return number;
}

Status Session::tick() {
  const std::int64_t now = impl_->parts.clock.monotonic_micros();
  const std::int64_t beat = kSecond * impl_->options.heartbeat_seconds;
  bool refresh = false;
  {
    MutexLock lock(impl_->mutex);
    if (impl_->ended) return {};
    if (now - impl_->heard > impl_->silence) {
      const std::string seconds = std::to_string((now - impl_->heard) / kSecond) + " s";
      return make_error(Code::kTimeout,
                        impl_->greeted ? "the other side has been silent for " + seconds : "no greeting within " + seconds,
                        impl_->options.party);
    }
    if (impl_->greeted && now - impl_->spoke >= beat) {
      v1::Frame frame;
      frame.mutable_heartbeat()->set_time_micros(impl_->parts.clock.now().micros());
      impl_->push(std::move(frame));
    }
    refresh = impl_->greeted && now - impl_->refreshed >= beat;
    if (refresh) impl_->refreshed = now;
  }
  if (refresh) poke();  // validity dates pass, and what failed is tried again
  return {};
}

void Session::say_goodbye(std::uint32_t code, const std::string& name, const std::string& message) {
  v1::Frame frame;
  frame.mutable_goodbye()->set_code(code);
  frame.mutable_goodbye()->set_name(name);
  frame.mutable_goodbye()->set_message(message);
  {
    MutexLock lock(impl_->mutex);
    if (impl_->ended) return;
    impl_->ended = true;
    impl_->push(std::move(frame));
  }
  impl_->wake();
}

LinkState Session::state() const {
  LinkState state;
  {
    MutexLock lock(impl_->mutex);
    state.greeted = impl_->greeted;
    state.ended = impl_->ended;
    state.peer_software = impl_->peer_software;
    state.skew_micros = impl_->skew;
    state.answered = impl_->answered;
  }
  impl_->publisher.count(state);
  impl_->subscriber.count(state);
  state.followed_to_end = state.greeted && impl_->subscriber.to_end();
  state.published_to_end = state.greeted && impl_->publisher.to_end();
  return state;
}

const std::string& Session::party() const { return impl_->options.party; }

}  // namespace sekisho::sync
