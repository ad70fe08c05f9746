#include "tests/unit/node_http/requests.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "node/http/parser.h"

namespace sekisho::node::http::tests {
namespace {

/// Undoes the escapes; `at` stands after the text, or on the '}' that ends a repetition.
std::string unescape(std::string_view text, std::size_t& at) {
  std::string out;
  while (at < text.size() && text[at] != '}') {
    const char c = text[at++];
    if (c == '{') {
      const std::size_t star = text.find('*', at);
      const int times = std::stoi(std::string(text.substr(at, star - at)));
      at = star + 1;
      const std::string part = unescape(text, at);
      ++at;
      for (int i = 0; i < times; ++i) out += part;
    } else if (c != '\\') {
      out += c;
    } else {
      const char e = text[at++];
      if (e == 'x') {
        out += static_cast<char>(std::stoi(std::string(text.substr(at, 2)), nullptr, 16));
        at += 2;
      } else {
        out += e == 'r' ? '\r' : e == 'n' ? '\n' : e == 't' ? '\t' : e;
      }
    }
  }
  return out;
}

std::string unescape(std::string_view text) {
  std::size_t at = 0;
  return unescape(text, at);
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

}  // namespace

Limits corpus_limits() {
  Limits limits;
  limits.max_content_length = 32;
  limits.head_bytes = 2048;
  limits.header_count = 16;
  limits.query_bytes = 300;
  return limits;
}

std::vector<Sample> read_corpus() {
  std::vector<Sample> out;
  std::ifstream file(SEKISHO_SOURCE_DIR "/tests/unit/node_http/requests.tsv");
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line.front() == '#') continue;
    const std::size_t first = line.find('\t');
    const std::size_t second = line.find('\t', first + 1);
    if (second == std::string::npos) throw std::runtime_error("requests.tsv: " + line);
    out.push_back({line.substr(0, first), unescape(line.substr(first + 1, second - first - 1)),
                   unescape(line.substr(second + 1))});
  }
  return out;
}

std::string outcome_of(std::string_view octets, const std::vector<std::size_t>& cuts, const Limits& limits) {
  RequestParser parser(limits);
  std::size_t at = 0;
  const auto going = [&] {
    return parser.phase() == RequestParser::Phase::kHead || parser.phase() == RequestParser::Phase::kBody;
  };
  for (std::size_t piece = 0; piece <= cuts.size() && going(); ++piece) {
    const std::size_t end = piece < cuts.size() ? std::min(cuts[piece], octets.size()) : octets.size();
    at += parser.feed(octets.substr(at, end - at));
  }
  if (parser.phase() == RequestParser::Phase::kRefused) return std::to_string(parser.refusal().status);
  if (parser.phase() != RequestParser::Phase::kComplete) return "more";
  const bool keep = parser.keep_alive();
  const auto request = parser.take();
  return request.method + ' ' + request.path + ' ' + or_dash(request.query) + ' ' + or_dash(request.body) + ' ' +
         std::to_string(octets.size() - at) + (keep ? " keep" : " close");
}

}  // namespace sekisho::node::http::tests
