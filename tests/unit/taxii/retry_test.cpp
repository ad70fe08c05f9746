// Patience: when a request goes out again, how long is waited, and when not.
#include "taxii/retry.h"

#include "scripted_transport.h"
#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

using namespace sekisho;
using namespace sekisho::taxii;
using namespace sekisho::taxii::tests;
using sekisho::tests::FakeClock;

namespace {

/// Scripted answers and the waits between them.
struct Patience {
  sekisho::tests::FakeClock clock;
  ScriptedTransport* server = nullptr;
  std::vector<std::int64_t> waits;  ///< in seconds
  std::unique_ptr<HttpTransport> transport;

  Patience() {
    auto scripted = std::make_unique<ScriptedTransport>();
    server = scripted.get();
    transport = make_retrying(std::move(scripted), clock, [this](std::int64_t micros) { waits.push_back(micros / 1'000'000); });
  }
  int status(bool once = false, const char* method = "GET") {
    HttpTransport::Call call;
    call.method = method;
    call.once = once;
    const auto answer = transport->send(call);
    return answer.ok() ? answer->status : -static_cast<int>(answer.error().code);
  }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/retry: 429 and 503 are waited out, by Retry-After where it is given") {
    Patience p;
    p.server->answer("{}", 503);
    p.server->answer("{}", 429, {{"Retry-After", "17"}});
    p.server->answer("{}", 503, {{"Retry-After", "soon"}});
    p.server->answer("{}", 200);
    CHECK(p.status() == 200);
    CHECK(p.waits == std::vector<std::int64_t>{1, 17, 4});
  }

  TEST_CASE("taxii/retry: it gives up after four attempts, and at once when the server asks for more than a minute") {
    Patience p;
    for (int i = 0; i < 4; ++i) p.server->answer("{}", 503);
    CHECK(p.status() == 503);
    CHECK(p.waits == std::vector<std::int64_t>{1, 2, 4});
    CHECK(p.server->script.empty());
    for (const char* long_wait : {"61", "99999999999999999999"}) {
      Patience q;
      q.server->answer("{}", 429, {{"Retry-After", long_wait}});
      CHECK(q.status() == 429);
      CHECK(q.waits.empty());
    }
  }

  TEST_CASE("taxii/retry: a connection that fails or hangs is tried again, a certificate that is wrong is not") {
    Patience p;
    p.server->script.emplace_back(make_error(Code::kConnect, ""));
    p.server->script.emplace_back(make_error(Code::kTimeout, ""));
    p.server->answer("{}", 502);
    p.server->answer("{}", 200);
    CHECK(p.status(false, "POST") == 200);
    for (const Code code : {Code::kTls, Code::kTaxiiPeerFault, Code::kInvalidArgument, Code::kLimitExceeded}) {
      Patience q;
      q.server->script.emplace_back(make_error(code, ""));
      CHECK(q.status() == -static_cast<int>(code));
      CHECK(q.waits.empty());
    }
    for (const int status : {200, 202, 301, 400, 401, 403, 404, 413, 422, 500}) {
      Patience q;
      q.server->answer("{}", status, {{"Retry-After", "1"}});
      CHECK(q.status() == status);
      CHECK(q.waits.empty());
    }
  }

  TEST_CASE("taxii/retry: what may go out once goes out again only after it was refused") {
    Patience p;
    p.server->script.emplace_back(make_error(Code::kTimeout, ""));
    CHECK(p.status(true) == -static_cast<int>(Code::kTimeout));
    p.server->answer("{}", 504);
    CHECK(p.status(true) == 504);
    p.server->answer("{}", 503);
    p.server->answer("{}", 200);
    CHECK(p.status(true) == 200);
  }

  TEST_CASE("taxii/retry: Retry-After as seconds and as a date; anything else is none") {
    const Timestamp now = parse_stix_time("2026-11-22T14:00:00Z").value();
    CHECK(retry_after("0", now) == 0);
    CHECK(retry_after(" 120 ", now) == 120'000'000);
    CHECK(retry_after("Sun, 22 Nov 2026 14:00:30 GMT", now) == 30'000'000);
    CHECK(retry_after("Sun, 22 Nov 2026 13:00:00 GMT", now) == 0);
    for (const char* bad : {"", "-1", "1.5", "tomorrow", "Sun, 22 Nov 2026 14:00:30 JST", "Sun, 99 Nov 2026 14:00:30 GMT",
                            "Sunday, 22-Nov-26 14:00:30 GMT", "Sun, 22 Nov 2026 14:00:30 GMT "
                                                              "x"}) {
      CAPTURE(bad);
      CHECK_FALSE(retry_after(bad, now).has_value());
    }
  }
}
