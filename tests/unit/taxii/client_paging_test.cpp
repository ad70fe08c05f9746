// Pulling page by page (TAXII 2.1 §3.5, client side): both styles, states kept between runs, and
// bad servers.
#include <algorithm>

#include "rig.h"
#include "scripted_transport.h"
#include "taxii/client.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::taxii;
using namespace sekisho::taxii::tests;

namespace {

const RemoteRoot kRoot = {"https://taxii.test/api1/", "First", 1000};
const RemoteCollection kCollection = {"k", "", "T", "", true, false};
const std::string kBase =
    "https://taxii.test/api1/collections/k/objects/?match%5Bversion%5D=all&limit=10";

std::string day(int number) {
  return "2025-06-" + std::to_string(10 + number) + "T00:00:00.000000Z";
}
std::string day_in_url(int number) {
  return "2025-06-" + std::to_string(10 + number) + "T00%3A00%3A00.000000Z";
}

struct Scripted {
  ScriptedTransport transport;
  Client client{transport, "test/1", {}};
  int pages = 0;

  void page(const std::string& more_members, const std::string& last) {
    transport.answer(R"({"objects":[{"id":"a)" + std::to_string(++pages) + R"("}])" + more_members + "}", 200,
                     {{"X-TAXII-Date-Added-Last", last}});
  }
  Result<RemotePage> pull(const PullState& from) {
    return client.objects(kRoot, kCollection, from, 10);
  }
  const std::string& url() const { return transport.calls.back().url; }
};

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("taxii/pull: next is repeated as it is, with the query of the walk's start") {
    Scripted s;
    const std::string odd = "a/b+c=%&?#" + std::string(2048, '~') + "é\n";
    s.page(R"(,"more":true,"next":"a/b+c=%&?#)" + std::string(2048, '~') + R"(é\n")", day(2));
    s.page(R"(,"more":true,"next":"two")", day(3));
    s.page("", day(4));
    s.transport.answer("{}");
    PullState start;
    start.added_after = day(1);
    auto page = s.pull(start);
    REQUIRE(page.ok());
    CHECK(s.url() == kBase + "&added_after=" + day_in_url(1));
    CHECK(page->more);
    CHECK(page->after.next == odd);
    page = s.pull(
        PullState::from_text(page->after.to_text()).value());  // as after a restart of the program
    REQUIRE(page.ok());
    CHECK(s.url() == kBase + "&added_after=" + day_in_url(1) + "&next=a%2Fb%2Bc%3D%25%26%3F%23" +
                         std::string(2048, '~') + "%C3%A9%0A");
    page = s.pull(page->after);
    REQUIRE(page.ok());
    CHECK(s.url() == kBase + "&added_after=" + day_in_url(1) + "&next=two");
    CHECK_FALSE(page->more);
    CHECK(page->after.added_after == day(4));
    CHECK(page->after.next.empty());
    page = s.pull(page->after);
    REQUIRE(page.ok());
    CHECK(s.url() == kBase + "&added_after=" + day_in_url(4));
    CHECK(page->after.added_after == day(4));
  }

  TEST_CASE("taxii/pull: without next it goes on by date") {
    Scripted s;
    s.page(R"(,"more":true)", day(1));
    s.page(R"(,"more":true)", day(2));
    s.page(R"(,"more":false)", day(3));
    auto page = s.pull({});
    REQUIRE(page.ok());
    CHECK(s.url() == kBase);
    page = s.pull(page->after);
    CHECK(s.url() == kBase + "&added_after=" + day_in_url(1));
    REQUIRE(page.ok());
    page = s.pull(page->after);
    CHECK(s.url() == kBase + "&added_after=" + day_in_url(2));
    REQUIRE(page.ok());
    CHECK(page->after.added_after == day(3));
  }

  TEST_CASE("taxii/pull: an empty follow-up page ends the walk without error") {
    for (const char* next : {"", R"(,"next":"n")"}) {
      Scripted s;
      s.page(R"(,"more":true)" + std::string(next), day(1));
      s.transport.answer("{}");
      auto page = s.pull({});
      REQUIRE(page.ok());
      page = s.pull(page->after);
      REQUIRE(page.ok());
      CHECK(page->objects.empty());
      CHECK_FALSE(page->more);
      CHECK(page->after.added_after == day(1));
      CHECK(page->after.next.empty());
    }
  }

  TEST_CASE("taxii/pull: a server that does not advance is an error") {
    const auto fault = [](const PullState& from, const std::string& members,
                          const std::string& last) {
      Scripted s;
      s.page(members, last);
      const auto page = s.pull(from);
      return !page.ok() && page.error().code == Code::kTaxiiPeerFault;
    };
    PullState at;
    at.added_after = day(2);
    CHECK(fault(at, R"(,"more":true)", day(2)));  // takes added_after as inclusive
    CHECK(fault(at, R"(,"more":true)", day(1)));
    CHECK_FALSE(fault(at, R"(,"more":true)", day(3)));
    CHECK_FALSE(fault(at, "", day(2)));  // the last item again, but no loop
    CHECK(fault({}, R"(,"more":true)", "2025-06-12T00:00:00Z"));
    CHECK(fault({}, R"(,"more":true)", "tomorrow"));
    PullState inside = at;
    inside.next = "n";
    CHECK(fault(inside, R"(,"more":true,"next":"n")", day(3)));
    CHECK(fault(inside, R"(,"more":true,"next":")" + std::string(9000, 'n') + "\"", day(3)));
    Scripted s;
    s.transport.answer(R"({"more":true})");
    CHECK_FALSE(s.pull(at).ok());
    s.transport.answer(R"({"objects":[{"id":"a"}]})");  // objects, but no date
    CHECK_FALSE(s.pull(at).ok());
  }

  TEST_CASE("taxii/pull: next values that go round are an error, whatever the circle") {
    for (int tail = 0; tail < 4; ++tail) {
      for (int circle = 1; circle <= 9; ++circle) {
        Scripted s;
        PullState state;
        int pages = 0;
        for (; pages < 100; ++pages) {
          const int number = pages < tail ? pages : tail + (pages - tail) % circle;
          s.page(R"(,"more":true,"next":"n)" + std::to_string(number) + "\"", day(1));
          const auto page = s.pull(state);
          if (!page.ok()) break;
          state = page->after;
        }
        CHECK(pages < 100);
        CHECK(pages >= tail + circle);  // never before it is one
      }
    }
  }

  TEST_CASE("taxii/pull: a refused next is told apart, and the walk starts again") {
    Scripted s;
    PullState state;
    state.added_after = day(5);
    state.next = "old";
    state.walk_after = day(3);
    s.transport.answer(R"({"title":"no such next"})", 400);
    const auto page = s.pull(state);
    REQUIRE_FALSE(page.ok());
    CHECK(page.error().code == Code::kTaxiiBadCursor);
    CHECK(page.error().detail == "the server answered 400: no such next");
    CHECK(state.restart().added_after == day(3));
    CHECK(state.restart().next.empty());
    state.next.clear();
    CHECK(state.restart().added_after == day(5));
    s.transport.answer(R"({"title":"x"})", 400);
    CHECK(s.pull({}).error().code == Code::kTaxiiBadQuery);
  }

  TEST_CASE("taxii/pull: limit zero is refused") {
    Scripted s;
    CHECK(s.client.objects(kRoot, kCollection, {}, 0).error().code == Code::kInvalidArgument);
    CHECK(s.transport.calls.empty());
  }

  TEST_CASE("taxii/pull: state as text and back") {
    const PullState state = {day(1), "n\"\\\n", day(2), day(3), "m", "d", 7, 8, 9};
    const auto back = PullState::from_text(state.to_text());
    REQUIRE(back.ok());
    CHECK(back->added_after == state.added_after);
    CHECK(back->next == state.next);
    CHECK(back->walk_after == state.walk_after);
    CHECK(back->seen_next == state.seen_next);
    CHECK(back->walk_pages == state.walk_pages);
    CHECK(back->sent_after == state.sent_after);
    CHECK(back->seen_page == state.seen_page);
    CHECK(back->empty_pages == state.empty_pages);
    CHECK(back->stretched == state.stretched);
    const auto older = PullState::from_text(
        R"({"added_after":"","next":"n","walk_after":"2025-06-11T00:00:00.000000Z","seen_next":"","walk_pages":1})");
    REQUIRE(older.ok());
    CHECK(older->sent_after == day(1));
    CHECK(PullState::from_text(PullState{}.to_text()).ok());
    for (
        const char* text :
        {"", "{}", "[]", "x",
         R"({"added_after":"yesterday","next":"","walk_after":"","seen_next":"","walk_pages":0})",
         R"({"added_after":"","next":1,"walk_after":"","seen_next":"","walk_pages":0})",
         R"({"added_after":"","next":"","walk_after":"","seen_next":"","walk_pages":-1})",
         R"({"added_after":"","next":"","walk_after":"","seen_next":"","walk_pages":4294967296})"}) {
      CAPTURE(text);
      const auto bad = PullState::from_text(text);
      REQUIRE_FALSE(bad.ok());
      CHECK(bad.error().code == Code::kInvalidArgument);
    }
  }
}

TEST_SUITE("property") {
  TEST_CASE("taxii/pull: takes every version of a router's collection once for any limit") {
    for (const bool gives_next : {true, false}) {
      for (std::size_t limit = 1; limit <= 30; ++limit) {
        Rig rig;
        rig.source.gives_next = gives_next;
        RouterTransport transport(*rig.router);
        Client client(transport, "test/1", {"bearer", "", "alice"});
        RemoteCollection collection;
        collection.id = kRw;
        std::vector<std::string> taken;
        PullState state;
        for (bool more = true; more;) {
          const auto page = client.objects(kRoot, collection, state, limit);
          REQUIRE(page.ok());
          for (const std::string_view object : page->objects) taken.emplace_back(object);
          state = PullState::from_text(page->after.to_text()).value();
          more = page->more;
        }
        std::vector<std::string> stored;
        for (const StoredItem& item : rig.source.content[1].items) stored.push_back(item.bytes);
        CHECK(taken == stored);
        CHECK(client.objects(kRoot, collection, state, limit)->objects.empty());
      }
    }
  }

  TEST_CASE("taxii/pull: the date of a state never goes back, whatever the server says") {
    PROPERTY("random answers", [] {
      Scripted s;
      PullState state;
      for (int i = 0; i < 12; ++i) {
        const std::string next = *rc::gen::element<std::string>("", R"(,"next":"a")",
                                                                R"(,"next":"b")", R"(,"next":"c")");
        const std::string more =
            *rc::gen::element<std::string>("", R"(,"more":true)", R"(,"more":false)");
        s.page(more + next, *rc::gen::element<std::string>(day(1), day(2), day(3), "never"));
        const auto page = s.pull(state);
        if (!page.ok()) continue;
        RC_ASSERT(page->after.added_after >= state.added_after);
        RC_ASSERT(page->more || page->after.next.empty());
        state = page->after;
      }
    });
  }
}
