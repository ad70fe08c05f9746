// The link between nodes: any sequence of frames on a greeted session is taken or ends it; what is stored afterwards
// was signed by the party, and the store is sound. An input is frames one after another, each behind its length
// (a varint); where it does not parse the transport would end the link.
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/delimited_message_util.h>

#include <cstdint>
#include <memory>
#include <string>

#include "certs/keys.h"
#include "core/digest.h"
#include "policy/compiled.h"
#include "sekisho/sync/v1/link.pb.h"
#include "store/memory/memory_store.h"
#include "sync/audit/audit.h"
#include "sync/serve/egress.h"
#include "sync/peer/grpc/session.h"
#include "sync/recall/recall.h"
#include "tests/fuzz/require.h"

namespace {

using namespace sekisho;
using sekisho::fuzz::require;

const std::string kHome = "identity--00000001-0000-4000-8000-000000000000";
const std::string kPeer = "identity--00000002-0000-4000-8000-000000000000";
const std::string kWeekly = "5e7a3000-0000-4000-8000-000000000001";
constexpr int kFrames = 32;          // of one input
constexpr std::size_t kAnswers = 4096;  // to one input

struct StillClock : Clock {
  Timestamp now() const override { return Timestamp{1'750'000'000, 0}; }
  std::int64_t monotonic_micros() const override { return 0; }
};
struct Counting : Random {
  std::uint8_t next = 0;
  void fill(std::span<std::uint8_t> out, std::string_view) override {
    for (auto& byte : out) byte = next++;
  }
};
struct Silent : Log {
  void write(LogLevel, std::string_view, std::initializer_list<Field>) override {}
};

const certs::SigningKey& key(char fill) {
  static const auto home = std::move(certs::SigningKey::from_seed(std::string(32, 'h'))).value();
  static const auto peer = std::move(certs::SigningKey::from_seed(std::string(32, 'p'))).value();
  return fill == 'h' ? *home : *peer;
}

std::shared_ptr<const policy::Compiled> rules() {
  static const auto compiled = policy::Compiled::compile(
      policy::load_policy(policy::initial_policy("Fuzz", kHome, "isac") + "\n[[party]]\nid = \"peer\"\nkind = \"peer-isac\"\n" +
                              "identities = [\"" + kPeer + "\"]\ncollections = [\"*\"]\nwrite = [\"weekly\"]\n[[party.keys]]\nx = \"" +
                              base64url(as_chars(key('p').public_key().bytes)) + "\"\n",
                          "policy.toml", nullptr)
          .value());
  return compiled;
}

struct Home {
  StillClock clock;
  Counting random;
  Silent log;
  std::unique_ptr<store::Store> store = store::make_memory_store(random);
  sync::Audit audit{*store, clock};
  sync::Egress egress{*store, audit, clock};
  sync::Signer signer{&key('h'), kHome, "2025-01-01T00:00:00.000Z"};
  sync::Release release{*store, clock, random, signer};
  Limits limits;
  sync::Inbound inbound{*store, release, clock, limits};
  sync::Outbound outbound{*store, release, clock, std::string(32, 'k'), egress};
  sync::Recalls recalls{*store, release, audit, egress, clock, random, signer};

  Home() {
    store::Collection weekly;
    weekly.id = Uuid::v4(random, "collection");
    weekly.alias = weekly.title = "weekly";
    require(store->add_collection(weekly).ok(), "a collection can be added");
    require(release.collections_changed().ok() && release.set_policy(rules()).ok(), "the policy holds");
  }
};

/// Everything that it has to say.
std::size_t drain(sync::Session& session) {
  std::size_t frames = 0;
  sync::v1::Frame frame;
  while (session.next(frame)) require(++frames < kAnswers, "answers are bounded");
  return frames;
}

void greet(sync::Session& session) {
  sync::v1::Frame frame;
  frame.mutable_hello()->add_versions(1);
  frame.mutable_hello()->set_identity(kPeer);
  frame.mutable_hello()->set_window_bytes(1u << 20);
  require(session.receive(frame).ok(), "the greeting is taken");
  frame.Clear();
  auto* offer = frame.mutable_catalog()->add_offers();
  offer->set_id(kWeekly);
  offer->set_alias("weekly");
  require(session.receive(frame).ok(), "the catalog is taken");
  drain(session);
}

void check(const Home& home) {
  const auto changes = home.store->changes(0, 10'000);
  require(changes.ok(), "the change log is there");
  for (const auto& change : *changes) {
    const auto object = home.store->object(change.object);
    if (!object.ok() || object->source.empty()) continue;
    const auto how = sync::Provenance::from_json(object->provenance);
    require(how.ok() && how->kid == key('p').kid(), "nothing counts without a signature of the party");
  }
  const auto found = home.store->check(nullptr);
  require(found.ok() && found->empty(), "the store is sound");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  google::protobuf::SetLogHandler(nullptr);  // it tells every byte that is not UTF-8
  Home home;
  sync::LinkOptions options;
  options.party = "peer";
  sync::Session session(
      {*home.store, home.release, home.inbound, home.outbound, home.recalls, home.clock, home.log, home.limits, "Fuzz", kHome},
      options, [] {});
  greet(session);
  google::protobuf::io::ArrayInputStream in(data, static_cast<int>(size));
  for (int i = 0; i < kFrames; ++i) {
    sync::v1::Frame frame;
    bool end = false;
    if (!google::protobuf::util::ParseDelimitedFromZeroCopyStream(&frame, &in, &end)) break;
    const bool goodbye = frame.has_goodbye();
    const Status taken = session.receive(frame);
    drain(session);
    require(session.state().ended == (!taken.ok() || goodbye), "a frame is taken, or ends the link");
    if (session.state().ended) break;
  }
  check(home);
  return 0;
}
