// The one file to read first: what sekisho does, with two real nodes on this machine.
//
//   publisher (an ISAC)  --- TAXII 2.1 over TLS --->  subscriber (a member)
//
// A report goes in at one, the other pulls it, verifies it with the publisher's public key and stores it;
// what the policy keeps back never leaves, and the publisher can say why.
#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho::e2e;

TEST_SUITE("e2e") {
  TEST_CASE("a report goes in at one node and comes out verified at the other") {
    Folder folder;

    // 1. Two nodes. `init` makes a folder with keys, certificates and a policy that permits nothing to nobody;
    //    `start` runs `sekisho serve` and returns when the node says on which port it listens.
    Node publisher(folder / "publisher", "Publishing ISAC");
    Node subscriber(folder / "subscriber", "Subscribing Member");
    publisher.start();
    subscriber.start();

    // 2. The publisher makes a collection, names the subscriber as a party that may read it, and gives it a
    //    credential. A member gets TLP:CLEAR, GREEN and AMBER by the TLP table of policy.toml, never RED.
    publisher.must({"collection", "add", "weekly"});
    publisher.must({"party", "add", "subscriber", "--kind", "member", "--read", "weekly"});
    write_text(folder / "token", publisher.token("subscriber"));

    // 3. The subscriber names the publisher in turn: which identity it speaks for, which public key it signs
    //    with (compared by telephone in real life), where it may write, and how to reach it. The TLS
    //    certificate is pinned; no certificate authority is asked.
    subscriber.must({"collection", "add", "weekly"});
    subscriber.must({"party", "add", "publisher", "--kind", "isac", "--write", "weekly", "--identity",
                     publisher.identity, "--key", publisher.key});
    subscriber.must({"peer", "add", "publisher", "--url", "https://127.0.0.1:" + std::to_string(publisher.port) + "/exchange/",
                     "--pin", publisher.pin, "--token-file", folder / "token"});

    // 4. A week's work: two indicators for the community, one for named persons only, a report over the
    //    first two, and a report that would give the third away.
    write_text(folder / "week.json", bundle({indicator(1, Tlp::kGreen), indicator(2, Tlp::kAmber), indicator(3, Tlp::kRed),
                                             report(4, Tlp::kGreen, {indicator_id(1), indicator_id(2)}),
                                             report(5, Tlp::kGreen, {indicator_id(1), indicator_id(3)})}));
    const Json imported(publisher.must({"import", "--collection", "weekly", "--json", folder / "week.json"}));
    CHECK(imported.number("accepted") == 5);
    CHECK(imported.number("refused") == 0);

    // 5. The subscriber pulls. Objects come from the collection `weekly`, their attestations from
    //    `weekly-attestations`; an object is stored only after its attestation has verified. Besides the
    //    three it may have, it gets the publisher's identity, which made the collection.
    const Json pulled = sync_row(subscriber({"sync", "--once", "--json"}), "weekly");
    CHECK(pulled.number("received") == 4);
    CHECK(pulled.number("accepted") == 4);
    CHECK(pulled.number("refused") == 0);
    CHECK(pulled.text("error").empty());

    // 6. What was withheld, and why: RED by the TLP table, and the report that names it, because a reader
    //    must be able to follow every reference.
    const auto reasons = json_lines(publisher.must({"policy", "why-not", "--party", "subscriber", "--json"}));
    REQUIRE(reasons.size() == 2);
    for (const Json& reason : reasons) {
      CHECK(reason.number("count") == 1);
      const std::string example = reason.text("example");
      if (reason.text("rule") == "references") {
        CHECK(example.rfind("report--", 0) == 0);
      } else {
        CHECK(example == indicator_id(3));
        CHECK(reason.text("effect") == "deny");
      }
    }
    // The same for one object, rule by rule.
    const auto standing = json_lines(publisher.must({"policy", "explain", indicator_id(3), "--party", "subscriber", "--json"}));
    REQUIRE(standing.size() == 1);
    CHECK(standing[0]["released"].boolean() == false);
    CHECK(standing[0]["reasons"].size() > 0);

    // 7. Pulling again brings nothing new, and both nodes find themselves sound: every hash, signature and
    //    stream is derived again from stored bytes.
    CHECK(sync_row(subscriber({"sync", "--once", "--json"}), "weekly").number("received") == 0);
    CHECK(fsck(publisher).number("contradictions") == 0);
    CHECK(fsck(subscriber).number("contradictions") == 0);
  }

  TEST_CASE("what the tests generate is valid STIX") {
    Folder folder;
    write_text(folder / "all.json", bundle({indicator(1, Tlp::kClear), indicator(2, Tlp::kAmberStrict),
                                            report(3, Tlp::kRed, {indicator_id(1), indicator_id(2)})}));
    const Outcome outcome = run({"validate", folder / "all.json"});
    CHECK_MESSAGE(outcome.exit == 0, outcome.out);
  }
}
