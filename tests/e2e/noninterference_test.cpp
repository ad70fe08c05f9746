// What a party may not see leaves no trace in what it is told. Two publishers with the same keys, ids and
// visible objects, one of which also holds hidden ones, answer the same requests.
//
// The small form, over real processes. Both worlds are copies of one folder, so what was visible before has
// the same dates and the answers must be equal to the byte, tokens included. What is imported afterwards gets
// its date from each machine's clock: there, dates are replaced, and of a token only the position is compared
// (its other parts are a date and a MAC over it).
#include <algorithm>

#include "core/digest.h"
#include "tests/e2e/harness.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::e2e;

namespace {

const std::string kRoot = "/exchange/collections/";

/// Status, headers but Date, body; of an entity tag, which follows from the dates of the page, that there is one.
std::string whole(const taxii::HttpResponse& response) {
  std::string out = std::to_string(response.status) + "\n";
  for (const auto& [name, value] : response.headers) {
    if (name != "Date") out += name + ": " + (name == "ETag" ? "T" : value) + "\n";
  }
  return out + "\n" + body_of(response);
}

/// Each TAXII time (27 characters, microseconds) becomes T, each token its position.
std::string without_dates(std::string text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const bool date = text.size() - i >= 27 && text[i + 4] == '-' && text[i + 10] == 'T' && text[i + 19] == '.' && text[i + 26] == 'Z';
    if (date) {
      out += "T";
      i += 27;
      continue;
    }
    const std::string member = "\"next\":\"";
    if (text.compare(i, member.size(), member) == 0 && text.size() > i + member.size() + 43) {
      const auto bytes = from_base64url(text.substr(i + member.size(), 43));
      out += "next " + (bytes ? base64url(bytes->substr(0, 8)) : "?");
      i += member.size() + 43;
      continue;
    }
    out += text[i++];
  }
  return out;
}

/// Every request that a reader of `weekly` has, its walk by `next` among them.
std::vector<std::string> answers(const Node& node, const std::string& authorization) {
  Caller caller(node, authorization);
  std::vector<std::string> out;
  std::vector<std::string> targets = {"/taxii2/", "/exchange/", kRoot, kRoot + "weekly/", kRoot + "secret/", kRoot + "secret/objects/"};
  for (const std::string alias : {"weekly/", "weekly-attestations/"}) {
    for (const std::string tail : {"objects/", "manifest/", "objects/?match[version]=all", "manifest/?limit=5", "objects/?match[type]=report",
                                   "objects/?match[type]=indicator&limit=4", "manifest/?match[version]=first"}) {
      targets.push_back(kRoot + alias + tail);
    }
  }
  for (const int n : {1, 15, 101, 115, 999}) {
    targets.push_back(kRoot + "weekly/objects/" + indicator_id(n) + "/");
    targets.push_back(kRoot + "weekly/objects/" + indicator_id(n) + "/versions/");
  }
  for (const std::string& target : targets) out.push_back(target + "\n" + whole(caller.get(target)));
  for (const std::string alias : {"weekly/", "weekly-attestations/"}) {
    std::string next;
    do {
      const auto response = caller.get(kRoot + alias + "objects/?limit=7" + (next.empty() ? "" : "&next=" + next));
      out.push_back(whole(response));
      next = Json(body_of(response)).text("next");
    } while (!next.empty());
  }
  return out;
}

void check_equal(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  REQUIRE(one.size() == other.size());
  for (std::size_t i = 0; i < one.size(); ++i) CHECK(one[i] == other[i]);
}

/// `base` + 1 .. + 30 to be hidden, and a report that may go but names one of them.
void import_hidden(const Node& node, const std::string& file, int base) {
  std::vector<std::string> objects;
  for (int n = base + 1; n <= base + 30; ++n) objects.push_back(indicator(n, n % 2 == 0 ? Tlp::kRed : Tlp::kAmberStrict));
  objects.push_back(report(base + 31, Tlp::kGreen, {indicator_id(1), indicator_id(base + 1)}));
  write_text(file, bundle(objects));
  node.must({"import", "--collection", "weekly", file});
}

}  // namespace

TEST_SUITE("e2e") {
  TEST_CASE("hidden objects change nothing in what a party is told") {
    Folder folder;
    Node plain(folder / "plain", "Some ISAC");
    plain.must({"collection", "add", "weekly"});
    plain.must({"party", "add", "alice", "--kind", "member", "--read", "weekly"});
    const std::string alice = "Bearer " + plain.token("alice");
    plain.must({"import", "--collection", "weekly", indicator_file(folder / "a.json", 1, 30, Tlp::kGreen)});
    Node rich(plain, folder / "rich");
    import_hidden(rich, folder / "hidden.json", 100);
    rich.must({"collection", "add", "secret"});
    rich.must({"import", "--collection", "secret", indicator_file(folder / "s.json", 900, 10, Tlp::kGreen)});
    plain.start();
    rich.start();
    const auto before = answers(plain, alice);
    check_equal(before, answers(rich, alice));

    // Then hidden and visible ones in turn, while both serve.
    for (int round = 0; round < 3; ++round) {
      import_hidden(rich, folder / "hidden.json", 200 + 100 * round);
      const std::string more = indicator_file(folder / "more.json", 31 + 10 * round, 10, Tlp::kAmber);
      plain.must({"import", "--collection", "weekly", more});
      rich.must({"import", "--collection", "weekly", more});
    }
    auto one = answers(plain, alice), other = answers(rich, alice);
    CHECK(one != before);
    for (auto* list : {&one, &other}) std::transform(list->begin(), list->end(), list->begin(), without_dates);
    check_equal(one, other);
  }
}
