#include "rig.h"

#include "tests/support/doctest.h"

namespace sekisho::taxii::tests {
namespace {

constexpr std::int64_t kStart = 1'750'000'000'000'000;

std::string numbered_id(const std::string& type, int number) {
  const std::string digits = std::to_string(number);
  return type + "--00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

/// 25 single objects of three types, then three versions of one, all at dates of their own; the
/// STIX times run the other way, so that no order but that of addition passes.
std::vector<StoredItem> seed() {
  std::vector<StoredItem> items;
  const std::string types[] = {"indicator", "malware", "report"};
  for (int i = 0; i < 25; ++i) {
    const std::string year = std::to_string(2024 - i);
    items.push_back(
        make_item(numbered_id(types[i % 3], i), year + "-01-01T00:00:00.000Z", kStart + i + 1));
  }
  for (int i = 1; i <= 3; ++i) {
    const std::string version =
        "2020-01-0" + std::to_string(i) + "T00:00:00.00000" + std::to_string(i) + "Z";
    items.push_back(make_item(kBusyId, version, kStart + 100 + i));
  }
  return items;
}

}  // namespace

Rig::Rig() {
  authenticator.parties = {"alice", "bob", "nobody"};
  const auto add = [this](const std::string& id, const std::string& alias, Rights alice) {
    MemoryCollection collection;
    collection.view.id = id;
    collection.view.title = "Collection " + id.substr(0, 2);
    collection.view.alias = alias;
    collection.rights = {{"alice", alice}, {"bob", {true, true}}};
    collection.items = seed();
    source.content.push_back(std::move(collection));
  };
  add(kNn, "", {false, false});  // out of order on purpose
  add(kRw, "open", {true, true});
  add(kWo, "", {false, true});
  add(kRo, "read only", {true, false});
  add(kHidden, "secret", {});
  source.content.back().rights.erase("alice");
  ServerInfo info;
  info.title = "Test server";
  info.roots = {{"api1", "First", "The first root"}, {"api two", "Second", ""}};
  limits.page_items = 50;
  router = std::make_unique<Router>(info, authenticator, source, limits);
}

HttpResponse Rig::send(const std::string& method, const std::string& path, const std::string& query,
                       Headers headers, const std::string& party, const std::string& body) {
  HttpRequest request;
  request.method = method;
  request.path = path;
  request.query = query;
  request.headers = std::move(headers);
  if (!party.empty()) request.headers.emplace_back("Authorization", "Bearer " + party);
  request.body = body;
  request.connection = std::make_shared<HttpRequest::Connection>();
  return router->handle(request);
}

HttpResponse Rig::get(const std::string& path, const std::string& query) {
  return send("GET", path, query, {{"Accept", "application/taxii+json;version=2.1"}});
}

HttpResponse Rig::post(const std::string& path, const std::string& body, const std::string& type,
                       const std::string& party) {
  Headers headers = {{"Accept", "application/taxii+json;version=2.1"}};
  if (!type.empty()) headers.emplace_back("Content-Type", type);
  return send("POST", path, "", std::move(headers), party, body);
}

std::string Rig::at(const std::string& collection, const std::string& below) {
  return "/api1/collections/" + collection + "/" + below;
}

std::string whole(const HttpResponse& response) {
  std::string out = std::to_string(response.status) + "\n";
  for (const auto& [name, value] : response.headers) out.append(name + ": " + value + "\n");
  return out + "\n" + response.body;
}

std::unique_ptr<const json::Document> parse(const HttpResponse& response) {
  auto document = json::Document::parse(response.body);
  REQUIRE_MESSAGE(document.ok(), response.body);
  return std::move(document).value();
}

bool is_error_resource(const HttpResponse& response, int status) {
  const auto document = parse(response);
  const json::Value root = document->root();
  return response.status == status && root["title"].is_string() && root["error_code"].is_string() &&
         root["http_status"].string_or("") == std::to_string(status) &&
         header(response.headers, "Content-Type") == "application/taxii+json;version=2.1";
}

std::vector<std::string> column(const json::Value& list, std::string_view member) {
  std::vector<std::string> out;
  for (const auto& entry : list) out.emplace_back(entry.value[member].string_or(""));
  return out;
}

}  // namespace sekisho::taxii::tests
