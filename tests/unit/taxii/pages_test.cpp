// How a page is put together from runs: the same octets, however many pieces, and long runs are not copied.
#include "taxii/pages.h"
#include "tests/support/doctest.h"

namespace sekisho::taxii {
namespace {

Run run_of(const std::shared_ptr<const std::string>& text, std::size_t held_bytes) { return {*text, "m", text, held_bytes}; }

std::shared_ptr<const std::string> entries(std::size_t size, char fill) {
  return std::make_shared<const std::string>('"' + std::string(size - 2, fill) + '"');
}

std::string joined(HttpResponse response) {
  join_body(response);
  return std::move(response.body);
}

TEST_SUITE("unit") {
  TEST_CASE("taxii/pages: the octets of a page do not depend on how its runs are held") {
    PageInfo page;
    page.more = true;
    page.next = "to\"ken";
    const auto small = entries(10, 's'), large = entries(100'000, 'l'), last = entries(20'000, 'e');
    const std::string expected = R"({"objects":[)" + *small + ',' + *large + ',' + *small + ',' + *last + R"(],"more":true,"next":"to\"ken"})";
    for (const std::size_t held : {std::size_t{1}, std::size_t{400'000}, std::size_t{4'000'000}}) {
      HttpResponse response;
      write_page(Listing::kEnvelope, {run_of(small, held), run_of(large, held), run_of(small, held), run_of(last, held)}, page, response);
      CHECK(body_size(response) == expected.size());
      CHECK(joined(response) == expected);
    }
    HttpResponse empty;
    write_page(Listing::kEnvelope, {}, {}, empty);
    CHECK(joined(empty) == "{}");
    HttpResponse versions;
    write_page(Listing::kVersions, {run_of(small, 1)}, page, versions);
    CHECK(joined(versions) == R"({"versions":[)" + *small + R"(],"more":true})");
  }

  TEST_CASE("taxii/pages: a long run is sent from where it is held, unless little of that is needed") {
    const auto large = entries(100'000, 'l');
    const auto pieces = [&large](std::size_t held) {
      HttpResponse response;
      write_page(Listing::kEnvelope, {run_of(large, held)}, {}, response);
      return response;
    };
    const HttpResponse kept = pieces(large->size());
    REQUIRE(kept.parts.size() == 2);
    CHECK(kept.parts[0].text.data() == large->data());
    CHECK(kept.parts[0].held == large);
    CHECK(kept.parts[0].held_bytes == large->size());
    CHECK(pieces(400'000).parts.size() == 2);
    CHECK(pieces(500'000).parts.empty());
    CHECK(large.use_count() == 2);  // ours, and that of the answer
  }
}

}  // namespace
}  // namespace sekisho::taxii
