#include "sync/handling/attestation.h"

#include "core/digest.h"
#include "core/json.h"
#include "core/uuid.h"

namespace sekisho::sync {
namespace {

constexpr std::string_view kExtension = "extension-definition--2fc82962-f1b1-43f4-a57d-305f49418365";
constexpr std::string_view kClear = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487";
constexpr std::string_view kProjectIdentity = "identity--61cebbe1-2fb4-451b-86d2-d66c0ecbd3e0";
constexpr std::string_view kProjectTime = "2026-01-01T00:00:00.000Z";

const Uuid& attestation_namespace() {
  static const Uuid ns = *Uuid::parse("9c90ccf1-f68a-4722-ad7a-2bf4f2b2a19a");
  return ns;
}

std::string_view own_version(const stix::Object& target) {
  const json::Value root = target.root();
  if (auto modified = root["modified"].string()) return *modified;
  return root["created"].string_or("");
}

std::string attestation_id(const ParsedAttestation& a) {
  const std::string_view jws = a.jws;
  std::string name = a.created_by_ref + "\n" + a.created + "\n" + a.target_ref + "\n" + a.target_version + "\n" +
                     a.target_sha256 + "\n";
  name += jws.substr(0, jws.find('.'));
  return std::string(kAttestationType) + "--" + Uuid::v5(attestation_namespace(), name).to_string();
}

std::string write(const ParsedAttestation& a, const stix::Object& target) {
  json::Writer w;
  w.begin_object();
  w.member("type", kAttestationType).member("spec_version", "2.1").member("id", attestation_id(a));
  w.member("created_by_ref", a.created_by_ref).member("created", a.created).member("modified", a.created);
  if (json::Value markings = target.root()["object_marking_refs"]; markings.exists()) {
    w.key("object_marking_refs").begin_array();
    for (const auto& entry : markings) w.string(entry.value.string_or(""));
    w.end_array();
  }
  w.key("extensions").begin_object().key(kExtension).begin_object();
  w.member("extension_type", "new-sdo").end_object().end_object();
  w.member("target_ref", a.target_ref);
  if (!a.target_version.empty()) w.member("target_version", a.target_version);
  w.member("target_sha256", a.target_sha256).member("jws", a.jws);
  w.end_object();
  return w.take();
}

}  // namespace

std::string make_attestation(const stix::Object& target, const Signer& signer, certs::Role role,
                             const certs::Handling& handling) {
  ParsedAttestation a;
  a.created_by_ref = signer.identity_id;
  a.target_ref = std::string(target.id());
  a.target_version = std::string(own_version(target));
  a.created = a.target_version.empty() ? signer.key_since : a.target_version;
  a.target_sha256 = hex(target.content_hash());
  a.jws = certs::attest(*signer.key, target.canonical(), role, handling);
  return write(a, target);
}

std::string attestation_extension_definition() {
  json::Writer w;
  w.begin_object().member("type", "extension-definition").member("spec_version", "2.1").member("id", kExtension);
  w.member("created_by_ref", kProjectIdentity).member("created", kProjectTime).member("modified", kProjectTime);
  w.key("object_marking_refs").begin_array().string(kClear).end_array();
  w.member("name", "sekisho attestation");
  w.member("description",
           "A detached JWS (Ed25519) over the canonical form (RFC 8785) of one version of one STIX object.");
  w.member("schema", "docs/specs/attestation.md of the sekisho project").member("version", "1.0.0");
  w.key("extension_types").begin_array().string("new-sdo").end_array().end_object();
  return w.take();
}

std::string attestation_project_identity() {
  json::Writer w;
  w.begin_object().member("type", "identity").member("spec_version", "2.1").member("id", kProjectIdentity);
  w.member("created", kProjectTime).member("modified", kProjectTime);
  w.key("object_marking_refs").begin_array().string(kClear).end_array();
  w.member("name", "sekisho project").member("identity_class", "system").end_object();
  return w.take();
}

bool is_attestation_definition(std::string_view bytes) {
  return bytes == attestation_extension_definition() || bytes == attestation_project_identity();
}

bool is_apparatus(std::string_view id) {
  return id.starts_with(std::string(kAttestationType) + "--") || id == kProjectIdentity || id == kExtension;
}

Result<ParsedAttestation> parse_attestation(const stix::Object& object) {
  const json::Value root = object.root();
  ParsedAttestation a;
  const auto take = [&root](std::string_view name, std::string& out) -> Status {
    const auto text = root[name].string();
    if (!text) {
      return make_error(Code::kStixInvalid, "an attestation needs the string property " + std::string(name),
                        "/" + std::string(name));
    }
    out = std::string(*text);
    return {};
  };
  SEKISHO_TRY(take("created_by_ref", a.created_by_ref));
  SEKISHO_TRY(take("created", a.created));
  SEKISHO_TRY(take("target_ref", a.target_ref));
  SEKISHO_TRY(take("target_sha256", a.target_sha256));
  SEKISHO_TRY(take("jws", a.jws));
  a.target_version = std::string(root["target_version"].string_or(""));
  return a;
}

Result<certs::Claims> verify_attestation(const ParsedAttestation& attestation, const stix::Object& attestation_object,
                                         const stix::Object& target, const certs::KeyLookup& keys) {
  SEKISHO_ASSIGN(certs::Claims claims, certs::check_attestation(attestation.jws, target.canonical(), keys));
  ParsedAttestation expected = attestation;
  expected.target_ref = std::string(target.id());
  expected.target_version = std::string(own_version(target));
  expected.target_sha256 = hex(target.content_hash());
  if (!expected.target_version.empty()) expected.created = expected.target_version;
  const std::string text = write(expected, target);
  auto wanted = stix::Object::parse(text);
  if (!wanted.ok() || (*wanted)->content_hash() != attestation_object.content_hash()) {
    return make_error(Code::kStixInvalid, "the attestation's properties do not follow from its target",
                      std::string(attestation_object.id()));
  }
  return claims;
}

}  // namespace sekisho::sync
