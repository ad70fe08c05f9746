#include "node/http/parser.h"

#include <algorithm>
#include <numeric>

#include "tests/support/doctest.h"
#include "tests/support/property.h"
#include "tests/unit/node_http/requests.h"

using namespace sekisho;
using namespace sekisho::node::http;
using namespace sekisho::node::http::tests;

namespace {

/// The first octet at which a growing start of `octets` has an outcome, and that outcome.
std::string earliest_outcome(const std::string& octets, const Limits& limits) {
  std::vector<std::size_t> every(octets.size());
  std::iota(every.begin(), every.end(), std::size_t{1});
  return outcome_of(octets, every, limits);
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("node/http/parser: each request of the corpus has its outcome, whole and octet by octet") {
    const auto corpus = read_corpus();
    REQUIRE(corpus.size() > 100);
    for (const Sample& sample : corpus) {
      CAPTURE(sample.name);
      CHECK(outcome_of(sample.octets, {}, corpus_limits()) == sample.outcome);
      CHECK(earliest_outcome(sample.octets, corpus_limits()) == sample.outcome);
    }
  }

  TEST_CASE("node/http/parser: a refusal quotes nothing and has a catalogue code") {
    RequestParser parser(corpus_limits());
    parser.feed("GET /secret\x01");
    REQUIRE(parser.phase() == RequestParser::Phase::kRefused);
    CHECK(parser.refusal().code == Code::kHttpMalformed);
    CHECK(std::string(parser.refusal().detail).find("secret") == std::string::npos);
  }

  TEST_CASE("node/http/parser: header names and values arrive as sent, percent signs untouched") {
    const Limits limits = corpus_limits();
    RequestParser parser(limits);
    parser.feed("GET / HTTP/1.1\r\nHost: h\r\nX-One:  a%0d%0ab \r\n\r\n");
    REQUIRE(parser.phase() == RequestParser::Phase::kComplete);
    const auto request = parser.take();
    REQUIRE(request.headers.size() == 2);
    CHECK(request.headers[1].first == "X-One");
    CHECK(request.headers[1].second == "a%0d%0ab");
  }

  TEST_CASE("node/http/parser: 100-continue is wanted only while no octet of the body came") {
    const Limits limits = corpus_limits();
    const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n";
    RequestParser waiting(limits);
    waiting.feed(head);
    CHECK(waiting.wants_continue());
    waiting.feed("a");
    CHECK_FALSE(waiting.wants_continue());
    RequestParser eager(limits);
    eager.feed(head + "a");
    CHECK_FALSE(eager.wants_continue());
  }

  TEST_CASE("node/http/parser: memory follows what has arrived, not what was announced") {
    Limits limits;
    RequestParser parser(limits);
    parser.feed("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10485760\r\n\r\n");
    CHECK(parser.phase() == RequestParser::Phase::kBody);
    CHECK(parser.buffered() <= 64 * 1024);
    parser.feed(std::string(100'000, 'a'));
    CHECK(parser.buffered() >= 100'000);
    CHECK(parser.buffered() <= 200'000);
  }
}

TEST_SUITE("property") {
  TEST_CASE("node/http/parser: cutting the same octets anywhere changes nothing") {
    const auto corpus = read_corpus();
    PROPERTY("split invariance", [&] {
      const Sample sample = *rc::gen::elementOf(corpus);
      auto cuts = *rc::gen::container<std::vector<std::size_t>>(
          rc::gen::inRange<std::size_t>(0, sample.octets.size() + 1));
      std::sort(cuts.begin(), cuts.end());
      RC_ASSERT(outcome_of(sample.octets, cuts, corpus_limits()) == sample.outcome);
    });
  }

  TEST_CASE("node/http/parser: damaged requests have one outcome however they are cut") {
    const auto corpus = read_corpus();
    PROPERTY("split invariance under damage", [&] {
      std::string octets = (*rc::gen::elementOf(corpus)).octets;
      const int edits = *rc::gen::inRange(1, 4);
      for (int i = 0; i < edits && !octets.empty(); ++i) {
        const std::size_t at = *rc::gen::inRange<std::size_t>(0, octets.size());
        octets[at] = *rc::gen::elementOf(std::string("\r\n\t :;,/0aF%\x00\x7f\xff", 15));
      }
      auto cuts = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, octets.size() + 1));
      std::sort(cuts.begin(), cuts.end());
      RC_ASSERT(outcome_of(octets, cuts, corpus_limits()) == outcome_of(octets, {}, corpus_limits()));
    });
  }
}
