// The clauses of TAXII 2.1 over a served node: SQLite, TLS, real sockets. What must come is said by a model: the list of
// what was posted, in that order.
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>

#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

const std::string kIn = "/exchange/collections/weekly/";
const std::string kBusy = "report--5e7a1000-0000-4000-8000-0000000000ff";
const std::string kStatement = "marking-definition--5e7a1000-0000-4000-8000-0000000000aa";
const std::string kAddress = "ipv4-addr--efcd5e80-570d-4131-b213-62cb18eaa6a8";
const std::string kGreen = R"("object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"])";

/// One object version as it was posted; `version` as a manifest names it.
struct Posted {
  std::string type, id, version, text, date;
};

Posted report_of(const std::string& id, const std::string& created, const std::string& modified) {
  return {"report", id, modified,
          R"({"type":"report","spec_version":"2.1","id":")" + id + R"(","created":")" + created + R"(","modified":")" + modified +
              R"(","name":"R","published":"2024-01-01T00:00:00Z","x_acme_note":{"kept":[1.0,1e-7,"\ud83d\ude00"]},"object_refs":[")" + id +
              R"("],)" + kGreen + "}",
          ""};
}

std::vector<Posted> seeds() {
  std::vector<Posted> out;
  // Neither ids nor STIX times rise with the order of addition.
  out.push_back(report_of("report--5e7a1000-0000-4000-8000-000000000009", "2031-05-05T00:00:00.000Z", "2031-05-05T00:00:00.000Z"));
  out.push_back(report_of(kBusy, "2024-01-01T00:00:00.000Z", "2024-01-02T00:00:00.000Z"));
  out.push_back({"marking-definition", kStatement, "2020-02-02T00:00:00.123456Z",
                 R"({"type":"marking-definition","spec_version":"2.1","id":")" + kStatement +
                     R"(","created":"2020-02-02T00:00:00.123456Z","definition_type":"statement","definition":{"statement":"s"},)" + kGreen + "}",
                 ""});
  out.push_back({"ipv4-addr", kAddress, "1970-01-01T00:00:00.000Z",
                 R"({"type":"ipv4-addr","spec_version":"2.1","id":")" + kAddress + R"(","value":"198.51.100.3",)" + kGreen + "}", ""});
  out.push_back(report_of(kBusy, "2024-01-01T00:00:00.000Z", "2024-01-01T00:00:00.000Z"));
  out.push_back(report_of("report--5e7a1000-0000-4000-8000-000000000001", "2019-05-05T00:00:00.000Z", "2019-05-05T00:00:00.000Z"));
  out.push_back(report_of(kBusy, "2024-01-01T00:00:00.000Z", "2024-01-03T00:00:00.500123Z"));
  for (int n = 1; n <= 18; ++n) {
    const std::string digits = std::to_string(100 - n);
    out.push_back(report_of("report--5e7a1000-0000-4000-8000-0000000001" + (digits.size() < 2 ? "0" + digits : digits),
                            "2022-05-05T00:00:00.000Z", "2022-05-05T00:00:00.000Z"));
  }
  return out;
}

/// bob posts into `weekly`, one object a time; alice reads.
struct Place {
  Place() : node(folder / "node", "Some ISAC", 100) {
    node.start();
    node.must({"collection", "add", "weekly"});
    node.must({"party", "add", "alice", "--kind", "member", "--read", "weekly"});
    node.must({"party", "add", "bob", "--kind", "member", "--read", "weekly", "--write", "weekly", "--unsigned"});
    node.add_policy("[[import]]\nid = \"open\"\neffect = \"accept\"\nsources = [\"bob\"]\n");
    alice = std::make_unique<Caller>(node, "Bearer " + node.token("alice"));
    bob = std::make_unique<Caller>(node, "Bearer " + node.token("bob"));
    own = listed("");  // the node's identity
    for (Posted& one : posted) {
      const auto answer = bob->post(kIn + "objects/", "{\"objects\":[" + one.text + "]}");
      if (answer.status != 202 || Json(body_of(answer)).number("success_count") != 1) throw std::runtime_error(one.text + body_of(answer));
    }
    const Json manifest = alice->page(kIn + "manifest/?match[version]=all");
    for (const auto& entry : manifest["objects"]) {
      for (Posted& one : posted) {
        if (entry.value["id"].string_or("") == one.id && entry.value["version"].string_or("") == one.version) {
          one.date = std::string(entry.value["date_added"].string_or(""));
        }
      }
    }
  }
  /// (id, version) as the manifest lists them.
  std::vector<std::string> listed(const std::string& query) {
    std::vector<std::string> out;
    const Json manifest = alice->page(kIn + "manifest/" + query);
    for (const auto& entry : manifest["objects"]) {
      out.push_back(std::string(entry.value["id"].string_or("")) + " " + std::string(entry.value["version"].string_or("")));
    }
    return out;
  }
  /// The same as the objects themselves say.
  std::vector<std::string> given(const std::string& query, const std::string& below = "objects/") {
    std::vector<std::string> out;
    const Json page = alice->page(kIn + below + query);
    for (const auto& entry : page["objects"]) {
      const json::Value object = entry.value;
      std::string version(object["modified"].string_or(object["created"].string_or("1970-01-01T00:00:00.000Z")));
      out.push_back(std::string(object["id"].string_or("")) + " " + version);
    }
    return out;
  }
  /// What the model says; the node's own identity first, where it is meant.
  std::vector<std::string> expected(const std::function<bool(const Posted&)>& keep, bool with_own = false) const {
    std::vector<std::string> out;
    if (with_own) out = own;
    for (const Posted& one : posted) {
      if (keep(one)) out.push_back(one.id + " " + one.version);
    }
    return out;
  }
  Folder folder;
  Node node;
  std::vector<Posted> posted = seeds();
  std::vector<std::string> own;
  std::unique_ptr<Caller> alice, bob;
};

bool is_last(const Posted& one) { return one.id != kBusy || one.version == "2024-01-03T00:00:00.500123Z"; }
bool is_first(const Posted& one) { return one.id != kBusy || one.version == "2024-01-01T00:00:00.000Z"; }

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("taxii: every filter on every list endpoint gives what was added, in that order") {
    Place place;
    CHECK(place.own.size() == 1);
    const auto both = [&place](const std::string& query, const std::vector<std::string>& expected) {
      CAPTURE(query);
      CHECK(place.listed(query) == expected);
      CHECK(place.given(query) == expected);
    };
    both("", place.expected(is_last, true));
    both("?match[version]=last", place.expected(is_last, true));
    both("?match[version]=first", place.expected(is_first, true));
    both("?match[version]=all", place.expected([](const Posted&) { return true; }, true));
    both("?match[version]=first,last", place.expected([](const Posted& one) { return is_first(one) || is_last(one); }, true));
    both("?match[version]=2024-01-02T00:00:00Z", place.expected([](const Posted& one) { return one.version == "2024-01-02T00:00:00.000Z"; }));
    both("?match[version]=2024-01-01T23:59:59.999Z", {});
    both("?match[version]=2024-01-03T00:00:00.5001230Z,first&match[id]=" + kBusy,
         place.expected([](const Posted& one) { return one.id == kBusy && one.version != "2024-01-02T00:00:00.000Z"; }));
    both("?match[version]=2020-02-02T00:00:00.123456Z", place.expected([](const Posted& one) { return one.id == kStatement; }));
    both("?match[version]=1970-01-01T00:00:00.000Z", place.expected([](const Posted& one) { return one.id == kAddress; }));
    both("?match[type]=report", place.expected([](const Posted& one) { return one.type == "report" && is_last(one); }));
    both("?match%5Btype%5D=ipv4-addr%2Cmarking-definition",
         place.expected([](const Posted& one) { return one.type != "report"; }));
    both("?match[type]=malware", {});
    both("?match[id]=" + kAddress + "," + kBusy + ",report--00000000-0000-4000-8000-000000000000",
         place.expected([](const Posted& one) { return one.id == kAddress || (one.id == kBusy && is_last(one)); }));
    both("?match[type]=report&match[id]=" + kAddress, {});
    both("?match[spec_version]=2.1", place.expected(is_last, true));
    both("?match[spec_version]=2.0", {});
    both("?match[spec_version]=2.0,2.1&match[foo]=bar&x=y", place.expected(is_last, true));
    // added_after: strictly later, whatever the STIX times say.
    for (const std::size_t k : {std::size_t{0}, std::size_t{5}, place.posted.size() - 1}) {
      const std::string after = place.posted[k].date;
      both("?match[version]=all&added_after=" + after, place.expected([&after](const Posted& one) { return one.date > after; }));
      both("?match[type]=report&added_after=" + after,
           place.expected([&after](const Posted& one) { return one.date > after && one.type == "report" && is_last(one); }));
    }
    // limit: the oldest first, never more, and all of it if it fits.
    const auto all = place.expected(is_last, true);
    for (const std::size_t limit : {std::size_t{1}, std::size_t{7}, all.size() - 1, all.size(), all.size() + 1, std::size_t{100000}}) {
      const std::string query = "?limit=" + std::to_string(limit);
      both(query, {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(limit, all.size()))});
      CHECK(place.alice->page(kIn + "objects/" + query)["more"].boolean().value_or(false) == (limit < all.size()));
      CHECK(place.alice->page(kIn + "manifest/" + query)["more"].boolean().value_or(false) == (limit < all.size()));
    }
  }

  TEST_CASE("taxii: one object and its versions, with their filters; bytes come back unchanged") {
    Place place;
    const auto busy = [](const Posted& one) { return one.id == kBusy; };
    const std::string below = "objects/" + kBusy + "/";
    CHECK(place.given("?match[version]=all", below) == place.expected(busy));
    CHECK(place.given("", below) == place.expected([&](const Posted& one) { return busy(one) && is_last(one); }));
    CHECK(place.given("?match[version]=first", below) == place.expected([&](const Posted& one) { return busy(one) && is_first(one); }));
    CHECK(place.given("?match[version]=2024-01-02T00:00:00.000001Z", below).empty());
    CHECK(body_of(place.alice->get(kIn + below + "?match[version]=2001-01-01T00:00:00Z")) == "{}");
    CHECK(place.given("?match[type]=malware", below).size() == 1);  // not a filter here
    const auto versions = [&place](const std::string& id, const std::string& query = {}) {
      std::vector<std::string> out;
      const Json page = place.alice->page(kIn + "objects/" + id + "/versions/" + query);
      for (const auto& entry : page["versions"]) out.emplace_back(entry.value.string_or(""));
      return out;
    };
    CHECK(versions(kBusy) == std::vector<std::string>{"2024-01-02T00:00:00.000Z", "2024-01-01T00:00:00.000Z", "2024-01-03T00:00:00.500123Z"});
    CHECK(versions(kBusy, "?limit=2").size() == 2);
    CHECK(versions(kStatement) == std::vector<std::string>{"2020-02-02T00:00:00.123456Z"});
    CHECK(versions(kAddress) == std::vector<std::string>{"1970-01-01T00:00:00.000Z"});
    for (const std::string what : {"objects/report--00000000-0000-4000-8000-000000000000/", "objects/x/versions/"}) {
      CHECK(place.alice->get(kIn + what).status == 404);
    }
    for (const Posted& one : place.posted) {
      const auto page = body_of(place.alice->get(kIn + "objects/" + one.id + "/?match[version]=" + one.version));
      CHECK(page == "{\"objects\":[" + one.text + "]}");
    }
    // What a status calls a version is what the manifest calls it.
    const auto again = Json(body_of(place.bob->post(kIn + "objects/", "{\"x_acme_tag\":1,\"objects\":[" + place.posted[3].text + "]}")));
    CHECK(again["successes"].at(0)["version"].string_or("") == place.posted[3].version);
    CHECK(versions(kAddress).size() == 1);
  }

  TEST_CASE("taxii: walks by next and by date give each item once, with exact dates on every page") {
    Place place;
    for (const std::string endpoint : {"objects/", "manifest/"}) {
      for (const std::size_t limit : {1U, 2U, 7U, 25U, 26U, 27U}) {
        for (const bool by_next : {true, false}) {
          CAPTURE((endpoint + " limit " + std::to_string(limit) + (by_next ? " by next" : " by date")));
          const std::string base = kIn + endpoint + "?match[version]=all&limit=" + std::to_string(limit);
          std::vector<std::string> ids;
          std::string more, last_date;
          for (int pages = 0; pages < 40; ++pages) {
            const auto response = place.alice->get(base + more);
            const Json page(body_of(response));
            for (const auto& entry : page["objects"]) ids.emplace_back(entry.value["id"].string_or(""));
            const std::string first = header_of(response, "X-TAXII-Date-Added-First"), last = header_of(response, "X-TAXII-Date-Added-Last");
            CHECK(first.size() == 27);
            CHECK(first > last_date);
            last_date = last;
            const Json named(body_of(place.alice->get(kIn + "manifest/?match[version]=all&limit=" + std::to_string(limit) +
                                                      (ids.size() <= limit ? "" : "&added_after=" + more.substr(more.rfind('=') + 1)))));
            if (!by_next || ids.size() <= limit) {
              CHECK(named["objects"].at(0)["date_added"].string_or("") == first);
              CHECK(named["objects"].at(page["objects"].size() - 1)["date_added"].string_or("") == last);
            }
            if (!page["more"].boolean().value_or(false)) break;
            const bool token = by_next && !page.text("next").empty();
            more = token ? "&next=" + page.text("next") : "&added_after=" + last;
          }
          CHECK(ids.size() == place.posted.size() + 1);
          CHECK(std::equal(ids.begin() + 1, ids.end(), place.posted.begin(), place.posted.end(),
                           [](const std::string& id, const Posted& one) { return id == one.id; }));
        }
      }
    }
    CHECK(header_of(place.alice->get(kIn + "objects/?match[type]=malware"), "X-TAXII-Date-Added-Last").empty());
  }

  TEST_CASE("taxii: a malformed query is 400 on each endpoint, and a page that is kept is asked about again") {
    Place place;
    for (const std::string& endpoint :
         std::vector<std::string>{"objects/", "manifest/", "objects/" + kBusy + "/", "objects/" + kBusy + "/versions/"}) {
      for (const std::string bad : {"limit=0", "limit=-1", "limit=abc", "limit=1.5", "limit=", "added_after=yesterday",
                                    "added_after=2024-01-01", "added_after=2024-01-01T00:00:00.000000", "limit=1&limit=1", "next=", "next=x"}) {
        CAPTURE(endpoint + bad);
        const auto answer = place.alice->get(kIn + endpoint + "?" + bad);
        CHECK(answer.status == 400);
        CHECK(Json(body_of(answer)).text("http_status") == "400");
      }
      const auto page = place.alice->get(kIn + endpoint);
      const std::string tag = header_of(page, "ETag");
      CHECK(tag.starts_with("W/\""));
      CHECK(header_of(place.bob->get(kIn + endpoint), "ETag") != tag);  // another reader, another tag
      const auto kept = place.alice->ask("GET", kIn + endpoint, {{"If-None-Match", "\"x\", " + tag}});
      CHECK(kept.status == 304);
      CHECK(body_of(kept).empty());
      CHECK(header_of(kept, "ETag") == tag);
      CHECK(header_of(kept, "X-TAXII-Date-Added-Last") == header_of(page, "X-TAXII-Date-Added-Last"));
      CHECK(place.alice->ask("HEAD", kIn + endpoint, {{"If-None-Match", tag}}).status == 304);
      CHECK(place.alice->ask("GET", kIn + endpoint, {{"If-None-Match", "\"x\""}}).status == 200);
    }
    const std::string tag = header_of(place.alice->get(kIn + "objects/"), "ETag");
    place.bob->post(kIn + "objects/", "{\"objects\":[" + indicator(1, Tlp::kGreen) + "," + indicator(2, Tlp::kRed) + "]}");
    const auto fresh = place.alice->ask("GET", kIn + "objects/", {{"If-None-Match", tag}});
    CHECK(fresh.status == 200);
    place.bob->post(kIn + "objects/", "{\"objects\":[" + indicator(3, Tlp::kRed) + "]}");  // hidden from alice
    CHECK(place.alice->ask("GET", kIn + "objects/", {{"If-None-Match", header_of(fresh, "ETag")}}).status == 304);
  }
}
