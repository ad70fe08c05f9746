#include "check.h"
#include "stix/convert/convert.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::tests;

namespace {

std::string bundle_20(std::string_view objects, std::string_view members = {}) {
  std::string out =
      R"({"type":"bundle","id":"bundle--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11","spec_version":"2.0")";
  if (!members.empty()) out += "," + std::string(members);
  return out + R"(,"objects":[)" + std::string(objects) + "]}";
}
const std::string kUrl = R"({"0":{"type":"url","value":"http://a/"}})";

stix::convert::Outcome converted(std::string_view bytes) {
  stix::convert::Context context;
  context.id_namespace = stix::convert::local_namespace();
  auto outcome = stix::convert::convert_all("stix2.0", bytes, {}, context);
  REQUIRE(outcome.ok());
  return std::move(outcome).value();
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/upgrade: a bundle is upgraded member by member") {
    const auto out =
        bundle_of(bundle_20(object_20("campaign", R"("name":"a","severity":"s")") + ",7," +
                            R"({"type":"tool"},)" + object_20("tool", R"("name":"b")")));
    CHECK(out.id == "bundle--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11");
    CHECK(out.objects.size() == 2);
    REQUIRE(out.refused.size() == 2);
    CHECK(out.refused[0].where == "/objects/1");
    CHECK(out.refused[1].where == "/objects/2/id");
    REQUIRE(out.losses.size() == 1);
    CHECK(out.losses[0].where == "/objects/0/severity");
  }

  TEST_CASE("stix/upgrade: a bundle is bounded") {
    stix::upgrade::Limits limits;
    limits.max_bundle_bytes = 250;
    const auto document = json::Document::parse(bundle_20(
        object_20("campaign", R"("name":"a")") + "," + object_20("tool", R"("name":"b")")));
    const auto out = stix::upgrade::upgrade_bundle((*document)->root(), limits);
    REQUIRE(out.ok());
    CHECK(out->objects.size() == 1);
    REQUIRE(out->refused.size() == 1);
    CHECK(out->refused[0].error.code == Code::kLimitExceeded);
    CHECK(out->refused[0].where == "/objects/1");
  }

  TEST_CASE("stix/upgrade: properties of a bundle are lost, and said") {
    const auto out = bundle_of(bundle_20(object_20("campaign", R"("name":"a")"), R"("x_acme":1)"));
    REQUIRE(out.losses.size() == 1);
    CHECK(out.losses[0].where == "/x_acme");
  }

  TEST_CASE("stix/upgrade: an observable of two observations is one, tightly marked") {
    const char* red = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";
    std::string other =
        observed_20(kUrl, R"("object_marking_refs":[")" + std::string(red) + R"("])");
    other.replace(other.find("0a4a5b1e"), 8, "1a4a5b1e");
    const auto out = bundle_of(bundle_20(observed_20(kUrl) + "," + other + "," + other));
    REQUIRE(out.objects.size() == 3);
    CHECK(out.objects[0].find(red) != std::string::npos);
    CHECK(out.losses.empty());
  }

  TEST_CASE("stix/upgrade: what an object becomes does not depend on its neighbours") {
    const std::string campaign = object_20("campaign", R"("name":"a")");
    const auto alone = made(observed_20(kUrl)).texts;
    const auto among = bundle_of(bundle_20(campaign + "," + observed_20(kUrl))).objects;
    CHECK(among.front() == alone.front());
    CHECK(among.back() == alone.back());
  }

  TEST_CASE("stix/upgrade: lists, envelopes and single objects are read as well") {
    const std::string campaign = object_20("campaign", R"("name":"a")");
    CHECK(bundle_of("[" + campaign + "]").objects.size() == 1);
    CHECK(bundle_of(R"({"objects":[)" + campaign + "]}").objects.size() == 1);
    CHECK(bundle_of(campaign).objects.size() == 1);
    CHECK(bundle_of(campaign).id == "campaign--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11");
    CHECK(bundle_of(R"({"type":"bundle","id":"bundle--1"})").objects.empty());
    const auto seven = json::Document::parse("7");
    CHECK_FALSE(stix::upgrade::upgrade_bundle((*seven)->root()).ok());
    const auto bad = json::Document::parse(R"({"type":"bundle","objects":7})");
    CHECK_FALSE(stix::upgrade::upgrade_bundle((*bad)->root()).ok());
  }

  TEST_CASE("convert/stix2.0: one bundle, or one document a line") {
    const std::string campaign = object_20("campaign", R"("name":"a","severity":"s")");
    const auto one = converted(bundle_20(campaign));
    REQUIRE(one.documents.size() == 1);
    CHECK(one.documents[0].document_id == "bundle--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11");
    CHECK(one.documents[0].objects.size() == 1);
    REQUIRE(one.documents[0].losses.size() == 1);
    CHECK(one.documents[0].losses[0].where == "/objects/0/severity");
    const auto lines = converted(bundle_20(campaign) + "\n" + campaign + "\n\n{\"broken\n");
    CHECK(lines.documents.size() == 2);
    REQUIRE(lines.refused.size() == 1);
    CHECK(lines.refused[0].document == "line 4");
  }

  TEST_CASE("convert/stix2.0: a member that is refused is told with its place") {
    const auto out = converted(bundle_20("7," + object_20("tool", R"("name":"b")")));
    CHECK(out.documents[0].objects.size() == 1);
    REQUIRE(out.refused.size() == 1);
    CHECK(out.refused[0].error.where == "/objects/0");
  }
}
