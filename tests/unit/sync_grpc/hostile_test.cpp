// docs/specs/sync.md §1 and §3: sizes and forms of batches; frames by somebody who means no good.
#include <google/protobuf/stubs/logging.h>
#include <zstd.h>

#include <random>

#include "sync/peer/grpc/packing.h"
#include "wire.h"

using namespace sekisho;
using namespace sekisho::sync;
using namespace sekisho::sync::tests;

namespace {

struct Fixture {
  Node node{"home", 1}, peer{"peer", 2};
  Fixture() { node.apply(peer.as_party()); }

  /// The frame ends a greeted link with this code; nothing was stored or acknowledged.
  bool ends(const v1::Frame& frame, Code code) {
    Desk desk(node, "peer");
    desk.greet(peer.identity);
    const Status done = desk.say(frame);
    const auto frames = desk.heard();
    return !done.ok() && done.error().code == code && frames.size() == 1 && frames[0].has_goodbye() &&
           node.held("peer").empty() && node.cursor("peer", kOffered).empty();
  }
};

v1::Frame zipped(const std::string& raw, std::size_t said) {
  v1::Frame frame = batch_of(1, {});
  std::string packed(ZSTD_compressBound(raw.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), raw.data(), raw.size(), 1));
  frame.mutable_batch()->set_entries(packed);
  frame.mutable_batch()->set_raw_bytes(static_cast<std::uint32_t>(said));
  frame.mutable_batch()->set_compression(v1::COMPRESSION_ZSTD);
  return frame;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/grpc/packing: what is packed unpacks to the same, compressed or not") {
    v1::Entries entries;
    for (int i = 0; i < 1000; ++i) entries.add_entries()->set_object(Make{.n = static_cast<unsigned>(i)}.json());
    for (const bool compress : {false, true}) {
      v1::Batch batch;
      must(pack_entries(entries, compress, batch));
      CHECK(batch.compression() == (compress ? v1::COMPRESSION_ZSTD : v1::COMPRESSION_NONE));
      v1::Entries back;
      must(unpack_entries(batch, back));
      CHECK(back.SerializeAsString() == entries.SerializeAsString());
    }
  }

  TEST_CASE("sync/grpc/batch: more than 1,000 entries end the link, counted before they are built") {
    Fixture f;
    CHECK(f.ends(batch_of(1, std::vector<Signed>(1001)), Code::kLimitExceeded));
    std::string empties;
    for (int i = 0; i < (1 << 20); ++i) empties += std::string("\x0a\x00", 2);
    CHECK(f.ends(zipped(empties, empties.size()), Code::kLimitExceeded));
  }

  TEST_CASE("sync/grpc/batch: more than 4 MiB end the link, unless it is a single entry") {
    Fixture f;
    const std::string half(5u << 19, 'x');
    CHECK(f.ends(batch_of(1, {{half, ""}, {half, ""}}), Code::kLimitExceeded));
    Desk desk(f.node, "peer");
    desk.greet(f.peer.identity);
    CHECK(desk.say(batch_of(1, {{std::string((4u << 20) + 1, 'x'), ""}})).ok());
    CHECK(desk.heard(v1::Frame::kAck).ack().refusals_size() == 1);
  }

  TEST_CASE("sync/grpc/batch: one that unpacks to another size than it names ends the link") {
    Fixture f;
    const std::string zeros(6u << 20, '\0');
    CHECK(f.ends(zipped(zeros, 1000), Code::kSyncProtocol));
    CHECK(f.ends(zipped(zeros, 0), Code::kSyncProtocol));
    CHECK(f.ends(zipped("", 1000), Code::kSyncProtocol));
    CHECK(f.ends(zipped(zeros, 100u << 20), Code::kLimitExceeded));
    CHECK(f.ends(zipped(zeros, 0xffffffff), Code::kLimitExceeded));
    v1::Frame plain = batch_of(1, {{"{}", ""}});
    plain.mutable_batch()->set_raw_bytes(plain.batch().raw_bytes() + 1);
    CHECK(f.ends(plain, Code::kSyncProtocol));
  }

  TEST_CASE("sync/grpc/batch: an unknown compression, or what holds no entries, ends the link") {
    Fixture f;
    v1::Frame unknown = batch_of(1, {});
    unknown.mutable_batch()->set_compression(static_cast<v1::Compression>(7));
    CHECK(f.ends(unknown, Code::kSyncProtocol));
    v1::Frame none = batch_of(1, {});
    none.mutable_batch()->set_entries("\x0a\xff");
    none.mutable_batch()->set_raw_bytes(2);
    CHECK(f.ends(none, Code::kSyncProtocol));
    v1::Frame not_zstd = batch_of(1, {});
    not_zstd.mutable_batch()->set_entries("rubbish");
    not_zstd.mutable_batch()->set_compression(v1::COMPRESSION_ZSTD);
    not_zstd.mutable_batch()->set_raw_bytes(7);
    CHECK(f.ends(not_zstd, Code::kSyncProtocol));
  }

  TEST_CASE("sync/grpc/session: names, cursors and catalogs beyond all measure end the link") {
    Fixture f;
    Desk greeting(f.node, "peer");
    CHECK(failed_with(greeting.say(hello("identity--" + std::string(55, 'x'))), Code::kLimitExceeded));
    CHECK(f.ends(catalog(std::vector<std::string>(4097, kOffered)), Code::kLimitExceeded));
    CHECK(f.ends(catalog({std::string(1000, 'x')}), Code::kSyncProtocol));
    CHECK(f.ends(subscriptions(std::string(65, 'x')), Code::kLimitExceeded));
    CHECK(f.ends(batch_of(1, {}, std::string(1025, 'x')), Code::kLimitExceeded));
  }

  TEST_CASE("sync/grpc/publisher: what does not exist is answered alike, whatever moves here meanwhile") {
    Fixture f;
    for (const bool moves : {false, true}) {
      Desk desk(f.node, "peer");
      desk.greet(f.peer.identity);
      must(desk.say(subscriptions("00000000-0000-4000-8000-000000000000")));
      if (moves) desk.session.poke();
      CHECK(desk.heard(v1::Frame::kUnsubscribed).unsubscribed().code() == static_cast<std::uint32_t>(Code::kNotFound));
    }
  }

  TEST_CASE("sync/grpc/publisher: refusals of what was never here are not kept") {
    Fixture f;
    f.node.put_range(1, 2);
    const std::string weekly = f.node.collection("weekly").id.to_string();
    Desk desk(f.node, "peer");
    desk.greet(f.peer.identity);
    must(desk.say(subscriptions(weekly)));
    CHECK(desk.heard(v1::Frame::kBatch).batch().number() == 1);
    v1::Frame invented = ack(weekly, 1);
    for (const char* version : {"never", "2020-01-01T00:00:00Z"}) {
      invented.mutable_ack()->add_refusals()->set_object_id(id_of(1));
      invented.mutable_ack()->mutable_refusals()->rbegin()->set_version(version);
    }
    must(desk.say(invented));
    CHECK(must(f.node.store->documents("push-refused/peer")).empty());
  }

  TEST_CASE("sync/grpc/session: one that asks and never reads is ended before its answers fill the memory") {
    Fixture f;
    Desk desk(f.node, "peer");
    desk.greet(f.peer.identity);
    must(desk.say(batch_of(1, {})));
    Status done;
    int said = 0;
    while (done.ok() && said < 5000) {
      done = desk.say(batch_of(1, {}));
      ++said;
    }
    REQUIRE_FALSE(done.ok());
    CHECK(done.error().code == Code::kLimitExceeded);
    CHECK(said <= 1024);
  }

  TEST_CASE("sync/grpc/ask: numbers rise, and an answer needs its question") {
    Fixture f;
    v1::Frame frame;
    SUBCASE("the same number again") {
      Desk desk(f.node, "peer");
      desk.greet(f.peer.identity);
      frame.mutable_ask()->set_number(1);
      must(desk.say(frame));
      CHECK(failed_with(desk.say(frame), Code::kSyncProtocol));
    }
    SUBCASE("an answer to nothing") {
      Desk desk(f.node, "peer");
      desk.greet(f.peer.identity);
      frame.mutable_answer()->set_number(1);
      CHECK(failed_with(desk.say(frame), Code::kSyncProtocol));
    }
  }

  TEST_CASE("sync/grpc/session: damaged frames never crash it, and what it holds stays sound") {
    Fixture f;
    const std::string object = Make{.n = 1}.json();
    std::vector<v1::Frame> real = {hello(f.peer.identity), catalog(), subscriptions(f.node.collection("weekly").id.to_string()),
                                         batch_of(1, {{object, f.peer.attest(object)}}), ack("x", 1)};
    real.emplace_back().mutable_ask()->set_number(1);
    real.emplace_back().mutable_answer()->set_number(1);
    std::mt19937 random(7);
    auto* const before = google::protobuf::SetLogHandler(nullptr);  // it tells every byte that is not UTF-8
    for (int round = 0; round < 300; ++round) {
      Desk desk(f.node, "peer");
      if (round % 4 != 0) desk.greet(f.peer.identity);
      for (int i = 0; i < 20; ++i) {
        std::string bytes = real[random() % real.size()].SerializeAsString();
        for (auto left = random() % 3; left > 0 && !bytes.empty(); --left) bytes[random() % bytes.size()] = static_cast<char>(random());
        v1::Frame frame;
        if (!frame.ParseFromString(bytes)) continue;
        (void)desk.session.receive(frame);
        desk.heard();
      }
    }
    google::protobuf::SetLogHandler(before);
    for (const auto& [name, count] : f.node.held("peer")) CHECK(name.first == id_of(1));
    CHECK(most(f.node.held("peer")) <= 1);
    CHECK(must(f.node.kept->check(nullptr)).empty());
  }
}
