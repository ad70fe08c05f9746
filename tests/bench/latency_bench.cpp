// From accepted at one node to visible at the other over a held link (real gRPC, TLS and SQLite), against what it cannot
// go below: two fsyncs and a round trip over loopback, measured in the same run. One JSON line each.
//   sekisho_bench_latency [objects] [folder]
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "bench_node.h"
#include "certs/tls.h"
#include "core/digest.h"
#include "core/mutex.h"
#include "measure.h"
#include "sync/peer/grpc/channel.h"

namespace sekisho::bench {
namespace {

const std::string kClear = R"("object_marking_refs":["marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"])";

/// A node with a link, and when its streams last changed.
struct Node : BenchNode {
  Node(const std::string& path, const std::string& identity, char seed) : BenchNode(path, identity, seed) {
    const auto ca = must(certs::make_ca("Bench", clock->now(), 10));
    papers = must(certs::make_leaf(ca, "Bench", {"127.0.0.1"}, clock->now(), 10));
    recalls = std::make_unique<sync::Recalls>(*store, *release, *audit, *egress, *clock, *random, signer());
    release->on_change([this] {
      if (session) session->poke();
      MutexLock lock(mutex);
      ++changes;
      changed.notify_all();
    });
  }

  sync::LinkEvents events(const std::string& party) {
    sync::LinkEvents events;
    events.open = [this, party](const std::string&, std::function<void()> wake) -> Result<std::shared_ptr<sync::Session>> {
      sync::LinkOptions options;
      options.party = party;
      const sync::LinkParts parts{*store, *release, *inbound, *outbound, *recalls, *clock, log, Limits{}, "Bench", identity_id};
      session = std::make_shared<sync::Session>(parts, options, std::move(wake));
      return session;
    };
    events.closed = [](const std::string&, const std::shared_ptr<sync::Session>&, const Status&) {};
    return events;
  }

  void wait_beyond(std::uint64_t seen) {
    MutexLock lock(mutex);
    changed.wait(mutex, [&]() SEKISHO_REQUIRES(mutex) { return changes > seen; });
  }
  std::uint64_t seen() {
    MutexLock lock(mutex);
    return changes;
  }

  certs::Certificate papers;
  std::unique_ptr<sync::Recalls> recalls;
  std::shared_ptr<sync::Session> session;
  Mutex mutex;
  ConditionVariable changed;
  std::uint64_t changes SEKISHO_GUARDED_BY(mutex) = 0;
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Two writes of 4 KB made durable, and one byte to a neighbour and back.
double floor_millis(const std::string& folder, std::size_t count) {
  const int file = ::open((folder + "/floor").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (file < 0 || ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 1) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::exit(1);
  }
  std::thread neighbour([listener] {
    const int fd = ::accept(listener, nullptr, nullptr);
    char byte = 0;
    while (::read(fd, &byte, 1) == 1 && ::write(fd, &byte, 1) == 1) {
    }
    ::close(fd);
  });
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) std::exit(1);
  const int yes = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  const std::string page(4096, 'x');
  std::vector<double> times;
  for (std::size_t i = 0; i < count; ++i) {
    const Watch watch;
    for (int n = 0; n < 2; ++n) {
      if (::write(file, page.data(), page.size()) != 4096 || ::fdatasync(file) != 0) std::exit(1);
    }
    char byte = 'x';
    if (::write(fd, &byte, 1) != 1 || ::read(fd, &byte, 1) != 1) std::exit(1);
    times.push_back(watch.passed().wall * 1e3);
  }
  ::close(fd);
  neighbour.join();
  ::close(listener);
  ::close(file);
  return median(times);
}

std::string party_row(const std::string& id, const std::string& kind, const Node& other, const std::string& rights) {
  return "\n[[party]]\nid = \"" + id + "\"\nkind = \"" + kind + "\"\nrelay = true\nidentities = [\"" + other.identity_id + "\"]\n" +
         rights + "\n[[party.keys]]\nx = \"" + base64url(as_chars(other.key->public_key().bytes)) + "\"\n";
}

int run(std::size_t count, const std::string& folder) {
  Node giver(folder + "/giver.db", "identity--11111111-1111-4111-8111-111111111111", 'g');
  Node taker(folder + "/taker.db", "identity--22222222-2222-4222-8222-222222222222", 't');
  giver.apply(party_row("taker", "member", taker, "collections = [\"bench\"]"));
  taker.apply(party_row("giver", "isac", giver, "write = [\"bench\"]") +
              "\n[[party]]\nid = \"reader\"\nkind = \"member\"\ncollections = [\"bench\"]\n");
  sync::LinkListener::Options options;
  options.address = "127.0.0.1";
  options.identity = {giver.papers.certificate_pem, giver.papers.key_pem};
  options.party_of = [](const std::string&) { return std::optional<std::string>("taker"); };
  const auto listener = must(sync::LinkListener::start(options, giver.events("taker")));
  sync::LinkDialer dialer({"127.0.0.1:" + std::to_string(listener->port()),
                           must(certs::certificate_fingerprint(giver.papers.certificate_pem)),
                           {taker.papers.certificate_pem, taker.papers.key_pem}});
  std::thread link([&] {
    const Status ended = dialer.run("giver", taker.events("giver"));
    (void)ended;  // it is stopped below
  });
  giver.import_creator(kClear);
  std::vector<double> times;
  for (std::size_t i = 0; i < count + 5; ++i) {  // the first ones bring the link up
    const std::string object = indicator(*giver.random, kClear);
    const std::uint64_t seen = taker.seen();
    const Watch watch;
    must(giver.inbound->import_own(giver.collection(), {object}, {}));
    taker.wait_beyond(seen);
    if (i >= 5) times.push_back(watch.passed().wall * 1e3);
  }
  dialer.stop();
  link.join();
  listener->stop(0);
  const double limit = floor_millis(folder, count);
  std::sort(times.begin(), times.end());
  std::printf("{\"name\":\"accept_to_visible\",\"objects\":%zu,\"median_ms\":%.2f,\"p99_ms\":%.2f,\"two_fsyncs_and_round_trip_ms\":%.2f,\"ratio\":%.1f}\n",
              times.size(), median(times), times[times.size() * 99 / 100], limit, median(times) / limit);
  return 0;
}

}  // namespace
}  // namespace sekisho::bench

int main(int argc, char** argv) { return sekisho::bench::in_folder(argc, argv, 500, sekisho::bench::run); }
