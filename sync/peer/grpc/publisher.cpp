#include "sync/peer/grpc/publisher.h"

#include <algorithm>
#include <set>

#include "core/crash_point.h"
#include "core/json.h"
#include "sync/handling/attestation.h"
#include "sync/peer/grpc/packing.h"

namespace sekisho::sync {
namespace {

constexpr std::uint64_t kBatchesWaiting = 64;
constexpr std::size_t kSubscriptions = 4096;
constexpr std::size_t kOwnCursorBytes = 64;       ///< ours have 43; what is longer is refused when cut, too
constexpr std::size_t kNameBytes = 64;         ///< of a collection asked for; ours have 36
constexpr std::size_t kEntryOverhead = 16;     ///< of protobuf, at most
constexpr std::size_t kWordBytes = 256;        ///< of a refusal kept

std::string jws_of(std::string_view attestation) {
  if (attestation.empty()) return {};
  const auto document = json::Document::parse(std::string(attestation));
  if (!document.ok()) return {};
  return std::string((*document)->root()["jws"].string_or(""));
}

std::string word(const std::string& text) { return text.substr(0, kWordBytes); }

std::string refusal_record(const v1::Refusal& refusal, Timestamp now) {
  json::Writer w;
  w.begin_object().member("at", format_taxii_time(now)).member("object_id", word(refusal.object_id()));
  w.member("version", word(refusal.version())).member_int("code", refusal.code()).member("name", word(refusal.name()));
  w.member("message", word(refusal.message())).end_object();
  return w.take();
}

}  // namespace

void Publisher::greeted(const v1::Hello& hello, bool compress) {
  const bool zstd = std::find(hello.compressions().begin(), hello.compressions().end(), "zstd") != hello.compressions().end();
  MutexLock lock(mutex_);
  greeted_ = true;
  compress_ = compress && zstd;
  window_ = hello.window_bytes();
  const std::size_t frame = hello.max_frame_bytes() != 0 ? hello.max_frame_bytes() : kFrameBytes;
  batch_bytes_ = std::min<std::size_t>(kBatchBytes - kBatchEntries * kEntryOverhead, frame / 2);
}

Status Publisher::subscribe(const v1::Subscriptions& wanted) {
  MutexLock lock(mutex_);
  catalog_answered_ = true;
  for (const auto& one : wanted.subscriptions()) {
    if (one.collection().size() > kNameBytes) {
      return make_error(Code::kLimitExceeded, "the name of a collection is too long", "subscriptions");
    }
    // Twice: batches under way would be taken for those of the new place.
    if (subscriptions_.count(one.collection()) != 0) {
      return make_error(Code::kSyncProtocol, "a collection that is followed already", "subscriptions");
    }
    if (subscriptions_.size() >= kSubscriptions) {
      return make_error(Code::kLimitExceeded, "more than " + std::to_string(kSubscriptions) + " subscriptions", "subscriptions");
    }
    subscriptions_[one.collection()].cursor = one.cursor().substr(0, kOwnCursorBytes);
  }
  return {};
}

Status Publisher::acknowledged(const v1::Ack& ack) {
  crash_point("link-ack-received");
  {
    MutexLock lock(mutex_);
    const auto found = subscriptions_.find(ack.collection());
    if (found == subscriptions_.end()) return {};  // it was ended in the meantime
    Subscription& subscription = found->second;
    if (ack.number() > subscription.number) {
      return make_error(Code::kSyncProtocol, "an acknowledgement of a batch that was never sent", "ack.number");
    }
    std::uint64_t entries = 0;
    while (!subscription.unacknowledged.empty() && subscription.unacknowledged.front().number <= ack.number()) {
      entries += subscription.unacknowledged.front().entries;
      settle(subscription);
    }
    if (static_cast<std::uint64_t>(ack.refusals_size()) > entries) {
      return make_error(Code::kSyncProtocol, "more refusals than entries acknowledged", "ack.refusals");
    }
    refused_there_ += static_cast<std::uint64_t>(ack.refusals_size());
  }
  return ack.refusals_size() == 0 ? Status() : keep_refusals(ack);
}

// Only of what is stored here: words about anything else would grow without end.
Status Publisher::keep_refusals(const v1::Ack& ack) {
  store::Batch batch;
  const Timestamp now = parts_.clock.now();
  for (const auto& refusal : ack.refusals()) {
    SEKISHO_ASSIGN(const bool ours, is_stored(refusal));
    if (!ours) continue;
    batch.documents.push_back({"push-refused/" + party_,
                               ack.collection() + "/" + word(refusal.object_id()) + "/" + word(refusal.version()),
                               refusal_record(refusal, now)});
  }
  if (batch.empty()) return {};
  const auto stored = parts_.store.commit(batch, now);
  return stored.ok() ? Status() : Status(stored.error());
}

Result<bool> Publisher::is_stored(const v1::Refusal& refusal) const {
  SEKISHO_ASSIGN(const auto versions, parts_.store.versions_of(refusal.object_id(), false));
  return std::any_of(versions.begin(), versions.end(),
                     [&](const store::StoredObject& one) { return one.version == refusal.version(); });
}

// The oldest batch under way is no more.
void Publisher::settle(Subscription& subscription) {
  waiting_bytes_ -= subscription.unacknowledged.front().bytes;
  --waiting_batches_;
  window_full_ = false;
  subscription.unacknowledged.pop_front();
}

Publisher::Subscriptions::iterator Publisher::drop(Subscriptions::iterator subscription) {
  while (!subscription->second.unacknowledged.empty()) settle(subscription->second);
  return subscriptions_.erase(subscription);
}

Status Publisher::notice_acknowledged(const v1::NoticeAck& ack) {
  {
    MutexLock lock(mutex_);
    const auto sent = notices_sent_.find(ack.id());
    if (sent == notices_sent_.end()) return make_error(Code::kNotFound, "no notice of this id was sent on this link");
    sent->second = true;
  }
  // Whatever the answer says, it shows that the notice arrived.
  SEKISHO_TRY(parts_.recalls.delivered(party_, ack.id()));
  return parts_.recalls.acknowledged(party_, ack.id(), ack.text());
}

void Publisher::poke() {
  MutexLock lock(mutex_);
  ++pokes_;
}

bool Publisher::next(v1::Frame& frame) {
  {
    MutexLock lock(mutex_);
    if (!greeted_) return false;
  }
  return next_catalog(frame) || next_notice(frame) || next_batch(frame);
}

bool Publisher::next_catalog(v1::Frame& frame) {
  {
    MutexLock lock(mutex_);
    if (catalog_poked_ == pokes_) return false;
    catalog_poked_ = pokes_;
  }
  v1::Catalog* catalog = frame.mutable_catalog();
  std::set<std::string> offered;
  const auto readable = parts_.outbound.readable(party_);
  if (readable.ok()) {
    for (const Readable& one : *readable) {
      if (one.collection.companion_of) continue;
      v1::Offer* offer = catalog->add_offers();
      offer->set_id(one.collection.id.to_string());
      offer->set_alias(one.collection.alias);
      offer->set_title(one.collection.title);
      offered.insert(offer->id());
    }
  }
  const std::string text = "c" + catalog->SerializeAsString();
  MutexLock lock(mutex_);
  // As before: what is asked for beyond it is told so in its turn, whatever moved here meanwhile.
  if (text == last_catalog_) {
    frame.Clear();
    return false;
  }
  for (auto it = subscriptions_.begin(); it != subscriptions_.end();) {
    it = offered.count(it->first) != 0 ? std::next(it) : drop(it);
  }
  last_catalog_ = text;
  catalog_answered_ = false;
  return true;
}

bool Publisher::next_notice(v1::Frame& frame) {
  bool look = false;
  {
    MutexLock lock(mutex_);
    // Before a batch that brings what counts instead.
    const std::uint64_t recalls = parts_.release.recalls();
    look = notices_poked_ != pokes_ || notices_recalls_ != recalls || notices_missed_;
    notices_poked_ = pokes_;
    notices_recalls_ = recalls;
  }
  if (look) {
    const auto pending = parts_.recalls.pending(party_);
    MutexLock lock(mutex_);
    notices_missed_ = !pending.ok();  // stopped, or not to be read now: they are looked for again as soon as something may be sent
    if (pending.ok()) {
      notices_.clear();
      for (const auto& notice : *pending) {
        if (notices_sent_.count(notice.id) == 0) notices_.emplace_back(notice.id, notice.text);
      }
    }
  }
  if (notices_.empty()) return false;
  if (!parts_.outbound.readable(party_).ok()) {  // stopped since they were read: likewise
    notices_.clear();
    MutexLock lock(mutex_);
    notices_missed_ = true;
    return false;
  }
  v1::Notice* notice = frame.mutable_notice();
  notice->set_id(notices_.front().first);
  notice->set_text(notices_.front().second);
  notices_.pop_front();
  MutexLock lock(mutex_);
  notices_sent_.emplace(notice->id(), false);
  return true;
}

// In turn, so that a long collection does not keep the others waiting.
bool Publisher::take_turn(Turn& turn) {
  MutexLock lock(mutex_);
  if (waiting_batches_ >= kBatchesWaiting || window_full_) return false;
  // Batches fit into what is left of the window, or go alone.
  const std::uint64_t left = window_ - std::min(window_, waiting_bytes_);
  if (waiting_batches_ != 0 && left == 0) return false;
  auto it = subscriptions_.upper_bound(last_turn_);
  for (std::size_t i = 0; i < subscriptions_.size(); ++i, ++it) {
    if (it == subscriptions_.end()) it = subscriptions_.begin();
    if (it->second.poked == pokes_) continue;
    last_turn_ = it->first;
    turn = {it->first, it->second.cursor, it->second.number, pokes_, it->second.answered, compress_,
            static_cast<std::size_t>(std::max<std::uint64_t>(1, std::min<std::uint64_t>(batch_bytes_, left)))};
    return true;
  }
  return false;
}

bool Publisher::next_batch(v1::Frame& frame) {
  Turn turn;
  while (take_turn(turn)) {
    if (read(turn, frame)) return true;
    frame.Clear();
  }
  return false;
}

// By the id of the catalog alone: no alias, no companion.
Result<Readable> Publisher::offered(const std::string& collection) const {
  SEKISHO_ASSIGN(Readable found, parts_.outbound.find(party_, collection));
  if (found.collection.companion_of || found.collection.id.to_string() != collection) {
    return make_error(Code::kNotFound, "no such collection");
  }
  return found;
}

bool Publisher::read(const Turn& turn, v1::Frame& frame) {
  const auto from = offered(turn.collection);
  if (!from.ok()) {
    end_subscription(turn, from.error(), frame);
    return frame.has_unsubscribed();
  }
  v1::Entries entries;
  const auto answer = parts_.outbound.follow(
      party_, *from, turn.cursor, kBatchEntries, turn.max_bytes, [&entries](const store::StreamItem& item) {
        if (item.type == kAttestationType) return;  // inline companions: the signature travels as a field
        v1::Entry* entry = entries.add_entries();
        entry->set_object(item.bytes.data(), item.bytes.size());
        entry->set_jws(jws_of(item.attestation));
      });
  if (!answer.ok()) {
    end_subscription(turn, answer.error(), frame);
    return frame.has_unsubscribed();
  }
  crash_point("link-before-batch");
  if (answer->count == 0 && turn.answered) {
    rest(turn);
    return false;
  }
  v1::Batch* batch = frame.mutable_batch();
  batch->set_collection(turn.collection);
  batch->set_number(turn.number + 1);
  batch->set_cursor(answer->cursor);
  batch->set_more(answer->more);
  const Status packed = pack_entries(entries, turn.compress, *batch);
  if (!packed.ok()) {
    end_subscription(turn, packed.error(), frame);
    return frame.has_unsubscribed();
  }
  return finish_turn(turn, *batch, static_cast<std::uint64_t>(entries.entries_size()));
}

// Whether the batch may go now.
bool Publisher::finish_turn(const Turn& turn, const v1::Batch& batch, std::uint64_t entries) {
  MutexLock lock(mutex_);
  if (waiting_batches_ != 0 && waiting_bytes_ + batch.raw_bytes() > window_) {
    window_full_ = true;
    return false;
  }
  Subscription& subscription = subscriptions_.at(turn.collection);
  subscription.cursor = batch.cursor();
  subscription.number = batch.number();
  subscription.answered = true;
  if (!batch.more()) subscription.poked = turn.poked;
  subscription.unacknowledged.push_back({batch.number(), batch.raw_bytes(), entries});
  waiting_bytes_ += batch.raw_bytes();
  ++waiting_batches_;
  sent_ += entries;
  return true;
}

void Publisher::rest(const Turn& turn) {
  MutexLock lock(mutex_);
  const auto found = subscriptions_.find(turn.collection);
  if (found != subscriptions_.end()) found->second.poked = turn.poked;
}

// A cursor or right that does not hold ends the subscription; anything else is tried again at the next poke.
void Publisher::end_subscription(const Turn& turn, const Error& error, v1::Frame& frame) {
  rest(turn);
  const bool bad_cursor = error.code == Code::kTaxiiBadCursor;
  if (!bad_cursor && error.code != Code::kNotFound) {
    parts_.log.write(LogLevel::kWarning, "link-read-failed", {{"party", party_}, {"error", error.to_string()}});
    return;
  }
  v1::Unsubscribed* ended = frame.mutable_unsubscribed();
  ended->set_collection(turn.collection);
  ended->set_code(static_cast<std::uint32_t>(bad_cursor ? Code::kCursorInvalid : Code::kNotFound));
  ended->set_message(bad_cursor ? "the cursor was not given by this node for this collection" : "no such collection");
  MutexLock lock(mutex_);
  const auto found = subscriptions_.find(turn.collection);
  if (found != subscriptions_.end()) drop(found);
}

bool Publisher::to_end() const {
  MutexLock lock(mutex_);
  if (!greeted_ || !catalog_answered_ || catalog_poked_ != pokes_ || notices_poked_ != pokes_) return false;
  if (waiting_batches_ != 0 || window_full_) return false;
  if (!std::all_of(notices_sent_.begin(), notices_sent_.end(), [](const auto& one) { return one.second; })) return false;
  return std::all_of(subscriptions_.begin(), subscriptions_.end(),
                     [this](const auto& one) SEKISHO_REQUIRES(mutex_) { return one.second.poked == pokes_; });
}

void Publisher::count(LinkState& state) const {
  MutexLock lock(mutex_);
  state.sent = sent_;
  state.refused_there = refused_there_;
  state.batches_unacknowledged = waiting_batches_;
}

}  // namespace sekisho::sync
