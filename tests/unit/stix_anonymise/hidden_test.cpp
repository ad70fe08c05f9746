// Names of a submitter, found and masked: docs/specs/anonymous.md §3.
#include "stix/anonymise/hidden.h"

#include "tests/support/doctest.h"

namespace sekisho::stix::anonymise {
namespace {

TEST_SUITE("unit") {
  TEST_CASE("stix/anonymise: a name is found in any case and masked wherever it stands") {
    Hidden hidden;
    hidden.add(" Acme Motors ");
    hidden.add("acme");
    hidden.add("");
    hidden.add("  ");
    CHECK(hidden.names().size() == 2);
    CHECK(hidden.in("the ACME motors plant"));
    CHECK(hidden.in("http://www.acme.example/"));
    CHECK_FALSE(hidden.in("a plant"));
    CHECK(hidden.masked("Acme Motors, ACME, acmeacme") == "[withheld], [withheld], [withheld][withheld]");
    CHECK(hidden.masked("nothing") == "nothing");
  }

  TEST_CASE("stix/anonymise: a name is found however it is written, and masked as it was written") {
    Hidden hidden;
    hidden.add("Beta Works KK");
    hidden.add("ＮＴＸ");
    CHECK(hidden.names() == std::vector<std::string>{"beta works kk", "ntx"});
    CHECK(hidden.masked("（Ｂｅｔａ　Ｗｏｒｋｓ　ＫＫ）の工場") == "（[withheld]）の工場");
    CHECK(hidden.masked("ÄÖ Be\u200Bta Wor\u200Bks K\u00ADK, 𝐁𝐞𝐭𝐚 𝐖𝐨𝐫𝐤𝐬 𝐊𝐊.") == "ÄÖ [withheld], [withheld].");
    CHECK(hidden.masked("ｎｔｘ N\u200BTX entx ｎｔｘ２") == "[withheld] [withheld] entx ｎｔｘ２");
    CHECK(hidden.in("x 𝐍𝐓𝐗 y"));
    Hidden parts;
    for (const char* name : {"xxxf", "ixxx", "トヨタ自動"}) parts.add(name);
    CHECK(parts.masked("xxx\uFB01xxx!") == "[withheld]!");  // two that share a letter
    CHECK(parts.masked("トヨダ自動") == "トヨダ自動");
    CHECK(parts.masked("ﾄﾖﾀ自動") == "[withheld]");
  }

  TEST_CASE("stix/anonymise: a short name counts as a word only, beside any script") {
    Hidden hidden;
    hidden.add("NTX");
    CHECK(hidden.in("by ntx."));
    CHECK(hidden.in("NTXの工場"));
    CHECK_FALSE(hidden.in("entxy"));
    CHECK_FALSE(hidden.in("ntx2"));
    CHECK(hidden.masked("ntxntx ntx") == "ntxntx [withheld]");
  }

  TEST_CASE("stix/anonymise: contact information gives addresses and their domains") {
    Hidden hidden;
    hidden.add_contacts("Hanako <psirt@acme-motors.example>, tel. 12; https://sec.acme-motors.example/x");
    CHECK(hidden.in("mail PSIRT@acme-motors.example"));
    CHECK(hidden.in("host vpn.acme-motors.example"));
    CHECK_FALSE(hidden.in("Hanako"));
    CHECK_FALSE(hidden.in("tel"));
  }

  TEST_CASE("stix/anonymise: what a mask leaves behind holds no name") {
    Hidden hidden;
    hidden.add("withheld");
    hidden.add("abab");
    CHECK_FALSE(hidden.masked("ababab").find("abab") != std::string::npos);
    hidden.add("babcd");
    CHECK(hidden.masked("xabababcdx") == "x[withheld]x");  // what overlapping names cover together
    hidden.add("ntx");
    CHECK(hidden.masked("ababntxabab ntxabab entx") == "[withheld][withheld][withheld] [withheld][withheld] entx");
  }

  TEST_CASE("stix/anonymise: a name inside another, and one that begins like another, are found") {
    Hidden hidden;
    for (const char* name : {"acme motors japan", "motors", "tors j", "or", "acme motorway"}) hidden.add(name);
    CHECK(hidden.masked("the acme motors plant") == "the acme [withheld] plant");
    CHECK(hidden.masked("acme motor or motor") == "acme motor [withheld] motor");
    CHECK(hidden.masked("acme motors jam") == "acme [withheld]am");
    CHECK(hidden.in("ACME MOTORWAY"));
    CHECK_FALSE(hidden.in("acme motorist"));
    CHECK(hidden.names() == std::vector<std::string>{"acme motors japan", "acme motorway", "motors", "tors j", "or"});
  }
}

}  // namespace
}  // namespace sekisho::stix::anonymise
