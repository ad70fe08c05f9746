// Answers with the headers that all have in common, and error resources (TAXII 2.1 §3.6). Any
// thread.
#pragma once

#include <string>
#include <string_view>

#include "taxii/http.h"

namespace sekisho::taxii {

HttpResponse json_response(int status, std::string body);
/// A page with its entity tag, for its caller to keep and ask about again; without a body (304) if `known` to it.
HttpResponse tagged_response(HttpResponse response, const std::string& tag, bool known);
/// 204 with an Allow header.
HttpResponse options_response(std::string_view allow);

/// For failures found by taxii itself: code, place and detail come from taxii's own fixed texts, so
/// the caller may read them.
HttpResponse error_response(Error error);
/// 401 with a challenge for each scheme (RFC 9110 §11.6.1).
HttpResponse unauthorized_response(Error error);
/// 405 with the Allow header.
HttpResponse method_response(std::string_view allow);
/// 429 with Retry-After.
HttpResponse too_many_requests_response(std::int64_t wait_seconds);
/// For failures that came through a port: only codes that a caller may know keep theirs, and
/// nothing but the catalogue's sentence is told; the rest is 503 or 500. The whole error stays in
/// `cause`.
HttpResponse port_error_response(Error error);

}  // namespace sekisho::taxii
