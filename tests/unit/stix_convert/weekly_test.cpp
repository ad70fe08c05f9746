// The weekly report as CSV: docs/specs/weekly-csv.md, and the quarter in tests/data/weekly.
#include <filesystem>
#include <map>
#include <set>

#include "check.h"
#include "core/digest.h"
#include "stix/convert/convert.h"
#include "tests/support/data.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::tests;

namespace {

const std::string kHeader =
    "管理番号,配信日,更新日,種別,レベル,提供元,件名,概要,参照URL,CVE番号,関連OEM,TLP\n";
const std::string kRow =
    "W27-001,2025-07-01,,脅威・脆弱性情報,要注意,Vendor "
    "A,車載通信機の脆弱性,遠隔から…,https://news.example/1,"
    "ＣＶＥ－２０２５－１０００１,青嶺自動車,AMBER\n";
constexpr const char* kExtension =
    "extensions/extension-definition--8d6b8421-2505-402c-8f67-b6c5c89e6e3f/";

stix::convert::Converted row(std::string_view from, std::string_view to) {
  return one("weekly", kHeader + with(kRow, from, to));
}
stix::ObjectPtr report(std::string_view from, std::string_view to) {
  return checked(row(from, to)).back();
}

std::map<std::string, stix::convert::Outcome> quarter() {
  std::map<std::string, stix::convert::Outcome> out;
  const std::string folder = std::string(SEKISHO_SOURCE_DIR) + "/tests/data/weekly";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".csv") continue;
    out[entry.path().filename().string()] = converted("weekly", read_file(entry.path().string()));
  }
  return out;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("convert/weekly: the example of the specification, byte by byte") {
    stix::convert::Context local;
    local.id_namespace = stix::convert::local_namespace();
    const auto outcome = stix::convert::convert_all("weekly", kHeader + kRow, {}, local);
    REQUIRE(outcome.ok());
    REQUIRE(outcome->documents.size() == 1);
    const auto& objects = outcome->documents[0].objects;
    REQUIRE(objects.size() == 6);
    CHECK(outcome->documents[0].losses.empty());
    CHECK(objects[0].find("\"id\":\"identity--b49470b7-15fe-445f-85ed-d049fdbe8459\"") !=
          std::string::npos);
    // The extension-definition is the same on every node for good: a change needs a new id.
    CHECK(hex(sha256(objects[1])) ==
          "f3008938ded411e665bb3ebac6e985f89f7b1de26d16879856b6f4ce2cdb83a6");
    // The ids were computed apart, with another implementation of UUIDv5.
    CHECK(
        objects[5] ==
        R"({"type":"report","spec_version":"2.1","id":"report--4c0e1dd7-294f-5d3d-90ff-52dc8a3f9cfc","created":"2025-06-30T15:00:00.000Z","modified":"2025-06-30T15:00:00.000Z",)"
        R"("name":"車載通信機の脆弱性","description":"遠隔から…","report_types":["threat-report","vulnerability"],"published":"2025-06-30T15:00:00.000Z",)"
        R"("object_refs":["identity--b76be6c9-c280-5f25-a6cd-9e86abca0e72","identity--655fb197-a795-5c33-a00b-61e753e74d84","vulnerability--a4fefcc9-3cd0-50ed-97af-daef7b80fba6"],"lang":"ja",)"
        R"("external_references":[{"source_name":"週次情報レポート","external_id":"W27-001"},{"source_name":"news.example","url":"https://news.example/1"}],)"
        R"("object_marking_refs":["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"],)"
        R"("extensions":{"extension-definition--8d6b8421-2505-402c-8f67-b6c5c89e6e3f":{"extension_type":"property-extension","kind":"threat-vulnerability","level":"caution","vendors":["Vendor A"]}}})");
  }

  TEST_CASE("convert/weekly: dates are those of the mapping's zone") {
    const std::pair<const char*, const char*> dates[] = {
        {"2025/7/1", "2025-06-30T15:00:00.000Z"},
        {"2025.07.01", "2025-06-30T15:00:00.000Z"},
        {"２０２５年７月１日", "2025-06-30T15:00:00.000Z"},
        {"2025/7/1 9:05", "2025-07-01T00:05:00.000Z"},
        {"2025-07-01 09:05:07", "2025-07-01T00:05:07.000Z"},
        {"2025-07-01T09:05:07+09:00", "2025-07-01T00:05:07.000Z"}};
    for (const auto& [written, expected] : dates)
      CHECK(text_at(report("2025-07-01", written), "created") == expected);
    const auto updated = report("2025-07-01,,", "2025-07-01,2025/7/8,");
    CHECK(text_at(updated, "created") == "2025-06-30T15:00:00.000Z");
    CHECK(text_at(updated, "modified") == "2025-07-07T15:00:00.000Z");
    CHECK(text_at(updated, "published") == "2025-06-30T15:00:00.000Z");
  }

  TEST_CASE("convert/weekly: levels, kinds and trends") {
    CHECK(text_at(report("要注意", "重大情報"), std::string(kExtension) + "level") == "critical");
    CHECK(text_at(report("要注意", "周知"), std::string(kExtension) + "level") == "awareness");
    const auto none = row("要注意", "");
    CHECK(text_at(checked(none).back(), std::string(kExtension) + "level") == "(missing)");
    CHECK(loses(none, "no level"));
    const auto trend = report("脅威・脆弱性情報", "業界動向情報");
    CHECK(text_at(trend, std::string(kExtension) + "kind") == "industry-trend");
    CHECK(text_at(trend, "report_types/0") == "industry-trend");
    const auto bare =
        checked(row("Vendor "
                    "A,車載通信機の脆弱性,遠隔から…,https://news.example/"
                    "1,ＣＶＥ－２０２５－１０００１,青嶺自動車",
                    ",題,,,なし,－"));
    CHECK(bare.back()->root()["object_refs"].size() == 1);
    CHECK(text_at(of_type(bare, "identity").back(), "name") == "SOC");
  }

  TEST_CASE("convert/weekly: lists of CVE ids, links and organisations") {
    const auto many = row(
        "ＣＶＥ－２０２５－１０００１",
        "\"CVE-2025-10001、cve-2025-10002;ＣＶＥ－２０２５－１０００３\nCVE-2025-10001、未採番\"");
    CHECK(of_type(checked(many), "vulnerability").size() == 3);
    CHECK(text_at(of_type(checked(many), "vulnerability")[2],
                  "external_references/0/external_id") == "CVE-2025-10003");
    CHECK(loses(many, "no CVE id was left out: 未採番"));
    const auto links = report("https://news.example/1",
                              "\"https://a.example/x?a=1,2\nhxxps://bad[.]example/　社内資料\"");
    CHECK(
        text_at(links, "external_references") ==
        R"([{"source_name":"週次情報レポート","external_id":"W27-001"},{"source_name":"a.example","url":"https://a.example/x?a=1,2"},)"
        R"({"source_name":"reference","description":"hxxps://bad[.]example/"},{"source_name":"reference","description":"社内資料"}])");
    const auto folded =
        checked(row("青嶺自動車", "\"ＡＢＣ　モータース、ｱｵﾈ ｼﾞﾄﾞｳｼｬ、ABC モータース\""));
    const auto names = of_type(folded, "identity");
    REQUIRE(names.size() == 4);
    CHECK(text_at(names[2], "name") == "ABC モータース");
    CHECK(text_at(names[3], "name") == "アオネ ジドウシャ");
  }

  TEST_CASE("convert/weekly: an organisation named under one marking does not show under another") {
    const auto amber = checked(row("AMBER", "AMBER"));
    const auto red = checked(row("AMBER", "RED"));
    const auto unmarked = row(",AMBER", ",");
    CHECK(loses(unmarked, "treated as TLP:AMBER"));
    std::set<std::string> ids;
    for (const auto* objects : {&amber, &red}) {
      for (const auto& identity : of_type(*objects, "identity")) {
        if (text_at(identity, "name") == "青嶺自動車") ids.insert(std::string(identity->id()));
      }
    }
    CHECK(ids.size() == 2);
    for (const auto& object : red) {
      const bool of_project =
          text_at(object, "name") == "sekisho" || object->type() == "extension-definition";
      CHECK((text_at(object, "object_marking_refs/0") ==
             "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1") != of_project);
    }
  }

  TEST_CASE("convert/weekly: refused rows name the cell and say what to write") {
    struct Row {
      const char* from;
      const char* to;
      const char* where;
      const char* detail;
    };
    const Row rows[] = {
        {"W27-001", "", "row 2, column 管理番号", "empty"},
        {"2025-07-01", "", "row 2, column 配信日", "empty"},
        {"2025-07-01", "7/1", "row 2, column 配信日", "write it as 2025-07-01"},
        {"2025-07-01", "2025-06-31", "row 2, column 配信日", "write it as"},
        {"2025-07-01", "2025-07-01 24:00", "row 2, column 配信日", "write it as"},
        {"2025-07-01,,", "2025-07-01,来週,", "row 2, column 更新日", "write it as"},
        {"2025-07-01,,", "2025-07-01,2025-06-01,", "row 2, column 更新日", "before the date"},
        {"脅威・脆弱性情報", "その他", "row 2, column 種別", "業界動向情報"},
        {"要注意", "高", "row 2, column レベル", "none of: 周知"},
        {"車載通信機の脆弱性", "　", "row 2, column 件名", "empty"},
        {"AMBER", "TLP:UNCLEAR", "row 2, column TLP", "AMBER+STRICT"},
    };
    for (const Row& refused : rows) {
      const auto outcome = converted("weekly", kHeader + with(kRow, refused.from, refused.to) +
                                                   with(kRow, "W27-001", "W27-002"));
      CAPTURE(refused.to);
      REQUIRE(outcome.refused.size() == 1);
      CHECK(outcome.documents.size() == 1);
      CHECK(outcome.refused[0].error.code == Code::kConvertUnreadable);
      CHECK(outcome.refused[0].error.where == refused.where);
      CHECK_MESSAGE(outcome.refused[0].error.detail.find(refused.detail) != std::string::npos,
                    outcome.refused[0].error.detail);
    }
    const auto twice = converted("weekly", kHeader + kRow + kRow);
    REQUIRE(twice.refused.size() == 1);
    CHECK(twice.refused[0].document == "W27-001");
    CHECK(twice.refused[0].error.detail.find("that of row 2") != std::string::npos);
  }

  TEST_CASE("convert/weekly: the quarter has the published figures") {
    const auto files = quarter();
    CHECK(files.size() == 13);
    std::map<std::string, int> kinds, levels, markings;
    std::map<std::string, std::string> content;  // id and version -> bytes
    std::set<std::string> documents;
    int vendors_both = 0;
    for (const auto& [name, outcome] : files) {
      for (const auto& refused : outcome.refused)
        FAIL_CHECK(name << ": " << refused.error.to_string());
      for (const auto& document : outcome.documents) {
        CHECK_MESSAGE(document.losses.empty(), document.document_id);
        CHECK(documents.insert(document.document_id).second);
        const auto objects = checked(document);
        for (const auto& object : objects) {
          const auto [entry, fresh] = content.emplace(
              std::string(object->id()) + std::string(object->version()), object->bytes());
          CHECK(entry->second == object->bytes());
        }
        const auto& item = objects.back();
        const std::string kind = text_at(item, std::string(kExtension) + "kind");
        ++kinds[kind];
        ++levels[kind + " " + text_at(item, std::string(kExtension) + "level")];
        ++markings[text_at(item, "object_marking_refs/0")];
        const std::string created = text_at(item, "created");
        CHECK(created >= "2025-06-30T15:00:00.000Z");
        CHECK(created < "2025-09-30T15:00:00.000Z");
        int vendors = 0;
        for (const auto& identity : of_type(objects, "identity"))
          vendors += text_at(identity, "name").find("Vendor ") == 0;
        vendors_both += vendors == 2;
      }
    }
    CHECK(documents.size() == 113);
    CHECK(kinds["threat-vulnerability"] == 74);
    CHECK(kinds["industry-trend"] == 39);
    CHECK(levels["threat-vulnerability critical"] == 0);
    CHECK(levels["threat-vulnerability caution"] == 27);
    CHECK(levels["threat-vulnerability awareness"] == 47);
    CHECK(levels["industry-trend awareness"] == 39);
    CHECK(markings.size() == 5);
    CHECK(vendors_both == 14);
    const auto again = quarter();
    for (const auto& [name, outcome] : files) {
      for (std::size_t i = 0; i < outcome.documents.size(); ++i) {
        CHECK(outcome.documents[i].objects == again.at(name).documents[i].objects);
      }
    }
  }

  TEST_CASE("convert/weekly: the quarter is written in both character sets") {
    int shift_jis = 0;
    const std::string utf8_header = "管理番号";
    for (const auto& entry : std::filesystem::directory_iterator(std::string(SEKISHO_SOURCE_DIR) +
                                                                 "/tests/data/weekly")) {
      if (entry.path().extension() != ".csv") continue;
      shift_jis += read_file(entry.path().string()).find(utf8_header) == std::string::npos;
    }
    CHECK(shift_jis == 3);
  }
}
