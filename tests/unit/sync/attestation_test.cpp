// The object around the signature: docs/specs/attestation.md.
#include "sync/handling/attestation.h"

#include <algorithm>

#include "stix/markings.h"
#include "tests/support/data.h"
#include "sync/ingest/inbound.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

std::unique_ptr<certs::SigningKey> rfc8037_key() {
  return must(certs::SigningKey::from_seed(
      from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").value()));
}
certs::KeyLookup only(const certs::PublicKey& key) {
  return [key](std::string_view kid) -> std::optional<certs::PublicKey> {
    return kid == key.thumbprint() ? std::optional(key) : std::nullopt;
  };
}
/// The fenced blocks of §5, line by line.
std::vector<std::string> worked_example() {
  const std::string text = sekisho::tests::read_file(std::string(SEKISHO_SOURCE_DIR) + "/docs/specs/attestation.md");
  std::vector<std::string> lines;
  bool inside = false;
  std::size_t at = text.find("## 5 ");
  while (at < text.find("## 6 ")) {
    const std::size_t end = text.find('\n', at);
    const std::string line = text.substr(at, end - at);
    if (line.starts_with("```")) {
      inside = !inside;
    } else if (inside) {
      lines.push_back(line);
    }
    at = end + 1;
  }
  return lines;
}

std::unique_ptr<const json::Document> vectors() {
  return must(json::Document::parse(
      sekisho::tests::read_file(std::string(SEKISHO_SOURCE_DIR) + "/conformance/vectors/signing/attestations.json")));
}

TEST_SUITE("unit") {
  TEST_CASE("the worked example, byte by byte") {
    const auto lines = worked_example();
    REQUIRE(lines.size() == 5);
    const auto target = must(stix::Object::parse(lines[0]));
    CHECK(target->canonical() == lines[0]);
    CHECK(lines[0].size() == 322);
    const auto key = rfc8037_key();
    const Signer signer{key.get(), "identity--733c5838-34d9-4fbf-949c-62aba761184c", kKeySince};
    certs::Handling handling;
    handling.max_hops = 2;
    std::string wanted = lines[4];
    const std::string placeholder = "H..S with H and S as above";
    REQUIRE(wanted.find(placeholder) != std::string::npos);
    wanted.replace(wanted.find(placeholder), placeholder.size(), lines[2] + ".." + lines[3]);
    CHECK(make_attestation(*target, signer, certs::Role::kCreator, handling) == wanted);
  }

  TEST_CASE("the vectors: every attestation holds for its target, and for no other") {
    const auto document = vectors();
    const auto key = rfc8037_key();
    std::vector<std::pair<stix::ObjectPtr, stix::ObjectPtr>> pairs;
    for (const auto& entry : document->root()["valid"]) {
      pairs.emplace_back(must(stix::Object::parse(std::string(entry.value["target"].string_or("")))),
                         must(stix::Object::parse(std::string(entry.value["attestation"].raw()))));
    }
    REQUIRE(pairs.size() == 3);
    for (const auto& [target, attestation] : pairs) {
      const auto parsed = must(parse_attestation(*attestation));
      for (const auto& [other, unused] : pairs) {
        CHECK(verify_attestation(parsed, *attestation, *other, only(key->public_key())).ok() == (other == target));
      }
    }
  }

  TEST_CASE("rows 1 to 8: the broken ones of the vectors are refused with their code") {
    const auto document = vectors();
    const auto key = rfc8037_key();
    const json::Value first = document->root()["valid"].at(0);
    const auto target = must(stix::Object::parse(std::string(first["target"].string_or(""))));
    const auto attestation = must(stix::Object::parse(std::string(first["attestation"].raw())));
    std::size_t refused = 0;
    for (const auto& entry : document->root()["rejected"]) {
      if (entry.value["target"].exists()) continue;
      auto parsed = must(parse_attestation(*attestation));
      parsed.jws = std::string(entry.value["jws"].string_or(""));
      const auto claims = verify_attestation(parsed, *attestation, *target, only(key->public_key()));
      CHECK_MESSAGE(!claims.ok(), entry.value["name"].string_or(""));
      if (!claims.ok()) CHECK(info(claims.error().code).text == entry.value["code"].string_or(""));
      ++refused;
    }
    CHECK(refused > 50);
  }

  TEST_CASE("row 11: no property of the attestation may differ") {
    const auto key = rfc8037_key();
    const Signer signer{key.get(), kOwn, kKeySince};
    const auto target = Make{1, "AMBER"}.object();
    const std::string good = make_attestation(*target, signer, certs::Role::kCreator, {});
    const auto judge = [&](const std::string& text) -> Status {
      SEKISHO_ASSIGN(const auto object, stix::Object::parse(text));
      SEKISHO_ASSIGN(const auto parsed, parse_attestation(*object));
      const auto claims = verify_attestation(parsed, *object, *target, only(key->public_key()));
      return claims.ok() ? Status() : Status(claims.error());
    };
    must(judge(good));
    const auto with = [&](const std::string& from, const std::string& to) {
      std::string text = good;
      const auto at = text.find(from);
      REQUIRE_MESSAGE(at != std::string::npos, from);
      return text.replace(at, from.size(), to);
    };
    const std::string sha = hex(target->content_hash());
    std::string other_sha = sha;
    other_sha[0] = sha[0] == 'a' ? 'b' : 'a';
    const std::vector<std::pair<std::string, std::string>> changes = {
        {"\"type\":\"sekisho-attestation\"", "\"type\":\"sekisho-attestatio\""},
        {"\"spec_version\":\"2.1\"", "\"spec_version\":\"2.0\""},
        {"\"id\":\"sekisho-attestation--", "\"id\":\"sekisho-attestation--0"},
        {"\"created_by_ref\":\"" + kOwn, "\"created_by_ref\":\"" + kPeer},
        {"\"created\":\"2024-01-01T00:00:00.000Z\"", "\"created\":\"2024-01-01T00:00:00.001Z\""},
        {"\"created\":\"2024-01-01T00:00:00.000Z\"", "\"created\":\"2024-01-01T00:00:00Z\""},
        {"\"modified\":\"2024-01-01T00:00:00.000Z\"", "\"modified\":\"2024-01-01T00:00:00.001Z\""},
        {std::string(stix::tlp_marking_id(stix::Tlp::kAmber)), std::string(stix::tlp_marking_id(stix::Tlp::kGreen))},
        {"\"extension_type\":\"new-sdo\"", "\"extension_type\":\"new-sro\""},
        {"\"target_ref\":\"" + std::string(target->id()), "\"target_ref\":\"" + id_of(2)},
        {"\"target_version\":\"2024-01-01T00:00:00.000Z\"", "\"target_version\":\"2024-01-01T00:00:01.000Z\""},
        {"\"target_version\":\"2024-01-01T00:00:00.000Z\",", ""},
        {sha, other_sha},
        {sha, "A" + sha.substr(1)},
        {"\"jws\":", "\"x_note\":\"also\",\"jws\":"},
        {"\"target_ref\":", "\"revoked\":false,\"target_ref\":"},
    };
    for (const auto& [from, to] : changes) {
      const Status status = judge(with(from, to));
      CHECK_MESSAGE(!status.ok(), from << " -> " << to);
    }
    std::string no_markings = good;
    const auto from = no_markings.find("\"object_marking_refs\"");
    no_markings.erase(from, no_markings.find("],", from) + 2 - from);
    const Status status = judge(no_markings);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == Code::kStixInvalid);
    CHECK_FALSE(judge(with("\"jws\":\"e", "\"jws\":\"f")).ok());

    // Another `created`, with `modified` and id to match: for a target with a version it still does not follow.
    const auto parsed = must(parse_attestation(*must(stix::Object::parse(good))));
    const std::string other = "2024-06-01T00:00:00.000Z", id = std::string(must(stix::Object::parse(good))->id());
    const Uuid made = Uuid::v5(*Uuid::parse("9c90ccf1-f68a-4722-ad7a-2bf4f2b2a19a"),
                               kOwn + "\n" + other + "\n" + parsed.target_ref + "\n" + parsed.target_version + "\n" +
                                   parsed.target_sha256 + "\n" + parsed.jws.substr(0, parsed.jws.find('.')));
    std::string moved = good;
    moved.replace(moved.find(id), id.size(), "sekisho-attestation--" + made.to_string());
    const std::string times = "\"created\":\"2024-01-01T00:00:00.000Z\",\"modified\":\"2024-01-01T00:00:00.000Z\"";
    moved.replace(moved.find(times), times.size(), "\"created\":\"" + other + "\",\"modified\":\"" + other + "\"");
    CHECK_FALSE(judge(moved).ok());
  }

  TEST_CASE("white space, the order of properties and escapes are not the statement") {
    const auto key = rfc8037_key();
    const auto target = Make{1}.object();
    const std::string good = make_attestation(*target, {key.get(), kOwn, kKeySince}, certs::Role::kCreator, {});
    std::string spaced = good;
    spaced.replace(spaced.find("{\"type\""), 1, "{ ");
    const auto object = must(stix::Object::parse(spaced));
    CHECK(verify_attestation(must(parse_attestation(*object)), *object, *target, only(key->public_key())).ok());
  }

  TEST_CASE("a target without time: created is the key's, and is taken as it is") {
    const auto key = rfc8037_key();
    const auto target = must(stix::Object::parse(
        R"({"type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd","value":"198.51.100.3"})"));
    const std::string text = make_attestation(*target, {key.get(), kOwn, kKeySince}, certs::Role::kCreator, {});
    const auto object = must(stix::Object::parse(text));
    const auto parsed = must(parse_attestation(*object));
    CHECK(parsed.created == kKeySince);
    CHECK(parsed.target_version.empty());
    CHECK(text.find("target_version") == std::string::npos);
    CHECK(verify_attestation(parsed, *object, *target, only(key->public_key())).ok());
    const auto later = must(stix::Object::parse(
        make_attestation(*target, {key.get(), kOwn, "2025-06-01T00:00:00.000Z"}, certs::Role::kCreator, {})));
    CHECK(verify_attestation(must(parse_attestation(*later)), *later, *target, only(key->public_key())).ok());
  }

  TEST_CASE("the pool keeps sixteen attestations over one content, the first, and still all of others") {
    AttestationPool pool(1000);
    const auto target = Make{1}.object(), other = Make{2}.object();
    std::vector<std::string> given;
    const auto add = [&pool, &given](const stix::Object& of, char fill, certs::Role role) {
      const auto key = test_key(fill);
      const auto object = must(stix::Object::parse(make_attestation(of, {key.get(), kPeer, kKeySince}, role, {})));
      pool.add(object, must(parse_attestation(*object)));
      given.push_back(must(parse_attestation(*object)).jws);
    };
    for (char fill = 'a'; fill <= 'z'; ++fill) {
      add(*target, fill, certs::Role::kCreator);
      add(*target, fill, certs::Role::kCreator);  // the same again counts once
    }
    CHECK(pool.of(*target).size() == 16);
    CHECK(pool.size() == 16);
    std::set<std::string> kept;
    for (const auto& entry : pool.of(*target)) kept.insert(entry.parsed.jws);
    CHECK(kept == std::set<std::string>(given.begin(), given.begin() + 32));
    add(*other, 'a', certs::Role::kRelay);
    CHECK(pool.of(*other).size() == 1);
    CHECK(pool.size() == 17);
  }

  TEST_CASE("signing again gives the same bytes, whoever does it") {
    const auto one = rfc8037_key(), two = rfc8037_key();
    const auto target = Make{1, "AMBER", {id_of(2)}}.object();
    CHECK(make_attestation(*target, {one.get(), kOwn, kKeySince}, certs::Role::kRelay, {}) ==
          make_attestation(*target, {two.get(), kOwn, kKeySince}, certs::Role::kRelay, {}));
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
