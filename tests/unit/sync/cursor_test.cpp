// The `next` token against vectors computed elsewhere, and what must not open.
#include "sync/serve/cursor.h"

#include "core/digest.h"
#include "core/json.h"
#include "tests/support/data.h"
#include "tests/support/doctest.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

struct Vector {
  std::string key, party, selection, token;
  CursorScope scope;
  CursorPlace place;
};

std::vector<Vector> vectors() {
  const auto document = must(json::Document::parse(
      sekisho::tests::read_file(std::string(SEKISHO_SOURCE_DIR) + "/conformance/vectors/cursor.json")));
  std::vector<Vector> out;
  for (const auto& entry : document->root()["vectors"]) {
    const json::Value v = entry.value;
    Vector one;
    one.key = from_hex(v["key"].string_or("")).value();
    one.party = std::string(v["party"].string_or(""));
    one.selection = std::string(v["selection"].string_or(""));
    one.token = std::string(v["token"].string_or(""));
    one.scope.collection = Uuid::parse(v["collection"].string_or("")).value();
    one.scope.incarnation = Uuid::parse(v["incarnation"].string_or("")).value();
    one.place = {static_cast<std::uint64_t>(v["position"].integer().value()), v["date"].integer().value()};
    out.push_back(std::move(one));
  }
  return out;
}

CursorScope scope_of(const Vector& vector) {
  CursorScope scope = vector.scope;
  scope.party = vector.party;
  scope.selection = vector.selection;
  return scope;
}

bool refused(const Result<CursorPlace>& place) { return !place.ok() && place.error().code == Code::kCursorInvalid; }

TEST_SUITE("unit") {
  TEST_CASE("the vectors, both ways") {
    const auto all = vectors();
    CHECK(all.size() >= 4);
    for (const Vector& vector : all) {
      CHECK(make_cursor(vector.key, scope_of(vector), vector.place) == vector.token);
      const auto place = must(open_cursor(vector.key, scope_of(vector), vector.token));
      CHECK(place.position == vector.place.position);
      CHECK(place.date == vector.place.date);
      CHECK(vector.token.size() == 43);
    }
  }

  TEST_CASE("every bit counts") {
    for (const Vector& vector : vectors()) {
      const std::string raw = from_base64url(vector.token).value();
      for (std::size_t bit = 0; bit < raw.size() * 8; ++bit) {
        std::string other = raw;
        other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
        CHECK(refused(open_cursor(vector.key, scope_of(vector), base64url(other))));
      }
    }
  }

  TEST_CASE("cut, longer, empty and unreadable ones are refused with one text") {
    const Vector vector = vectors().front();
    const std::string wanted = open_cursor(vector.key, scope_of(vector), "").error().to_string();
    for (const std::string& token : {vector.token.substr(0, 42), vector.token + "A", vector.token + "=", std::string("?"),
                                     std::string(43, '!'), std::string(1000, 'A')}) {
      const auto place = open_cursor(vector.key, scope_of(vector), token);
      REQUIRE(refused(place));
      CHECK(place.error().to_string() == wanted);
    }
  }

  TEST_CASE("another party, selection, collection, incarnation or key does not open it") {
    const Vector vector = vectors().front();
    CursorScope other = scope_of(vector);
    other.party = "other";
    CHECK(refused(open_cursor(vector.key, other, vector.token)));
    other = scope_of(vector);
    other.selection = "version=all";
    CHECK(refused(open_cursor(vector.key, other, vector.token)));
    other = scope_of(vector);
    other.collection.bytes[0] ^= 1;
    CHECK(refused(open_cursor(vector.key, other, vector.token)));
    other = scope_of(vector);
    other.incarnation.bytes[15] ^= 1;
    CHECK(refused(open_cursor(vector.key, other, vector.token)));
    CHECK(refused(open_cursor(std::string(32, 'z'), scope_of(vector), vector.token)));
  }

  TEST_CASE("party and selection cannot be shifted into one another") {
    const Vector vector = vectors().front();
    CursorScope one = scope_of(vector), two = one;
    one.party = "ab";
    one.selection = "c";
    two.party = "a";
    two.selection = "bc";
    CHECK(make_cursor(vector.key, one, vector.place) != make_cursor(vector.key, two, vector.place));
  }
}

TEST_SUITE("contract") {
  TEST_CASE("after a fork a token from before it goes on, one beyond the end of the stream does not") {
    World world;
    world.apply(member("a", "silver") + member("b", "silver") + kNoAmberForBronze);
    world.put({Make{1}.json(), Make{2, "AMBER"}.json(), Make{3}.json()});
    REQUIRE(world.stream("a") == world.stream("b"));
    std::optional<std::string> next_a, next_b;
    CHECK(world.page("a", "weekly", 1, next_a).front().id == id_of(1));
    CHECK(world.page("b", "weekly", 1, next_b).front().id == id_of(1));
    REQUIRE(next_a);
    CHECK(next_a != next_b);
    world.apply(member("a", "silver") + member("b", "bronze") + kNoAmberForBronze);
    world.put({Make{4}.json()});
    REQUIRE(world.stream("a") != world.stream("b"));
    const auto rest_a = world.page("a", "weekly", 10, next_a);
    CHECK(rest_a.size() == 3);
    const auto rest_b = world.page("b", "weekly", 10, next_b);
    REQUIRE(rest_b.size() == 2);
    CHECK(rest_b[0].id == id_of(3));
    CHECK(rest_b[1].id == id_of(4));

    // a token names what the party has read, whichever stream carries it
    for (const std::string name : {"a", "b"}) {
      const store::Stream mine = must(world.store->stream(world.stream(name)));
      const Readable from = must(world.outbound->find(name, "weekly"));
      PageRequest request;
      request.selection = "version=all";
      const CursorScope scope{from.collection.id, world.store->incarnation(), name, request.selection};
      request.next = make_cursor(kCursorKey, scope, {mine.length, 0});
      CHECK(world.outbound->read(name, from, request, [](const auto&) {}).ok());
      request.next = make_cursor(kCursorKey, scope, {mine.length + 1, 0});
      const auto answer = world.outbound->read(name, from, request, [](const auto&) {});
      REQUIRE_FALSE(answer.ok());
      CHECK(answer.error().code == Code::kTaxiiBadCursor);
    }
  }

  TEST_CASE("a token of another party, collection or selection is refused, with one text") {
    World world;
    world.apply(member("a", "silver") + member("b", "silver"));
    world.put({Make{1}.json(), Make{2}.json()});
    world.put({Make{3}.json(), Make{4}.json()}, "vulns");
    std::optional<std::string> next;
    world.page("a", "weekly", 1, next);
    REQUIRE(next);
    std::optional<std::string> again;
    world.page("a", "weekly", 1, again);
    CHECK(next == again);
    const auto text_of = [&](const std::string& name, const std::string& alias, const std::string& selection) {
      PageRequest request;
      request.selection = selection;
      request.next = next;
      const auto answer = world.outbound->read(name, must(world.outbound->find(name, alias)), request, [](const auto&) {});
      return answer.ok() ? std::string("served") : answer.error().to_string();
    };
    CHECK(text_of("a", "weekly", "version=all") == "served");
    const std::string no = text_of("b", "weekly", "version=all");
    CHECK(no != "served");
    CHECK(text_of("a", "vulns", "version=all") == no);
    CHECK(text_of("a", "weekly", "") == no);
    next = "not a token";
    CHECK(text_of("a", "weekly", "version=all") == no);
  }
}

}  // namespace
}  // namespace sekisho::sync::tests
