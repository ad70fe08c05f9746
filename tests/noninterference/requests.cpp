#include "requests.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/json.h"
#include "core/time.h"

namespace sekisho::noninterference {
namespace {

constexpr const char* kMedia = "application/taxii+json;version=2.1";
constexpr std::size_t kRemembered = 200;

taxii::HttpRequest get(const std::string& path, const std::string& query = "") {
  taxii::HttpRequest request;
  request.method = "GET";
  request.path = path;
  request.query = query;
  request.headers = {{"Accept", kMedia}};
  return request;
}

std::string root() { return std::string("/") + kRoot + "/"; }

/// Each member named `name` of the top of a document, or of the elements of its lists.
void collect(const json::Value& value, std::string_view name, std::vector<std::string>& out) {
  if (const auto text = value[name].string()) out.emplace_back(*text);
  for (const char* list : {"objects", "collections"}) {
    for (const auto& entry : value[list]) {
      if (const auto text = entry.value[name].string()) out.emplace_back(*text);
    }
  }
}

void keep(std::vector<std::string>& into, const std::vector<std::string>& found) {
  for (const std::string& one : found) {
    if (into.size() < kRemembered && std::find(into.begin(), into.end(), one) == into.end()) into.push_back(one);
  }
}

}  // namespace

taxii::HttpRequest request_of(const std::string& party, const std::string& path) {
  taxii::HttpRequest request = get(path);
  request.headers.emplace_back("Authorization", "Bearer " + party);
  return request;
}

std::string body_of(taxii::HttpResponse answer) {
  taxii::join_body(answer);
  return std::move(answer.body);
}

void Memory::learn(const Asked& asked, const taxii::HttpResponse& answer) {
  if (answer.status >= 400) return;
  const auto document = json::Document::parse(body_of(answer));
  if (!document.ok()) return;
  const json::Value top = (*document)->root();
  std::vector<std::string> found;
  if (asked.door == "POST objects") {
    collect(top, "id", found);
    if (!found.empty()) keep(statuses, {found.front()});
    const std::string in = asked.request.path.substr(0, asked.request.path.find("objects/"));
    for (const auto& entry : top["successes"]) {
      if (sent.size() < kRemembered) sent.emplace_back(in, std::string(entry.value["id"].string_or("")));
    }
    return;
  }
  if (const auto tag = taxii::header(answer.headers, "ETag"); tag && tags.size() < kRemembered) {
    tags.emplace_back(asked.request.path + "?" + asked.request.query, std::string(*tag));
  }
  if (asked.door == "collections") {
    collect(top, "id", found);
    keep(collections, found);
    return;
  }
  collect(top, "next", found);
  if (!found.empty()) tokens.push_back({asked.request.path, asked.request.query, found.front()});
  const std::size_t below = asked.request.path.find("/collections/");
  const std::size_t end = below == std::string::npos ? below : asked.request.path.find('/', below + 13);
  for (const auto& entry : top["objects"]) {
    if (end == std::string::npos || objects.size() >= kRemembered) break;
    objects.emplace_back(asked.request.path.substr(0, end + 1), std::string(entry.value["id"].string_or("")));
  }
  found.clear();
  collect(top, "date_added", found);
  for (const char* name : {"X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"}) {
    if (const auto date = taxii::header(answer.headers, name)) found.emplace_back(*date);
  }
  keep(dates, found);
}

std::string RequestDraw::collection() {
  static const std::vector<std::string> aliases = {"weekly", "weekly", "weekly", "vulns", "vulns", "exchange", "exchange", "secret", "intake", "only-here",
                                                   "weekly-attestations", "exchange-attestations", "secret-attestations", "none", "91a7b528-80eb-42ed-a74d-c6fbd5a26116"};
  if (!memory_.collections.empty() && rng_.chance(60)) return rng_.pick(memory_.collections);
  if (!memory_.guessed.empty() && rng_.chance(30)) return rng_.pick(memory_.guessed);
  return rng_.pick(aliases);
}

std::string RequestDraw::preview_of() {
  static const std::vector<std::string> aliases = {"weekly", "vulns", "exchange", "weekly-attestations", "vulns-attestations", "secret", "only-here"};
  return rng_.pick(aliases);
}

std::string RequestDraw::object() {
  auto at = scenario_.ids.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(rng_.below(scenario_.ids.size())));
  return *at;
}

std::string RequestDraw::filters(bool versions, bool match_ids) {
  std::string out;
  const auto add = [&out](const std::string& one) { out += (out.empty() ? "" : "&") + one; };
  if (rng_.chance(60)) add("limit=" + std::to_string(1 + rng_.below(rng_.chance(70) ? 6 : 40)));
  if (rng_.chance(20)) {
    const bool known = !memory_.dates.empty() && rng_.chance(80);
    add("added_after=" + (known ? rng_.pick(memory_.dates) : format_taxii_time(Timestamp{kStart + static_cast<std::int64_t>(rng_.below(kHours)) * 3600, 0})));
  }
  if (match_ids && rng_.chance(20)) add("match[id]=" + object() + (rng_.chance(40) ? "," + object() : ""));
  if (match_ids && rng_.chance(15)) add("match[type]=" + rng_.pick(all_types()) + "," + rng_.pick(all_types()));
  if (versions && rng_.chance(50)) {
    static const std::vector<std::string> kinds = {"all", "all", "first", "last", "first,last", "2024-01-01T00:00:00.000Z", "last,2024-01-01T00:07:00Z"};
    add("match[version]=" + rng_.pick(kinds));
  }
  if (rng_.chance(12)) add(std::string("match[spec_version]=") + (rng_.chance(50) ? "2.0" : "2.0,2.1"));
  return out;
}

Asked RequestDraw::reading() {
  std::string in = root() + "collections/" + collection() + "/", id = object();
  if (!memory_.objects.empty() && rng_.chance(60)) {
    const auto& known = rng_.pick(memory_.objects);
    id = known.second;
    if (rng_.chance(80)) in = known.first;
  }
  switch (rng_.below(8)) {
    case 0: return {get(root() + "collections/"), "collections"};
    case 1: return {get(in), "collection"};
    case 2: return {get(in + "manifest/", filters(true, true)), "manifest"};
    case 3: return {get(in + "objects/" + id + "/", filters(true, false)), "object"};
    case 4: return {get(in + "objects/" + id + "/versions/", filters(false, false)), "versions"};
    default: return {get(in + "objects/", filters(true, true)), "objects"};
  }
}

/// `next` of an earlier answer: where it belongs, elsewhere, or altered.
Asked RequestDraw::continued() {
  const Memory* from = &memory_;
  const Memory* theirs = memory_.overheard[rng_.below(2)];
  if (rng_.chance(15) && theirs != nullptr) from = theirs;
  if (from->tokens.empty()) return reading();
  const Memory::Token& token = rng_.chance(50) ? from->tokens.back() : rng_.pick(from->tokens);
  std::string next = token.next, path = token.path, query = token.query;
  if (rng_.chance(10)) next[rng_.below(next.size())] = 'A';
  if (rng_.chance(8)) next = std::string(43, 'x');
  if (rng_.chance(8)) path = root() + "collections/" + collection() + "/objects/";
  if (rng_.chance(8)) query = filters(true, true);
  // A `next` stands once; the walk goes on from the newest.
  const std::size_t old = query.find("&next=");
  if (old != std::string::npos) query.resize(old);
  return {get(path, query + "&next=" + next), "next"};
}

std::string RequestDraw::posted_object(const std::string& party) {
  Draft draft;
  if (rng_.chance(50)) {
    draft.id = object();
    draft.type = draft.id.substr(0, draft.id.find("--"));
  } else if (!memory_.objects.empty() && rng_.chance(30)) {
    draft.id = rng_.pick(memory_.objects).second;  // what it was given under an id of its own, too
    draft.type = draft.id.substr(0, draft.id.find("--"));
    const auto& types = all_types();
    if (std::find(types.begin(), types.end(), draft.type) == types.end()) draft.id.clear();
  } else if (rng_.chance(40)) {
    draft.type = "note";  // a few ids that whoever posts may meet
    draft.id = id_of(draft.type, 0x2000 + static_cast<unsigned>(rng_.below(2)));
  }
  // It plants no id that an object of somebody else names and that is hidden from it: scenario.h.
  if (party == "p" && scenario_.spared.count(draft.id) != 0) draft.id.clear();
  // What others post is hidden: nothing that a common object names may mean (scenario.cpp).
  if (party != "p" && scenario_.named.count(draft.id) != 0) draft.id.clear();
  // Nor is it a definition, which would travel with its users.
  const bool definition = draft.type == "marking-definition" || draft.type == "extension-definition";
  if (draft.id.empty() || (party != "p" && definition)) {
    draft.type = party == "p" ? rng_.pick(all_types()) : "note";
    draft.id = id_of(draft.type, 0x2000 + static_cast<unsigned>(rng_.below(30)));
  }
  static const std::vector<std::string> labels = {"GREEN", "GREEN", "CLEAR", "AMBER", "RED"};
  draft.version = static_cast<int>(rng_.below(2));
  draft.markings = {tlp(rng_.pick(labels))};
  if (rng_.chance(20)) draft.refs.push_back(id_of("malware", 0x3000));
  if (rng_.chance(30)) {
    std::vector<std::string> definitions;
    for (const std::string& id : scenario_.ids) {
      if (id.starts_with("marking-definition--")) definitions.push_back(id);
    }
    if (!definitions.empty()) draft.markings.push_back(rng_.pick(definitions));
  }
  for (std::size_t left = rng_.below(4); left > 0; --left) draft.refs.push_back(object());
  draft.text = rng_.chance(50) ? "x" : "from " + party;
  if (rng_.chance(20)) draft.creator = id_of("identity", 900);
  return draft.json();
}

Asked RequestDraw::posting(const std::string& party) {
  static const std::vector<std::string> places = {"weekly", "weekly", "weekly", "intake", "intake", "secret", "vulns", "none"};
  taxii::HttpRequest request = get(root() + "collections/" + (party == "p" ? rng_.pick(places) : "secret") + "/objects/");
  request.method = "POST";
  request.headers.emplace_back("Content-Type", rng_.chance(96) ? kMedia : "text/plain");
  std::string body = "{\"objects\":[";
  for (std::size_t i = 0, count = 1 + rng_.below(3); i < count; ++i) body += (i == 0 ? "" : ",") + posted_object(party);
  body += "]}";
  if (rng_.chance(4)) body.resize(body.size() / 2);
  if (rng_.chance(3)) body += std::string(31'000, ' ');
  if (rng_.chance(3)) body = "{\"objects\":[{\"type\":\"report\",\"id\":7}]}";
  request.body = std::move(body);
  return {std::move(request), "POST objects"};
}

/// Its own, somebody else's, or what is nowhere; all of it or versions.
Asked RequestDraw::deleting(const std::string& party) {
  std::string in = root() + "collections/" + collection() + "/", id = object();
  if (!memory_.sent.empty() && rng_.chance(60)) {
    const auto& own = rng_.pick(memory_.sent);
    id = own.second;
    if (rng_.chance(85)) in = own.first;
  } else if (!memory_.objects.empty() && rng_.chance(50)) {
    std::tie(in, id) = rng_.pick(memory_.objects);
  }
  // What others do is hidden: they take nothing back that P may read from them.
  if (party != "p" && scenario_.ids.count(id) != 0) id = id_of("note", 0x2000 + static_cast<unsigned>(rng_.below(2)));
  taxii::HttpRequest request = get(in + "objects/" + id + "/");
  request.method = "DELETE";
  static const std::vector<std::string> kinds = {"", "", "match[version]=all", "match[version]=first", "match[version]=last",
                                                 "match[version]=2024-01-01T00:00:00.000Z", "match[spec_version]=2.0", "match[version]=x"};
  request.query = rng_.pick(kinds);
  return {std::move(request), "DELETE"};
}

Asked RequestDraw::deletion(const std::string& party, const std::string& collection, const std::string& id) {
  taxii::HttpRequest request = request_of(party, root() + "collections/" + collection + "/objects/" + id + "/");
  request.method = "DELETE";
  return {std::move(request), "DELETE"};
}

std::vector<Asked> RequestDraw::sent_and_deleted(const std::string& party) {
  Draft draft;
  draft.type = "note";
  draft.id = id_of(draft.type, 0x2000 + static_cast<unsigned>(rng_.below(2)));
  draft.version = static_cast<int>(rng_.below(2));
  draft.markings = {tlp("GREEN")};
  draft.text = "from " + party;
  taxii::HttpRequest post = request_of(party, root() + "collections/" + kSecret + "/objects/");
  post.method = "POST";
  post.headers.emplace_back("Content-Type", kMedia);
  post.body = "{\"objects\":[" + draft.json() + "]}";
  return {{std::move(post), "POST objects"}, deletion(party, kSecret, draft.id)};
}

/// A page that was read before, with its entity tag, or another's.
Asked RequestDraw::asked_again() {
  if (memory_.tags.empty()) return reading();
  const auto& kept = rng_.chance(60) ? memory_.tags.back() : rng_.pick(memory_.tags);
  const std::size_t split = kept.first.find('?');
  taxii::HttpRequest request = get(kept.first.substr(0, split), kept.first.substr(split + 1));
  request.headers.emplace_back("If-None-Match", rng_.chance(90) ? kept.second : rng_.pick(memory_.tags).second);
  return {std::move(request), "If-None-Match"};
}

Asked RequestDraw::odd(const std::string& party) {
  const std::string in = root() + "collections/" + collection() + "/objects/";
  taxii::HttpRequest request = get(in, filters(true, true));
  std::string door = "odd";
  switch (rng_.below(9)) {
    case 0: request = get("/taxii2/"); door = "discovery"; break;
    case 1: request = get(root()); door = "api root"; break;
    case 2: request.method = "OPTIONS"; door = "OPTIONS"; break;
    case 3: request.method = "HEAD"; door = "HEAD"; break;
    case 4: request.headers = {{"Accept", "text/html"}}; door = "Accept"; break;
    case 5: return deleting(party);
    case 6: request.query = "match[what]=x&limit=0"; door = "bad query"; break;
    case 7: request = get(root() + "collections/" + collection() + "/objects"); door = "bad path"; break;
    default: request.method = rng_.chance(50) ? "PUT" : "PATCH"; door = "method";
  }
  return {std::move(request), door};
}

std::string RequestDraw::status() {
  const Memory* theirs = memory_.overheard[rng_.below(2)];
  if (rng_.chance(30) && theirs != nullptr && !theirs->statuses.empty()) return rng_.pick(theirs->statuses);
  if (!memory_.statuses.empty() && rng_.chance(80)) return rng_.pick(memory_.statuses);
  return "2d086da7-4bdc-4f91-900e-d77486753710";
}

Asked RequestDraw::next(const std::string& party) {
  Asked asked;
  const std::size_t draw = rng_.below(100);
  if (draw < 42) {
    asked = reading();
  } else if (draw < 45) {
    asked = asked_again();
  } else if (draw < 48) {
    asked = deleting(party);
  } else if (draw < 64) {
    asked = continued();
  } else if (draw < 78) {
    asked = posting(party);
  } else if (draw < 86) {
    asked = {get(root() + "status/" + status() + "/"), "status"};
  } else {
    asked = odd(party);
  }
  if (rng_.chance(98)) {
    asked.request.headers.emplace_back("Authorization", "Bearer " + party);
  } else {
    asked.door = "credential";
    if (rng_.chance(50)) asked.request.headers.emplace_back("Authorization", "Bearer nobody");
  }
  return asked;
}

}  // namespace sekisho::noninterference
