#include "node/app/links.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>

#include "policy/compiled.h"

namespace sekisho::node::app {
namespace {

constexpr std::int64_t kFirstPauseMillis = 500;
constexpr std::int64_t kLongestPauseMillis = 60'000;
constexpr std::int64_t kStandstillMicros = 60'000'000;
constexpr std::int64_t kStopMicros = 5'000'000;
constexpr std::int64_t kComeUpMicros = 30'000'000;
constexpr int kLinksTried = 3;
constexpr std::chrono::milliseconds kLook{200};

// Half of the pause and a random part of the other half, so that two nodes that dial each other do not meet for ever.
std::chrono::milliseconds jittered(std::int64_t millis, Random& random) {
  std::array<std::uint8_t, 2> bytes{};
  random.fill(bytes, "link/pause");
  const std::int64_t part = (bytes[0] << 8 | bytes[1]) * (millis / 2) / 65536;
  return std::chrono::milliseconds(millis / 2 + part);
}

bool same(const cli::Peer& a, const cli::Peer& b) {
  return a.grpc == b.grpc && a.pin == b.pin && a.collections == b.collections;
}

}  // namespace

Links::Links(sync::LinkParts parts, sync::LinkIdentity identity, Peers peers, Random& random, const sync::Egress& egress)
    : parts_(std::move(parts)), identity_(std::move(identity)), peers_(std::move(peers)), random_(random), egress_(egress) {}

Links::~Links() { stop(); }

std::uint16_t Links::port() const { return listener_ ? listener_->port() : 0; }

std::optional<std::string> Links::party_of(const std::string& fingerprint) const {
  const auto policy = parts_.release.policy();
  if (!policy || fingerprint.empty()) return std::nullopt;
  const Timestamp now = parts_.clock.now();
  for (const policy::Party& party : policy->policy().parties) {
    if (!party.validity.holds(now)) continue;
    for (const policy::Credential& credential : party.credentials) {
      if (credential.kind == "certificate" && credential.validity.holds(now) && credential.hash == fingerprint) return party.id;
    }
  }
  return std::nullopt;
}

Result<cli::Peer> Links::peer(const std::string& party) const {
  SEKISHO_ASSIGN(const auto peers, peers_());
  for (const cli::Peer& one : peers) {
    if (one.party == party) return one;
  }
  return make_error(Code::kPeerUnknown, "no such peer", party);
}

sync::LinkEvents Links::events() {
  sync::LinkEvents events;
  events.open = [this](const std::string& party, std::function<void()> wake) { return open(party, std::move(wake)); };
  events.closed = [this](const std::string& party, const std::shared_ptr<sync::Session>& session, const Status& why) {
    closed(party, session, why);
  };
  events.idle = [this] { changed_.notify_all(); };
  events.may_send = [this](const std::string& party) { return egress_.is_open_for(party); };
  events.sending = [this](const sync::Session& link, std::function<void()> cancel) { sending(link, std::move(cancel)); };
  return events;
}

Result<std::shared_ptr<sync::Session>> Links::open(const std::string& party, std::function<void()> wake) {
  sync::LinkOptions options;
  options.party = party;
  const auto configured = peer(party);
  if (configured.ok()) options.collections = configured->collections;
  const auto session = std::make_shared<sync::Session>(parts_, std::move(options), std::move(wake));
  MutexLock lock(mutex_);
  if (stopping_) return make_error(Code::kUnavailable, "stopping");
  if (!live_.emplace(party, session).second) return make_error(Code::kAlreadyLinked, "there is a link with this party already", party);
  trouble_.erase(party);
  changed_.notify_all();
  return session;
}

void Links::closed(const std::string& party, const std::shared_ptr<sync::Session>& session, const Status& why) {
  const sync::LinkState state = session->state();
  parts_.log.write(why.ok() ? LogLevel::kInfo : LogLevel::kWarning, "link-down",
                   {{"party", party},
                    {"sent", std::to_string(state.sent)},
                    {"received", std::to_string(state.received)},
                    {"why", why.ok() ? "goodbye" : why.error().to_string()}});
  MutexLock lock(mutex_);
  const auto found = live_.find(party);
  if (found != live_.end() && found->second == session) live_.erase(found);
  if (!why.ok()) trouble_[party] = why.error().to_string();
  changed_.notify_all();
}

Status Links::start(const Endpoint& listen) {
  if (!listen.address.empty()) {
    sync::LinkListener::Options options;
    options.address = listen.address;
    options.port = listen.port;
    options.identity = identity_;
    options.party_of = [this](const std::string& fingerprint) { return party_of(fingerprint); };
    SEKISHO_ASSIGN(listener_, sync::LinkListener::start(options, events()));
  }
  {
    MutexLock lock(mutex_);
    serving_ = true;
  }
  settle_dialling();
  return {};
}

void Links::peers_changed() {
  {
    MutexLock lock(mutex_);
    if (!serving_ || stopping_) return;
  }
  settle_dialling();
}

// One dialler for each peer with an address; those that are gone or changed end first.
void Links::settle_dialling() {
  const auto peers = peers_();
  if (!peers.ok()) {
    parts_.log.write(LogLevel::kError, "peers-unreadable", {{"error", peers.error().to_string()}});
    return;
  }
  MutexLock table(dialling_mutex_);
  std::vector<std::unique_ptr<Dialling>> over;
  for (auto it = dialling_.begin(); it != dialling_.end();) {
    const auto still = std::find_if(peers->begin(), peers->end(), [&](const cli::Peer& p) {
      return p.party == it->first && !p.grpc.empty() && same(p, it->second->peer);
    });
    if (still != peers->end()) {
      ++it;
      continue;
    }
    over.push_back(std::move(it->second));
    it = dialling_.erase(it);
  }
  for (const auto& one : over) {
    {
      MutexLock lock(mutex_);
      one->stop = true;
      changed_.notify_all();
    }
    one->dialer->stop();
    one->thread.join();
  }
  for (const cli::Peer& peer : *peers) {
    if (peer.grpc.empty() || dialling_.count(peer.party) != 0) continue;
    auto& one = dialling_[peer.party] = std::make_unique<Dialling>();
    one->peer = peer;
    one->dialer = std::make_unique<sync::LinkDialer>(sync::DialOptions{peer.grpc, peer.pin, identity_});
    one->thread = std::thread([this, dialling = one.get()] { dial(*dialling); });
  }
}

void Links::dial(Dialling& dialling) {
  std::int64_t pause = kFirstPauseMillis;
  const sync::LinkEvents with = events();
  while (true) {
    {
      MutexLock lock(mutex_);
      // A link that the other side dialled serves as well.
      changed_.wait(mutex_, [&]() SEKISHO_REQUIRES(mutex_) {
        return stopping_ || dialling.stop || live_.count(dialling.peer.party) == 0;
      });
      if (stopping_ || dialling.stop) return;
    }
    const std::int64_t began = parts_.clock.monotonic_micros();
    const Status over = dialling.dialer->run(dialling.peer.party, with);
    const bool held = parts_.clock.monotonic_micros() - began > 10 * kFirstPauseMillis * 1000;
    pause = held || over.ok() ? kFirstPauseMillis : std::min(2 * pause, kLongestPauseMillis);
    MutexLock lock(mutex_);
    if (!over.ok()) trouble_[dialling.peer.party] = over.error().to_string();
    ++dialling.attempts;
    dialling.last = over;
    changed_.notify_all();
    changed_.wait_for(mutex_, jittered(pause, random_),
                      [&]() SEKISHO_REQUIRES(mutex_) { return stopping_ || dialling.stop || dialling.nudged; });
    dialling.nudged = false;
  }
}

void Links::poke() {
  std::vector<std::shared_ptr<sync::Session>> sessions;
  {
    MutexLock lock(mutex_);
    for (const auto& [party, session] : live_) sessions.push_back(session);
  }
  for (const auto& session : sessions) session->poke();
}

void Links::sending(const sync::Session& link, std::function<void()> cancel) {
  MutexLock lock(sending_mutex_);
  if (cancel) {
    sending_[&link] = std::move(cancel);
  } else {
    sending_.erase(&link);
  }
}

void Links::cut_stopped() {
  MutexLock lock(sending_mutex_);
  for (const auto& [link, cancel] : sending_) {
    if (!egress_.is_open_for(link->party())) cancel();
  }
}

void Links::stop() {
  std::vector<std::shared_ptr<sync::Session>> sessions;
  {
    MutexLock lock(mutex_);
    stopping_ = true;
    for (const auto& [party, session] : live_) sessions.push_back(session);
    changed_.notify_all();
  }
  for (const auto& session : sessions) session->say_goodbye(0, "", "shutting down");
  {
    MutexLock lock(mutex_);
    changed_.wait_for(mutex_, std::chrono::microseconds(kStopMicros), [this]() SEKISHO_REQUIRES(mutex_) { return live_.empty(); });
  }
  {
    MutexLock table(dialling_mutex_);
    for (auto& [party, dialling] : dialling_) {
      dialling->dialer->stop();
      dialling->thread.join();
    }
    dialling_.clear();
  }
  if (listener_) listener_->stop(0);
  listener_.reset();
}

std::shared_ptr<sync::Session> Links::live(const std::string& party) {
  MutexLock lock(mutex_);
  const auto found = live_.find(party);
  return found == live_.end() ? nullptr : found->second;
}

Result<sync::LinkState> Links::wait_for_end(const std::shared_ptr<sync::Session>& session,
                                            const std::function<void(const sync::LinkState&)>& progress) {
  session->poke();
  const std::uint64_t question = session->ask();
  std::uint64_t seen = 0;
  std::int64_t moved = parts_.clock.monotonic_micros();
  while (true) {
    const sync::LinkState state = session->state();
    if (state.answered >= question && state.followed_to_end && state.published_to_end) return state;
    if (state.ended || live(session->party()) != session) return make_error(Code::kConnect, "the link ended before all was taken");
    const std::int64_t now = parts_.clock.monotonic_micros();
    if (state.sent + state.received != seen) {
      seen = state.sent + state.received;
      moved = now;
      if (progress) progress(state);
    }
    if (now - moved > kStandstillMicros) return make_error(Code::kTimeout, "no progress for a minute");
    MutexLock lock(mutex_);
    changed_.wait_for(mutex_, kLook);
  }
}

// The link that stands, or that the dialler of this party brings about when told not to wait. Null: nobody dials it.
Result<std::shared_ptr<sync::Session>> Links::standing(const std::string& party) {
  const std::int64_t until = parts_.clock.monotonic_micros() + kComeUpMicros;
  std::optional<std::uint64_t> attempts;
  while (true) {
    if (auto session = live(party)) return session;
    MutexLock table(dialling_mutex_);
    const auto found = dialling_.find(party);
    if (found == dialling_.end()) return std::shared_ptr<sync::Session>();
    Dialling& dialling = *found->second;
    MutexLock lock(mutex_);
    if (!attempts) {
      attempts = dialling.attempts;
      dialling.nudged = true;
      changed_.notify_all();
    }
    const bool tried = dialling.attempts > *attempts + 1 && !dialling.last.ok();
    if (tried || parts_.clock.monotonic_micros() > until) {
      return dialling.last.ok() ? make_error(Code::kTimeout, "the link did not come up", party) : dialling.last.error();
    }
    changed_.wait_for(mutex_, kLook);
  }
}

// Who asks for it expects to see what has come.
Result<sync::LinkState> Links::catch_up(const std::string& party, const std::function<void(const sync::LinkState&)>& progress) {
  auto end = exchange(party, progress);
  if (!end.ok()) return end;
  SEKISHO_ASSIGN(const store::ChangeNo last, parts_.store.last_change());
  SEKISHO_TRY(parts_.release.follow_to(last));
  return end;
}

Result<sync::LinkState> Links::exchange(const std::string& party, const std::function<void(const sync::LinkState&)>& progress) {
  for (int tries = 0;; ++tries) {
    SEKISHO_ASSIGN(const auto session, standing(party));
    if (session == nullptr) break;
    auto end = wait_for_end(session, progress);
    // A link that ends meanwhile, or was ending already, is followed by another.
    if (end.ok() || end.error().code != Code::kConnect || tries == kLinksTried) return end;
    MutexLock lock(mutex_);
    changed_.wait_for(mutex_, std::chrono::microseconds(kStopMicros), [&]() SEKISHO_REQUIRES(mutex_) {
      const auto found = live_.find(party);
      return found == live_.end() || found->second != session;
    });
  }
  SEKISHO_ASSIGN(const cli::Peer to, peer(party));
  if (to.grpc.empty()) return make_error(Code::kPeerUnknown, "not linked now, and it is the one that dials", party);
  return dial_once(to, progress);
}

Result<sync::LinkState> Links::dial_once(const cli::Peer& to,
                                         const std::function<void(const sync::LinkState&)>& progress) {
  sync::LinkDialer dialer({to.grpc, to.pin, identity_});
  Status ran;
  std::atomic<bool> over{false};
  std::thread running([&] {
    ran = dialer.run(to.party, events());
    over = true;
    changed_.notify_all();
  });
  std::shared_ptr<sync::Session> session;
  while (session == nullptr && !over) {
    session = live(to.party);
    if (session != nullptr) break;
    MutexLock lock(mutex_);
    changed_.wait_for(mutex_, kLook);
  }
  Result<sync::LinkState> end = make_error(Code::kConnect, "the link ended at once", to.grpc);
  if (session != nullptr) {
    end = wait_for_end(session, progress);
    session->say_goodbye(0, "", "all there is was taken");
  }
  running.join();
  if (!ran.ok()) return ran.error();
  return end;
}

std::vector<cli::LinkRow> Links::rows() {
  std::map<std::string, cli::LinkRow> rows;
  const auto peers = peers_();
  if (peers.ok()) {
    for (const cli::Peer& peer : *peers) {
      if (peer.grpc.empty()) continue;
      rows[peer.party] = {peer.party, peer.grpc, false, {}, ""};
    }
  }
  MutexLock lock(mutex_);
  for (const auto& [party, session] : live_) {
    cli::LinkRow& row = rows[party];
    row.party = party;
    row.up = true;
    row.state = session->state();
  }
  for (const auto& [party, text] : trouble_) {
    const auto found = rows.find(party);
    if (found != rows.end() && !found->second.up) found->second.trouble = text;
  }
  std::vector<cli::LinkRow> out;
  for (auto& [party, row] : rows) out.push_back(std::move(row));
  return out;
}

}  // namespace sekisho::node::app
