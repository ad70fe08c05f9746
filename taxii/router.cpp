#include "taxii/router.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "taxii/envelope.h"
#include "taxii/media_type.h"
#include "taxii/page_tag.h"
#include "taxii/pages.h"
#include "taxii/query.h"
#include "taxii/resources.h"
#include "taxii/responses.h"
#include "taxii/route.h"

namespace sekisho::taxii {
namespace {

HttpResponse not_found() {
  return error_response(make_error(Code::kNotFound, ""));
}

/// TAXII 2.1 §3.2: dates of the first and last item of this page; an empty one has none.
void add_dates(const PageInfo& page, HttpResponse& response) {
  const auto add = [&response](std::string_view name, std::optional<std::int64_t> micros) {
    if (micros) {
      response.headers.emplace_back(name, format_taxii_time(Timestamp::from_micros(*micros)));
    }
  };
  add("X-TAXII-Date-Added-First", page.first_date);
  add("X-TAXII-Date-Added-Last", page.last_date);
}

bool lists(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}
bool is_for(const ApiRoot& root, const Principal& caller) {
  return lists(root.parties, caller.party);
}
bool holds(const ApiRoot& root, const CollectionView& view) {
  return lists(root.collections, view.alias);
}
/// Whether a path of the root means this collection.
bool names(const ApiRoot& root, const CollectionView& view, std::string_view id_or_alias) {
  return view.alias == id_or_alias || (root.id_here ? root.id_here(view.id) : view.id) == id_or_alias;
}
CollectionView as_shown(const ApiRoot& root, CollectionView view) {
  if (root.id_here) view.id = root.id_here(view.id);
  return view;
}

}  // namespace

struct Router::Impl {
  ServerInfo server;
  Authenticator& authenticator;
  CollectionSource& source;
  Limits limits;
  Throttle* throttle;

  HttpResponse get(const Principal& caller, const Route& route, const HttpRequest& request);
  HttpResponse list(const Principal& caller, const Route& route, Query query, std::string_view if_none_match);
  HttpResponse discovery(const Principal& caller) const;
  HttpResponse collection(const Principal& caller, const Route& route);
  HttpResponse collections(const Principal& caller, const Route& route);
  Result<CollectionView> find(const Principal& caller, const Route& route);
  Result<std::string> id_at_source(const Principal& caller, const Route& route);
  HttpResponse status(const Principal& caller, const Route& route);
  HttpResponse post(const Principal& caller, const Route& route, const HttpRequest& request);
  HttpResponse remove(const Principal& caller, const Route& route, std::string_view raw_query);
};

Router::Router(ServerInfo info, Authenticator& authenticator, CollectionSource& source,
               const Limits& limits, Throttle* throttle)
    : impl_(new Impl{std::move(info), authenticator, source, limits, throttle}) {}

Router::~Router() = default;

// Nothing is looked up before the caller is known, and no content before the request has been found
// well-formed: so hidden and unknown things get the same answers.
HttpResponse Router::handle(const HttpRequest& request) {
  auto caller = impl_->authenticator.authenticate(request);
  if (!caller) {
    const bool refused = info(caller.error().code).http_status == 401;
    return refused ? unauthorized_response(std::move(caller).error())
                   : port_error_response(std::move(caller).error());
  }
  if (caller->party.empty()) {
    return unauthorized_response(make_error(Code::kInternal, "the authenticator named no party"));
  }
  if (impl_->throttle != nullptr) {
    const std::int64_t wait = impl_->throttle->wait_seconds(*caller);
    if (wait > 0) return too_many_requests_response(wait);
  }
  const auto route = find_route(request.path, impl_->server.roots);
  if (!route || (route->root != nullptr && !is_for(*route->root, *caller))) return not_found();
  const std::string_view methods = allowed_methods(route->endpoint);
  if (!allows(route->endpoint, request.method)) return method_response(methods);
  if (request.method == "OPTIONS") return options_response(methods);
  if (!accepts_taxii(request.headers)) {
    return error_response(make_error(Code::kTaxiiNotAcceptable, ""));
  }
  if (request.method == "POST") return impl_->post(*caller, *route, request);
  if (request.method == "DELETE") return impl_->remove(*caller, *route, request.query);
  HttpResponse response = impl_->get(*caller, *route, request);
  if (response.status == 200) response.reader = caller->party;
  return response;
}

/// The collection as the source has it, unless it is not in this API root or not by that id: then it does not exist.
Result<CollectionView> Router::Impl::find(const Principal& caller, const Route& route) {
  SEKISHO_ASSIGN(std::vector<CollectionView> visible, source.collections(caller));
  for (CollectionView& view : visible) {
    if (holds(*route.root, view) && names(*route.root, view, route.collection)) return std::move(view);
  }
  return make_error(Code::kNotFound, "the collection is not in this API root");
}

/// What the source is asked for. A root that has every collection under its own id leaves the look-up to the source.
Result<std::string> Router::Impl::id_at_source(const Principal& caller, const Route& route) {
  if (route.root->collections.empty() && !route.root->id_here) return route.collection;
  SEKISHO_ASSIGN(CollectionView view, find(caller, route));
  return std::move(view.id);
}

/// The roots that exist for this caller.
HttpResponse Router::Impl::discovery(const Principal& caller) const {
  ServerInfo shown = server;
  std::erase_if(shown.roots, [&caller](const ApiRoot& root) { return !is_for(root, caller); });
  return json_response(200, discovery_resource(shown));
}

HttpResponse Router::Impl::get(const Principal& caller, const Route& route,
                               const HttpRequest& request) {
  if (route.endpoint == Endpoint::kDiscovery) return discovery(caller);
  if (route.endpoint == Endpoint::kRoot) {
    return json_response(200, root_resource(*route.root, limits.max_content_length));
  }
  if (route.endpoint == Endpoint::kStatus) return status(caller, route);
  auto query = parse_query(request.query, filters_of(route.endpoint), limits);
  if (!query) return error_response(std::move(query).error());
  if (route.endpoint == Endpoint::kCollections) return collections(caller, route);
  if (route.endpoint == Endpoint::kCollection) return collection(caller, route);
  return list(caller, route, std::move(query).value(),
              header(request.headers, "If-None-Match").value_or(""));
}

HttpResponse Router::Impl::collections(const Principal& caller, const Route& route) {
  auto visible = source.collections(caller);
  if (!visible) return port_error_response(std::move(visible).error());
  std::vector<CollectionView> shown;
  for (CollectionView& view : *visible) {
    if (holds(*route.root, view)) shown.push_back(as_shown(*route.root, std::move(view)));
  }
  return json_response(200, collections_resource(std::move(shown)));
}

HttpResponse Router::Impl::collection(const Principal& caller, const Route& route) {
  auto view = find(caller, route);
  if (!view) return port_error_response(view.error());
  return json_response(200, collection_resource(as_shown(*route.root, std::move(view).value())));
}

/// Manifest, objects, object and versions: one read each (TAXII 2.1 §5.3 to §5.6, §5.8).
HttpResponse Router::Impl::list(const Principal& caller, const Route& route, Query query,
                                std::string_view if_none_match) {
  const auto id = id_at_source(caller, route);
  if (!id) return port_error_response(id.error());
  Listing listing = Listing::kEnvelope;
  if (route.endpoint == Endpoint::kManifest) listing = Listing::kManifest;
  if (route.endpoint == Endpoint::kVersions) {
    listing = Listing::kVersions;
    query.version_all = true;
    query.version_last = false;
  }
  if (!route.object.empty()) query.ids = {route.object};
  std::vector<Run> runs;
  const auto page = source.read(caller, *id, query, listing, [&runs](const Run& run) { runs.push_back(run); });
  if (!page) return port_error_response(page.error());
  if (runs.empty() && !route.object.empty()) {
    // Filters may exclude every version (an empty page); without any version it is 404 (§5.6).
    const auto there = source.has_object(caller, *id, route.object);
    if (!there) return port_error_response(there.error());
    if (!*there) return not_found();
  }
  const std::string shown = page_tag(caller, listing, runs, *page);
  const bool known = names_tag(if_none_match, shown);
  HttpResponse response = json_response(200, std::string());
  if (!known) write_page(listing, runs, *page, response);
  add_dates(*page, response);
  return tagged_response(std::move(response), shown, known);
}

/// TAXII 2.1 §4.3: a status of somebody else is as unknown as one that never was.
HttpResponse Router::Impl::status(const Principal& caller, const Route& route) {
  const auto view = source.status(caller, route.status);
  if (!view) return port_error_response(view.error());
  return json_response(200, status_resource(*view));
}

/// TAXII 2.1 §5.5: rights, then the body's form as a whole; each object is for the source to judge.
HttpResponse Router::Impl::post(const Principal& caller, const Route& route,
                                const HttpRequest& request) {
  const auto view = find(caller, route);
  if (!view) return port_error_response(view.error());
  if (!view->can_write) {
    return view->can_read ? error_response(make_error(Code::kTaxiiForbidden, "")) : not_found();
  }
  if (!is_taxii(header(request.headers, "Content-Type").value_or(""))) {
    return error_response(make_error(Code::kTaxiiUnsupportedMediaType, ""));
  }
  auto objects = posted_objects(request.body, limits);
  if (!objects) return error_response(std::move(objects).error());
  if (throttle != nullptr) {
    const std::int64_t wait = throttle->wait_to_post(caller, *objects);
    if (wait > 0) return too_many_requests_response(wait);
  }
  const auto status = source.submit(caller, view->id, *objects);
  if (!status) return port_error_response(status.error());
  return json_response(202, status_resource(*status));
}

/// TAXII 2.1 §5.7: 404 without any right on the collection, 403 with one alone, then the object. Success has no body.
HttpResponse Router::Impl::remove(const Principal& caller, const Route& route, std::string_view raw_query) {
  const auto query = parse_query(raw_query, kMatchVersion | kMatchSpecVersion, limits);
  if (!query) return error_response(query.error());
  const auto view = find(caller, route);
  if (!view) return port_error_response(view.error());
  if (!view->can_read && !view->can_write) return not_found();
  if (!view->can_read || !view->can_write) return error_response(make_error(Code::kTaxiiForbidden, ""));
  const Status done = source.remove(caller, view->id, route.object, *query);
  return done.ok() ? json_response(200, "") : port_error_response(done.error());
}

}  // namespace sekisho::taxii
