#include "node.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "leaks/leak.h"
#include "store/memory/memory_store.h"
#include "store/sqlite/sqlite_store.h"
#include "sync/peer/pull.h"

namespace sekisho::noninterference {

namespace {

constexpr std::uint32_t kRequestsPerMinute = 20;

}  // namespace

void require(const Status& status, const char* what) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s: %s\n", what, status.error().to_string().c_str());
  std::exit(2);
}

Result<taxii::Principal> NameAuthenticator::authenticate(const taxii::HttpRequest& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view given = taxii::header(request.headers, "Authorization").value_or("");
  const Error refused = make_error(Code::kCredentialInvalid, "no such credential");
  if (given.substr(0, kBearer.size()) != kBearer) return refused;
  const std::string name(given.substr(kBearer.size()));
  const auto policy = release_.policy();
  if (!policy || policy->policy().find_party(name) == nullptr) return refused;
  return taxii::Principal{name};
}

Node::Node(const Scenario& scenario, std::size_t index)
    : scenario_(scenario), index_(index), clock_(Timestamp{kStart, 0}), random_(scenario.seed),
      key_(need(certs::SigningKey::from_seed(std::string(32, 's')), "key")), throttle_(clock_, kRequestsPerMinute) {
  enter_node(index, true);
  open_store();
  limits_.page_items = 20;
  limits_.page_bytes = 20'000;
  limits_.max_content_length = 30'000;
  limits_.envelope_objects = 20;
  limits_.object_bytes = 8'000;
  if (scenario.seed % 3 == 0) limits_.page_cache_bytes = 30'000;  // too little for everything
  open();
  add_collections();
  apply();
}

Node::~Node() {
  if (folder_.empty()) return;
  link_.reset();
  router_.reset();
  store_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void Node::open_store() {
  if (!scenario_.sqlite) {
    store_ = store::make_memory_store(random_);
    return;
  }
  const std::filesystem::path shared = "/dev/shm";
  std::string pattern = (std::filesystem::is_directory(shared) ? shared : std::filesystem::temp_directory_path()) / "noninterference-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) require(make_error(Code::kInternal, "no folder for a store", pattern), "store");
  folder_ = pattern;
  store_ = need(store::open_sqlite_store(folder_ + "/store.sqlite", random_), "store");
}

void Node::open() {
  link_.reset();
  const sync::Signer signer{key_.get(), kOwn, "2025-01-01T00:00:00.000Z"};
  audit_ = std::make_unique<sync::Audit>(*store_, clock_);
  egress_ = std::make_unique<sync::Egress>(*store_, *audit_, clock_);
  release_ = std::make_unique<sync::Release>(*store_, clock_, random_, signer, std::string(32, 'r'));
  release_->set_step(scenario_.steps[index_]);
  inbound_ = std::make_unique<sync::Inbound>(*store_, *release_, clock_, limits_);
  outbound_ = std::make_unique<sync::Outbound>(*store_, *release_, clock_, std::string(32, 'k'), *egress_);
  recalls_ = std::make_unique<sync::Recalls>(*store_, *release_, *audit_, *egress_, clock_, random_, signer);
  submissions_ = std::make_unique<sync::Submissions>(*store_, *release_, *inbound_, clock_, random_, log_);
  withdrawals_ = std::make_unique<sync::Withdrawals>(*store_, *release_, *outbound_, *recalls_, clock_);
  source_ = std::make_unique<sync::TaxiiSource>(*outbound_, *submissions_, *withdrawals_, limits_);
  authenticator_ = std::make_unique<NameAuthenticator>(*release_);
  taxii::ServerInfo info;
  info.title = "node";
  info.roots.push_back({kRoot, "root", ""});
  router_ = std::make_unique<taxii::Router>(info, *authenticator_, *source_, limits_, &throttle_);
}

// The second node has one more that is hidden, in the middle.
void Node::add_collections() {
  std::vector<std::string> aliases = kOpen;
  aliases.insert(aliases.end(), {kSecret, kIntake});
  if (index_ == 1) aliases.insert(aliases.begin() + 1, "only-here");
  for (const std::string& alias : aliases) {
    store::Collection main;
    main.id = Uuid::v4(random_, "collection/" + alias);
    main.alias = main.title = alias;
    if (alias == "exchange") main.baseline_tlp = "TLP:GREEN";
    main = need(store_->add_collection(main), "collection");
    store::Collection beside;
    beside.alias = beside.title = sync::companion_alias(alias);
    beside.id = Uuid::v4(random_, "collection/" + beside.alias);
    beside.companion_of = main.no;
    need(store_->add_collection(beside), "collection");
  }
  collections_ = need(store_->collections(), "collections");
  require(release_->collections_changed(), "collections");
}

void Node::apply() {
  need(release_->set_policy(compiled(scenario_.rows(index_, stage_, variant_))), "policy");
  require(release_->advance(), "advance");
}

store::CollectionNo Node::number(const std::string& alias) const {
  for (const auto& collection : collections_) {
    if (collection.alias == alias) return collection.no;
  }
  std::abort();
}

void Node::commit(const Batch& objects) {
  if (objects.empty()) return;
  store::Batch batch;
  for (const Put& put : objects) {
    batch.objects.push_back({need(stix::Object::parse(put.draft.json()), "object"), put.source, number(put.collection),
                             put.provenance.to_json()});
    // What stands here as from P, P sent in both nodes; what q1 gave is hidden, and q1's to read back.
    const bool shown = put.source == "p" && release_->policy()->policy().find_party("p")->own == "show";
    batch.objects.back().own = shown || put.source == "q1";
  }
  const auto added = need(store_->commit(batch, clock_.now()), "commit");
  release_->offer(batch.objects, added);
  require(release_->advance(), "advance");
}

Result<sync::InboundReport> Node::import_own(const std::string& alias, const std::vector<std::string_view>& objects) {
  enter_node(index_);
  for (const auto& collection : collections_) {
    if (collection.alias == alias) return inbound_->import_own(collection, objects, {sync::Provenance()});
  }
  return make_error(Code::kNotFound, "no such collection", alias);
}

void Node::restart() {
  enter_node(index_);
  open();
  apply();
}

void Node::wait(std::int64_t micros) { clock_.advance_micros(micros); }

void Node::recall(const std::string& id) {
  enter_node(index_);
  const auto done = recalls_->recall(id, "wrong", "it was wrong", "operator");
  if (done.ok()) {
    require(release_->advance(), "advance");
    return;
  }
  const Code code = done.error().code;
  if (code != Code::kNotFound && code != Code::kAlreadyExists) require(Status(done.error()), "recall");
}

bool Node::let_in(const std::string& party, const std::string& id) {
  enter_node(index_);
  sync::Quarantine quarantine(*store_, *release_, *audit_, clock_, limits_);
  bool any = false;
  for (const auto& letter : need(store_->dead_letters(0, 100'000), "letters")) {
    if (letter.party != party || letter.object_id != id || letter.kind != store::LetterKind::kQuarantined) continue;
    any = quarantine.let_in(letter.no, "operator", "it was looked at").ok() || any;
  }
  return any;
}

void Node::stop(const std::string& party) { require(egress_->stop(party, "for a while", "operator"), "stop"); }

void Node::lift(const std::string& party) { require(egress_->lift(party, "over", "operator"), "lift"); }

Status Node::take_recall(const std::string& party, const std::string& notice) {
  enter_node(index_);
  const auto taken = recalls_->take(party, notice);
  return taken.ok() ? release_->advance() : Status(taken.error());
}

std::vector<std::string> Node::notices_to(const std::string& party) {
  std::vector<std::string> out;
  for (const sync::Notice& notice : need(recalls_->pending(party), "notices")) out.push_back(notice.text);
  return out;
}

// What other parties of this node do meanwhile.
void Node::traffic(std::uint64_t seed) {
  const auto& others = scenario_.others[index_][variant_].parties;
  Rng rng(seed);
  Memory memory;
  RequestDraw draw(rng, scenario_, memory);
  // Some of it is the same for whoever asks.
  const std::string party = rng.pick(others);
  ask(request_of(party, std::string("/") + kRoot + "/collections/"));
  ask(request_of(party, std::string("/") + kRoot + "/collections/" + rng.pick(kOpen) + "/objects/"));
  for (std::size_t left = 1 + rng.below(4); left > 0; --left) {
    const Asked asked = draw.next(rng.pick(others));
    const auto answer = ask(asked.request);
    memory.learn(asked, answer);
    overheard_.learn(asked, answer);
  }
  if (!rng.chance(25)) return;
  for (const Asked& asked : draw.sent_and_deleted(others.front())) ask(asked.request);
}

void Node::egress(const Slot& slot) {
  if (slot.stopped != stopped_) {
    stopped_ = slot.stopped;
    require(stopped_ ? egress_->stop("p", "for a while", "operator") : egress_->lift("p", "over", "operator"), "stop");
  }
  if (!slot.hidden[index_].stop) return;
  stopped_q_ = !stopped_q_;
  require(stopped_q_ ? egress_->stop("q1", "for a while", "operator") : egress_->lift("q1", "over", "operator"), "stop");
}

void Node::play(const Slot& slot) {
  enter_node(index_);
  const HiddenPart& hidden = slot.hidden[index_];
  const std::int64_t early = std::min(hidden.early_micros, slot.wait_micros);
  clock_.advance_micros(slot.wait_micros - early);
  if (early != 0) {
    for (const Batch& batch : hidden.before) commit(batch);
  }
  clock_.advance_micros(early);
  if (slot.restart || hidden.restart) {
    open();
    apply();  // that which was in force
  }
  if (slot.stage) stage_ = *slot.stage;
  if (hidden.others) variant_ = *hidden.others;
  if (slot.stage || hidden.others) apply();
  if (early == 0) {
    for (const Batch& batch : hidden.before) commit(batch);
  }
  Batch together = slot.common;
  for (const auto& [place, put] : hidden.together) {
    together.insert(together.begin() + static_cast<std::ptrdiff_t>(std::min(place, together.size())), put);
  }
  commit(together);
  for (const Batch& batch : hidden.after) commit(batch);
  if (slot.recall) recall(*slot.recall);
  for (const std::string& id : hidden.recalls) recall(id);
  egress(slot);
  if (hidden.traffic != 0) traffic(hidden.traffic);
}

taxii::HttpResponse Node::ask(const taxii::HttpRequest& request) {
  enter_node(index_);
  return router_->handle(request);
}

sync::LinkParts Node::parts() {
  return {*store_, *release_, *inbound_, *outbound_, *recalls_, clock_, log_, limits_, "Example", kOwn};
}

LinkDoor& Node::link() {
  enter_node(index_);
  if (!link_) link_ = std::make_unique<LinkDoor>(parts());
  return *link_;
}

std::vector<std::string> Node::collection_ids() const {
  std::vector<std::string> ids;
  for (const auto& collection : collections_) ids.push_back(collection.id.to_string());
  return ids;
}

std::string Node::exported(const std::string& collection, const std::string& party) {
  enter_node(index_);
  const auto from = outbound_->find(party, collection);
  if (!from.ok()) return from.error().to_string();
  std::string out;
  sync::PageRequest request;
  request.query.limit = limits_.page_items;
  request.query.versions.all = true;
  request.selection = "export";
  while (true) {
    const auto page = outbound_->read(party, *from, request, [&](const store::StreamItem& item) { out += std::string(item.bytes) + "\n"; });
    if (!page.ok()) return out + page.error().to_string();
    if (!page->end.more) return out;
    request.next = page->next;
  }
}

std::string Node::preview(const std::string& alias, bool next) {
  enter_node(index_);
  std::string out;
  const auto visit = [&out](std::string_view bytes) { out += std::string(bytes) + "\n"; };
  Status done;
  if (next) {
    const std::size_t stage = std::min(stage_ + 1, scenario_.stages.size() - 1);
    const auto prepared = need(release_->prepare(compiled(scenario_.rows(index_, stage, variant_))), "prepare");
    done = release_->preview(prepared, "p", alias, visit);
  } else {
    done = release_->preview("p", alias, visit);
  }
  return done.ok() ? out : out + done.error().to_string() + "\n";
}

std::string Node::withheld(const std::string& party) {
  enter_node(index_);
  std::string out;
  const Status done = release_->each_withheld(party, [&out](const sync::Standing& standing) {
    out += "  " + std::to_string(standing.object) + " " + standing.id + " in " + standing.collection + ": ";
    if (!standing.decision.reasons.empty()) out += standing.decision.reasons.back().text;
    out += " waits for " + standing.waits_for.value_or("-") + " " + standing.withheld + "\n";
  });
  return done.ok() ? out : done.error().to_string();
}

Status Node::each_reading(const std::string& party, bool own, const std::function<void(const sync::Readable&, const store::StreamItem&)>& visit) {
  enter_node(index_);
  SEKISHO_ASSIGN(const auto readable, outbound_->readable(party));
  for (const sync::Readable& one : readable) {
    store::StreamQuery query;
    query.limit = 10'000;
    query.versions.all = true;
    query.spec_versions = {"2.0", "2.1"};
    if (own && one.reads_back && store_->has_own(party, one.collection.no)) query.own = store::OwnPart{party, INT64_MAX};
    const auto read = store_->read_stream(one.stream, query, [&](const store::StreamItem& item) { visit(one, item); });
    if (!read.ok()) return read.error();
  }
  return {};
}

std::vector<std::string> Node::picture(const std::string& party) {
  std::vector<std::string> lines;
  const Status done = each_reading(party, true, [&](const sync::Readable& one, const store::StreamItem& item) {
    lines.push_back(one.collection.alias + " " + std::to_string(item.position) + " " + std::to_string(item.date_added) + " " + std::string(item.bytes));
  });
  if (!done.ok()) lines.push_back(done.error().to_string());
  const auto readable = outbound_->readable(party);
  for (const sync::Readable& one : readable.ok() ? *readable : std::vector<sync::Readable>()) {
    lines.push_back(one.collection.alias + " " + std::to_string(need(store_->stream(one.stream), "stream").length));
  }
  return lines;
}

std::vector<std::pair<std::string, std::string>> Node::readings(const std::string& party) {
  std::vector<std::pair<std::string, std::string>> out;
  const Status done = each_reading(party, false, [&out](const sync::Readable& one, const store::StreamItem& item) { out.emplace_back(one.collection.alias, item.bytes); });
  return done.ok() ? out : std::vector<std::pair<std::string, std::string>>();
}

std::vector<std::string> Node::durable(const std::string& party) const {
  std::vector<std::string> lines;
  std::map<store::StreamNo, std::string> streams;
  for (const auto& stream : need(store_->streams(), "streams")) {
    for (const auto& collection : collections_) {
      if (collection.no == stream.collection) streams[stream.no] = collection.alias;
    }
  }
  // Kept by stream: whether P's was forked depends on who else read it. What was disclosed does not.
  std::map<std::pair<std::string, std::string>, std::set<store::Position>> disclosed;
  for (const auto& one : need(store_->disclosures(party), "disclosures")) {
    auto& positions = disclosed[{streams[one.stream], one.query}];
    for (store::Position at = one.from; at <= one.to; ++at) positions.insert(at);
  }
  for (const auto& [what, positions] : disclosed) {
    std::string line = "disclosed " + what.first + " " + what.second;
    for (const store::Position at : positions) line += " " + std::to_string(at);
    lines.push_back(std::move(line));
  }
  for (const auto& letter : need(store_->dead_letters(0, 100'000), "letters")) {
    if (letter.party != party) continue;
    lines.push_back("letter " + letter.key + " " + format_taxii_time(letter.at) + " " + letter.collection + " " +
                    letter.object_id + " " + letter.reason.to_string() + " " + letter.payload);
  }
  for (const auto& [key, value] : need(store_->documents("status/" + party), "statuses")) lines.push_back("status " + key + " " + value);
  return lines;
}

}  // namespace sekisho::noninterference
