// Compressed answers: line 1 is Accept-Encoding, the rest the body (twice, so that there is something to win). What goes out
// unpacks, by the libraries' own readers, to what was to be sent, and is never longer than it.
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "node/http/coding.h"
#include "tests/fuzz/require.h"

namespace {

using namespace sekisho;
using sekisho::fuzz::require;

std::string gunzip(std::string bytes, std::size_t size) {
  z_stream stream{};
  require(inflateInit2(&stream, 15 + 16) == Z_OK, "zlib starts");
  std::string out(size + 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  require(inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0, "one whole gzip member");
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

std::string unzstd(const std::string& bytes, std::size_t size) {
  std::string out(size + 1, '\0');
  const std::size_t got = ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
  require(ZSTD_isError(got) == 0, "one whole zstd frame");
  out.resize(got);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string half(text.substr(std::min(line + 1, text.size())));
  taxii::HttpRequest request;
  request.headers = {{"Accept-Encoding", std::string(text.substr(0, line))}};
  taxii::HttpResponse response;
  response.body = half + half + std::string(node::http::kLeastCompressed / 2, ' ');
  const std::string plain = response.body;
  node::http::encode(request, response);
  const std::string coding(taxii::header(response.headers, "Content-Encoding").value_or(""));
  if (coding.empty()) {
    require(response.body == plain, "what is not compressed is as it was");
    return 0;
  }
  require(response.body.size() < plain.size(), "compressed is shorter");
  require(taxii::header(response.headers, "Vary").has_value(), "caches are told");
  require((coding == "zstd" ? unzstd(response.body, plain.size()) : gunzip(response.body, plain.size())) == plain, "nothing is lost");
  return 0;
}
