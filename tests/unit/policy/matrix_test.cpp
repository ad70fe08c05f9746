// The table as enforced agrees with the table as written, for every kind, label and situation.
#include "policy/matrix.h"

#include "fixture.h"

namespace sekisho::policy {

TEST_SUITE("unit") {
  TEST_CASE("policy/matrix: every hop of the rules of TLP, as decided") {
    std::string text = kHead + tables();
    for (const char* kind : {"isac", "member", "peer-isac", "vendor", "supplier", "government"}) text += party(std::string("p-") + kind, kind);
    const auto shown = [&](const std::string& more, const MatrixQuestion& question = {}) {
      std::string out;
      const auto compiled_policy = compiled(text + more);
      const auto rows = matrix(*compiled_policy, question, kNow);
      REQUIRE(rows.ok());
      for (const MatrixRow& row : *rows) {
        out += row.kind + ":";
        for (const MatrixCell& cell : row.cells) out += cell.permitted == 1 ? " yes" : cell.redacted == 1 ? " redacted" : cell.held == 1 ? " hold" : " no";
        out += "\n";
      }
      return out;
    };
    // Nothing but the table: agreements, consents and needs are missing.
    CHECK(shown("") ==
          "isac: yes yes yes yes no\nmember: yes yes yes no no\npeer-isac: yes no no no no\nvendor: yes no no no no\n"
          "supplier: yes no no no no\ngovernment: yes no no no no\n");
    std::string agreed;
    for (const char* kind : {"peer-isac", "vendor", "supplier", "government"}) {
      agreed += std::string("[[agreement]]\nid = \"a-") + kind + "\"\nparty = \"p-" + kind + "\"\ntlp_ceiling = \"TLP:AMBER\"\n";
    }
    CHECK(shown(agreed) ==
          "isac: yes yes yes yes no\nmember: yes yes yes no no\npeer-isac: yes yes no no no\nvendor: yes yes no no no\n"
          "supplier: yes yes no no no\ngovernment: yes yes no no no\n");
    std::string consented = agreed + "[[rule]]\nid = \"need\"\neffect = \"need-to-know\"\nkinds = [\"supplier\"]\n";
    for (const char* kind : {"peer-isac", "vendor", "government"}) {
      consented += std::string("[[consent]]\nid = \"c-") + kind + "\"\nsource = \"self\"\nto = \"p-" + kind + "\"\n";
    }
    // The table that init writes keeps AMBER from vendors.
    CHECK(shown(consented) ==
          "isac: yes yes yes yes no\nmember: yes yes yes no no\npeer-isac: yes yes yes no no\nvendor: yes yes no no no\n"
          "supplier: yes yes yes no no\ngovernment: yes yes yes no no\n");
    // What came from a peer ISAC goes no hop further without consent, its AMBER+STRICT never.
    MatrixQuestion of_peer;
    of_peer.source = "p-peer-isac";
    CHECK(shown(agreed, of_peer) ==
          "isac: yes yes no no no\nmember: yes yes no no no\npeer-isac: yes yes no no no\nvendor: yes yes no no no\n"
          "supplier: yes yes no no no\ngovernment: yes yes no no no\n");
    MatrixQuestion elsewhere;
    elsewhere.collection = "other";
    CHECK(shown(consented, elsewhere).find("yes") == std::string::npos);
    CHECK(shown("[[rule]]\nid = \"h\"\neffect = \"hold\"\ntypes = [\"report\"]\n").find("isac: hold hold hold hold no") == 0);
    CHECK(shown("[[profile]]\nid = \"d\"\nfrom = 2026-01-01\nblur = \"day\"\n[[rule]]\nid = \"r\"\neffect = \"redact\"\nprofile = \"d\"\nkinds = [\"isac\"]\n")
              .find("isac: redacted redacted redacted redacted no\nmember: yes yes") == 0);
  }

  TEST_CASE("policy/matrix: the cells say what is asked and what could be") {
    const auto strict = compiled(kHead + "[tlp.member]\nCLEAR = \"permit\"\nGREEN = \"never\"\n");
    const auto found = matrix(*strict, {}, kNow);
    REQUIRE(found.ok());
    const auto& rows = *found;
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].parties == 0);
    CHECK(rows[0].cells[1].asks == "never");
    CHECK(rows[0].cells[1].loosest == "permit");
    MatrixQuestion wrong;
    wrong.type = "No Type";
    CHECK_FALSE(matrix(*strict, wrong, kNow).ok());
  }
}

}  // namespace sekisho::policy
