// sekisho sign, sekisho verify: attestations of the STIX objects in a file.
#include "core/digest.h"
#include "core/json.h"
#include "node/cli/command.h"
#include "node/cli/input.h"
#include "sync/handling/attestation.h"
#include "sync/ingest/bundles.h"

namespace sekisho::node::cli {
namespace {

int run_sign(House& house, const Args& args, Console& console) {
  if (args.positional().empty()) return fail(console, make_error(Code::kUsage, "give at least one FILE"));
  std::vector<std::string> proofs{sync::attestation_project_identity(), sync::attestation_extension_definition()};
  for (const std::string& path : args.positional()) {
    auto text = read_input(house.machine.files, path, house.limits.import_file_bytes);
    if (!text.ok()) return fail(console, text.error());
    const auto container = stix::open_container(std::move(*text));
    if (!container.ok()) return fail(console, container.error());
    for (const std::string_view slice : container->slices) {
      for (const sync::Handed& one : sync::opened(slice, {house.limits.object_bytes})) {  // nothing counts over a bundle
        if (!one.object.ok()) return fail(console, one.object.error());
        const stix::Object& object = **one.object;
        const auto creator = object.created_by_ref();
        const auto role = !creator || *creator == house.identity_id ? certs::Role::kCreator : certs::Role::kRelay;
        proofs.push_back(sync::make_attestation(object, house.signer, role, {}));
      }
    }
  }
  std::string bundle = "{\"type\":\"bundle\",\"id\":\"bundle--" +
                       Uuid::v4(house.machine.random, "uuid/bundle").to_string() + "\",\"objects\":[\n";
  for (std::size_t i = 0; i < proofs.size(); ++i) bundle += (i == 0 ? "" : ",\n") + proofs[i];
  bundle += "\n]}\n";
  if (!args.has("-o")) {
    console.out(bundle);
    return kDone;
  }
  const Status written = house.machine.files.write_atomic(args.get("-o"), bundle, 0644);
  if (!written.ok()) return fail(console, written.error());
  console.line(std::to_string(proofs.size() - 2) + " objects attested by " + house.signer.key->kid() + " in " + args.get("-o"));
  return kDone;
}

/// Objects and attestations of some files.
struct Pile {
  std::vector<stix::ObjectPtr> objects;
  sync::AttestationPool attestations{10'000'000};

  Status add(const Machine& machine, const std::string& path) {
    SEKISHO_ASSIGN(std::string text, read_input(machine.files, path, Limits().import_file_bytes));
    SEKISHO_ASSIGN(const auto container, stix::open_container(std::move(text)));
    for (const std::string_view slice : container.slices) {
      for (const sync::Handed& one : sync::opened(slice, {Limits().object_bytes})) SEKISHO_TRY(add(one));
    }
    return {};
  }

 private:
  Status add(const sync::Handed& one) {
    if (!one.object.ok()) return one.object.error();
    const stix::ObjectPtr& object = *one.object;
    if (sync::is_attestation_definition(object->bytes())) return {};
    if (object->type() != sync::kAttestationType) {
      objects.push_back(object);
      return {};
    }
    SEKISHO_ASSIGN(auto parsed, sync::parse_attestation(*object));
    attestations.add(object, std::move(parsed));
    return {};
  }
};

Status verify_one(const Pile& pile, const stix::Object& object, const certs::KeyLookup& keys, std::string& kid) {
  Status last = make_error(pile.attestations.contradicts(object) ? Code::kSignatureInvalid : Code::kSignatureMissing,
                           pile.attestations.contradicts(object) ? "the attestation is over other content"
                                                                 : "no attestation of this content");
  for (const auto& entry : pile.attestations.of(object)) {
    const auto claims = sync::verify_attestation(entry.parsed, *entry.object, object, keys);
    if (claims.ok()) {
      kid = claims->kid;
      return {};
    }
    last = claims.error();
  }
  return last;
}

int run_verify(Machine& machine, const Args& args, Console& console) {
  if (args.positional().empty() || !args.has("--key")) {
    return fail(console, make_error(Code::kUsage, "give at least one FILE, the attestations among them, and --key KEY"));
  }
  std::map<std::string, certs::PublicKey> pinned;
  for (const std::string& text : args.all("--key")) {
    const auto key = text.find('{') != std::string::npos ? certs::PublicKey::from_jwk(text) : certs::PublicKey::from_base64url(text);
    if (!key.ok()) return fail(console, make_error(Code::kUsage, key.error().detail, "--key"));
    pinned.emplace(key->thumbprint(), *key);
  }
  Pile pile;
  for (const std::string& path : args.positional()) {
    const Status added = pile.add(machine, path);
    if (!added.ok()) {
      Error error = added.error();
      error.where = path + " " + error.where;
      return fail(console, error);
    }
  }
  const certs::KeyLookup keys = [&](std::string_view kid) -> std::optional<certs::PublicKey> {
    const auto found = pinned.find(std::string(kid));
    if (found == pinned.end()) return std::nullopt;
    return found->second;
  };
  std::size_t bad = 0;
  for (const auto& object : pile.objects) {
    std::string kid;
    const Status good = verify_one(pile, *object, keys, kid);
    bad += good.ok() ? 0 : 1;
    if (console.json) {
      json::Writer w;
      w.begin_object().member("object", object->id()).member_bool("verified", good.ok());
      if (good.ok()) w.member("kid", kid);
      if (!good.ok()) w.member("code", info(good.error().code).text).member("detail", good.error().detail);
      w.end_object();
      console.line(w.text());
    } else if (!good.ok()) {
      console.line(std::string(object->id()) + ": " + good.error().to_string());
    }
  }
  console.complain(std::to_string(pile.objects.size() - bad) + " of " + std::to_string(pile.objects.size()) + " objects verified");
  return bad == 0 && !pile.objects.empty() ? kDone : kRefused;
}

}  // namespace

std::vector<Command> signing_commands() {
  return {
      {"sign", "FILE... [-o FILE]", "attest every STIX object of the files with this node's key",
       {{"-o", "FILE", "write the bundle of attestations here"}}, nullptr, run_sign},
      {"verify", "FILE... --key KEY", "verify objects against attestations found in the files",
       {{"--key", "KEY", "pinned Ed25519 public key, base64url or JWK", true}}, run_verify, nullptr},
  };
}

}  // namespace sekisho::node::cli
