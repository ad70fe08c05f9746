// What a receiver refuses, and that it refuses that and nothing else. The proxy between the nodes plays the
// hostile network; the policies play the lapsed agreement.
#include <algorithm>

#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

/// A node that comes up again when an agreement has ended meanwhile: time that passes stops no node.
void restart_with(Node& node, const std::string& toml) {
  node.stop();
  append_text(node.policy_path(), toml);
  node.start();
}

constexpr const char* kExpired = "from = 2020-01-01\nuntil = 2020-12-31\n";

void import_green(const Exchange& exchange, int count) {
  exchange.publisher.must({"import", "--collection", "weekly", indicator_file(exchange.folder / "in.json", 1, count, Tlp::kGreen)});
}

/// Codes of all dead letters; each must be from the publisher.
std::vector<std::string> dead_codes(const Node& node) {
  std::vector<std::string> codes;
  for (const Json& letter : json_lines(node.must({"deadletter", "list", "--json"}))) {
    CHECK(letter.text("party") == "publisher");
    codes.push_back(letter.text("code"));
  }
  return codes;
}

std::vector<std::string> without(std::vector<std::string> all, const std::string& id) {
  all.erase(std::remove_if(all.begin(), all.end(), [&](const std::string& one) { return one.rfind(id, 0) == 0; }), all.end());
  return all;
}

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("an object altered on the way, and only that one, becomes a dead letter") {
    Exchange exchange;
    import_green(exchange, 20);
    const std::string before = "item 7.", after = "item 1.";
    bool altered = false;
    exchange.proxy.set_hook([&](const taxii::HttpRequest&, taxii::HttpResponse& response) {
      const auto at = response.body.find(before);
      if (at == std::string::npos) return;
      response.body.replace(at, before.size(), after);
      altered = true;
    });
    const Json row = sync_row(exchange.sync(), "weekly");
    REQUIRE(altered);
    CHECK(row.number("received") == 21);  // with the publisher's identity
    CHECK(row.number("accepted") == 20);
    CHECK(row.number("refused") == 1);
    const auto letters = json_lines(exchange.subscriber.must({"deadletter", "list", "--json"}));
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].text("code") == "signature-invalid");
    CHECK(letters[0].text("object") == indicator_id(7));
    CHECK(letters[0].text("party") == "publisher");
    // The letter keeps what came, to look at.
    const Json shown(exchange.subscriber.must({"deadletter", "show", std::to_string(letters[0].number("no")), "--json"}));
    CHECK(shown.text("payload").find(after) != std::string::npos);
    CHECK(held(exchange.subscriber, "weekly", "reader") ==
          without(held(exchange.publisher, "weekly", "subscriber"), indicator_id(7)));
    CHECK(fsck(exchange.subscriber).number("contradictions") == 0);
  }

  TEST_CASE("a key that is not pinned for the party") {
    Folder elsewhere;
    const Node stranger(elsewhere / "stranger", "Somebody Else");
    Exchange exchange(1000, stranger.key);
    import_green(exchange, 5);
    const Json row = sync_row(exchange.sync(), "weekly");
    CHECK(row.number("accepted") == 0);
    CHECK(row.number("refused") == 6);
    CHECK(dead_codes(exchange.subscriber) == std::vector<std::string>(6, "key-unknown"));
    CHECK(held(exchange.subscriber, "weekly", "reader").empty());
  }

  TEST_CASE("the receiver's agreement with the publisher has ended") {
    Exchange exchange;
    import_green(exchange, 5);
    restart_with(exchange.subscriber, std::string("\n[[agreement]]\nid = \"old\"\nparty = \"publisher\"\n") + kExpired);
    const Json row = sync_row(exchange.sync(), "weekly");
    CHECK(row.number("accepted") == 0);
    CHECK(dead_codes(exchange.subscriber) == std::vector<std::string>(6, "agreement-expired"));
    CHECK(held(exchange.subscriber, "weekly", "reader").empty());
  }

  TEST_CASE("the publisher's agreement with the receiver has ended: nothing that needs it leaves") {
    Exchange exchange;
    exchange.publisher.must({"party", "add", "peer", "--kind", "peer-isac", "--read", "weekly"});
    const std::string token = exchange.publisher.token("peer");
    import_green(exchange, 5);
    const std::string agreement = "[[agreement]]\nid = \"mou\"\nparty = \"peer\"\n";
    exchange.publisher.add_policy(agreement + "from = 2020-01-01\n");
    const std::string objects = "/exchange/collections/weekly/objects/";
    CHECK(body_of(Caller(exchange.publisher, "Bearer " + token).get(objects)).find("indicator--") != std::string::npos);

    const std::string policy = read_text(exchange.publisher.policy_path());
    write_text(exchange.publisher.policy_path(), policy + "until = 2020-12-31\n");  // of the agreement, which is last
    const Outcome refused = exchange.publisher({"policy", "apply"});  // nobody writes an agreement that is over already
    CHECK(refused.exit == 1);
    CHECK(refused.err.find("policy.toml:") != std::string::npos);
    write_text(exchange.publisher.policy_path(), policy);
    restart_with(exchange.publisher, "until = 2020-12-31\n");
    Caller peer(exchange.publisher, "Bearer " + token);
    const std::vector<std::string> paths = {"objects/", "manifest/", "objects/" + indicator_id(1) + "/", "objects/?match[version]=all"};
    for (const std::string& path : paths) {
      for (const std::string collection : {"weekly", "weekly-attestations"}) {
        const auto response = peer.get("/exchange/collections/" + collection + "/" + path);
        CAPTURE(collection + "/" + path);
        CHECK(body_of(response).find("indicator--") == std::string::npos);
      }
    }
  }

  TEST_CASE("a party whose own time is over is not let in") {
    Exchange exchange;
    exchange.publisher.must({"party", "add", "former", "--kind", "member", "--read", "weekly", "--until", "2020-12-31"});
    Caller former(exchange.publisher, "Bearer " + exchange.publisher.token("former"));
    import_green(exchange, 5);
    const auto list = former.get("/exchange/collections/");
    CHECK(body_of(list).find("weekly") == std::string::npos);
    const auto objects = former.get("/exchange/collections/weekly/objects/");
    CHECK(objects.status >= 400);
    CHECK(objects.status < 500);
    CHECK(body_of(objects).find("indicator--") == std::string::npos);
  }

  TEST_CASE("objects whose attestations do not come wait and are not accepted; when they come, they are") {
    Exchange exchange;
    import_green(exchange, 5);
    const Json list = Caller(exchange.publisher, "Bearer " + read_text(exchange.folder / "token")).page("/exchange/collections/");
    std::string companion;
    for (const auto& entry : list["collections"]) {
      if (entry.value["alias"].string_or("") == "weekly-attestations") companion = entry.value["id"].string_or("");
    }
    REQUIRE_FALSE(companion.empty());
    bool emptied = false;
    exchange.proxy.set_hook([&](const taxii::HttpRequest& request, taxii::HttpResponse& response) {
      if (request.path.find(companion + "/objects/") == std::string::npos) return;
      response.body = "{}";
      const auto dates = [](const auto& header) { return header.first.rfind("X-TAXII-", 0) == 0; };
      response.headers.erase(std::remove_if(response.headers.begin(), response.headers.end(), dates), response.headers.end());
      emptied = true;
    });
    const Json row = sync_row(exchange.sync(), "weekly");
    REQUIRE(emptied);
    CHECK(row.number("accepted") == 0);
    CHECK(row.number("waiting") == 6);
    CHECK(row.number("refused") == 0);
    CHECK(held(exchange.subscriber, "weekly", "reader").empty());
    // They outlive the process.
    exchange.subscriber.kill9();
    exchange.subscriber.start();
    exchange.proxy.set_hook({});
    const Json later = sync_row(exchange.sync(), "weekly");
    CHECK(later.number("accepted") == 6);
    CHECK(later.number("waiting") == 0);
    CHECK(held(exchange.subscriber, "weekly", "reader") == held(exchange.publisher, "weekly", "subscriber"));
    CHECK(dead_codes(exchange.subscriber).empty());
  }
}
