// An agreement is changed, shown, applied and undone on a serving node, with another node on the other side; and what a
// kill -9 at each point of the switch leaves behind.
#include <algorithm>

#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

const std::string kGreenOnly =
    "\n[[agreement]]\nid = \"mou\"\nparty = \"subscriber\"\ntlp_ceiling = \"TLP:GREEN\"\n";
const std::string kNothing = "\n[[agreement]]\nid = \"mou\"\nparty = \"subscriber\"\ntlp_ceiling = \"TLP:CLEAR\"\n";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  REQUIRE_MESSAGE(at != std::string::npos, what);
  return text.replace(at, what.size(), by);
}

/// The subscriber is a peer ISAC: GREEN goes to it under an agreement.
void make_peer(const Exchange& exchange) {
  const std::string text = read_text(exchange.publisher.policy_path());
  const auto party = text.find("id = \"subscriber\"");
  REQUIRE(party != std::string::npos);
  std::string changed = text.substr(0, party) + replaced(text.substr(party), "kind = \"member\"", "kind = \"peer-isac\"");
  write_text(exchange.publisher.policy_path(), changed + kGreenOnly);
  exchange.publisher.must({"policy", "apply"});
}

void import_three(const Exchange& exchange) {
  write_text(exchange.folder / "in.json",
             bundle({indicator(1, Tlp::kClear), indicator(2, Tlp::kGreen), indicator(3, Tlp::kGreen)}));
  exchange.publisher.must({"import", "--collection", "weekly", exchange.folder / "in.json"});
}

/// The indicators that the subscriber's own credential reads.
std::vector<std::string> given(const Exchange& exchange) {
  Caller caller(exchange.publisher, "Bearer " + read_text(exchange.folder / "token"));
  const Json page = caller.page("/exchange/collections/weekly/objects/");
  std::vector<std::string> ids;
  for (const auto& entry : page["objects"]) {
    if (entry.value["type"].string_or("") == "indicator") ids.emplace_back(entry.value["id"].string_or(""));
  }
  return ids;
}

const Json& of(const std::vector<Json>& rows, const std::string& party) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Json& row) { return row.text("party") == party; });
  REQUIRE(found != rows.end());
  return *found;
}

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("an agreement changed: shown, applied, called back or undone; the other side sees each step") {
    Exchange exchange;
    make_peer(exchange);
    import_three(exchange);
    CHECK(sync_row(exchange.sync(), "weekly").number("accepted") == 4);  // with the publisher's identity
    CHECK(given(exchange).size() == 3);

    const std::string before = read_text(exchange.publisher.policy_path());
    const std::string wanted = exchange.folder / "wanted.toml";
    write_text(wanted, replaced(before, kGreenOnly, kNothing));
    const auto rows = json_lines(exchange.publisher.must({"policy", "diff", wanted, "--json"}));
    const Json& row = of(rows, "subscriber");
    CHECK(row["lost"]["count"].integer() == 2);
    CHECK(row["gained"]["count"].integer() == 0);
    CHECK(row["lost"]["examples"].size() == 2);
    CHECK(exchange.publisher.must({"policy", "diff"}).find("no party gains or loses anything") == 0);
    CHECK(given(exchange).size() == 3);  // nothing has changed
    const Json preview(exchange.publisher.must({"policy", "preview", "--party", "subscriber", "--collection", "weekly", wanted}));
    CHECK(preview["objects"].size() == 2);

    const std::string said = exchange.publisher.must({"policy", "apply", wanted});
    CHECK(said.find("subscriber: 0 gained, 2 lost, 0 changed") != std::string::npos);
    CHECK(read_text(exchange.publisher.policy_path()) == read_text(wanted));
    CHECK(given(exchange) == std::vector<std::string>{indicator_id(1)});
    CHECK(sync_row(exchange.sync(), "weekly").number("received") == 0);
    CHECK(json_lines(exchange.publisher.must({"recall", "list", "--waiting", "--json"})).size() == 2);

    exchange.publisher.must({"policy", "undo"});
    CHECK(read_text(exchange.publisher.policy_path()) == before);
    CHECK(given(exchange) == std::vector<std::string>{indicator_id(1), indicator_id(2), indicator_id(3)});
    CHECK(exchange.publisher.must({"recall", "list", "--waiting"}).empty());
    CHECK(sync_row(exchange.sync(), "weekly").number("refused") == 0);
    const auto history = json_lines(exchange.publisher.must({"policy", "history", "--json"}));
    REQUIRE(history.size() > 3);
    CHECK(history[0].text("action") == "policy.undo");
    CHECK(exchange.publisher.must({"policy", "show", std::to_string(history[2].number("no"))}) == before);

    exchange.publisher.must({"policy", "apply", wanted});
    exchange.publisher.must({"recall", "confirm", "--party", "subscriber", indicator_id(2)});
    CHECK(json_lines(exchange.publisher.must({"recall", "list", "--waiting", "--json"})).size() == 1);
    CHECK(fsck(exchange.publisher).number("contradictions") == 0);
    CHECK(exchange.publisher({"audit", "check"}).exit == 0);
  }

  TEST_CASE("a broken file is refused with its line, and the node goes on as before") {
    Exchange exchange;
    make_peer(exchange);
    import_three(exchange);
    const std::string before = read_text(exchange.publisher.policy_path());
    const std::string broken = exchange.folder / "broken.toml";
    write_text(broken, before + "[[rule]]\neffect = \"permit\"\n");
    const Outcome refused = exchange.publisher({"policy", "apply", broken});
    CHECK(refused.exit == 1);
    CHECK(refused.err.find(broken + ":") != std::string::npos);
    CHECK(read_text(exchange.publisher.policy_path()) == before);
    CHECK(given(exchange).size() == 3);
  }

  TEST_CASE("kill -9 at any point of a switch leaves the old policy or the new one, whole") {
    for (const std::string point : {"policy-while-preparing", "policy-after-staging", "policy-before-attesting",
                                    "policy-after-attesting", "policy-before-switch:3", "policy-after-switch:3"}) {  // twice at the start
      CAPTURE(point);
      Exchange exchange;
      make_peer(exchange);
      import_three(exchange);
      // What nobody was given yet, and nothing is attested of: what was is not attested again.
      exchange.publisher.must({"collection", "add", "side"});
      write_text(exchange.folder / "side.json", bundle({indicator(4, Tlp::kGreen)}));
      exchange.publisher.must({"import", "--collection", "side", exchange.folder / "side.json"});
      exchange.publisher.must({"policy", "apply"});
      const std::string before = read_text(exchange.publisher.policy_path());
      // Somebody new with an agreement, so that there is something to stage and to attest as well as to withdraw.
      write_text(exchange.folder / "wanted.toml",
                 replaced(before, kGreenOnly, kNothing) +
                     "\n[[party]]\nid = \"other\"\nkind = \"member\"\ncollections = [\"*\"]\nattestations = \"inline\"\n");
      const std::size_t had = given(exchange).size();
      exchange.publisher.stop();
      Start start;
      start.crash_at = point;
      exchange.publisher.start(start);
      exchange.publisher({"policy", "apply", exchange.folder / "wanted.toml"});
      CHECK(exchange.publisher.wait_end() == 128 + 9);
      const bool written = read_text(exchange.publisher.policy_path()) != before;
      CHECK((point == "policy-while-preparing" || point == "policy-before-attesting" || point == "policy-after-attesting" || written));
      exchange.publisher.start();
      CHECK(given(exchange).size() == (written ? 1 : had));
      CHECK(fsck(exchange.publisher).number("contradictions") == 0);
      CHECK(exchange.publisher({"audit", "check"}).exit == 0);
      exchange.publisher.must({"policy", "apply", exchange.folder / "wanted.toml"});
      CHECK(given(exchange) == std::vector<std::string>{indicator_id(1)});
      CHECK(json_lines(exchange.publisher.must({"recall", "list", "--waiting", "--json"})).size() == 2);
    }
  }
}
