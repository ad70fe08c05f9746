#include "hostile_objects.h"

#include "core/json.h"
#include "drafts.h"
#include "rows.h"

namespace sekisho::noninterference {
namespace {

constexpr unsigned kUnknownIds = 0x5000;

std::string bundle(const std::string& members, unsigned n, bool vouches) {
  std::string out = "{\"type\":\"bundle\",\"id\":\"" + id_of("bundle", 0x5000 + n) + "\"";
  if (vouches) out += ",\"spec_version\":\"2.1\",\"object_marking_refs\":[\"" + tlp("CLEAR") + "\"]";
  return out + ",\"objects\":[" + members + "]}";
}

/// `object` with one more property.
std::string with(const std::string& object, const std::string& property) { return object.substr(0, object.size() - 1) + "," + property + "}"; }

}  // namespace

std::string HostileObjects::creator() const {
  if (rng_.chance(40)) return "";
  if (rng_.chance(40)) return identity_of(party_);
  return rng_.pick(targets_.identities);
}

std::string HostileObjects::plant() const {
  static const std::vector<std::string> labels = {"CLEAR", "CLEAR", "GREEN", "GREEN", "AMBER", "RED"};
  Draft draft;
  draft.id = rng_.chance(85) ? rng_.pick(targets_.ids) : id_of(rng_.pick(all_types()), kUnknownIds + static_cast<unsigned>(rng_.below(6)));
  draft.type = draft.id.substr(0, draft.id.find("--"));
  draft.version = static_cast<int>(rng_.below(60));
  draft.creator = creator();
  draft.markings = {tlp(rng_.pick(labels))};
  if (rng_.chance(20)) draft.markings.push_back(rng_.pick(targets_.definitions));
  for (std::size_t left = draft.type == "relationship" ? 2 : 1 + rng_.below(3); left > 0; --left) draft.refs.push_back(rng_.pick(targets_.ids));
  draft.revoked = rng_.chance(20);
  draft.text = rng_.chance(50) ? "x" : "planted by " + party_;
  return draft.json();
}

std::string HostileObjects::definition() const {
  static const std::vector<std::string> statements = {"x", "y", "TLP:CLEAR", "tlp:clear and nothing else", "TLP:RED"};
  static const std::vector<std::string> words = {"clear", "green", "red"};
  static const std::vector<std::string> labels = {"CLEAR", "GREEN", "AMBER", "RED"};
  Draft draft;
  draft.type = "marking-definition";
  draft.id = rng_.chance(80) ? rng_.pick(targets_.definitions) : tlp(rng_.pick(labels));
  draft.creator = creator();
  if (rng_.chance(60)) draft.markings = {tlp(rng_.pick(labels))};
  if (rng_.chance(15)) draft.markings.push_back(rng_.pick(targets_.definitions));
  draft.text = rng_.pick(statements);
  if (rng_.chance(70)) return draft.json();
  json::Writer w;
  w.begin_object().member("type", draft.type).member("spec_version", "2.1").member("id", draft.id).member("created", time_of(0));
  w.member("definition_type", "tlp").key("definition").begin_object().member("tlp", rng_.pick(words)).end_object();
  return w.end_object().take();
}

std::string HostileObjects::nested() const {
  std::string out = plant();
  if (rng_.chance(50)) out += "," + definition();
  for (std::size_t depth = 1 + rng_.below(rng_.chance(70) ? 3 : 10); depth > 0; --depth) {
    out = bundle(out, static_cast<unsigned>(rng_.below(4)), rng_.chance(50));
    if (depth > 1 && rng_.chance(30)) out += "," + plant();
  }
  return out;
}

std::string HostileObjects::embedding() const {
  Draft host;
  host.type = rng_.chance(40) ? "observed-data" : "note";
  host.id = id_of(host.type, kUnknownIds + static_cast<unsigned>(rng_.below(6)));
  host.version = static_cast<int>(rng_.below(60));
  host.markings = {tlp("CLEAR")};
  const std::string inner = rng_.chance(30) ? nested() : plant();
  if (host.type == "observed-data") return with(host.json(), "\"objects\":{\"0\":" + inner + "}");
  host.refs = {rng_.pick(targets_.ids)};
  return with(host.json(), rng_.chance(50) ? "\"x_inner\":" + inner : "\"x_inner\":[{\"deep\":[" + inner + "]}]");
}

std::vector<std::string> HostileObjects::chain() const {
  std::vector<std::string> out;
  const unsigned first = kUnknownIds + 0x100 + static_cast<unsigned>(rng_.below(4)) * 0x10;
  const unsigned length = 3 + static_cast<unsigned>(rng_.below(6));
  const bool circle = rng_.chance(20);
  for (unsigned n = 0; n < length; ++n) {
    Draft draft;
    draft.type = "note";
    draft.id = id_of("note", first + n);
    draft.markings = {tlp("CLEAR")};
    const bool last = n + 1 == length;
    draft.refs = {last ? circle ? id_of("note", first) : rng_.pick(targets_.ids) : id_of("note", first + n + 1)};
    draft.text = party_;
    out.push_back(draft.json());
  }
  return out;
}

}  // namespace sekisho::noninterference
