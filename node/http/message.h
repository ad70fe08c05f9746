// Writing HTTP/1.1 messages: heads of answers, the gate's own answers, dates. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/time.h"
#include "node/http/framing.h"
#include "taxii/http.h"

namespace sekisho::node::http {

/// IMF-fixdate (RFC 9110 §5.6.7), `Sun, 06 Nov 1994 08:49:37 GMT`.
std::string http_date(Timestamp t);

/// The gate's own answer: a TAXII error resource (TAXII 2.1 §3.6.1).
taxii::HttpResponse refusal_response(const Refusal& refusal);

/// True if every header may be written as it is: no framing field, no control character.
bool is_writable(const taxii::HttpResponse& response);

/// Status line and header section with Date, Content-Length and, when the connection ends, `Connection: close`.
std::string response_head(const taxii::HttpResponse& response, std::size_t length,
                          std::string_view date, bool keep_alive);

}  // namespace sekisho::node::http
