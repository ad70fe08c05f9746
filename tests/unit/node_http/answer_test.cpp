#include "node/http/answer.h"

#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::node::http;

namespace {

constexpr std::size_t kMaxBody = 16;

/// "status body" of a complete answer, "more", or the text name of the error; fed octet by octet too.
std::string outcome(const std::string& octets, std::string_view method = "GET", bool ends = false) {
  std::string first;
  for (const std::size_t step : {octets.size() + 1, std::size_t{1}}) {
    AnswerParser parser(method, kMaxBody);
    for (std::size_t at = 0; at < octets.size(); at += step) parser.feed(std::string_view(octets).substr(at, step));
    if (ends) parser.end();
    std::string text = "more";
    if (parser.phase() == AnswerParser::Phase::kRefused) text = info(parser.error().code).text;
    if (parser.phase() == AnswerParser::Phase::kComplete) {
      const bool keep = parser.keep_alive();
      const auto response = parser.take();
      text = std::to_string(response.status) + ' ' + response.body + (keep ? " keep" : " close");
    }
    if (step != 1) first = text;
    else CHECK(text == first);
  }
  return first;
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("node/http/answer: ways to say where the body ends") {
    CHECK(outcome("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") == "200 hi keep");
    CHECK(outcome("HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nT: x\r\n\r\n") == "200 hi keep");
    CHECK(outcome("HTTP/1.1 200 OK\r\n\r\nhi", "GET", true) == "200 hi close");
    CHECK(outcome("HTTP/1.1 200 OK\r\n\r\nhi") == "more");
    CHECK(outcome("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "HEAD") == "200  keep");
    CHECK(outcome("HTTP/1.1 204 No Content\r\n\r\n") == "204  keep");
    CHECK(outcome("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi") == "200 hi close");
    CHECK(outcome("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") == "200  close");
    CHECK(outcome("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx") == "201 x keep");
  }

  TEST_CASE("node/http/answer: bodies over the limit are refused at the first octet too many") {
    CHECK(outcome("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n0123456789abcdef") == "200 0123456789abcdef keep");
    CHECK(outcome("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n") == "limit-exceeded");
    CHECK(outcome("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11\r\n") == "limit-exceeded");
    CHECK(outcome("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n0123456789abcdef\r\n1\r\n") == "limit-exceeded");
    CHECK(outcome("HTTP/1.1 200 OK\r\n\r\n0123456789abcdefg") == "limit-exceeded");
  }

  TEST_CASE("node/http/answer: what a hostile server may try") {
    CHECK(outcome("SSH-2.0-x\r\n\r\n") == "taxii-peer-fault");
    CHECK(outcome("HTTP/1.1 20 OK\r\n\r\n") == "taxii-peer-fault");
    CHECK(outcome("HTTP/1.1 99999 OK\r\n\r\n") == "taxii-peer-fault");
    CHECK(outcome("HTTP/1.1 101 Switching\r\n\r\n") == "taxii-peer-fault");
    CHECK(outcome("HTTP/1.1 200 OK\r\nX: " + std::string(40'000, 'a')) == "taxii-peer-fault");
    std::string many = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 200; ++i) many += "X: y\r\n";
    CHECK(outcome(many) == "taxii-peer-fault");
    std::string interim;
    for (int i = 0; i < 10; ++i) interim += "HTTP/1.1 103 Early\r\n\r\n";
    CHECK(outcome(interim) == "taxii-peer-fault");
    CHECK(outcome("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n") == "taxii-peer-fault");
    CHECK(outcome("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n") == "taxii-peer-fault");
    CHECK(outcome("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\n") == "taxii-peer-fault");
    CHECK(outcome("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\n") == "taxii-peer-fault");
    CHECK(outcome("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi", "GET", true) == "taxii-peer-fault");
    CHECK(outcome("HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n") == "taxii-peer-fault");
  }
}
