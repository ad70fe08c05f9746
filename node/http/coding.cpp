#include "node/http/coding.h"

#include <zlib.h>
#include <zstd.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "node/http/grammar.h"

namespace sekisho::node::http {
namespace {

constexpr int kZstdLevel = 1, kGzipLevel = 1;
constexpr std::size_t kCodings = 32;  // of one header that are looked at
constexpr int kGzipWindow = 15 + 16;  // zlib: 16 asks for a gzip frame
constexpr std::array<std::pair<std::string_view, Coding>, 4> kNames = {
    {{"zstd", Coding::kZstd}, {"gzip", Coding::kGzip}, {"x-gzip", Coding::kGzip}, {"identity", Coding::kIdentity}}};

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view take(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = trim(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

/// q in thousandths (RFC 9110 §12.4.2); nullopt if it is malformed.
std::optional<int> quality(std::string_view parameters) {
  if (trim(parameters).empty()) return 1000;
  const std::string_view text = trim(parameters);
  if (text.size() < 3 || text.size() > 7 || (text[0] != 'q' && text[0] != 'Q') || text[1] != '=') return std::nullopt;
  const std::string_view value = text.substr(2);
  if ((value[0] != '0' && value[0] != '1') || (value.size() > 1 && value[1] != '.')) return std::nullopt;
  int thousandths = 0, scale = 100;
  for (const char c : value.substr(std::min<std::size_t>(2, value.size()))) {
    if (c < '0' || c > '9') return std::nullopt;
    thousandths += (c - '0') * scale;
    scale /= 10;
  }
  if (value[0] == '1') return thousandths == 0 ? std::optional(1000) : std::nullopt;
  return thousandths;
}

std::optional<std::string> gzipped(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, kGzipLevel, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK) return std::nullopt;
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib does not write there
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return done == Z_STREAM_END ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<std::string> zstandard(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), kZstdLevel);
  if (ZSTD_isError(size) != 0) return std::nullopt;
  out.resize(size);
  return out;
}

}  // namespace

Coding negotiated(std::string_view accept_encoding) {
  std::array<int, 3> given{-1, -1, -1};  // by Coding; -1: not named
  int others = 0;                        // "*"
  for (std::size_t i = 0; i < kCodings && !accept_encoding.empty(); ++i) {
    std::string_view one = take(accept_encoding, ',');
    const std::string_view name = take(one, ';');
    const auto q = quality(one);
    if (!q) continue;
    if (name == "*") others = *q;
    for (const auto& [known, coding] : kNames) {
      if (same_name(known, name)) given[static_cast<std::size_t>(coding)] = *q;
    }
  }
  Coding best = Coding::kIdentity;
  const int identity = given[0];
  int best_q = identity < 0 ? 1 : identity;  // acceptable unless refused, but last
  for (const Coding coding : {Coding::kGzip, Coding::kZstd}) {
    const int named = given[static_cast<std::size_t>(coding)], q = named < 0 ? others : named;
    if (q == 0 || q < best_q) continue;
    best = coding;
    best_q = q;
  }
  return best;
}

void encode(const taxii::HttpRequest& request, taxii::HttpResponse& response) {
  const auto asked = taxii::header(request.headers, "Accept-Encoding");
  const std::string_view body = response.shared_body ? std::string_view(*response.shared_body) : response.body;
  if (!asked || response.status != 200 || body.size() < kLeastCompressed) return;
  const Coding coding = negotiated(*asked);
  if (coding == Coding::kIdentity) return;
  auto coded = coding == Coding::kZstd ? zstandard(body) : gzipped(body);
  if (!coded || coded->size() >= body.size()) return;
  response.body = std::move(*coded);
  response.shared_body.reset();
  response.headers.emplace_back("Content-Encoding", coding == Coding::kZstd ? "zstd" : "gzip");
  if (!taxii::header(response.headers, "Vary")) response.headers.emplace_back("Vary", "Accept-Encoding");
}

}  // namespace sekisho::node::http
