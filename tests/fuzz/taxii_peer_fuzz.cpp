// A hostile TAXII server before the probe and the client. An input is its answers, one after another, separated by 0x1e: line 1
// is the status, line 2 the Content-Type, line 3 X-TAXII-Date-Added-Last, the rest the body. Whatever it says, the probe stops after
// its few requests, a pull ends, its place never goes back, and all that is kept of it can be read again.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "taxii/client.h"
#include "taxii/probe.h"
#include "tests/fuzz/require.h"

namespace {

using namespace sekisho;
using namespace sekisho::taxii;
using sekisho::fuzz::require;

constexpr std::size_t kPulls = 12;

std::string take(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string part(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

/// Gives the answers in order and the last one for ever.
class Script : public HttpTransport {
 public:
  explicit Script(std::string_view text) {
    do {
      const std::string one = take(text, '\x1e');
      std::string_view rest = one;
      HttpResponse answer;
      answer.status = static_cast<int>(std::min<std::size_t>(599, std::strtoul(take(rest, '\n').c_str(), nullptr, 10)));
      answer.headers = {{"Content-Type", take(rest, '\n')}, {"X-TAXII-Date-Added-Last", take(rest, '\n')}};
      answer.body = std::string(rest);
      answers_.push_back(std::move(answer));
    } while (!text.empty() && answers_.size() < 64);
  }
  Result<HttpResponse> send(const Call& call) override {
    require(call.url.rfind("https://peer.test/", 0) == 0, "only the peer's own host is asked");
    require(call.url.find_first_of(" \t\r\n#\"<>\\") == std::string::npos, "a URL is one");
    ++calls;
    const HttpResponse& answer = answers_[std::min(calls, answers_.size()) - 1];
    if (answer.body.size() > call.max_body) return make_error(Code::kLimitExceeded, "");
    return answer;
  }
  std::size_t calls = 0;

 private:
  std::vector<HttpResponse> answers_;
};

void check_profile(const ProbeReport& report) {
  const auto again = Quirks::from_json(report.quirks.to_json());
  require(again.ok() && *again == report.quirks, "the profile that is found can be kept");
  json::Writer w;
  w.begin_array();
  for (const Finding& finding : report.findings) w.string(finding.seen).string(finding.remedy).string(finding.quirk);
  require(json::check(w.end_array().text()).ok(), "what was seen can be told");
}

void pull(Client& client, Script& script, const RemoteRoot& root, const RemoteCollection& collection) {
  PullState state;
  for (std::size_t i = 0; i < kPulls; ++i) {
    const std::size_t before = script.calls;
    const auto page = client.objects(root, collection, state, 10);
    require(script.calls <= before + 2, "a page is one request, and one for its date");
    if (!page.ok()) {
      require(!page.error().to_string().empty(), "a failure says why");
      state = state.restart();
      continue;
    }
    for (const std::string_view object : page->objects) {
      require(object.data() >= page->body->data() && object.data() + object.size() <= page->body->data() + page->body->size(),
              "objects are slices of the page");
    }
    require(page->after.added_after >= state.added_after, "the place never goes back");
    const auto kept = PullState::from_text(page->after.to_text());
    require(kept.ok() && kept->to_text() == page->after.to_text(), "the place can be kept");
    state = page->after;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Quirks quirks;
  {
    Script script(text);
    Exchange exchange(script, "fuzz/1", {});
    const auto report = probe(exchange, "https://peer.test", "", 100);
    require(script.calls <= kMaxProbeRequests, "the probe asks only so often");
    if (report.ok()) {
      check_profile(*report);
      quirks = report->quirks;
    }
  }
  for (const Quirks& by : {Quirks(), quirks}) {
    Script script(text);
    Client client(script, "fuzz/1", {}, by);
    const auto roots = client.discover("https://peer.test");
    RemoteRoot root{"https://peer.test/api1/", "", 0};
    if (roots.ok() && !roots->empty()) {
      if (auto found = client.root(roots->front()); found.ok()) root = std::move(*found);
    }
    RemoteCollection collection{"91a7b528-80eb-42ed-a74d-c6fbd5a26116", "", "", "", true, true};
    if (auto listed = client.collections(root); listed.ok() && !listed->empty()) collection = listed->front();
    pull(client, script, root, collection);
    const auto posted = client.post(root, collection.id, R"({"objects":[]})");
    if (posted.ok()) static_cast<void>(client.status(root, posted->id));
  }
  return 0;
}
