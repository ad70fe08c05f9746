// Query strings: TAXII 2.1 §3.4, §3.4.1 and the filter rows of the endpoint tables.
#include <algorithm>

#include "rig.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::taxii;
using namespace sekisho::taxii::tests;

namespace {

const std::string kObjects = Rig::at(kRw, "objects/");
const std::string kManifest = Rig::at(kRw, "manifest/");
const std::string kById = Rig::at(kRw, "objects/" + kBusyId + "/");
const std::string kVersionsOf = Rig::at(kRw, "objects/" + kBusyId + "/versions/");

std::vector<std::string> versions(Rig& rig, const std::string& query) {
  return column(parse(rig.get(kById, query))->root()["objects"], "modified");
}

std::size_t count(Rig& rig, const std::string& query) {
  return parse(rig.get(kObjects, query))->root()["objects"].size();
}

const std::string kV1 = "2020-01-01T00:00:00.000001Z";
const std::string kV2 = "2020-01-02T00:00:00.000002Z";
const std::string kV3 = "2020-01-03T00:00:00.000003Z";

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/query: malformed parameters are 400 on every list endpoint") {
    Rig rig;
    for (const char* query : {"limit=0",
                              "limit=-1",
                              "limit=abc",
                              "limit=1.5",
                              "limit=",
                              "limit",
                              "limit=+5",
                              "limit=%205",
                              "limit=000",
                              "limit=1e3",
                              "limit=0x10",
                              "limit=5%00",
                              "added_after=yesterday",
                              "added_after=2025-01-01",
                              "added_after=",
                              "added_after=2025-01-01T00:00:00.000000",
                              "added_after=2025-01-01T00:00:00Z",
                              "added_after=2025-01-01T00:00:00.000Z",
                              "added_after=2025-01-01T00:00:00.000000000Z",
                              "added_after=2025-01-01T00:00:00.000000%2B00:00",
                              "added_after=2025-01-01t00:00:00.000000z",
                              "added_after=2025-13-01T00:00:00.000000Z",
                              "added_after=2025-02-29T00:00:00.000000Z",
                              "added_after=2025-01-01T00:00:00.000000Z,2026-01-01T00:00:00.000000Z",
                              "next=",
                              "match%5Bspec_version%5D=abc",
                              "match%5Bspec_version%5D=2",
                              "match%5Bspec_version%5D=.1",
                              "match%5Bspec_version%5D=2.",
                              "match%5Bspec_version%5D=",
                              "limit=%",
                              "limit=%1",
                              "limit=%zz",
                              "%=1",
                              "x=%g0"}) {
      CAPTURE(query);
      for (const std::string& path : {kObjects, kManifest, kById, kVersionsOf}) {
        CHECK(is_error_resource(rig.get(path, query), 400));
      }
    }
    for (const char* query :
         {"match[version]=foo", "match[version]=all,last", "match[version]=first,all",
          "match[version]=", "match[version]=first,", "match[version]=,last",
          "match[version]=first,,last", "match[version]=first,%20last", "match[version]=LAST",
          "match[version]=2020-01-01", "match[version]=first,first", "match[version]=last,last",
          "match[version]=2020-01-01T00:00:00Z,2020-01-01T00:00:00.000Z"}) {
      CAPTURE(query);
      for (const std::string& path : {kObjects, kManifest, kById})
        CHECK(is_error_resource(rig.get(path, query), 400));
    }
    for (const char* query :
         {"match[type]=", "match[type]=a,,b", "match[type]=a,", "match[type]=a%20",
          "match[type]=a%00b", "match[id]=", "match[id]=,", "match[id]=a%0Ab", "match[type]"}) {
      CAPTURE(query);
      for (const std::string& path : {kObjects, kManifest})
        CHECK(is_error_resource(rig.get(path, query), 400));
    }
    CHECK(rig.source.calls == 0);
  }

  TEST_CASE("taxii/query: a parameter given twice is 400") {
    Rig rig;
    for (const char* query :
         {"match[type]=indicator&match[type]=malware", "match[type]=a&match%5Btype%5D=a",
          "limit=1&limit=1", "next=a&next=a",
          "added_after=2025-01-01T00:00:00.000000Z&added_after=2025-01-01T00:00:00.000000Z",
          "match[id]=a&limit=3&match[id]=b", "match[version]=first&match[version]=last",
          "match[spec_version]=2.1&match[spec_version]=2.0", "limit=1&%6Cimit=2"}) {
      CAPTURE(query);
      CHECK(is_error_resource(rig.get(kObjects, query), 400));
    }
  }

  TEST_CASE("taxii/query: unknown parameters and match fields are ignored") {
    Rig rig;
    const std::string plain = whole(rig.get(kObjects));
    for (const char* query : {"match[foo]=bar", "match[foo]=", "x=1&x=2", "&&", "=", "=1",
                              "Limit=0", "MATCH[type]=malware", "match[type=malware",
                              "match[confidence-gte]=50", "added-after=yesterday", "utm=%41&&"}) {
      CAPTURE(query);
      CHECK(whole(rig.get(kObjects, query)) == plain);
    }
  }

  TEST_CASE("taxii/query: brackets and commas may be percent-encoded") {
    Rig rig;
    const std::string plain = whole(rig.get(kObjects, "match[type]=indicator,malware"));
    CHECK(count(rig, "match[type]=indicator,malware") == 18);
    CHECK(whole(rig.get(kObjects, "match%5Btype%5D=indicator%2Cmalware")) == plain);
    CHECK(whole(rig.get(kObjects, "match%5btype%5d=%69ndicator%2cmalware")) == plain);
    CHECK(whole(rig.get(kObjects, "added_after=2025-06-15T15%3A06%3A40.000001Z")) ==
          whole(rig.get(kObjects, "added_after=2025-06-15T15:06:40.000001Z")));
  }

  TEST_CASE("taxii/query: fields combine by AND, values of one field by OR") {
    Rig rig;
    CHECK(count(rig, "") == 26);
    CHECK(count(rig, "match[type]=malware") == 8);
    CHECK(count(rig, "match[type]=malware,report") == 16);
    CHECK(count(rig, "match[id]=" + kBusyId +
                         ",indicator--00000000-0000-4000-8000-000000000000,tool--unknown") == 2);
    CHECK(count(rig, "match[type]=malware&match[id]=" + kBusyId) == 0);
    CHECK(count(rig,
                "match[type]=malware,indicator&match[id]=" + kBusyId + "&match[version]=all") == 3);
    CHECK(rig.get(kObjects, "match[type]=malware&match[id]=" + kBusyId).body == "{}");
  }

  TEST_CASE("taxii/query: version keywords and explicit versions") {
    Rig rig;
    using Texts = std::vector<std::string>;
    CHECK(versions(rig, "") == Texts{kV3});
    CHECK(versions(rig, "match[version]=last") == Texts{kV3});
    CHECK(versions(rig, "match[version]=first") == Texts{kV1});
    CHECK(versions(rig, "match[version]=all") == Texts{kV1, kV2, kV3});
    CHECK(versions(rig, "match[version]=first,last") == Texts{kV1, kV3});
    CHECK(versions(rig, "match[version]=last," + kV2 + ",first") == Texts{kV1, kV2, kV3});
    CHECK(versions(rig, "match[version]=" + kV1 + "," + kV3) == Texts{kV1, kV3});
    CHECK(versions(rig, "match[version]=2020-01-01T00:00:00Z").empty());
    // Compared as instants; the stored text comes back.
    CHECK(versions(rig, "match[version]=2020-01-01T00:00:00.00000100Z") == Texts{kV1});
  }

  TEST_CASE("taxii/query: spec_version default is the latest of each object") {
    Rig rig;
    auto& items = rig.source.content[1].items;
    items.push_back(make_item("tool--1", "2019-01-01T00:00:00Z", 1'800'000'000'000'000, "2.0"));
    items.push_back(make_item("tool--1", "2019-01-01T00:00:00Z", 1'800'000'000'000'001, "2.1"));
    const auto spec = [&rig](const std::string& query) {
      const auto document = parse(rig.get(kManifest, "match[id]=tool--1" + query));
      return column(document->root()["objects"], "media_type");
    };
    const std::string v20 = "application/stix+json;version=2.0";
    const std::string v21 = "application/stix+json;version=2.1";
    CHECK(spec("") == std::vector<std::string>{v21});
    CHECK(spec("&match[spec_version]=2.0") == std::vector<std::string>{v20});
    CHECK(spec("&match[spec_version]=2.1,2.0") == std::vector<std::string>{v20, v21});
    CHECK(spec("&match[spec_version]=9.9").empty());
  }

  TEST_CASE("taxii/query: added_after excludes its own instant") {
    Rig rig;
    const auto document = parse(rig.get(kManifest));
    const auto dates = column(document->root()["objects"], "date_added");
    REQUIRE(dates.front() == kFirstDate);
    for (const std::size_t k : {std::size_t{0}, std::size_t{7}, dates.size() - 1}) {
      const auto rest = parse(rig.get(kManifest, "added_after=" + dates[k]));
      CHECK(column(rest->root()["objects"], "date_added") ==
            std::vector<std::string>(dates.begin() + static_cast<std::ptrdiff_t>(k) + 1,
                                     dates.end()));
    }
    CHECK(count(rig, "added_after=0000-01-01T00:00:00.000000Z") == 26);
    CHECK(count(rig, "added_after=9999-12-31T23:59:59.999999Z") == 0);
  }

  TEST_CASE("taxii/query: endpoints take only the filters of their table") {
    Rig rig;
    for (const char* path : {"/taxii2/", "/api1/", "/api1/collections/"}) {
      CHECK(whole(rig.get(path, "limit=0&match[type]=&limit=0&added_after=x")) ==
            whole(rig.get(path)));
    }
    CHECK(whole(rig.get(Rig::at(kRw), "limit=0")) == whole(rig.get(Rig::at(kRw))));
    CHECK(is_error_resource(rig.get("/api1/collections/", "x=%"), 400));
    // One object: neither id nor type; its versions: no version either.
    CHECK(whole(rig.get(kById, "match[type]=malware&match[id]=other")) == whole(rig.get(kById)));
    CHECK(whole(rig.get(kVersionsOf, "match[version]=first&match[type]=x")) ==
          whole(rig.get(kVersionsOf)));
    rig.get(kObjects,
            "match[id]=a&match[type]=b&match[version]=all&match[spec_version]=2.1&limit=3&next=n"
            "&added_after=2025-06-15T15:06:40.000001Z");
    REQUIRE(rig.source.last_query.has_value());
    const Query& query = *rig.source.last_query;
    CHECK(query.ids == std::vector<std::string>{"a"});
    CHECK(query.types == std::vector<std::string>{"b"});
    CHECK(query.spec_versions == std::vector<std::string>{"2.1"});
    CHECK((query.version_all && !query.version_last && !query.version_first));
    CHECK(query.limit == 3u);
    CHECK(query.next == "n");
    CHECK(query.added_after == 1'750'000'000'000'001);
  }

  TEST_CASE("taxii/query: next is decoded once and plus stays plus") {
    Rig rig;
    rig.get(kObjects, "next=a%2Fb+c%3D%2525");
    CHECK(rig.source.last_query->next == "a/b+c=%25");
  }

  TEST_CASE("taxii/query: sizes are bounded") {
    Rig rig;
    std::string ids = "match[id]=a";
    for (std::size_t i = 1; i < rig.limits.match_values; ++i) ids += ",a" + std::to_string(i);
    CHECK(rig.get(kObjects, ids).status == 200);
    CHECK(is_error_resource(rig.get(kObjects, ids + ",z"), 400));
    const std::string longest = "x=" + std::string(rig.limits.query_bytes - 2, 'x');
    CHECK(rig.get(kObjects, longest).status == 200);
    CHECK(is_error_resource(rig.get(kObjects, longest + "x"), 400));
  }

  TEST_CASE("taxii/query: limit is never exceeded and capped by the server") {
    Rig rig;
    for (std::size_t limit = 1; limit <= 26; ++limit) {
      const auto document = parse(rig.get(kObjects, "limit=" + std::to_string(limit)));
      CHECK(document->root()["objects"].size() == limit);
      CHECK(document->root()["more"].boolean().value_or(false) == (limit < 26));
    }
    for (const char* query :
         {"", "limit=100000", "limit=99999999999999999999999999", "limit=0000000050"}) {
      rig.get(kObjects, query);
      CHECK(rig.source.last_query->limit == 50u);
    }
  }

  TEST_CASE("taxii/query: no type of STIX 2.1 is refused, nor a custom one") {
    Rig rig;
    for (const char* type : {"attack-pattern",
                             "campaign",
                             "course-of-action",
                             "grouping",
                             "identity",
                             "incident",
                             "indicator",
                             "infrastructure",
                             "intrusion-set",
                             "location",
                             "malware",
                             "malware-analysis",
                             "note",
                             "observed-data",
                             "opinion",
                             "report",
                             "threat-actor",
                             "tool",
                             "vulnerability",
                             "relationship",
                             "sighting",
                             "artifact",
                             "autonomous-system",
                             "directory",
                             "domain-name",
                             "email-addr",
                             "email-message",
                             "file",
                             "ipv4-addr",
                             "ipv6-addr",
                             "mac-addr",
                             "mutex",
                             "network-traffic",
                             "process",
                             "software",
                             "url",
                             "user-account",
                             "windows-registry-key",
                             "x509-certificate",
                             "language-content",
                             "marking-definition",
                             "extension-definition",
                             "x-acme-foo",
                             "sekisho-attestation"}) {
      CHECK(rig.get(kObjects, "match[type]=" + std::string(type)).status == 200);
    }
  }

  TEST_CASE("taxii/query: an error text never repeats what was sent") {
    Rig rig;
    for (const char* query :
         {"limit=PROBE", "added_after=PROBE", "match[version]=PROBE", "match[type]=PROBE,,",
          "match[spec_version]=PROBE", "match[id]=PROBE%20", "PROBE=%zz", "next=PROBE"}) {
      const HttpResponse response = rig.get(kObjects, query);
      CHECK(response.status == 400);
      CHECK(whole(response).find("PROBE") == std::string::npos);
    }
  }

  TEST_CASE("taxii/query: the same selection has the same text, another one another") {
    Rig rig;
    const auto selection = [&rig](const std::string& query) {
      rig.source.last_query.reset();
      CHECK(rig.get(kObjects, query).status == 200);
      return rig.source.last_query->selection();
    };
    CHECK(selection("") == "version=last");
    CHECK(selection("match[version]=last&limit=3&added_after=2025-06-15T15:06:40.000001Z") ==
          "version=last");
    CHECK(selection("match[version]=all") == "version=all");
    CHECK(selection("match[type]=b,a,b&match[id]=y,x") ==
          selection("match[id]=x,y,x&match[type]=a,b"));
    CHECK(selection("match[type]=b,a&match[id]=x") == "id=x&type=a,b&version=last");
    CHECK(selection("match[version]=last,first") == selection("match[version]=first,last"));
    CHECK(selection("match[version]=2020-01-01T00:00:00.0Z") ==
          selection("match[version]=2020-01-01T00:00:00Z"));
    CHECK(selection("match[type]=a%26version%3Dall") != selection("match[type]=a"));
    CHECK(selection("match[type]=a%26type%3Db") == "type=a%26type%3Db&version=last");
  }
}

TEST_SUITE("property") {
  TEST_CASE("taxii/query: any text is 400 or a well-formed page") {
    Rig rig;
    const auto check = [&rig](const std::string& query) {
      for (const std::string& path : {kObjects, kManifest, kById, kVersionsOf, Rig::at(kRw)}) {
        const HttpResponse response = rig.get(path, query);
        RC_ASSERT(response.status == 200 || response.status == 400);
        RC_ASSERT(json::check(response.body).ok());
      }
    };
    PROPERTY("random bytes", check);
    PROPERTY("random pieces", [&check] {
      const auto pieces =
          *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
              "match[", "type", "version", "id", "]", "=", "&", ",", "limit", "next", "added_after",
              "all", "first", "last", "5", "0", "%", "%2C", "%5B", "spec_version", "2.1", kV1,
              kFirstDate, kBusyId, "\xff", " "));
      std::string query;
      for (const std::string& piece : pieces) query += piece;
      check(query);
    });
  }
}
