#include "taxii/responses.h"

#include <utility>

#include "core/json.h"
#include "taxii/media_type.h"

namespace sekisho::taxii {
namespace {

HttpResponse plain_response(int status) {
  HttpResponse response;
  response.status = status;
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

/// The resource tells `shown`; the log gets `cause`.
HttpResponse error_resource(Code shown, std::string_view description, Error cause) {
  const CodeInfo& row = info(shown);
  json::Writer writer;
  writer.begin_object().member("title", row.meaning);
  if (!description.empty()) writer.member("description", description);
  writer.member("error_code", row.text)
      .member("http_status", std::to_string(row.http_status))
      .end_object();
  HttpResponse response = json_response(row.http_status, writer.take());
  if (row.http_status == 503) response.headers.emplace_back("Retry-After", "5");
  response.cause = std::move(cause);
  return response;
}

/// What a caller may be told of a failure behind a port.
Code tellable(Code code) {
  switch (code) {
    case Code::kNotFound:
    case Code::kTaxiiForbidden:
    case Code::kTaxiiBadCursor:
    case Code::kUnavailable:
      return code;
    case Code::kCursorInvalid:
      return Code::kTaxiiBadCursor;
    default:
      return info(code).http_status == 503 ? Code::kUnavailable : Code::kInternal;
  }
}

}  // namespace

HttpResponse json_response(int status, std::string body) {
  HttpResponse response = plain_response(status);
  response.headers.emplace_back("Content-Type", kTaxiiMediaType);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.body = std::move(body);
  return response;
}

HttpResponse tagged_response(HttpResponse response, const std::string& tag, bool known) {
  for (auto& [name, value] : response.headers) {
    if (name == "Cache-Control") value = "private, no-cache";
  }
  response.headers.emplace_back("ETag", tag);
  response.headers.emplace_back("Vary", "Accept-Encoding, Authorization");
  if (!known) return response;
  response.status = 304;
  response.body.clear();
  std::erase_if(response.headers, [](const auto& header) { return header.first == "Content-Type"; });
  return response;
}

HttpResponse options_response(std::string_view allow) {
  HttpResponse response = plain_response(204);
  response.headers.emplace_back("Allow", allow);
  return response;
}

HttpResponse error_response(Error error) {
  std::string description = error.where;
  if (!description.empty() && !error.detail.empty()) description.push_back(' ');
  description.append(error.detail);
  const Code code = error.code;
  return error_resource(code, description, std::move(error));
}

HttpResponse unauthorized_response(Error error) {
  HttpResponse response = error_resource(Code::kTaxiiUnauthorized, {}, std::move(error));
  response.headers.emplace_back("WWW-Authenticate", R"(Basic realm="sekisho", charset="UTF-8")");
  response.headers.emplace_back("WWW-Authenticate", R"(Bearer realm="sekisho")");
  return response;
}

HttpResponse method_response(std::string_view allow) {
  HttpResponse response = error_response(make_error(Code::kTaxiiMethodNotAllowed, ""));
  response.headers.emplace_back("Allow", allow);
  return response;
}

HttpResponse too_many_requests_response(std::int64_t wait_seconds) {
  json::Writer writer;
  writer.begin_object().member("title", "Too many requests.");
  writer.member("description", "Ask again after the seconds that Retry-After names.");
  writer.member("error_code", info(Code::kUnavailable).text).member("http_status", "429").end_object();
  HttpResponse response = json_response(429, writer.take());
  response.headers.emplace_back("Retry-After", std::to_string(wait_seconds));
  return response;
}

HttpResponse port_error_response(Error error) {
  const Code shown = tellable(error.code);
  return error_resource(shown, {}, std::move(error));
}

}  // namespace sekisho::taxii
