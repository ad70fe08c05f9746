// The small parts: grammar, deadlines, messages, URLs.
#include <string>

#include "node/http/deadlines.h"
#include "node/http/grammar.h"
#include "node/http/message.h"
#include "node/http/url.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::node::http;

TEST_SUITE("unit") {
  TEST_CASE("node/http/grammar: numbers have no sign, no blank and no overflow") {
    CHECK(decimal("18", 18) == 18u);
    CHECK(decimal("999999999999999999", 18) == 999'999'999'999'999'999u);
    for (const char* text : {"", "+1", "-1", " 1", "1 ", "1a", "0x1", "1000000000000000000"}) {
      CAPTURE(text);
      CHECK_FALSE(decimal(text, 18));
    }
    CHECK(hexadecimal("fF", 8) == 255u);
    for (const char* text : {"", "-2", "0x1", "g", "123456789"}) CHECK_FALSE(hexadecimal(text, 8));
  }

  TEST_CASE("node/http/grammar: tokens in comma lists are whole words") {
    const taxii::Headers headers{{"connection", "keep-alive, CLOSE"}, {"X", "close"}};
    CHECK(lists_token(headers, "Connection", "close"));
    CHECK_FALSE(lists_token(headers, "Connection", "clos"));
    CHECK_FALSE(lists_token({{"Connection", "not-close"}}, "Connection", "close"));
  }

  TEST_CASE("node/http/deadlines: the earliest of all kinds is due first, and arming again moves it") {
    Deadlines deadlines({10, 100, 20, 30, 40, 5});
    Waiting a, b, c;
    CHECK(deadlines.earliest() == Deadlines::kNever);
    deadlines.arm(a, Wait::kHead, 0);    // due 20
    deadlines.arm(b, Wait::kIdle, 0);    // due 100
    deadlines.arm(c, Wait::kHead, 5);    // due 25
    CHECK(deadlines.earliest() == 20);
    CHECK(deadlines.expired(19) == nullptr);
    CHECK(deadlines.expired(20) == &a);
    deadlines.arm(a, Wait::kBody, 20);   // due 50
    CHECK(deadlines.earliest() == 25);
    CHECK(deadlines.oldest(Wait::kHead) == &c);
    deadlines.cancel(c);
    CHECK(deadlines.expired(60) == &a);
    deadlines.arm(a, Wait::kNone, 60);
    CHECK(deadlines.earliest() == 100);
    CHECK(deadlines.oldest(Wait::kBody) == nullptr);
  }

  TEST_CASE("node/http/message: dates are IMF-fixdate") {
    CHECK(http_date({784'111'777, 0}) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(http_date({0, 0}) == "Thu, 01 Jan 1970 00:00:00 GMT");
  }

  TEST_CASE("node/http/message: an answer that would split is not writable") {
    taxii::HttpResponse response;
    response.headers = {{"X-TAXII-Date-Added-First", "2020-01-01T00:00:00.000000Z"}};
    CHECK(is_writable(response));
    for (const taxii::Headers& bad : {taxii::Headers{{"X", "a\r\nSet-Cookie: b"}}, taxii::Headers{{"X y", "a"}},
                                      taxii::Headers{{"X", "a\nb"}}, taxii::Headers{{"content-length", "3"}},
                                      taxii::Headers{{"Transfer-Encoding", "chunked"}}, taxii::Headers{{"", "a"}}}) {
      response.headers = bad;
      CHECK_FALSE(is_writable(response));
    }
    response.headers.clear();
    response.status = 100;
    CHECK_FALSE(is_writable(response));
  }

  TEST_CASE("node/http/message: the gate's own answers are TAXII errors") {
    const auto response = refusal_response({413, Code::kHttpTooLarge, "The body is over the limit."});
    CHECK(response.status == 413);
    CHECK(response.headers.front().second == "application/taxii+json;version=2.1");
    CHECK(response.body == R"({"title":"Content Too Large","description":"The body is over the limit.",)"
                           R"("error_code":"http-too-large","http_status":"413"})");
  }

  TEST_CASE("node/http/url: parts, defaults and what is refused") {
    const auto url = parse_url("https://[2001:db8::1]:8443/taxii2/?a=b");
    REQUIRE(url.ok());
    CHECK(url->host == "2001:db8::1");
    CHECK(url->port == 8443);
    CHECK(url->authority == "[2001:db8::1]:8443");
    CHECK(url->target == "/taxii2/?a=b");
    CHECK(parse_url("https://h")->target == "/");
    CHECK(parse_url("https://h?x")->target == "/?x");
    CHECK(parse_url("http://h/")->port == 80);
    for (const char* text : {"", "ftp://h/", "https://", "https://u:p@h/", "https://h:0/", "https://h:70000/",
                             "https://h/ x", "https://h/\r\nX: y", "https://h/#f", "https://h/..", "https://h:/%zz", "//h/"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_url(text).ok());
    }
  }
}
