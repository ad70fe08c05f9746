// The gate's request and answer parsers: bounded, and the same outcome however the octets are cut.
// The first octet decides where they are cut.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/limits.h"
#include "node/http/answer.h"
#include "node/http/grammar.h"
#include "node/http/parser.h"
#include "taxii/header_text.h"
#include "tests/fuzz/require.h"

namespace {

using sekisho::fuzz::require;
using namespace sekisho::node::http;

constexpr std::size_t kMaxBody = 64;

struct Outcome {
  int phase = 0;
  int status = 0;
  std::size_t taken = 0;
  std::string text;
  bool operator==(const Outcome&) const = default;
};

void check_request(const sekisho::taxii::HttpRequest& request) {
  require(is_path(request.path) && is_query(request.query), "the target keeps to its grammar");
  require(is_method(request.method), "the method is a word of capital letters");
  require(request.body.size() <= kMaxBody, "the body is within the limit");
  for (const auto& [name, value] : request.headers) {
    require(sekisho::taxii::is_token(name) && is_field_value(value), "no header can be more than one");
  }
}

template <typename Parser>
std::size_t feed_cut(Parser& parser, std::string_view octets, std::size_t step) {
  std::size_t taken = 0;
  while (taken < octets.size() &&
         (parser.phase() == Parser::Phase::kHead || parser.phase() == Parser::Phase::kBody)) {
    taken += parser.feed(octets.substr(taken, step));
  }
  return taken;
}

Outcome request_outcome(std::string_view octets, std::size_t step, const sekisho::Limits& limits) {
  RequestParser parser(limits);
  Outcome out;
  out.taken = feed_cut(parser, octets, step);
  out.phase = static_cast<int>(parser.phase());
  if (parser.phase() == RequestParser::Phase::kRefused) {
    out.taken = 0;  // the connection ends, so how much was looked at is nobody's business
    out.status = parser.refusal().status;
    require(out.status >= 400 && parser.buffered() <= std::string().capacity(),
            "a refusal has a status and keeps no body");
  } else if (parser.phase() == RequestParser::Phase::kComplete) {
    const auto request = parser.take();
    check_request(request);
    out.text = request.method + ' ' + request.path + '?' + request.query + ' ' + request.body;
  }
  return out;
}

Outcome answer_outcome(std::string_view octets, std::size_t step) {
  AnswerParser parser("GET", kMaxBody);
  Outcome out;
  out.taken = feed_cut(parser, octets, step);
  if (parser.phase() == AnswerParser::Phase::kRefused) out.taken = 0;
  parser.end();
  out.phase = static_cast<int>(parser.phase());
  if (parser.phase() == AnswerParser::Phase::kComplete) {
    const auto answer = parser.take();
    require(answer.body.size() <= kMaxBody, "the body is within the limit");
    out.status = answer.status;
    out.text = answer.body;
  } else {
    require(parser.phase() == AnswerParser::Phase::kRefused,
            "at the end there is an answer or an error");
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t step = 1u + data[0] % 61u;
  const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
  sekisho::Limits limits;
  limits.max_content_length = kMaxBody;
  limits.head_bytes = 1024;
  limits.header_count = 8;
  limits.query_bytes = 128;
  require(
      request_outcome(octets, octets.size() + 1, limits) == request_outcome(octets, step, limits),
      "cutting a request elsewhere changes nothing");
  require(answer_outcome(octets, octets.size() + 1) == answer_outcome(octets, step),
          "cutting an answer elsewhere changes nothing");
  return 0;
}
