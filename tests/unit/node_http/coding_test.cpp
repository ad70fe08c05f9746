// Compressed answers: what is asked for, and that the same octets come out again.
#include "node/http/coding.h"

#include <zlib.h>
#include <zstd.h>

#include <string>

#include "tests/support/doctest.h"

namespace sekisho::node::http {
namespace {

std::string page(std::size_t objects) {
  std::string out = "{\"objects\":[";
  for (std::size_t i = 0; i < objects; ++i) out += (i == 0 ? "" : ",") + ("{\"id\":\"indicator--" + std::to_string(i * 7919) + "\"}");
  return out + "]}";
}

std::string gunzip(const std::string& bytes) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string out(1u << 20, '\0'), in = bytes;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

std::string unzstd(const std::string& bytes) {
  std::string out(1u << 20, '\0');
  const std::size_t size = ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
  REQUIRE(ZSTD_isError(size) == 0);
  out.resize(size);
  return out;
}

taxii::HttpResponse answered(const std::string& accept, const std::string& body, int status = 200) {
  taxii::HttpRequest request;
  if (!accept.empty()) request.headers = {{"accept-encoding", accept}};
  taxii::HttpResponse response;
  response.status = status;
  response.body = body;
  encode(request, response);
  return response;
}
std::string coding_of(const taxii::HttpResponse& response) {
  return std::string(taxii::header(response.headers, "Content-Encoding").value_or(""));
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("node/http/coding: the highest q decides, then zstd, gzip, identity") {
    for (const char* header : {"gzip", "GZIP", " gzip ;q=0.001", "x-gzip", "gzip, br", "gzip;Q=1.000, zstd;q=0.999", "deflate, gzip",
                               "gzip, identity", "gzip;q=0.5, identity;q=0.5", "*;q=0.5, zstd;q=0", "zstd;q=x, gzip"}) {
      CAPTURE(header);
      CHECK(negotiated(header) == Coding::kGzip);
    }
    for (const char* header : {"zstd", "gzip, zstd", "zstd, gzip;q=1.0", "*", "br;q=1, *;q=0.1", "gzip;q=0, *"}) {
      CAPTURE(header);
      CHECK(negotiated(header) == Coding::kZstd);
    }
    for (const char* header : {"", "identity", "br", "deflate", "gzip;q=0", "gzip;q=0.000, zstd;q=0", "*;q=0", "gzip;q=2", "gzip;q=1.5",
                               "gzip;q=-1", "gzip;q=", "gzip;q", "gzip;level=1", ",,,", "gzip;q=0.1, identity;q=0.2", "gzipx"}) {
      CAPTURE(header);
      CHECK(negotiated(header) == Coding::kIdentity);
    }
    std::string many;
    for (int i = 0; i < 1000; ++i) many += "x" + std::to_string(i) + ",";
    CHECK(negotiated(many + "gzip") == Coding::kIdentity);  // not looked at to the end
  }

  TEST_CASE("node/http/coding: what comes out is what went in, and it says how") {
    const std::string body = page(2000);
    const auto gzip = answered("gzip", body), zstd = answered("zstd", body);
    CHECK(coding_of(gzip) == "gzip");
    CHECK(coding_of(zstd) == "zstd");
    CHECK(taxii::header(gzip.headers, "Vary") == "Accept-Encoding");
    CHECK(gzip.body.size() < body.size() / 2);
    CHECK(gunzip(gzip.body) == body);
    CHECK(unzstd(zstd.body) == body);
    taxii::HttpRequest request;
    request.headers = {{"Accept-Encoding", "gzip"}};
    taxii::HttpResponse shared;
    const auto held = std::make_shared<const std::string>(body.substr(10));
    shared.body = body.substr(0, 10);
    shared.parts = {{*held, held, held->size()}};
    shared.headers = {{"Vary", "Accept-Encoding, Authorization"}};
    encode(request, shared);
    CHECK(gunzip(shared.body) == body);
    CHECK(shared.parts.empty());
    CHECK(shared.headers.size() == 2);
  }

  TEST_CASE("node/http/coding: short answers, errors and what does not shrink go as they are") {
    CHECK(coding_of(answered("gzip", page(2))).empty());
    CHECK(coding_of(answered("gzip", page(2000), 404)).empty());
    CHECK(coding_of(answered("", page(2000))).empty());
    std::string noise;
    for (unsigned i = 0, x = 1; i < 4096; ++i) noise.push_back(static_cast<char>((x = x * 1664525u + 1013904223u) >> 24));
    const auto plain = answered("gzip", noise);
    CHECK(coding_of(plain).empty());
    CHECK(plain.body == noise);
  }
}

}  // namespace sekisho::node::http
