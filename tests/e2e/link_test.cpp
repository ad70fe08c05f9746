// Two nodes over a gRPC link: what it takes to connect them, both directions on one link, what a pin is worth.
#include "tests/e2e/linked.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

TEST_SUITE("e2e") {
  TEST_CASE("objects go both ways over one link, verified, and nothing RED among them") {
    Linked linked;
    linked.both_publish(1, 30);
    linked.isac.must({"import", "--collection", "weekly", indicator_file(linked.folder / "red.json", 5001, 5, Tlp::kRed)});
    const Json row = linked.catch_up();
    CHECK(row.number("refused") == 0);
    CHECK(row.number("refused_there") == 0);
    linked.check_complete(30);
    // The next one comes by itself, without a command at the member.
    linked.both_publish(31, 1);
    linked.catch_up();
    linked.check_complete(31);
  }

  TEST_CASE("a link that is held needs nobody to ask: what is accepted here is there") {
    Linked linked;
    linked.catch_up();
    linked.both_publish(1, 3);
    // `link list` tells of the standing link; catch_up waits on it and does not dial another.
    const Json row = linked.catch_up();
    CHECK(row.number("received") >= 3);
    const Outcome listed = linked.member({"link", "list", "--json"});
    const auto rows = json_lines(listed.out);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0]["up"].boolean().value_or(false));
    linked.check_complete(3);
  }

  TEST_CASE("a certificate that is not pinned gets no answer, at either side") {
    Linked linked;
    linked.both_publish(1, 2);
    SUBCASE("the member pins another certificate than the ISAC's") {
      linked.member.must({"peer", "add", "isac", "--grpc", linked.target(), "--pin", linked.member.pin});
      const Outcome outcome = linked.member({"sync", "--once", "--peer", "isac"});
      CHECK(outcome.exit == 1);
      CHECK(outcome.err.find("tls") != std::string::npos);
    }
    SUBCASE("the ISAC does not know the member's certificate") {
      linked.isac.must({"token", "remove", "member", "member-tls"});
      linked.cable.cut();
      const Outcome outcome = linked.member({"sync", "--once", "--peer", "isac"});
      CHECK(outcome.exit == 1);
    }
    CHECK(held(linked.member, "weekly", "reader").size() <= 2);
  }

  TEST_CASE("three nodes in a chain: one hop and no further") {
    Linked linked;
    linked.isac.add_policy("[[agreement]]\nid = \"hop\"\nparty = \"member\"\nmax_hops = 1\ntlp_ceiling = \"TLP:GREEN\"\n");
    Node last(linked.folder / "last", "Last Supplier");
    last.start();
    linked.member.must({"party", "add", "last", "--kind", "member", "--read", "weekly", "--identity", last.identity, "--key",
                        last.key, "--tls-pin", last.pin});
    last.must({"collection", "add", "weekly"});
    last.must({"party", "add", "member", "--kind", "isac", "--relay", "--write", "weekly", "--identity", linked.member.identity,
               "--key", linked.member.key, "--tls-pin", linked.member.pin});
    last.must({"peer", "add", "member", "--grpc", "127.0.0.1:" + std::to_string(linked.member.grpc_port)});
    linked.isac.must({"import", "--collection", "weekly", indicator_file(linked.folder / "in.json", 1, 10, Tlp::kGreen)});
    linked.catch_up();
    CHECK(held(linked.member, "weekly", "reader").size() == 10);
    const Outcome outcome = last({"sync", "--once", "--json"});
    CHECK(outcome.exit == 0);
    CHECK(fsck(last).number("contradictions") == 0);
  }
}
