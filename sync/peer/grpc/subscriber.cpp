#include "sync/peer/grpc/subscriber.h"

#include <algorithm>
#include <utility>

#include "core/crash_point.h"
#include "core/uuid.h"
#include "policy/compiled.h"
#include "stix/object.h"
#include "sync/handling/attestation.h"
#include "sync/peer/grpc/packing.h"

namespace sekisho::sync {
namespace {

constexpr int kOffers = 4096;
constexpr std::size_t kCursorBytes = 1024;  ///< of another node; ours have 43

// The sender sees which object and which rule of the catalogue; what our policy says stays here.
void add_refusal(v1::Ack& ack, const Refusal& refusal) {
  v1::Refusal* row = ack.add_refusals();
  const CodeInfo& row_of = info(refusal.reason.code);
  row->set_object_id(refusal.object_id);
  row->set_version(refusal.version);
  row->set_code(static_cast<std::uint32_t>(refusal.reason.code));
  row->set_name(std::string(row_of.text));
  row->set_message(std::string(row_of.meaning));
}

}  // namespace

Status Subscriber::offered(const v1::Catalog& catalog) {
  if (catalog.offers_size() > kOffers) {
    return make_error(Code::kLimitExceeded, "a catalog of more than " + std::to_string(kOffers) + " collections", "catalog");
  }
  for (const auto& offer : catalog.offers()) {
    if (!Uuid::parse(offer.id())) return make_error(Code::kSyncProtocol, "a collection whose id is no UUID", "catalog");
  }
  MutexLock lock(mutex_);
  offers_.assign(catalog.offers().begin(), catalog.offers().end());
  offered_ = answer_due_ = look_ = true;
  for (auto it = following_.begin(); it != following_.end();) {
    it = is_offered(it->first) ? std::next(it) : following_.erase(it);
  }
  std::erase_if(from_start_, [this](const auto& one) SEKISHO_REQUIRES(mutex_) { return !is_offered(one.first); });
  return {};
}

bool Subscriber::is_offered(const std::string& id) const {
  return std::any_of(offers_.begin(), offers_.end(), [&](const v1::Offer& offer) { return offer.id() == id; });
}

void Subscriber::poke() {
  MutexLock lock(mutex_);
  look_ = offered_;
}

std::optional<store::Collection> Subscriber::local_for(const v1::Offer& offer) const {
  std::string alias = offer.alias();
  if (!options_.collections.empty()) {
    auto mapped = options_.collections.find(offer.alias());
    if (mapped == options_.collections.end()) mapped = options_.collections.find(offer.id());
    if (mapped == options_.collections.end()) return std::nullopt;
    alias = mapped->second;
  }
  const auto policy = parts_.release.policy();
  if (!policy || !policy->writes(options_.party, alias, parts_.clock.now())) return std::nullopt;
  for (auto& collection : parts_.release.collections()) {
    if (!collection.companion_of && !alias.empty() && collection.alias == alias) return collection;
  }
  return std::nullopt;
}

bool Subscriber::next(v1::Frame& frame) {
  std::vector<v1::Offer> offers;
  bool answer = false;
  {
    MutexLock lock(mutex_);
    if (!look_) return false;
    look_ = false;
    answer = answer_due_;
    answer_due_ = false;
    for (const auto& offer : offers_) {
      if (following_.count(offer.id()) == 0) offers.push_back(offer);
    }
  }
  v1::Subscriptions* wanted = frame.mutable_subscriptions();
  for (const auto& offer : offers) {
    const auto local = local_for(offer);
    if (!local) continue;
    auto cursor = parts_.store.document(space(), offer.id());
    if (!cursor.ok()) continue;  // looked at again at the next poke
    MutexLock lock(mutex_);
    if (!is_offered(offer.id())) continue;  // taken back in the meantime
    const auto refused = from_start_.find(offer.id());
    if (refused != from_start_.end()) {
      refused->second = true;
      *cursor = std::nullopt;
    }
    v1::Subscription* one = wanted->add_subscriptions();
    one->set_collection(offer.id());
    if (*cursor) one->set_cursor(**cursor);
    following_[offer.id()] = Following{*local, 0, false};
  }
  if (answer || wanted->subscriptions_size() != 0) return true;
  frame.Clear();
  return false;
}

Status Subscriber::ended(const v1::Unsubscribed& unsubscribed) {
  MutexLock lock(mutex_);
  if (following_.erase(unsubscribed.collection()) == 0) return {};
  if (unsubscribed.code() != static_cast<std::uint32_t>(Code::kCursorInvalid)) return {};
  const auto [refused, first] = from_start_.emplace(unsubscribed.collection(), false);
  if (!first && refused->second) {
    return make_error(Code::kSyncProtocol, "the other side refuses to begin a collection at its start", "unsubscribed");
  }
  look_ = true;
  return {};
}

void Subscriber::read_entries(v1::Entries& entries, Inbound::PartyBatch& batch) const {
  batch.objects.reserve(static_cast<std::size_t>(entries.entries_size()));
  batch.proofs.reserve(batch.objects.capacity());
  for (auto& entry : *entries.mutable_entries()) {
    std::vector<Handed> handed = opened(entry.object(), {parts_.limits.object_bytes});
    // A signature over a bundle says nothing of what is in it.
    const bool alone = handed.size() == 1 && handed[0].object.ok() && (*handed[0].object)->bytes().size() == entry.object().size();
    for (Handed& one : handed) read_entry(std::move(one), alone ? std::move(*entry.mutable_jws()) : std::string(), batch);
  }
}

void Subscriber::read_entry(Handed one, std::string jws, Inbound::PartyBatch& batch) const {
  if (!one.object.ok()) {
    batch.unreadable.push_back({"", "", one.object.error()});
    batch.unreadable_payloads.push_back(std::move(one.unreadable));
    return;
  }
  stix::ObjectPtr object = *one.object;
  if (object->type() == kAttestationType) {  // stored, it would be given on as if it vouched for something
    batch.unreadable.push_back({std::string(object->id()), std::string(object->version()),
                                make_error(Code::kSyncProtocol, "a signature travels in the field of its object")});
    batch.unreadable_payloads.push_back(object->bytes());
    return;
  }
  batch.objects.push_back(std::move(object));
  batch.proofs.push_back({attestor_, std::move(jws)});
}

Result<v1::Ack> Subscriber::take(v1::Batch& incoming) {
  crash_point("link-batch-received");
  v1::Ack ack;
  ack.set_collection(incoming.collection());
  ack.set_number(incoming.number());
  store::Collection local;
  {
    MutexLock lock(mutex_);
    const auto found = following_.find(incoming.collection());
    if (found == following_.end()) {
      return make_error(Code::kSyncProtocol, "a batch of a collection that is not followed", "batch.collection");
    }
    if (incoming.number() <= found->second.number) return ack;  // a repeat
    if (incoming.number() != found->second.number + 1) {
      return make_error(Code::kSyncProtocol, "a batch is missing before this one", "batch.number");
    }
    local = found->second.local;
  }
  if (incoming.cursor().size() > kCursorBytes) {
    return make_error(Code::kLimitExceeded, "a cursor of more than " + std::to_string(kCursorBytes) + " bytes", "batch.cursor");
  }
  v1::Entries entries;
  SEKISHO_TRY(unpack_entries(incoming, entries));
  SEKISHO_TRY(count(entries));
  Inbound::PartyBatch batch;
  batch.party = options_.party;
  batch.collection = &local;
  batch.route = "grpc";
  read_entries(entries, batch);
  if (!incoming.cursor().empty()) batch.documents.push_back({space(), incoming.collection(), incoming.cursor()});
  // By turns between those who give: it is acknowledged, and the next one waits. Where planning fails nobody is kept from giving.
  if (taken_through_ != 0) {
    [[maybe_unused]] const Status planned = parts_.release.follow_to(std::exchange(taken_through_, 0));
  }
  const AttestationPool none(1);
  SEKISHO_ASSIGN(InboundReport report, parts_.inbound.take(batch, none));
  SEKISHO_TRY(parts_.recalls.given_again(options_.party, batch.objects));
  if (parts_.budgets != nullptr) parts_.budgets->add_letters(options_.party, report.quarantined + report.refused.size());
  if (entries.entries_size() > 1) {  // one alone keeps nobody waiting
    SEKISHO_ASSIGN(taken_through_, parts_.store.last_change());
  }
  for (const Refusal& refusal : report.refused) {  // an opened bundle may have brought more than one; no more are told than were sent
    if (ack.refusals_size() < entries.entries_size()) add_refusal(ack, refusal);
  }
  report.conflicting.clear();
  report.warnings.clear();
  report.refused.clear();  // told, and kept as dead letters: of the past only counts stay
  crash_point("link-before-ack");

  MutexLock lock(mutex_);
  received_ += static_cast<std::uint64_t>(entries.entries_size());
  refused_ += static_cast<std::uint64_t>(ack.refusals_size());
  taken_.add(report);
  from_start_.erase(incoming.collection());
  const auto found = following_.find(incoming.collection());
  if (found != following_.end()) {
    found->second.number = incoming.number();
    found->second.ended = !incoming.more();
  }
  return ack;
}

// The link ends, and the other side dials again later: nothing of the batch counts.
Status Subscriber::count(const v1::Entries& entries) const {
  if (parts_.budgets == nullptr) return {};
  Sent sent;
  for (const auto& entry : entries.entries()) sent.add(entry.object());
  const std::int64_t wait = parts_.budgets->wait_seconds(options_.party, sent);
  if (wait == 0) return {};
  return make_error(Code::kLimitExceeded, "the party is over its budget; in " + std::to_string(wait) + " seconds it is not", "batch");
}

bool Subscriber::to_end() const {
  MutexLock lock(mutex_);
  return offered_ && !look_ && !answer_due_ &&
         std::all_of(following_.begin(), following_.end(), [](const auto& one) { return one.second.ended; });
}

void Subscriber::count(LinkState& state) const {
  MutexLock lock(mutex_);
  state.received = received_;
  state.refused = refused_;
  state.taken = taken_;
}

}  // namespace sekisho::sync
