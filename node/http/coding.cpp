#include "node/http/coding.h"

#include <zlib.h>
#include <zstd.h>

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "taxii/header_text.h"

namespace sekisho::node::http {
namespace {

constexpr int kZstdLevel = 1, kGzipLevel = 1;
constexpr std::size_t kCodings = 32;  // of one header that are looked at
constexpr int kGzipWindow = 15 + 16;  // zlib: 16 asks for a gzip frame
constexpr std::array<std::pair<std::string_view, Coding>, 4> kNames = {
    {{"zstd", Coding::kZstd}, {"gzip", Coding::kGzip}, {"x-gzip", Coding::kGzip}, {"identity", Coding::kIdentity}}};

/// The q of an element's parameters in thousandths; nullopt if they are not just that.
std::optional<int> quality(std::string_view parameters) {
  const std::string_view text = taxii::trim(parameters);
  if (text.empty()) return 1000;
  if ((text[0] != 'q' && text[0] != 'Q') || text.substr(1, 1) != "=") return std::nullopt;
  return taxii::parse_weight(text.substr(2));
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
    std::string_view one = taxii::take_part(accept_encoding, ',');
    const std::string_view name = taxii::trim(taxii::take_part(one, ';'));
    const auto q = quality(one);
    if (!q) continue;
    if (name == "*") others = *q;
    for (const auto& [known, coding] : kNames) {
      if (taxii::equal_ignoring_case(known, name)) given[static_cast<std::size_t>(coding)] = *q;
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
  if (!asked || response.status != 200 || taxii::body_size(response) < kLeastCompressed) return;
  const Coding coding = negotiated(*asked);
  if (coding == Coding::kIdentity) return;
  taxii::join_body(response);
  auto coded = coding == Coding::kZstd ? zstandard(response.body) : gzipped(response.body);
  if (!coded || coded->size() >= response.body.size()) return;
  response.body = std::move(*coded);
  response.headers.emplace_back("Content-Encoding", coding == Coding::kZstd ? "zstd" : "gzip");
  if (!taxii::header(response.headers, "Vary")) response.headers.emplace_back("Vary", "Accept-Encoding");
}

}  // namespace sekisho::node::http
