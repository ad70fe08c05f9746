#include "tests/peers/faulty_server.h"

#include <algorithm>
#include <optional>

#include "core/json.h"
#include "core/time.h"

namespace sekisho::tests {
namespace {

constexpr std::int64_t kStart = 1'780'000'000'000'000;
constexpr std::int64_t kStep = 1'000'777;  // so that seconds and milliseconds are not enough
constexpr std::int64_t kSecond = 1'000'000;

std::string decoded(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out.push_back(static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16)));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::map<std::string, std::string> parameters(const std::string& query) {
  std::map<std::string, std::string> out;
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string pair = query.substr(at, end - at);
    const std::size_t equals = pair.find('=');
    if (equals != std::string::npos) out[decoded(pair.substr(0, equals))] = decoded(pair.substr(equals + 1));
    at = end + 1;
  }
  return out;
}

}  // namespace

void FaultyServer::add(std::string bytes, std::string id, std::string version) {
  const auto group = static_cast<std::int64_t>(items_.size() / faults_.per_date);
  const bool close = faults_.dates == Faults::Dates::kSeconds || faults_.dates == Faults::Dates::kMillis;
  items_.push_back({std::move(bytes), std::move(id), std::move(version), kStart + group * (close ? kStep / 5 : kStep)});
}

taxii::HttpResponse FaultyServer::answer(std::string body, int status) const {
  taxii::HttpResponse response;
  response.status = status;
  response.headers.emplace_back("Content-Type", faults_.content_type);
  response.body = std::move(body);
  return response;
}

std::string FaultyServer::date_text(std::int64_t micros) const {
  const Timestamp at = Timestamp::from_micros(micros);
  const std::string six = format_taxii_time(at);
  switch (faults_.dates) {
    case Faults::Dates::kMillis:
      return six.substr(0, 23) + "Z";
    case Faults::Dates::kSeconds:
      return six.substr(0, 19) + "Z";
    case Faults::Dates::kOffset:
      return six.substr(0, 26) + "+00:00";
    default:
      return six;
  }
}

FaultyServer::Ask FaultyServer::read(const std::string& query) const {
  Ask ask;
  const auto given = parameters(query);
  const auto get = [&](const char* name) { return given.count(name) != 0 ? given.at(name) : std::string(); };
  if (!get("added_after").empty()) {
    const auto at = parse_taxii_time(get("added_after"));
    ask.valid = at.ok();
    if (at.ok() && !faults_.ignores_added_after) ask.after = at->micros();
  }
  if (!get("limit").empty()) ask.limit = std::stoul(get("limit"));
  if (faults_.refuses_over_cap && ask.limit > faults_.cap) ask.valid = false;
  if (faults_.ignores_limit) ask.limit = SIZE_MAX;
  ask.limit = std::min(ask.limit, faults_.cap);
  ask.next = get("next");
  ask.id = get("match[id]");
  return ask;
}

bool FaultyServer::visible(const Item& item, const Ask& ask) const {
  if (!ask.id.empty() && item.id != ask.id) return false;
  return faults_.inclusive ? item.micros >= ask.after : item.micros > ask.after;
}

std::vector<const FaultyServer::Item*> FaultyServer::selected(const Ask& ask) const {
  std::vector<const Item*> out;
  for (const Item& item : items_) {
    if (visible(item, ask)) out.push_back(&item);
  }
  return out;
}

std::size_t FaultyServer::start_of(const Ask& ask, const std::vector<const Item*>& all) {
  if (ask.next.empty() || faults_.next == Faults::Next::kSamePage) return 0;
  if (faults_.next == Faults::Next::kEndless) return (++turns_ * ask.limit) % std::max<std::size_t>(1, all.size());
  if (faults_.next == Faults::Next::kSession) return std::min(once_[ask.next], all.size());
  std::size_t start = std::stoul(ask.next.substr(1));
  if (faults_.next == Faults::Next::kOnce) {
    std::size_t& used = once_[ask.next];
    start += used;
    used += ask.limit;
  }
  return std::min(start, all.size());
}

taxii::HttpResponse FaultyServer::page(const Ask& ask, bool objects) {
  if (!ask.next.empty() && faults_.next == Faults::Next::kRefused) return answer(R"({"title":"no such next"})", 400);
  const auto all = selected(ask);
  const std::size_t start = start_of(ask, all);
  const std::size_t end = start + std::min(ask.limit, all.size() - start);
  const bool endless = faults_.next == Faults::Next::kEndless && !all.empty();
  const bool more = (end < all.size() || endless) && !faults_.more_untold;
  json::Writer w;
  w.begin_object();
  if (more) w.member_bool("more", true);
  const bool gives_next = (end < all.size() || endless) && faults_.next != Faults::Next::kAbsent && objects;
  if (faults_.next == Faults::Next::kOnce) ++turns_;  // each walk has values of its own
  if (faults_.next == Faults::Next::kSession) {
    const std::string session = ask.next.empty() ? "s" + std::to_string(++turns_) : ask.next;
    once_[session] = end;
    if (gives_next) w.member("next", session);
  } else if (gives_next) {
    w.member("next", "n" + std::to_string(endless ? turns_ + 1000 : end) + "-" + std::to_string(turns_));
  }
  w.end_object();
  std::string body = w.take();
  std::string list;
  for (std::size_t i = start; i < end; ++i) {
    const Item& item = *all[i];
    json::Writer entry;
    entry.begin_object().member("id", item.id).member("version", item.version);
    entry.member("date_added", date_text(item.micros)).end_object();
    list += (list.empty() ? "" : ",") + (objects ? item.bytes : entry.take());
  }
  if (!list.empty()) body = body.substr(0, body.size() - 1) + (body == "{}" ? "" : ",") + "\"objects\":[" + list + "]}";
  taxii::HttpResponse response = answer(std::move(body));
  if (objects) largest_page = std::max(largest_page, end - start);
  if (end > start && faults_.dates != Faults::Dates::kAbsent) {
    const bool wrong = faults_.dates == Faults::Dates::kOfCollection;
    response.headers.emplace_back("X-TAXII-Date-Added-First", date_text(all[start]->micros));
    response.headers.emplace_back("X-TAXII-Date-Added-Last", date_text(wrong ? items_.back().micros : all[end - 1]->micros));
  }
  return response;
}

taxii::HttpResponse FaultyServer::handle(const std::string& method, const std::string& path, const std::string& query) {
  if (method != "GET") {
    ++others;
    return answer(R"({"title":"not here"})", 405);
  }
  ++gets;
  const std::string collection = std::string("/api/collections/") + kCollection + "/";
  if (path == "/taxii2/") return answer(R"({"title":"Faulty","api_roots":["/api/"],"default":"/api/"})");
  if (path == "/api/") return answer(R"({"title":"A","versions":["application/taxii+json;version=2.1"],"max_content_length":100000})");
  if (path == "/api/collections/") {
    return answer(std::string(R"({"collections":[{"id":")") + kCollection + R"(","alias":")" + kAlias +
                  R"(","title":"Feed","can_read":true,"can_write":false}]})");
  }
  const bool objects = path == collection + "objects/";
  if (!objects && (path != collection + "manifest/" || !faults_.manifest)) return answer(R"({"title":"not here"})", 404);
  if (objects) queries.push_back(query);
  const Ask ask = read(query);
  return ask.valid ? page(ask, objects) : answer(R"({"title":"bad query"})", 400);
}

Result<taxii::HttpResponse> FaultyTransport::send(const Call& call) {
  const std::size_t path = call.url.find('/', call.url.find("://") + 3);
  const std::size_t mark = std::min(call.url.find('?'), call.url.size());
  return server_.handle(call.method, call.url.substr(path, mark - path), call.url.substr(std::min(mark + 1, call.url.size())));
}

}  // namespace sekisho::tests
