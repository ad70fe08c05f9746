#include <set>

#include "check.h"
#include "core/uuid.h"
#include "stix/names.h"
#include "stix/sco_id.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::tests;

namespace {

constexpr const char* kAmber = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82";
constexpr const char* kRed = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed";

int version_of(const stix::ObjectPtr& object) {
  return stix::split_id(object->id())->uuid.version();
}

/// One observable of `type` with `members`, upgraded.
Made one(std::string_view type, std::string_view members) {
  return made(
      observed_20(R"({"0":{"type":")" + std::string(type) + R"(",)" + std::string(members) + "}}"));
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/upgrade: observables stand alone under the ids that follow from their content") {
    const auto out = made(observed_20(
        R"({"0":{"type":"network-traffic","src_ref":"1","dst_ref":"2","protocols":["tcp"]},)"
        R"("1":{"type":"ipv4-addr","value":"198.51.100.3","resolves_to_refs":["3"]},)"
        R"("2":{"type":"domain-name","value":"example.com","resolves_to_refs":["1","1"]},)"
        R"("3":{"type":"mac-addr","value":"d2:fb:49:24:37:18"}})"));
    REQUIRE(out.objects.size() == 5);
    CHECK(out.of("ipv4-addr")->id() == "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
    CHECK(out.of("mac-addr")->id() == "mac-addr--757b1725-9903-54f5-a855-1240691d7659");
    CHECK(at(out.of("ipv4-addr")->root(), "resolves_to_refs/0") == out.of("mac-addr")->id());
    CHECK(out.of("domain-name")->root()["resolves_to_refs"].size() == 1);
    CHECK(at(out.of("network-traffic")->root(), "src_ref") == out.of("ipv4-addr")->id());
    const auto observed = out.last();
    CHECK(out.objects.back()->type() == "observed-data");
    CHECK_FALSE(observed["objects"].exists());
    CHECK(observed["object_refs"].size() == 4);
    CHECK(at(observed, "object_refs/0") == out.of("network-traffic")->id());
    CHECK(at(observed, "number_observed") == "[3]");
    for (const auto& object : out.objects) {
      if (object->type() != "observed-data") CHECK(*stix::sco_id(object->root()) == object->id());
    }
    CHECK(out.losses.empty());
  }

  TEST_CASE("stix/upgrade: an id depends on the ids it refers to, whatever the order") {
    const std::string file = R"({"type":"file","name":"a","parent_directory_ref":"DIR"})";
    const std::string directory = R"({"type":"directory","path":"/tmp","contains_refs":["FILE"]})";
    const auto first = made(observed_20(R"({"FILE":)" + file + R"(,"DIR":)" + directory + "}"));
    const auto second = made(observed_20(R"({"DIR":)" + directory + R"(,"FILE":)" + file + "}"));
    CHECK(first.of("file")->id() == second.of("file")->id());
    CHECK(version_of(first.of("file")) == 5);
    CHECK(at(first.of("directory")->root(), "contains_refs/0") == first.of("file")->id());
    CHECK(at(first.of("file")->root(), "parent_directory_ref") == first.of("directory")->id());
  }

  TEST_CASE("stix/upgrade: archives that hold each other have no id of content") {
    const auto archive = [](const char* name, const char* holds) {
      return R"({"type":"file","name":")" + std::string(name) +
             R"(","extensions":{"archive-ext":{"contains_refs":[")" + holds + R"("]}}})";
    };
    const std::string text = observed_20(R"({"a":)" + archive("a", "b") + R"(,"b":)" +
                                         archive("b", "a") + R"(,"c":)" + archive("c", "c") + "}");
    const auto out = made(text);
    REQUIRE(out.objects.size() == 4);
    for (std::size_t i = 0; i < 3; ++i) CHECK(version_of(out.objects[i]) == 4);
    CHECK(at(out.objects[2]->root(), "extensions/archive-ext/contains_refs/0") ==
          out.objects[2]->id());
    CHECK(made(text).texts == out.texts);
  }

  TEST_CASE("stix/upgrade: processes have UUIDv4, the same on every import, others elsewhere") {
    const std::string objects =
        R"({"0":{"type":"process","pid":1,"child_refs":["1"]},"1":{"type":"process","pid":1,"parent_ref":"0"}})";
    const auto out = made(observed_20(objects));
    std::set<std::string> ids;
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(version_of(out.objects[i]) == 4);
      CHECK(stix::split_id(out.objects[i]->id())->uuid.rfc_variant());
      ids.emplace(out.objects[i]->id());
    }
    CHECK(ids.size() == 2);
    CHECK(at(out.objects[0]->root(), "child_refs/0") == out.objects[1]->id());
    CHECK(at(out.objects[1]->root(), "parent_ref") == out.objects[0]->id());
    std::string other = observed_20(objects);
    other.replace(other.find("2017-03-02T10"), 13, "2017-03-03T10");
    CHECK(made(other).objects[0]->id() != out.objects[0]->id());
  }

  TEST_CASE("stix/upgrade: names of 2.0 become those of 2.1") {
    struct Row {
      const char* type;
      const char* before;
      const char* path;
      const char* after;
      bool lossy;
    };
    const char* time = "\"2017-01-01T00:00:00Z\"";
    for (
        const Row& row : {
            Row{"file", R"("name":"a","created":TIME)", "ctime", "2017-01-01T00:00:00Z", false},
            Row{"file", R"("name":"a","modified":TIME)", "mtime", "2017-01-01T00:00:00Z", false},
            Row{"file", R"("name":"a","accessed":TIME)", "atime", "2017-01-01T00:00:00Z", false},
            Row{"directory", R"("path":"/","created":TIME)", "ctime", "2017-01-01T00:00:00Z",
                false},
            Row{"directory", R"("path":"/","modified":TIME)", "mtime", "2017-01-01T00:00:00Z",
                false},
            Row{"directory", R"("path":"/","accessed":TIME)", "atime", "2017-01-01T00:00:00Z",
                false},
            Row{"process", R"("created":TIME)", "created_time", "2017-01-01T00:00:00Z", false},
            Row{"user-account", R"("user_id":"7","password_last_changed":TIME)",
                "credential_last_changed", "2017-01-01T00:00:00Z", false},
            Row{"windows-registry-key", R"("key":"HKEY_USERS\\a","modified":TIME)", "modified_time",
                "2017-01-01T00:00:00Z", false},
            Row{"process", R"("name":"sh","pid":1)", "x_name", "sh", true},
            Row{"process", R"("arguments":["-c"],"pid":1)", "x_arguments/0", "-c", true},
            Row{"file", R"("name":"a","is_encrypted":true)", "x_is_encrypted", "[true]", true},
            Row{"file", R"("name":"a","encryption_algorithm":"AES128-CBC","is_encrypted":true)",
                "x_encryption_algorithm", "AES128-CBC", true},
            Row{"file", R"("name":"a","decryption_key":"k")", "x_decryption_key", "k", true},
            Row{"file",
                R"("name":"a","extensions":{"raster-image-ext":{"image_compression_algorithm":"z","image_height":1}})",
                "extensions/raster-image-ext/x_image_compression_algorithm", "z", true},
            Row{"user-account", R"("user_id":"7","account_type":"windows domain")", "account_type",
                "windows-domain", false},
            Row{"file", R"("name":"a","magic_number_hex":"CAFE")", "magic_number_hex", "cafe",
                false},
            Row{"file", R"("hashes":{"ssdeep":"3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C"})",
                "hashes/SSDEEP", "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C", false},
            Row{"email-message",
                R"("is_multipart":false,"additional_header_fields":{"X-Mailer":"m","Reply-To":["a","b"]})",
                "additional_header_fields/X-Mailer/0", "m", false},
            Row{"x-acme", R"("severity":5,"created":"x","kind":"y")", "x_severity", "[5]", true},
        }) {
      std::string members = row.before;
      if (const std::size_t at = members.find("TIME"); at != std::string::npos) {
        members.replace(at, 4, time);
      }
      const auto out = one(row.type, members);
      CHECK_MESSAGE(at(out.objects[0]->root(), row.path) == row.after, row.type << " " << members);
      CHECK_MESSAGE(out.losses.empty() != row.lossy, row.type << " " << members);
    }
  }

  TEST_CASE("stix/upgrade: renames inside extensions and says where") {
    const auto out = made(observed_20(
        R"({"0":{"type":"network-traffic","src_ref":"1","protocols":["ipv4"],"extensions":{"socket-ext":)"
        R"({"address_family":"AF_INET","protocol_family":"PF_INET","options":{"b":1}},"acme":{"foo":1},"Bad Name":{"x":1}}},)"
        R"("1":{"type":"ipv4-addr","value":"198.51.100.3"}})"));
    const auto traffic = out.of("network-traffic")->root();
    CHECK(at(traffic, "extensions/socket-ext/x_protocol_family") == "PF_INET");
    CHECK(at(traffic, "extensions/acme-ext/foo") == "[1]");
    CHECK(at(traffic, "extensions/socket-ext/options/b") == "[1]");
    CHECK(out.loses("/objects/0/extensions/socket-ext/protocol_family", "x_protocol_family"));
    CHECK(out.loses("/objects/0/extensions/acme", "acme-ext"));
    CHECK(out.loses("/objects/0/extensions/Bad Name", "left out"));
  }

  TEST_CASE("stix/upgrade: hashes that 2.1 lists nowhere are dropped only where it insists") {
    const auto file =
        one("file",
            R"("hashes":{"SHA-224":"00000000000000000000000000000000000000000000000000000000"})");
    CHECK(at(file.objects[0]->root(), "hashes/SHA-224").size() == 56);
    const auto artifact = one("artifact", R"("payload_bin":"AAAA","hashes":{"SHA-224":"00"})");
    CHECK_FALSE(artifact.objects[0]->root()["hashes"].exists());
    CHECK(artifact.loses("/objects/0/hashes/SHA-224", "hash"));
  }

  TEST_CASE("stix/upgrade: a reference that leads nowhere is left out and said") {
    const auto out = one("file", R"("name":"a","content_ref":"9","x_acme_ref":"9")");
    CHECK_FALSE(out.objects[0]->root()["content_ref"].exists());
    CHECK(at(out.objects[0]->root(), "x_acme_ref") == "9");
    CHECK(out.loses("/objects/0/content_ref", "no observable"));
  }

  TEST_CASE("stix/upgrade: free dictionaries hold no references") {
    const auto out = one("process", R"("environment_variables":{"a_ref":"0"})");
    CHECK(at(out.objects[0]->root(), "environment_variables/a_ref") == "0");
  }

  TEST_CASE("stix/upgrade: custom observables are kept, with references resolved at any depth") {
    const auto out = made(observed_20(
        R"({"0":{"type":"x-acme-event","who_ref":"1","inner":{"deep":[{"it_ref":"1","empty":null}]}},)"
        R"("1":{"type":"user-account","user_id":"7"}})"));
    const auto event = out.of("x-acme-event")->root();
    const std::string account(out.of("user-account")->id());
    CHECK(at(event, "who_ref") == account);
    CHECK(at(event, "inner/deep/0/it_ref") == account);
    CHECK(version_of(out.of("x-acme-event")) == 4);
    CHECK(out.loses("/objects/0/inner/deep/0/empty", "empty"));
  }

  TEST_CASE("stix/upgrade: the same observable twice is one, with what both say") {
    const auto out = made(observed_20(
        R"({"0":{"type":"ipv4-addr","value":"198.51.100.3","resolves_to_refs":["2"]},)"
        R"("1":{"type":"ipv4-addr","value":"198.51.100.3","resolves_to_refs":["3"],"x_acme":1},)"
        R"("2":{"type":"mac-addr","value":"d2:fb:49:24:37:18"},"3":{"type":"mac-addr","value":"d2:fb:49:24:37:19"}})"));
    REQUIRE(out.objects.size() == 4);
    CHECK(out.of("ipv4-addr")->root()["resolves_to_refs"].size() == 2);
    CHECK(at(out.of("ipv4-addr")->root(), "x_acme") == "[1]");
    CHECK(out.last()["object_refs"].size() == 3);
    CHECK(out.losses.empty());
    const auto fight = made(observed_20(
        R"({"0":{"type":"user-account","user_id":"7","display_name":"a"},"1":{"type":"user-account","user_id":"7","display_name":"b"}})"));
    CHECK(at(fight.objects[0]->root(), "display_name") == "a");
    CHECK(fight.loses("/objects/1", "display_name"));
  }

  TEST_CASE("stix/upgrade: the marking of an observation holds for what was observed") {
    const auto out =
        made(observed_20(R"({"0":{"type":"url","value":"http://a/"}})",
                         R"("object_marking_refs":[")" + std::string(kAmber) + R"("])"));
    CHECK(at(out.objects[0]->root(), "object_marking_refs/0") == kAmber);
    CHECK(at(out.last(), "object_marking_refs/0") == kAmber);
  }

  TEST_CASE("stix/upgrade: what was marked inside objects stays marked, and so do its ids") {
    const std::string red = R"({"marking_ref":")" + std::string(kRed) + R"(","selectors":)";
    const auto out = made(observed_20(
        R"({"0":{"type":"file","name":"a","created":"2017-01-01T00:00:00Z"},"1":{"type":"url","value":"http://a/"},)"
        R"("2":{"type":"process","pid":1,"arguments":[]}})",
        R"("granular_markings":[)" + red +
            R"(["objects.0.created","objects.1","objects.2.arguments"]}])"));
    const auto file = out.of("file")->root();
    CHECK(at(file, "granular_markings/0/marking_ref") == kRed);
    CHECK(at(file, "granular_markings/0/selectors/0") == "ctime");
    CHECK_FALSE(file["object_marking_refs"].exists());
    CHECK(at(out.of("url")->root(), "object_marking_refs/0") == kRed);
    CHECK(at(out.of("process")->root(), "object_marking_refs/0") == kRed);  // the part is gone
    CHECK(out.last()["granular_markings"].at(0)["selectors"].raw() == R"(["object_refs"])");
    const auto all =
        made(observed_20(R"({"0":{"type":"url","value":"http://a/"}})",
                         R"("granular_markings":[)" + red + R"(["objects","number_observed"]}])"));
    CHECK(at(all.objects[0]->root(), "object_marking_refs/0") == kRed);
    CHECK(all.last()["granular_markings"].at(0)["selectors"].raw() ==
          R"(["number_observed","object_refs"])");
  }

  TEST_CASE("stix/upgrade: a marking whose key is in doubt marks too much, never too little") {
    const auto marked = [](const char* objects, const char* selector) {
      const auto out =
          made(observed_20(objects, R"("granular_markings":[{"marking_ref":")" + std::string(kRed) +
                                        R"(","selectors":[")" + selector + R"("]}])"));
      std::string who;
      for (const auto& object : out.objects) {
        if (at(object->root(), "object_marking_refs/0") == kRed) who += at(object->root(), "value");
      }
      return who;
    };
    const char* two =
        R"({"0":{"type":"url","value":"http://a/"},"1":{"type":"url","value":"http://b/"}})";
    CHECK(marked(two, "objects.7.value") == "http://a/http://b/");
    CHECK(marked(two, "objects.1") == "http://b/");
    const char* dots =
        R"({"0":{"type":"url","value":"http://a/"},"0.value":{"type":"url","value":"http://b/"},"01":{"type":"url","value":"http://c/"}})";
    CHECK(marked(dots, "objects.0.value") == "http://b/");  // and a part of the first
  }

  TEST_CASE("stix/upgrade: a selector into a list follows it, far or broken ones mark the whole") {
    const auto marks = [](const std::string& selector) {
      const auto out =
          made(observed_20(R"({"0":{"type":"file","name":"a","x_list":[{"it":1},{"it":2}]}})",
                           R"("granular_markings":[{"marking_ref":")" + std::string(kRed) +
                               R"(","selectors":["objects.0.)" + selector + R"("]}])"));
      return at(out.objects[0]->root(), "granular_markings/0/selectors/0") +
             at(out.objects[0]->root(), "object_marking_refs/0");
    };
    CHECK(marks("x_list.[1].it") == "x_list.[1].it");
    CHECK(marks("x_list.[2]") == kRed);
    CHECK(marks("x_list.[1234567890123]") == kRed);
    CHECK(marks("x_list.it") == kRed);
    CHECK(marks("x_list.[x]") == kRed);
  }

  TEST_CASE("stix/upgrade: objects stand for object_refs given beside them") {
    const auto out =
        made(observed_20(R"({"0":{"type":"url","value":"http://a/"}})",
                         R"("object_refs":["url--47c3cf9a-5027-5bf0-997a-017c7edc7c55"])"));
    CHECK(out.last()["object_refs"].size() == 1);
    CHECK(at(out.last(), "object_refs/0") == out.objects[0]->id());
    CHECK(out.loses("/object_refs", "left out"));
  }

  TEST_CASE("stix/upgrade: refuses containers without anything to use") {
    CHECK(refusal(observed_20("{}")).where == "/objects");
    CHECK(refusal(observed_20("[1]")).code == Code::kStixUpgrade);
    CHECK(refusal(observed_20(R"({"0":{"type":"file:name"},"1":7})")).code == Code::kStixUpgrade);
    const auto out = made(observed_20(
        R"({"0":{"type":"file:name","value":"a"},"1":{"type":"url","value":"http://a/"}})"));
    CHECK(out.objects.size() == 2);
    CHECK(out.loses("/objects/0", "left out"));
  }

  TEST_CASE("stix/upgrade: containers are bounded") {
    stix::upgrade::Limits limits;
    limits.max_observables = 1;
    const std::string two = observed_20(
        R"({"0":{"type":"url","value":"http://a/"},"1":{"type":"url","value":"http://b/"}})");
    CHECK(refusal(two, limits).code == Code::kLimitExceeded);
    limits = {};
    limits.max_output_bytes = 150;
    CHECK(refusal(two, limits).code == Code::kLimitExceeded);
    std::string selectors = R"("objects.0")";
    for (int i = 0; i < 1000; ++i) selectors += R"(,"objects.0")";
    CHECK(refusal(observed_20(R"({"0":{"type":"url","value":"http://a/"}})",
                              R"("granular_markings":[{"marking_ref":")" + std::string(kRed) +
                                  R"(","selectors":[)" + selectors + "]}]"))
              .code == Code::kLimitExceeded);
  }

  TEST_CASE("stix/upgrade: any graph of references is resolved, whole and repeatably") {
    PROPERTY("graph", [](std::vector<std::vector<std::uint8_t>> graph) {
      RC_PRE(!graph.empty());
      std::string objects = "{";
      for (std::size_t i = 0; i < graph.size(); ++i) {
        objects += (i == 0 ? "\"" : ",\"") + std::to_string(i) + R"(":{"type":"file","name":"f)" +
                   std::to_string(i) + "\"";
        std::string refs;
        for (const std::uint8_t to : graph[i]) {
          refs += (refs.empty() ? "\"" : ",\"") + std::to_string(to % graph.size()) + "\"";
        }
        if (!refs.empty()) {
          objects += R"(,"extensions":{"archive-ext":{"contains_refs":[)" + refs + "]}}";
        }
        objects += "}";
      }
      const std::string text = observed_20(objects + "}");
      const auto document = json::Document::parse(text);
      const auto out = stix::upgrade::upgrade((*document)->root());
      RC_ASSERT(out.ok());
      RC_ASSERT(out->objects.size() == graph.size() + 1);
      RC_ASSERT(out->losses.empty());
      std::set<std::string> ids;
      for (const std::string& object : out->objects) {
        const auto parsed = stix::Object::parse(object);
        RC_ASSERT(parsed.ok());
        ids.emplace((*parsed)->id());
      }
      for (const std::string& object : out->objects) {
        for (const auto& reference : stix::references(**stix::Object::parse(object))) {
          RC_ASSERT(ids.count(reference.id) == 1);
        }
      }
      const auto again = stix::upgrade::upgrade((*document)->root());
      RC_ASSERT(again->objects == out->objects);
    });
  }
}
