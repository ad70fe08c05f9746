#include "taxii/resources.h"

#include <algorithm>
#include <cstdint>

#include "core/json.h"
#include "taxii/media_type.h"
#include "taxii/pages.h"
#include "taxii/uri.h"

namespace sekisho::taxii {
namespace {

void optional_member(json::Writer& writer, std::string_view name, std::string_view value) {
  if (!value.empty()) writer.member(name, value);
}

std::string root_url(const ApiRoot& root) {
  return "/" + percent_encode(root.name) + "/";
}

void write_collection(json::Writer& writer, const CollectionView& collection) {
  writer.begin_object().member("id", collection.id).member("title", collection.title);
  optional_member(writer, "description", collection.description);
  optional_member(writer, "alias", collection.alias);
  writer.member_bool("can_read", collection.can_read)
      .member_bool("can_write", collection.can_write);
  writer.key("media_types").begin_array();
  for (const std::string_view type : kContentTypes) writer.string(type);
  writer.end_array().end_object();
}

void write_details(json::Writer& writer, std::string_view name,
                   const std::vector<StatusDetail>& details) {
  if (details.empty()) return;
  writer.key(name).begin_array();
  for (const StatusDetail& detail : details) {
    writer.begin_object().member("id", detail.id).member("version", detail.version);
    if (detail.message) writer.member("message", *detail.message);
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

std::string discovery_resource(const ServerInfo& server) {
  json::Writer writer;
  writer.begin_object().member("title", server.title);
  optional_member(writer, "description", server.description);
  optional_member(writer, "contact", server.contact);
  if (!server.roots.empty()) {
    writer.member("default", root_url(server.roots.front()));
    writer.key("api_roots").begin_array();
    for (const ApiRoot& root : server.roots) writer.string(root_url(root));
    writer.end_array();
  }
  writer.end_object();
  return writer.take();
}

std::string root_resource(const ApiRoot& root, std::size_t max_content_length) {
  json::Writer writer;
  writer.begin_object().member("title", root.title);
  optional_member(writer, "description", root.description);
  writer.key("versions").begin_array().string(kTaxiiMediaType).end_array();
  writer.member_int("max_content_length", static_cast<std::int64_t>(max_content_length))
      .end_object();
  return writer.take();
}

std::string collection_resource(const CollectionView& collection) {
  json::Writer writer;
  write_collection(writer, collection);
  return writer.take();
}

std::string status_resource(const StatusView& status) {
  const auto count = [](const std::vector<StatusDetail>& details) {
    return static_cast<std::int64_t>(details.size());
  };
  json::Writer writer;
  writer.begin_object().member("id", status.id);
  writer.member("status", status.complete ? "complete" : "pending");
  writer.member("request_timestamp", format_taxii_time(status.requested));
  writer.member_int("total_count",
                    count(status.successes) + count(status.failures) + count(status.pendings));
  writer.member_int("success_count", count(status.successes));
  write_details(writer, "successes", status.successes);
  writer.member_int("failure_count", count(status.failures));
  write_details(writer, "failures", status.failures);
  writer.member_int("pending_count", count(status.pendings));
  write_details(writer, "pendings", status.pendings);
  if (!status.replies.empty()) {
    writer.key("x_sekisho_replies").begin_array();
    for (const auto& reply : status.replies) writer.begin_object().member("at", reply.at).member("text", reply.text).end_object();
    writer.end_array();
  }
  writer.end_object();
  return writer.take();
}

std::string collections_resource(std::vector<CollectionView> collections) {
  std::sort(collections.begin(), collections.end(),
            [](const CollectionView& a, const CollectionView& b) { return a.id < b.id; });
  json::Writer writer;
  writer.begin_object();
  if (!collections.empty()) {
    writer.key("collections").begin_array();
    for (const CollectionView& collection : collections) write_collection(writer, collection);
    writer.end_array();
  }
  writer.end_object();
  return writer.take();
}

}  // namespace sekisho::taxii
