#include "scripted_transport.h"

#include "tests/support/doctest.h"

namespace sekisho::taxii::tests {

Result<HttpResponse> ScriptedTransport::send(const Call& call) {
  calls.push_back(call);
  REQUIRE_FALSE(script.empty());
  Result<HttpResponse> next = std::move(script.front());
  script.pop_front();
  return next;
}

void ScriptedTransport::answer(std::string body, int status, Headers more) {
  HttpResponse response;
  response.status = status;
  response.headers = std::move(more);
  response.headers.emplace_back("content-type", "application/taxii+json;version=2.1");
  response.body = std::move(body);
  script.emplace_back(std::move(response));
}

Result<HttpResponse> RouterTransport::send(const Call& call) {
  const std::string origin = "https://taxii.test";
  REQUIRE(call.url.substr(0, origin.size()) == origin);
  HttpRequest request;
  request.method = call.method;
  request.path = call.url.substr(origin.size());
  if (const auto mark = request.path.find('?'); mark != std::string::npos) {
    request.query = request.path.substr(mark + 1);
    request.path.resize(mark);
  }
  request.headers = call.headers;
  request.body = call.body;
  request.connection = std::make_shared<HttpRequest::Connection>();
  CHECK(request.path.back() == '/');
  CHECK(header(call.headers, "Accept") == "application/taxii+json;version=2.1");
  CHECK(header(call.headers, "User-Agent").has_value());
  return router_.handle(request);
}

}  // namespace sekisho::taxii::tests
