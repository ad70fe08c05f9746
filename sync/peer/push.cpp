#include "sync/peer/push.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/json.h"
#include "core/time.h"
#include "sync/handling/attestation.h"

namespace sekisho::sync {
namespace {

constexpr std::size_t kPageBytes = 8u << 20;
constexpr std::string_view kOpening = R"({"objects":[)";
constexpr std::string_view kClosing = "]}";

/// Objects that travel in one envelope or not at all: one, behind its attestation if it has one.
struct Group {
  std::string id, version, text;
  std::size_t objects = 1;
};

class CollectionPusher {
 public:
  CollectionPusher(store::Store& store, Outbound& outbound, const Clock& clock, PeerSink& sink,
                   const PushOptions& options, const Readable& from, const PeerCollection& to, CollectionPush& out)
      : store_(store), outbound_(outbound), clock_(clock), sink_(sink), options_(options), from_(from), to_(to),
        key_(from.collection.id.to_string() + "/" + to.id), out_(out) {}

  Status run() {
    SEKISHO_ASSIGN(max_bytes_, sink_.max_envelope_bytes());
    SEKISHO_TRY(ask_pending());
    SEKISHO_ASSIGN(const auto place, store_.document("push/" + options_.party, key_));
    std::string cursor = place.value_or("");
    while (true) {
      std::vector<Group> groups;
      auto page = follow(cursor, groups);
      if (!page.ok() && page.error().code == Code::kTaxiiBadCursor && !cursor.empty()) {
        cursor.clear();  // the stream is another one: all of it again, which changes nothing at the peer
        continue;
      }
      if (!page.ok()) return page.error();
      if (page->count == 0) break;
      SEKISHO_TRY(send(groups, page->recalls));
      cursor = page->cursor;
      documents_.push_back({"push/" + options_.party, key_, cursor});
      SEKISHO_TRY(remember());
      if (!page->more) break;
    }
    return ask_pending();
  }

 private:
  std::string pending_space() const { return "push-pending/" + options_.party + "/" + key_; }

  Result<FollowAnswer> follow(const std::string& cursor, std::vector<Group>& groups) {
    const std::size_t limit = std::max<std::size_t>(1, options_.envelope_objects / 2);
    return outbound_.follow(options_.party, from_, cursor, limit, kPageBytes, [&](const store::StreamItem& item) {
      if (item.type == kAttestationType || is_attestation_definition(item.bytes)) return;
      Group group{std::string(item.id), std::string(item.version), "", 1};
      if (!item.attestation.empty()) {
        group.text.append(item.attestation).push_back(',');
        group.objects = 2;
      }
      group.text.append(item.bytes);
      groups.push_back(std::move(group));
    });
  }

  /// In as few envelopes as the peer's limits allow.
  Status send(const std::vector<Group>& groups, std::uint64_t recalls) {
    std::string envelope;
    std::size_t objects = 0, named = 0;
    const auto flush = [&]() -> Status {
      if (envelope.empty()) return {};
      envelope.append(kClosing);
      SEKISHO_TRY(outbound_.confirm(from_, recalls));
      SEKISHO_ASSIGN(const PushOutcome outcome, sink_.post(to_, std::move(envelope)));
      out_.sent += named;
      note(outcome);
      envelope.clear();
      objects = named = 0;
      return {};
    };
    for (const Group& group : groups) {
      if (kOpening.size() + group.text.size() + kClosing.size() > max_bytes_) {
        refuse({group.id, group.version, "larger than what the peer takes in one envelope"});
        continue;
      }
      const bool full = objects + group.objects > options_.envelope_objects ||
                        envelope.size() + 1 + group.text.size() + kClosing.size() > max_bytes_;
      if (full) SEKISHO_TRY(flush());
      envelope.append(envelope.empty() ? kOpening : ",").append(group.text);
      objects += group.objects;
      ++named;
    }
    return flush();
  }

  /// A peer may invent ids; only those of objects held here are kept.
  void note(const PushOutcome& outcome) {
    for (const PushRefusal& refusal : outcome.refusals) {
      const auto held = store_.versions_of(refusal.id, false);
      if (held.ok() && !held->empty()) refuse(refusal);
    }
    if (outcome.complete) return;
    documents_.push_back({pending_space(), outcome.id, ""});
  }

  void refuse(PushRefusal refusal) {
    json::Writer w;
    w.begin_object().member("collection", from_.collection.alias).member("id", refusal.id);
    w.member("version", refusal.version).member("message", refusal.message);
    w.member("at", format_taxii_time(clock_.now())).end_object();
    documents_.push_back({"push-refused/" + options_.party, key_ + "/" + refusal.id + "/" + refusal.version, w.take()});
    out_.refusals.push_back(std::move(refusal));
  }

  /// Asks once for each status that was pending; those that still are wait for the next push.
  Status ask_pending() {
    SEKISHO_ASSIGN(const auto waiting, store_.documents(pending_space()));
    out_.pending = 0;
    for (const auto& [id, nothing] : waiting) {
      const auto outcome = sink_.outcome(id);
      if (!outcome.ok() && outcome.error().code != Code::kNotFound) return outcome.error();
      if (outcome.ok() && !outcome->complete) {
        out_.pending += outcome->pending;
        continue;
      }
      if (outcome.ok()) note(*outcome);
      documents_.push_back({pending_space(), id, std::nullopt});
    }
    return remember();
  }

  Status remember() {
    store::Batch batch;
    batch.documents = std::exchange(documents_, {});
    if (batch.empty()) return {};
    const auto written = store_.commit(batch, clock_.now());
    return written.ok() ? Status() : Status(written.error());
  }

  store::Store& store_;
  Outbound& outbound_;
  const Clock& clock_;
  PeerSink& sink_;
  const PushOptions& options_;
  const Readable& from_;
  const PeerCollection& to_;
  const std::string key_;
  CollectionPush& out_;
  std::size_t max_bytes_ = 0;
  std::vector<store::DocumentPut> documents_;
};

}  // namespace

Result<std::vector<CollectionPush>> push(store::Store& store, Outbound& outbound, const Clock& clock, PeerSink& sink,
                                         const PushOptions& options) {
  SEKISHO_ASSIGN(const auto writable, sink.writable());
  std::vector<CollectionPush> rows;
  for (const auto& [local, remote] : options.collections) {
    CollectionPush row;
    row.local = local;
    row.remote = remote;
    const PeerCollection* to = find_collection(writable, remote);
    const auto from = outbound.find(options.party, local);
    if (!from.ok()) {
      row.status = from.error();
    } else if (to == nullptr) {
      row.status = make_error(Code::kNotFound, "the peer has no collection " + remote + " that we may write to");
    } else {
      row.status = CollectionPusher(store, outbound, clock, sink, options, *from, *to, row).run();
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace sekisho::sync
