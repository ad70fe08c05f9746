// docs/specs/sync.md §1 over loopback: who gets in, what is too much, how it ends. Waits are for events, with 30 s
// to say that none came.
#include <arpa/inet.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <map>
#include <thread>

#include "certs/tls.h"
#include "node.h"
#include "sekisho/sync/v1/link.grpc.pb.h"
#include "sync/peer/grpc/channel.h"

using namespace sekisho;
using namespace sekisho::sync;
using namespace sekisho::sync::tests;

namespace {

constexpr std::chrono::seconds kPatience{30};

certs::Certificate papers_of(const std::string& name) {
  const Timestamp now{1'750'000'000, 0};
  const auto ca = must(certs::make_ca(name, now, 3650));
  return must(certs::make_leaf(ca, name, {"127.0.0.1"}, now, 3650));
}

/// A node with papers, and what becomes of its links.
class Station {
 public:
  Station(const std::string& name, unsigned n) : node(name, n), papers(papers_of(name)) {}
  Node node;
  const certs::Certificate papers;
  std::function<bool(const std::string&)> may_send;
  std::function<void(const Session&, std::function<void()>)> sending;

  LinkIdentity identity() const { return {papers.certificate_pem, papers.key_pem}; }
  std::string pin() const { return must(certs::certificate_fingerprint(papers.certificate_pem)); }
  DialOptions dial(std::uint16_t port, const Station& to) const {
    return {"127.0.0.1:" + std::to_string(port), to.pin(), identity()};
  }

  LinkEvents events() {
    LinkEvents events;
    events.open = [this](const std::string& party, std::function<void()> wake) { return open(party, std::move(wake)); };
    events.idle = [this] { changed_.notify_all(); };
    events.may_send = may_send;
    events.sending = sending;
    events.closed = [this](const std::string& party, const std::shared_ptr<Session>&, const Status& why) {
      MutexLock lock(mutex_);
      live_.erase(party);
      closed_.push_back(why);
      changed_.notify_all();
    };
    return events;
  }

  std::unique_ptr<LinkListener> listen(const std::map<std::string, std::string>& pins) {
    LinkListener::Options options;
    options.address = "127.0.0.1";
    options.identity = identity();
    options.party_of = [pins](const std::string& fingerprint) -> std::optional<std::string> {
      const auto found = pins.find(fingerprint);
      if (found == pins.end()) return std::nullopt;
      return found->second;
    };
    return must(LinkListener::start(options, events()));
  }

  /// Until it holds of the session with the party; the check fails if it never does.
  void wait_for(const std::string& party, const std::function<bool(const LinkState&)>& holds) {
    MutexLock lock(mutex_);
    const bool came = changed_.wait_for(mutex_, kPatience, [&]() SEKISHO_REQUIRES(mutex_) {
      const auto found = live_.find(party);
      return found != live_.end() && holds(found->second->state());
    });
    CHECK(came);
  }
  void wait_for_closed(std::size_t links) {
    MutexLock lock(mutex_);
    CHECK(changed_.wait_for(mutex_, kPatience, [&]() SEKISHO_REQUIRES(mutex_) { return closed_.size() >= links; }));
  }
  std::size_t opened() const {
    MutexLock lock(mutex_);
    return opened_;
  }
  std::vector<Status> closed() const {
    MutexLock lock(mutex_);
    return closed_;
  }
  void poke() {
    MutexLock lock(mutex_);
    for (const auto& [party, session] : live_) session->poke();
  }
  void say_goodbye() {
    MutexLock lock(mutex_);
    for (const auto& [party, session] : live_) session->say_goodbye(0, "", "shutting down");
  }

 private:
  Result<std::shared_ptr<Session>> open(const std::string& party, std::function<void()> wake) {
    LinkOptions options;
    options.party = party;
    const auto session = std::make_shared<Session>(node.parts(), options, std::move(wake));
    MutexLock lock(mutex_);
    if (!live_.emplace(party, session).second) return make_error(Code::kAlreadyLinked, "linked already");
    ++opened_;
    return session;
  }

  mutable Mutex mutex_;
  ConditionVariable changed_;
  std::map<std::string, std::shared_ptr<Session>> live_ SEKISHO_GUARDED_BY(mutex_);
  std::size_t opened_ SEKISHO_GUARDED_BY(mutex_) = 0;
  std::vector<Status> closed_ SEKISHO_GUARDED_BY(mutex_);
};

struct Pair {
  Station a{"a", 1}, b{"b", 2};
  std::unique_ptr<LinkListener> listener;
  Pair() {
    befriend(a.node, b.node);
    listener = a.listen({{b.pin(), "b"}});
  }
};

/// Runs a dialler until the end of the scope.
class Dialled {
 public:
  Dialled(DialOptions options, const std::string& party, LinkEvents events)
      : dialer_(std::move(options)), thread_([this, party, events] { over_ = dialer_.run(party, events); }) {}
  ~Dialled() { (void)end(); }
  Status end() {
    if (thread_.joinable()) {
      dialer_.stop();
      thread_.join();
    }
    return over_;
  }
  Status wait() {
    thread_.join();
    return over_;
  }

 private:
  LinkDialer dialer_;
  Status over_;
  std::thread thread_;
};

bool at_rest(const LinkState& state) { return state.followed_to_end && state.published_to_end; }

/// A client that does as it likes; without papers if `identity` is empty.
struct Raw {
  std::unique_ptr<v1::Link::Stub> stub;
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReaderWriter<v1::Frame, v1::Frame>> stream;

  Raw(std::uint16_t port, const LinkIdentity& identity, grpc_compression_algorithm packing = GRPC_COMPRESS_NONE) {
    grpc::experimental::TlsChannelCredentialsOptions credentials;
    if (!identity.key_pem.empty()) {
      const std::vector<grpc::experimental::IdentityKeyCertPair> pairs = {{identity.key_pem, identity.certificate_pem}};
      credentials.set_certificate_provider(std::make_shared<grpc::experimental::StaticDataCertificateProvider>(pairs));
      credentials.watch_identity_key_cert_pairs();
    }
    credentials.set_verify_server_certs(false);
    credentials.set_check_call_host(false);
    stub = v1::Link::NewStub(grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::experimental::TlsCredentials(credentials)));
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    context.set_compression_algorithm(packing);
    stream = stub->Exchange(&context);
  }
  /// Frames that came until the end, which is said.
  std::pair<std::size_t, grpc::StatusCode> rest() {
    std::size_t frames = 0;
    v1::Frame frame;
    while (stream->Read(&frame)) ++frames;
    return {frames, stream->Finish().error_code()};
  }
};

int connect_to(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

}  // namespace

TEST_SUITE("integration") {
  TEST_CASE("sync/grpc/channel: two nodes exchange both ways, go on as objects come, and part with a goodbye") {
    Pair p;
    p.a.node.put_range(1, 1500);
    p.b.node.put_range(2001, 2010);
    Dialled link(p.b.dial(p.listener->port(), p.a), "a", p.b.events());
    p.a.wait_for("b", at_rest);
    p.b.wait_for("a", at_rest);
    CHECK(p.b.node.held("a") == p.a.node.held(""));
    CHECK(p.a.node.held("b") == p.b.node.held(""));
    p.a.node.put_range(1501, 1503);
    p.a.poke();
    p.b.wait_for("a", [](const LinkState& state) { return state.taken.accepted == 1503; });
    p.a.say_goodbye();
    CHECK(link.wait().ok());
    p.a.wait_for_closed(1);
    CHECK(p.a.closed().at(0).ok());
    CHECK(most(p.b.node.held("a")) == 1);
  }

  TEST_CASE("sync/grpc/channel: what may not be sent any more when its frame is ready is not, and the link ends") {
    Pair p;
    p.listener.reset();
    p.a.node.put_range(1, 10);
    std::atomic<int> asked{0};
    p.a.may_send = [&asked](const std::string& party) { return ++asked == 0 || party != "b"; };
    p.listener = p.a.listen({{p.b.pin(), "b"}});
    Dialled link(p.b.dial(p.listener->port(), p.a), "a", p.b.events());
    CHECK_FALSE(link.wait().ok());
    p.a.wait_for_closed(1);
    CHECK(asked > 0);
    REQUIRE_FALSE(p.a.closed().at(0).ok());
    CHECK(p.a.closed().at(0).error().code == Code::kUnavailable);
    CHECK(p.b.node.held("a").empty());
  }

  TEST_CASE("sync/grpc/channel: a frame under way is not sent once its link is cut") {
    Pair p;
    p.listener.reset();
    p.a.node.put_range(1, 10);
    p.a.sending = [](const Session&, const std::function<void()>& cancel) {
      if (cancel) cancel();
    };
    p.listener = p.a.listen({{p.b.pin(), "b"}});
    Dialled link(p.b.dial(p.listener->port(), p.a), "a", p.b.events());
    CHECK_FALSE(link.wait().ok());
    p.a.wait_for_closed(1);
    CHECK(p.b.node.held("a").empty());
  }

  TEST_CASE("sync/grpc/channel: a listener with another certificate than the pinned one is told nothing") {
    Pair p;
    const Station other("other", 3);
    Dialled link(p.b.dial(p.listener->port(), other), "a", p.b.events());
    const Status over = link.wait();
    REQUIRE_FALSE(over.ok());
    CHECK(over.error().code == Code::kTls);
    CHECK(p.a.opened() == 0);
    CHECK(p.b.opened() == 0);
  }

  TEST_CASE("sync/grpc/channel: a dialler whose certificate is not pinned is answered nothing") {
    Pair p;
    Station other("b", 3);
    other.node.apply(p.a.node.as_party());
    Dialled link(other.dial(p.listener->port(), p.a), "a", other.events());
    CHECK_FALSE(link.wait().ok());
    CHECK(p.a.opened() == 0);
    CHECK(other.node.held("a").empty());
    Raw raw(p.listener->port(), other.identity());
    CHECK(raw.rest().first == 0);
    Raw none(p.listener->port(), {});
    CHECK(none.rest().first == 0);
    CHECK(p.a.opened() == 0);
    Raw known(p.listener->port(), p.b.identity());
    v1::Frame frame;
    CHECK(known.stream->Read(&frame));
    CHECK(frame.has_hello());
    known.context.TryCancel();
    p.a.wait_for_closed(1);
  }

  TEST_CASE("sync/grpc/channel: a frame over 8 MiB ends the link") {
    Pair p;
    Raw raw(p.listener->port(), p.b.identity());
    v1::Frame frame;
    frame.mutable_hello()->add_versions(1);
    frame.mutable_hello()->set_identity(p.b.node.identity);
    REQUIRE(raw.stream->Write(frame));
    frame.mutable_notice()->set_text(std::string(9u << 20, 'x'));
    raw.stream->Write(frame);
    CHECK(raw.rest().second != grpc::StatusCode::OK);
    p.a.wait_for_closed(1);
    CHECK_FALSE(p.a.closed().at(0).ok());
    CHECK_FALSE(p.a.node.log.has("notice-refused"));
  }

  TEST_CASE("sync/grpc/channel: what gRPC itself compressed is refused unread") {
    Pair p;
    Raw raw(p.listener->port(), p.b.identity(), GRPC_COMPRESS_GZIP);
    v1::Frame frame;
    frame.mutable_hello()->add_versions(1);
    frame.mutable_hello()->set_software(std::string(1u << 20, 'x'));
    raw.stream->Write(frame);
    CHECK(raw.rest().second == grpc::StatusCode::UNIMPLEMENTED);
    p.a.wait_for_closed(1);
    CHECK_FALSE(p.a.closed().at(0).ok());
  }

  TEST_CASE("sync/grpc/channel: a certificate that is taken back ends the link that stands") {
    Station a("a", 1), b("b", 2);
    befriend(a.node, b.node);
    std::atomic<bool> pinned{true};
    LinkListener::Options options;
    options.address = "127.0.0.1";
    options.identity = a.identity();
    options.party_of = [&](const std::string& fingerprint) -> std::optional<std::string> {
      if (!pinned || fingerprint != b.pin()) return std::nullopt;
      return "b";
    };
    const auto listener = must(LinkListener::start(options, a.events()));
    Dialled link(b.dial(listener->port(), a), "a", b.events());
    b.wait_for("a", at_rest);
    pinned = false;
    a.node.put_range(1, 3);
    b.node.put_range(11, 13);
    a.poke();
    CHECK_FALSE(link.wait().ok());
    a.wait_for_closed(1);
    CHECK(a.closed().at(0).error().code == Code::kPeerUnknown);
    CHECK(b.node.held("a").empty());
    CHECK(a.node.held("b").empty());
  }

  TEST_CASE("sync/grpc/channel: a second link of the same party is refused and the first goes on") {
    Pair p;
    Dialled first(p.b.dial(p.listener->port(), p.a), "a", p.b.events());
    p.b.wait_for("a", at_rest);
    Raw second(p.listener->port(), p.b.identity());
    CHECK(second.rest() == std::pair<std::size_t, grpc::StatusCode>(0, grpc::StatusCode::ALREADY_EXISTS));
    p.a.node.put_range(1, 3);
    p.a.poke();
    p.b.wait_for("a", [](const LinkState& state) { return state.taken.accepted == 3; });
  }

  TEST_CASE("sync/grpc/channel: stop ends every link, from either side") {
    Pair p;
    Dialled link(p.b.dial(p.listener->port(), p.a), "a", p.b.events());
    p.b.wait_for("a", at_rest);
    p.listener->stop(0);
    CHECK_FALSE(link.wait().ok());
    p.a.wait_for_closed(1);
    Pair q;
    Dialled stopped(q.b.dial(q.listener->port(), q.a), "a", q.b.events());
    q.b.wait_for("a", at_rest);
    (void)stopped.end();
    q.a.wait_for_closed(1);
    q.b.wait_for_closed(1);
  }

  TEST_CASE("sync/grpc/channel: fifty connections that say nothing or rubbish do not stop a good link") {
    Pair p;
    p.a.node.put_range(1, 20);
    std::vector<int> sockets;
    for (int i = 0; i < 50; ++i) {
      sockets.push_back(connect_to(p.listener->port()));
      const std::string rubbish(static_cast<std::size_t>(i) * 100, static_cast<char>(i));
      if (i % 2 == 0) (void)send(sockets.back(), rubbish.data(), rubbish.size(), MSG_NOSIGNAL);
    }
    Dialled link(p.b.dial(p.listener->port(), p.a), "a", p.b.events());
    p.b.wait_for("a", [](const LinkState& state) { return state.taken.accepted == 20; });
    for (const int fd : sockets) close(fd);
    CHECK(p.a.opened() == 1);
  }
}
