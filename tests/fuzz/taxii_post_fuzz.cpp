// A POST of an envelope: line 1 is the Content-Type, the rest the body. What reaches the source is slices of the body, as many
// as the limit allows; the answer is one of the codes of TAXII 2.1 §5.5, and strict JSON.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/json.h"
#include "taxii/router.h"
#include "tests/fuzz/require.h"

namespace {

using namespace sekisho;
using namespace sekisho::taxii;
using sekisho::fuzz::require;

constexpr std::size_t kMostObjects = 16;

class Everyone : public Authenticator {
 public:
  Result<Principal> authenticate(const HttpRequest&) override { return Principal{"fuzz"}; }
};

/// One collection "k" that takes what is an object with an id, and says so.
class Taker : public CollectionSource {
 public:
  std::string_view body;
  bool submitted = false;

  Result<std::vector<CollectionView>> collections(const Principal&) override {
    return std::vector<CollectionView>{{"k", "K", "", "", true, true}};
  }
  Result<StatusView> submit(const Principal&, std::string_view id, const std::vector<std::string_view>& objects) override {
    submitted = true;
    require(id == "k" && !objects.empty() && objects.size() <= kMostObjects, "as many objects as are allowed");
    StatusView view;
    view.id = "2d086da7-4bdc-4f91-900e-d77486753710";
    const char* after = body.data();
    for (const std::string_view object : objects) {
      require(object.data() >= after && object.data() + object.size() <= body.data() + body.size(), "slices of the body, in order");
      require(!object.empty(), "an object is something");
      after = object.data() + object.size();
      const auto read = json::Document::parse(std::string(object));
      const bool good = read.ok() && (*read)->root()["id"].string();
      if (good) view.successes.push_back({std::string((*read)->root()["id"].string_or("")), "1", std::nullopt});
      else view.failures.push_back({"", "", "no object"});
    }
    return view;
  }
  Result<PageInfo> read(const Principal&, std::string_view, const Query&, Listing, const std::function<void(const Run&)>&) override {
    require(false, "nobody reads here");
    return PageInfo();
  }
  Result<bool> has_object(const Principal&, std::string_view, std::string_view) override { return false; }
  Status remove(const Principal&, std::string_view, std::string_view, const Query&) override { return {}; }
  Result<StatusView> status(const Principal&, std::string_view) override { return make_error(Code::kNotFound, ""); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  Everyone everyone;
  Taker source;
  Limits limits;
  limits.envelope_objects = kMostObjects;
  Router router({"T", "", "", {{"api1", "A", ""}}}, everyone, source, limits);
  HttpRequest request;
  request.method = "POST";
  request.path = "/api1/collections/k/objects/";
  request.headers = {{"Accept", "*/*"}, {"Content-Type", std::string(text.substr(0, line))}};
  request.body = text.substr(std::min(line + 1, text.size()));
  source.body = request.body;
  const HttpResponse response = router.handle(request);
  const int status = response.status;
  require(status == 202 || status == 400 || status == 415 || status == 422, "a code of the endpoint");
  require((status == 202) == source.submitted, "accepted is what was handed on");
  require(json::check(response.body).ok(), "the answer is strict JSON");
  require(response.cause.has_value() == (status != 202), "a failure has a cause");
  return 0;
}
