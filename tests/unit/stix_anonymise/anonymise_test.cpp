// What becomes of one object: docs/specs/anonymous.md §3.
#include "stix/anonymise/anonymise.h"

#include <map>

#include "stix/validate/validate.h"
#include "tests/support/doctest.h"

namespace sekisho::stix::anonymise {
namespace {

const std::string kOld = "8a4f0000-0000-4000-8000-000000000001", kNew = "d2b10000-0000-4000-8000-000000000002";
const std::string kOther = "77770000-0000-4000-8000-000000000003", kTurned = "90900000-0000-4000-8000-000000000004";
const std::string kOrg = "identity--11111111-1111-4111-8111-111111111111";
const std::string kAcme = "identity--ac3e0000-0000-4000-8000-000000000005";
const std::string kGreen = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";
const std::string kOwnMark = "marking-definition--ac3e0000-0000-4000-8000-000000000006";

struct Bench {
  Hidden hidden;
  std::map<std::string, Turn> turns{{"indicator--" + kOther, {Turn::Kind::kRewrite, "indicator--" + kTurned, ""}},
                                    {"report--" + kOld, {Turn::Kind::kRewrite, "report--" + kNew, "2026-11-20T00:00:00.000Z"}},
                                    {"malware--" + kOther, {Turn::Kind::kKeep, "", ""}}};
  redact::Blur blur = redact::Blur::kDay;
  std::string type = "report";

  Bench() {
    hidden.add("acme");
    hidden.add(kAcme);
  }
  Outcome run(const std::string& text, const std::string& id = {}) {
    auto parsed = Object::parse(text);
    REQUIRE_MESSAGE(parsed.ok(), text);
    original = *parsed;
    Request request;
    request.original = original.get();
    request.id = id.empty() ? std::string(original->type()) + "--" + kNew : id;
    request.creator = kOrg;
    request.created = "2026-11-20T00:00:00.000Z";
    request.modified = "2026-11-21T00:00:00.000Z";
    request.blur = blur;
    request.hidden = &hidden;
    request.reference = [this](std::string_view which, Mention) {
      const auto found = turns.find(std::string(which));
      return found == turns.end() ? Turn{} : found->second;
    };
    request.keeps_marking = [](std::string_view which) { return which == kGreen; };
    return anonymise(request);
  }
  ObjectPtr original;
};

/// A report with `more` members.
std::string report(const std::string& more, const std::string& refs = "\"indicator--" + kOther + "\"") {
  return R"({"type":"report","spec_version":"2.1","id":"report--)" + kOld + R"(","created_by_ref":")" + kAcme +
         R"(","created":"2026-11-20T09:41:07.213Z","modified":"2026-11-21T09:41:07.213Z","name":"Break-in","published":"2026-11-20T09:41:07.213Z","object_refs":[)" +
         refs + "]" + (more.empty() ? "" : "," + more) + "}";
}
std::string kept(const Outcome& outcome) {
  REQUIRE_MESSAGE(outcome.object != nullptr, outcome.reason);
  return outcome.object->bytes();
}
bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_SUITE("unit") {
  TEST_CASE("stix/anonymise: id, creator, times and references are new; what is not the submitter's stays") {
    Bench bench;
    const Outcome done = bench.run(report(R"("lang":"ja","object_marking_refs":[")" + kGreen + R"("],"revoked":true,"confidence":50)",
                                          "\"indicator--" + kOther + "\",\"malware--" + kOther + "\",\"tool--" + kOther + "\""));
    CHECK(done.kind == Outcome::Kind::kClean);
    CHECK(kept(done) ==
          R"({"type":"report","spec_version":"2.1","id":"report--)" + kNew + R"(","created_by_ref":")" + kOrg +
              R"(","created":"2026-11-20T00:00:00.000Z","modified":"2026-11-21T00:00:00.000Z","name":"Break-in","published":"2026-11-20T00:00:00.000Z","object_refs":["indicator--)" +
              kTurned + R"(","malware--)" + kOther + R"("],"lang":"ja","object_marking_refs":[")" + kGreen + R"("],"revoked":true,"confidence":50})");
  }

  TEST_CASE("stix/anonymise: own properties, extensions and references that name the submitter go") {
    Bench bench;
    const std::string text = kept(bench.run(report(
        R"("x_ticket":"SEC-4711","ticket":"SEC-4712","extensions":{"extension-definition--ac3e0000-0000-4000-8000-000000000009":{"extension_type":"property-extension","a":"SEC-4713"},)"
        R"("extension-definition--0d3b8a92-069a-421d-be24-3cbcf715d45f":{"extension_type":"property-extension","sectors":["automotive"],"note":"SEC-4714"}},)"
        R"("external_references":[{"source_name":"Acme SIRT","external_id":"SEC-4715"},{"source_name":"cve","external_id":"CVE-2026-1","x_seen":"SEC-4716","who":"SEC-4717"},)"
        R"({"source_name":"advisory","url":"https://www.ACME.example/SEC-4718"}])")));
    CHECK_FALSE(holds(text, "SEC-47"));
    CHECK(holds(text, R"("sectors":["automotive"])"));
    CHECK(holds(text, R"("external_references":[{"source_name":"cve","external_id":"CVE-2026-1"}])"));
  }

  TEST_CASE("stix/anonymise: a text that names the submitter is masked and says so, whatever its spelling in JSON") {
    Bench bench;
    const Outcome done = bench.run(report(R"("description":"seen at \u0041CME by )" + kAcme + R"(","labels":["acme-plant","x"])"));
    CHECK(done.kind == Outcome::Kind::kMasked);
    CHECK(holds(kept(done), R"("description":"seen at [withheld] by [withheld]","labels":["[withheld]-plant","x"])"));
  }

  TEST_CASE("stix/anonymise: ids inside texts follow; unknown ones are masked") {
    Bench bench;
    const Outcome known = bench.run(report(R"("description":"see report--)" + kOld + " and malware--" + kOther + R"(.")"));
    CHECK(known.kind == Outcome::Kind::kClean);
    CHECK(holds(kept(known), "see report--" + kNew + " and malware--" + kOther + "."));
    const Outcome unknown = bench.run(report(R"("description":"see note--)" + kOld + R"(")"));
    CHECK(unknown.kind == Outcome::Kind::kMasked);
    CHECK(holds(kept(unknown), "see [withheld]\""));
  }

  TEST_CASE("stix/anonymise: own markings make nothing looser") {
    Bench bench;
    CHECK(bench.run(report(R"("object_marking_refs":[")" + kOwnMark + "\"]")).kind == Outcome::Kind::kRefused);
    const std::string granular = R"("description":"deep","labels":["a","b","c"],"granular_markings":[{"marking_ref":")" + kOwnMark +
                                 R"(","selectors":["description","labels.[1]"]},{"lang":"fr","selectors":["labels.[2]"]},{"marking_ref":")" + kGreen +
                                 R"(","selectors":["description"]}])";
    const std::string text = kept(bench.run(report(granular)));
    CHECK_FALSE(holds(text, "deep"));
    CHECK(holds(text, R"("labels":["a","c"],"granular_markings":[{"lang":"fr","selectors":["labels.[1]"]}])"));
    for (const char* where : {"created", "nothing", "revoked"}) {
      const std::string fixed = R"("granular_markings":[{"marking_ref":")" + kOwnMark + R"(","selectors":[")" + where + "\"]}]";
      CHECK(bench.run(report(fixed)).kind == Outcome::Kind::kRefused);
    }
  }

  TEST_CASE("stix/anonymise: a required reference that has to go takes the object with it") {
    Bench bench;
    const std::string relationship = R"({"type":"relationship","spec_version":"2.1","id":"relationship--)" + kOld +
                                     R"(","created":"2026-11-20T09:41:07.213Z","modified":"2026-11-20T09:41:07.213Z","relationship_type":"indicates","source_ref":"indicator--)" +
                                     kOther + R"(","target_ref":")" + kAcme + R"("})";
    const Outcome done = bench.run(relationship);
    CHECK(done.kind == Outcome::Kind::kRefused);
    CHECK_FALSE(holds(done.reason, kAcme));
  }

  TEST_CASE("stix/anonymise: observables and patterns are never masked") {
    Bench bench;
    const std::string domain = R"({"type":"domain-name","spec_version":"2.1","id":"domain-name--)" + kOld + R"(","value":"vpn.acme.example"})";
    CHECK(bench.run(domain).kind == Outcome::Kind::kRefused);
    const auto indicator = [](const std::string& name, const std::string& value) {
      return R"({"type":"indicator","spec_version":"2.1","id":"indicator--)" + kOld +
             R"(","created":"2026-11-20T09:41:07.213Z","modified":"2026-11-20T09:41:07.213Z","name":")" + name +
             R"(","pattern":"[domain-name:value = ')" + value +
             R"(']","pattern_type":"stix","valid_from":"2026-11-20T09:41:07.213Z","valid_until":"2026-11-20T10:41:07.213Z"})";
    };
    CHECK(bench.run(indicator("x", "vpn.acme.example")).kind == Outcome::Kind::kRefused);
    const Outcome named = bench.run(indicator("acme", "evil.example"));
    CHECK(named.kind == Outcome::Kind::kMasked);
    CHECK(holds(kept(named), R"("valid_from":"2026-11-20T00:00:00.000Z","valid_until":"2026-11-21T00:00:00.000Z")"));
  }

  TEST_CASE("stix/anonymise: an observable loses its fine times and keeps what its id is made of") {
    Bench bench;
    const std::string file = R"({"type":"file","spec_version":"2.1","id":"file--)" + kOld +
                             R"(","name":"a.exe","ctime":"2026-11-20T09:41:07.213Z","x_y":"z","extensions":{"archive-ext":{"contains_refs":["file--)" +
                             kOther + R"("],"comment":"c","odd":"SEC"}}})";
    bench.turns["file--" + kOther] = {Turn::Kind::kKeep, "", ""};
    const std::string id = "file--" + kOld;
    CHECK(kept(bench.run(file, id)) == R"({"type":"file","spec_version":"2.1","id":")" + id +
                                           R"(","name":"a.exe","ctime":"2026-11-20T00:00:00.000Z","extensions":{"archive-ext":{"contains_refs":["file--)" +
                                           kOther + R"("],"comment":"c"}}})");
  }

  TEST_CASE("stix/anonymise: types and definitions of one's own are refused, and so is STIX 2.0") {
    Bench bench;
    CHECK(bench.run(R"({"type":"x-odd","spec_version":"2.1","id":"x-odd--)" + kOld +
                    R"(","created":"2026-11-20T09:41:07.213Z","modified":"2026-11-20T09:41:07.213Z","labels":["a"]})").kind == Outcome::Kind::kRefused);
    CHECK(bench.run(R"({"type":"marking-definition","spec_version":"2.1","id":"marking-definition--)" + kOld +
                    R"(","created":"2026-11-20T09:41:07.213Z","definition_type":"statement","definition":{"statement":"x"}})").kind == Outcome::Kind::kRefused);
    std::string old = report("");
    old.replace(old.find("2.1"), 3, "2.0");
    CHECK(bench.run(old).kind == Outcome::Kind::kRefused);
  }

  TEST_CASE("stix/anonymise: a translation follows the version that it translates") {
    Bench bench;
    const auto translation = [](const std::string& of) {
      return R"({"type":"language-content","spec_version":"2.1","id":"language-content--)" + kOld +
             R"(","created":"2026-11-20T09:41:07.213Z","modified":"2026-11-20T09:41:07.213Z","object_ref":")" + of +
             R"(","object_modified":"2026-11-20T09:41:07.213Z","contents":{"ja":{"name":"by acme"}}})";
    };
    const Outcome done = bench.run(translation("report--" + kOld));
    CHECK(done.kind == Outcome::Kind::kMasked);
    CHECK(holds(kept(done), R"("object_ref":"report--)" + kNew + R"(","object_modified":"2026-11-20T00:00:00.000Z","contents":{"ja":{"name":"by [withheld]"}})"));
    CHECK_FALSE(holds(kept(bench.run(translation("indicator--" + kOther))), "object_modified"));
  }

  TEST_CASE("stix/anonymise: units of time") {
    using redact::Blur;
    CHECK(cut("2026-11-20T09:41:07.213Z", Blur::kHour) == "2026-11-20T09:00:00.000Z");
    CHECK(cut("2026-11-20T09:41:07.213Z", Blur::kWeek) == "2026-11-16T00:00:00.000Z");
    CHECK(cut("2026-11-20T09:41:07.213Z", Blur::kMonth) == "2026-11-01T00:00:00.000Z");
    CHECK(cut("no time", Blur::kDay) == "no time");
  }
}

}  // namespace
}  // namespace sekisho::stix::anonymise
