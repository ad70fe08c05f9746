#include "tests/peers/faulty_cases.h"

namespace sekisho::tests {
namespace {

using Dates = Faults::Dates;
using Next = Faults::Next;

template <typename Edit>
Faults with(Edit edit) {
  Faults faults;
  edit(faults);
  return faults;
}

std::vector<FaultyCase> make() {
  return {
      {"none", {}, "{}"},
      {"no next, which is allowed", with([](Faults& f) { f.next = Next::kAbsent; }), "{}"},
      {"a page is smaller than asked for, and says so", with([](Faults& f) { f.cap = 7; }), "{}"},
      {"inclusive added_after, paged by date",
       with([](Faults& f) { f.inclusive = true; f.next = Next::kAbsent; }), R"({"added_after":"inclusive"})"},
      {"inclusive added_after", with([](Faults& f) { f.inclusive = true; }), R"({"added_after":"inclusive"})"},
      {"added_after passed over", with([](Faults& f) { f.ignores_added_after = true; }), R"({"added_after":"ignored"})"},
      {"shared dates at the edge of a page",
       with([](Faults& f) { f.per_date = 4; f.next = Next::kAbsent; }), R"({"dates":"shared"})"},
      {"shared and inclusive", with([](Faults& f) { f.per_date = 4; f.inclusive = true; f.next = Next::kAbsent; }),
       R"({"added_after":"inclusive","dates":"shared"})"},
      {"more objects of one instant than a page holds",
       with([](Faults& f) { f.per_date = 29; f.next = Next::kAbsent; }), R"({"dates":"shared"})"},
      {"shared dates and no manifest",
       with([](Faults& f) { f.per_date = 4; f.next = Next::kAbsent; f.manifest = false; }), R"({"dates":"shared"})"},
      {"capped, and does not say so", with([](Faults& f) { f.cap = 8; f.more_untold = true; f.next = Next::kAbsent; }),
       R"({"more":"untold","limit":8})"},
      {"capped, inclusive, and does not say so",
       with([](Faults& f) { f.cap = 8; f.inclusive = true; f.more_untold = true; f.next = Next::kAbsent; }),
       R"({"added_after":"inclusive","more":"untold","limit":8})"},
      {"next without more", with([](Faults& f) { f.more_untold = true; }), R"({"more":"untold"})"},
      {"a greater limit is refused", with([](Faults& f) { f.cap = 15; f.refuses_over_cap = true; }), R"({"limit":10})"},
      {"another content type", with([](Faults& f) { f.content_type = "application/json; charset=utf-8"; }),
       R"({"media_types":["application/json"]})"},
      {"the content type of TAXII 2.0", with([](Faults& f) { f.content_type = "application/vnd.oasis.stix+json; version=2.0"; }),
       R"({"media_types":["application/vnd.oasis.stix+json"]})"},
      {"no date headers, with next", with([](Faults& f) { f.dates = Dates::kAbsent; }), R"({"date_headers":"manifest"})"},
      {"no date headers, without next", with([](Faults& f) { f.dates = Dates::kAbsent; f.next = Next::kAbsent; }),
       R"({"date_headers":"manifest"})"},
      {"no date headers, no manifest", with([](Faults& f) { f.dates = Dates::kAbsent; f.manifest = false; }),
       R"({"date_headers":"none"})"},
      {"the date of the whole collection in the header",
       with([](Faults& f) { f.dates = Dates::kOfCollection; f.next = Next::kAbsent; }), R"({"date_headers":"manifest"})"},
      {"the date of the whole collection, no manifest",
       with([](Faults& f) { f.dates = Dates::kOfCollection; f.manifest = false; }), R"({"date_headers":"none"})"},
      {"dates in milliseconds", with([](Faults& f) { f.dates = Dates::kMillis; f.next = Next::kAbsent; }),
       R"({"date_headers":"loose","date_unit":1000})"},
      {"dates in seconds", with([](Faults& f) { f.dates = Dates::kSeconds; f.next = Next::kAbsent; }),
       R"({"date_headers":"loose","date_unit":1000000})"},
      {"dates with an offset", with([](Faults& f) { f.dates = Dates::kOffset; }), R"({"date_headers":"loose","date_unit":1})"},
      {"next only once", with([](Faults& f) { f.next = Next::kOnce; }), R"({"next":"once"})"},
      {"one next for the whole walk", with([](Faults& f) { f.next = Next::kSession; }), R"({"next":"once"})"},
      {"its own next refused", with([](Faults& f) { f.next = Next::kRefused; }), R"({"next":"broken"})"},
      {"the same page for next", with([](Faults& f) { f.next = Next::kSamePage; }), R"({"next":"broken"})"},
      {"limit passed over", with([](Faults& f) { f.ignores_limit = true; }), R"({"whole":true})"},
      {"limit and added_after passed over", with([](Faults& f) { f.ignores_limit = true; f.ignores_added_after = true; }),
       R"({"added_after":"ignored","whole":true})"},
  };
}

}  // namespace

const std::vector<FaultyCase>& faulty_cases() {
  static const std::vector<FaultyCase> cases = make();
  return cases;
}

}  // namespace sekisho::tests
