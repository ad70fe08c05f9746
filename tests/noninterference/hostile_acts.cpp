#include "hostile_acts.h"

#include <algorithm>
#include <map>
#include <memory>

#include "certs/keys.h"
#include "core/json.h"
#include "drafts.h"
#include "node.h"
#include "stix/object.h"
#include "sync/handling/attestation.h"
#include "sync/recall/recall.h"

namespace sekisho::noninterference {
namespace {

constexpr std::size_t kSeedBytes = 32;

const certs::SigningKey& key_of(const std::string& party) {
  static std::map<std::string, std::unique_ptr<certs::SigningKey>> keys;
  auto& key = keys[party];
  std::string seed = party;
  seed.resize(kSeedBytes, 'k');
  if (!key) key = need(certs::SigningKey::from_seed(seed), "key");
  return *key;
}

bool says(const std::string& change, const char* word) { return change.find(word) != std::string::npos; }

std::string rewritten(const json::Value& object, const std::string& change, const std::string& party) {
  const bool later = says(change, "later") || says(change, "revoked"), claimed = says(change, "claimed");
  json::Writer w;
  w.begin_object();
  for (const auto& [key, value] : object) {
    if (says(change, "loose") && (key == "object_marking_refs" || key == "granular_markings")) continue;
    if ((says(change, "unowned") || claimed) && key == "created_by_ref") continue;
    if (later && (key == "modified" || key == "revoked")) continue;
    w.key(key).raw(value.raw());
  }
  if (says(change, "loose")) w.key("object_marking_refs").begin_array().string(tlp("CLEAR")).end_array();
  if (claimed && !identity_of(party).empty()) w.member("created_by_ref", identity_of(party));
  if (later) w.member("modified", "2024-06-01T00:00:00.000Z");
  if (says(change, "revoked")) w.member_bool("revoked", true);
  return w.end_object().take();
}

}  // namespace

std::string x_of(const std::string& party) {
  const auto jwk = need(json::Document::parse(key_of(party).public_key().jwk()), "key");
  return std::string(jwk->root()["x"].string_or(""));
}

std::vector<std::string> attested(const std::string& party, const std::string& identity, certs::Role role, std::vector<std::string> objects,
                                  std::optional<std::uint32_t> max_hops) {
  const sync::Signer signer{&key_of(party), identity, "2025-01-01T00:00:00.000Z"};
  certs::Handling handling;
  handling.org_scope = certs::OrgScope::kIsacMembership;
  handling.onward_consent = true;
  handling.max_hops = max_hops;
  for (std::size_t i = 0, count = objects.size(); i < count; ++i) {
    const auto object = stix::Object::parse(objects[i]);
    if (object.ok()) objects.push_back(sync::make_attestation(**object, signer, role, handling));
  }
  return objects;
}

std::string notice_of(const std::string& party, const std::string& text) {
  const auto document = need(json::Document::parse(text), "notice");
  json::Writer w;
  w.begin_object().member("jws", certs::sign_detached(key_of(party), sync::kTypRecall, json::canonical(document->root()))).key("notice").raw(text);
  return w.end_object().take();
}

Asked posted(const std::string& party, const std::string& collection, const std::vector<std::string>& objects) {
  taxii::HttpRequest request = request_of(party, std::string("/") + kRoot + "/collections/" + collection + "/objects/");
  request.method = "POST";
  request.headers.emplace_back("Content-Type", "application/taxii+json;version=2.1");
  std::string body = "{\"objects\":[";
  for (const std::string& object : objects) body += (body.back() == '[' ? "" : ",") + object;
  request.body = body + "]}";
  return {std::move(request), "POST objects"};
}

void Loot::add(const std::string& bytes) {
  if (std::find(all_.begin(), all_.end(), bytes) == all_.end()) all_.push_back(bytes);
}

std::string altered(const std::string& bytes, const std::string& change, const std::string& party) {
  if (change.empty()) return bytes;
  if (says(change, "spaced")) return bytes.substr(0, 1) + " " + bytes.substr(1);
  if (says(change, "nested")) return "{\"type\":\"bundle\",\"id\":\"" + id_of("bundle", 0x5000) + "\",\"objects\":[" + bytes + "]}";
  const auto document = json::Document::parse(bytes);
  return document.ok() ? rewritten((*document)->root(), change, party) : bytes;
}

std::vector<std::string> objects_of(const Deed& deed, const Loot& loot) {
  if (deed.kind == Deed::Kind::kPost) return deed.objects;
  if (deed.kind != Deed::Kind::kPostAgain || loot.all().empty()) return {};
  return {altered(loot.all()[deed.which % loot.all().size()], deed.change, deed.party)};
}

Asked asked_of(const Deed& deed, const Loot& loot) {
  const std::string in = std::string("/") + kRoot + "/collections/" + deed.collection + "/";
  if (deed.kind == Deed::Kind::kDelete) {
    Asked asked = RequestDraw::deletion(deed.party, deed.collection, deed.id);
    asked.request.query = deed.query;
    return asked;
  }
  std::vector<std::string> objects = objects_of(deed, loot);
  if (objects.empty()) {
    taxii::HttpRequest request = request_of(deed.party, in + (deed.id.empty() ? "objects/" : deed.id));
    request.query = deed.query;
    return {std::move(request), "hostile read"};
  }
  if (deed.party == "a1") {
    // What it gives again it may have given before, under a looser handling.
    const bool tighter = deed.kind == Deed::Kind::kPostAgain && deed.which % 4 == 0;
    const auto hops = tighter ? std::optional<std::uint32_t>(deed.which / 4 % 3) : std::nullopt;
    objects = attested("a1", identity_of("a1"), deed.creator ? certs::Role::kCreator : certs::Role::kRelay, std::move(objects), hops);
  }
  return posted(deed.party, deed.collection, objects);
}

}  // namespace sekisho::noninterference
