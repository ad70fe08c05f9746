#include "node/http/library.h"

#include <stdexcept>

#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::node::http;

namespace {

taxii::HttpRequest get(std::string path) {
  taxii::HttpRequest request;
  request.method = "GET";
  request.path = std::move(path);
  return request;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("node/http/library: a page is served for exactly its path") {
    Pages pages;
    int calls = 0;
    pages.add("/health.z", "application/json", [&] { ++calls; return std::string("{\"ok\":true}"); });
    const auto page = pages.handle(get("/health.z"));
    CHECK(page.status == 200);
    CHECK(page.body == "{\"ok\":true}");
    REQUIRE(page.headers.size() == 1);
    CHECK(page.headers[0].second == "application/json");
    for (const char* path : {"/healthxz", "/health.z/", "/health%2ez", "/", "/HEALTH.Z"}) {
      CAPTURE(path);
      CHECK(pages.handle(get(path)).status == 404);
    }
    CHECK(calls == 1);
  }

  TEST_CASE("node/http/library: pages are only read") {
    Pages pages;
    pages.add("/healthz", "text/plain", [] { return std::string("ok"); });
    auto request = get("/healthz");
    request.method = "POST";
    CHECK(pages.handle(request).status == 405);
    request.method = "HEAD";
    CHECK(pages.handle(request).status == 200);
  }

  TEST_CASE("node/http/library: escaped line ends in headers and bodies do not reach the library's parser") {
    Pages pages;
    pages.add("/healthz", "text/plain", [] { return std::string("ok"); });
    auto request = get("/healthz");
    request.headers = {{"User-Agent", "a%0d%0aContent-Length: 5"}, {"Accept", "a\r\nTransfer-Encoding: chunked"},
                       {"Content-Encoding", "gzip"}, {"Range", "bytes=0-0,0-0"}, {"Accept", std::string(100'000, 'a')}};
    request.body = std::string(1000, 'x');
    const auto page = pages.handle(request);
    CHECK(page.status == 200);
    CHECK(page.body == "ok");
  }

  TEST_CASE("node/http/library: a page that throws tells nothing") {
    Pages pages;
    pages.add("/healthz", "text/plain", []() -> std::string { throw std::runtime_error("secret"); });
    const auto page = pages.handle(get("/healthz"));
    CHECK(page.status == 500);
    CHECK(page.body.find("secret") == std::string::npos);
    for (const auto& [name, value] : page.headers) CHECK(value.find("secret") == std::string::npos);
  }
}
