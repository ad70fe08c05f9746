// The TAXII router: line 1 is the Accept header, line 2 what follows /api1/ in the path, the rest
// the query.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/json.h"
#include "taxii/pages.h"
#include "taxii/router.h"
#include "tests/fuzz/require.h"

namespace {

using namespace sekisho;
using namespace sekisho::taxii;
using sekisho::fuzz::require;

class Everyone : public Authenticator {
 public:
  Result<Principal> authenticate(const HttpRequest&) override { return Principal{"fuzz"}; }
};

/// One collection "k" with one object "o"; checks what the router hands on.
class OneObject : public CollectionSource {
 public:
  Result<std::vector<CollectionView>> collections(const Principal& caller) override {
    require(caller.party == "fuzz", "the caller is the one that was authenticated");
    return std::vector<CollectionView>{{"k", "K", "", "", true, false}};
  }
  Result<PageInfo> read(const Principal&, std::string_view id, const Query& query,
                        Listing listing, const std::function<void(const Run&)>& visit) override {
    if (id != "k") return make_error(Code::kNotFound, "");
    require(query.limit && *query.limit > 0 && *query.limit <= Limits{}.page_items,
            "limit is set and capped");
    require(query.ids.size() <= Limits{}.match_values, "values are bounded");
    require(!query.next || !query.next->empty(), "next is not empty");
    require(!query.version_all || (!query.version_first && query.versions.empty()),
            "all stands alone");
    require(query.selection().find("version") != std::string::npos, "a selection has its text");
    PageInfo page;
    page.more = query.next.has_value();
    page.next = "n\"\\";
    const auto text = std::make_shared<std::string>();
    append_entry(listing, {"o", "tool", "2.1", "1", R"({"id":"o"})", 1}, *text);
    if (query.types.empty()) visit({*text, "1", text});
    return page;
  }
  Result<bool> has_object(const Principal&, std::string_view, std::string_view id) override {
    return id == "o";
  }
  Result<StatusView> submit(const Principal&, std::string_view,
                            const std::vector<std::string_view>&) override {
    require(false, "nobody may write here");
    return StatusView{};
  }
  Status remove(const Principal&, std::string_view, std::string_view, const Query&) override {
    require(false, "nobody may delete here");
    return {};
  }
  Result<StatusView> status(const Principal&, std::string_view) override {
    return make_error(Code::kNotFound, "");
  }
};

std::string take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string line(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Everyone everyone;
  OneObject source;
  Router router({"T", "", "", {{"api1", "A", ""}}}, everyone, source, Limits{});
  HttpRequest request;
  request.method = "GET";
  request.headers = {{"Accept", take_line(rest)}};
  request.path = "/api1/" + take_line(rest);
  request.query = std::string(rest);
  const HttpResponse response = router.handle(request);
  const int status = response.status;
  require(status == 200 || status == 400 || status == 404 || status == 406, "a TAXII answer");
  require(json::check(response.body).ok(), "the body is strict JSON");
  require(response.cause.has_value() == (status != 200), "a failure has a cause");
  return 0;
}
