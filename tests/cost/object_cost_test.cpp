// What one object costs: parsing, its checks, its references and markings, and making a rendition or an anonymous object of it.
#include <algorithm>

#include "core/json.h"
#include "core/limits.h"
#include "stix/anonymise/anonymise.h"
#include "stix/markings.h"
#include "stix/object.h"
#include "stix/redact/redact.h"
#include "stix/sharing_facts.h"
#include "stix/validate/validate.h"
#include "stix/versions.h"
#include "taxii/query.h"
#include "tests/support/doctest.h"
#include "work.h"

namespace sekisho::cost {
namespace {

const std::string kTime = "2026-01-01T00:00:00.000Z";
const std::string kOther = "identity--33333333-3333-4333-8333-333333333333";

std::string id_of(std::size_t n, const std::string& type = "indicator") {
  std::string digits = std::to_string(n);
  digits.insert(0, 12 - digits.size(), '0');
  return type + "--00000000-0000-4000-8000-" + digits;
}

/// A report with these members, each behind a comma.
std::string report(const std::string& more) {
  return R"({"type":"report","spec_version":"2.1","id":"report--11111111-1111-4111-8111-111111111111","created":")" + kTime + R"(","modified":")" + kTime +
         R"(","name":"r","published":")" + kTime + "\"" + more + "}";
}

template <typename Make>
std::string list(std::size_t size, Make make) {
  std::string out = "[";
  for (std::size_t i = 0; i < size; ++i) out += (i == 0 ? "" : ",") + make(i);
  return out + "]";
}
std::string quoted(const std::string& text) { return "\"" + text + "\""; }

/// Everything that is asked of an object as it comes.
void read(const std::string& text) {
  const auto object = stix::Object::parse(text, 64u << 20);
  REQUIRE_MESSAGE(object.ok(), (object.ok() ? "" : object.error().to_string()));
  stix::validate(**object);
  stix::references(**object);
  stix::marking_refs(**object);
  stix::claims_in_labels(**object);
  stix::sharing_facts(**object);
  stix::saying_of(**object);
}

Entry reads(std::string (*make)(std::size_t)) {
  return [make](std::size_t size) {
    const std::string text = make(size);
    return Run{text.size(), [text] { read(text); }};
  };
}

std::array<std::uint8_t, 16> hash_of(std::string_view text) {
  const Sha256 whole = sha256(text);
  std::array<std::uint8_t, 16> out{};
  std::copy_n(whole.begin(), out.size(), out.begin());
  return out;
}

bool odd(std::size_t n) { return n % 2 == 1; }
bool any(std::size_t) { return true; }

/// A rendition of the object, whose references that `strip` says are taken out and all others turned.
Run redacts(const std::string& text, bool (*strip)(std::size_t n), std::size_t references, std::optional<stix::Tlp> granular = std::nullopt) {
  struct Job {
    stix::ObjectPtr object;
    stix::redact::Profile profile;
    stix::redact::Request request;
  };
  auto job = std::make_shared<Job>();
  job->object = stix::Object::parse(text, 64u << 20).value();
  job->profile.id = "p";
  job->profile.granular = granular;
  job->request.original = job->object.get();
  job->request.profiles = {&job->profile};
  job->request.creator = kOther;
  job->request.hash = hash_of;
  for (std::size_t i = 0; i < references; ++i) {
    if (strip(i)) job->request.strip.push_back(id_of(i));
    else job->request.rewrite.emplace(id_of(i), stix::redact::Replacement{id_of(i + 500'000), kTime});
  }
  return {text.size(), [job] {
            const auto outcome = stix::redact::redact(job->request);
            CHECK_MESSAGE(outcome.kind == stix::redact::Outcome::Kind::kRendition, outcome.reason);
          }};
}

/// Its rendition without its source, whose names are not in it.
Run hides(const std::string& text, std::size_t size) {
  struct Job {
    stix::ObjectPtr object;
    stix::redact::Profile profile;
    stix::redact::Request request;
  };
  auto job = std::make_shared<Job>();
  job->object = stix::Object::parse(text, 64u << 20).value();
  job->profile.id = "p";
  job->profile.strip_attribution = true;
  job->profile.blur = stix::redact::Blur::kDay;
  job->request.original = job->object.get();
  job->request.profiles = {&job->profile};
  job->request.creator = kOther;
  job->request.hash = hash_of;
  job->request.source_names = {"Beta Works", "ベータ", std::string(size, 'a') + "b"};
  return {text.size(), [job] {
            const auto outcome = stix::redact::redact(job->request);
            CHECK_MESSAGE(outcome.kind == stix::redact::Outcome::Kind::kRendition, outcome.reason);
          }};
}

/// What a translation loses with its target, of which every second member is lost.
Run loses(const std::string& text, std::size_t size) {
  std::string original = R"({"type":"report","id":"report--11111111-1111-4111-8111-111111111111")", form = original;
  for (std::size_t i = 0; i < size; ++i) {
    const std::string member = ",\"x_" + std::to_string(i) + "\":{\"a\":[1,{\"b\":2}]}";
    original += member;
    if (odd(i)) form += member;
  }
  struct Job {
    stix::ObjectPtr original, form, translation;
  };
  auto job = std::make_shared<Job>();
  job->original = stix::Object::parse(original + "}", 64u << 20).value();
  job->form = stix::Object::parse(form + "}", 64u << 20).value();
  job->translation = stix::Object::parse(text, 64u << 20).value();
  return {text.size() + original.size() + form.size(), [job] {
            stix::redact::Lost lost, all;
            lost.add(*job->original, *job->form);
            all.add(lost);
            CHECK(all.said_by(*job->translation));
            CHECK_FALSE(all.said(*job->translation).empty());
          }};
}

/// An anonymous object of it, by a submitter of very many names.
Run anonymises(const std::string& text, std::size_t names) {
  struct Job {
    stix::ObjectPtr object;
    stix::anonymise::Hidden hidden;
    stix::anonymise::Request request;
  };
  auto job = std::make_shared<Job>();
  job->object = stix::Object::parse(text, 64u << 20).value();
  job->request = {job->object.get(), "report--22222222-2222-4222-8222-222222222222", kOther, kTime, kTime, stix::redact::Blur::kDay, &job->hidden,
                  [](std::string_view, stix::anonymise::Mention) { return stix::anonymise::Turn{stix::anonymise::Turn::Kind::kStrip, "", ""}; },
                  [](std::string_view) { return false; }};
  return {text.size(), [job, names] {
            for (std::size_t i = 0; i < names; ++i) job->hidden.add("works number " + std::to_string(i) + " of acme");
            CHECK(stix::anonymise::anonymise(job->request).kind != stix::anonymise::Outcome::Kind::kClean);
          }};
}

std::string refs(std::size_t size) {
  return ",\"object_refs\":" + list(size + 1, [size](std::size_t i) { return quoted(i < size ? id_of(i) : id_of(900'000)); });
}

// ---- inputs -----------------------------------------------------------------------------------

std::string deep(std::size_t size) {
  return report(refs(1) + ",\"x_deep\":" + list(size / 90, [](std::size_t) { return std::string(45, '[') + "[1]" + std::string(45, ']'); }) +
                ",\"x_tree\":" + list(size / 90, [](std::size_t i) {
                  std::string out = quoted(id_of(i));
                  for (int level = 0; level < 40; ++level) out = "{\"a\":" + out + "}";
                  return out;
                }));
}
std::string extensions(std::size_t size) {
  std::string out = refs(1) + ",\"extensions\":{";
  for (std::size_t i = 0; i < size; ++i) out += (i == 0 ? "" : ",") + quoted(id_of(i, "extension-definition")) + ":{\"extension_type\":\"property-extension\",\"x_a\":1}";
  return report(out + "}");
}
std::string labels(std::size_t size) {
  return report(refs(1) + ",\"labels\":" + list(size, [](std::size_t i) { return quoted("tlp:label-" + std::to_string(i)); }));
}
std::string selectors(std::size_t size) {
  const auto each = [](std::size_t i) { return quoted("labels.[" + std::to_string(2 * i) + "]"); };
  const auto others = [](std::size_t i) { return quoted("labels.[" + std::to_string(2 * i + 1) + "]"); };
  return report(refs(1) + ",\"labels\":" + list(size, [](std::size_t i) { return quoted("l" + std::to_string(i)); }) +
                ",\"granular_markings\":[{\"marking_ref\":\"" + std::string(stix::tlp_marking_id(stix::Tlp::kRed)) + "\",\"selectors\":" + list(size / 2, each) +
                "},{\"marking_ref\":\"" + std::string(stix::tlp_marking_id(stix::Tlp::kClear)) + "\",\"selectors\":" + list(size / 2, others) + "}]");
}
std::string members(std::size_t size) {
  std::string out = refs(1);
  for (std::size_t i = 0; i < size; ++i) out += ",\"x_a_name_that_begins_like_all_others_" + std::to_string(i) + "_enc\":\"a\"";
  return report(out);
}
/// Very many values below one name that is as long as they are together.
std::string long_name(std::size_t size) {
  return report(refs(1) + ",\"x_by_name\":{\"" + std::string(40 * size, 'n') + "\":" + list(size, [](std::size_t i) { return quoted(id_of(i)); }) + "}");
}
std::string long_name_texts(std::size_t size) {
  return report(refs(1) + ",\"x_by_name\":{\"" + std::string(40 * size, 'n') + "\":" + list(size, [](std::size_t i) { return quoted("text number " + std::to_string(i)); }) + "}");
}
std::string external(std::size_t size) {
  return report(refs(1) + ",\"external_references\":" + list(size, [](std::size_t i) {
                  return R"({"source_name":"s","description":"as works number )" + std::to_string(i) + R"( of acme says","external_id":")" + id_of(i) + "\"}";
                }));
}
std::string text_of_ids(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += id_of(i) + " and works number " + std::to_string(i) + " of acme--";
  return report(refs(1) + ",\"description\":\"" + text + "\"");
}
std::string pattern(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += (i == 0 ? "" : " OR ") + std::string("[file:name = 'a") + std::to_string(i) + "' AND file:size > " + std::to_string(i) + "]";
  return R"({"type":"indicator","spec_version":"2.1","id":"indicator--11111111-1111-4111-8111-111111111111","created":")" + kTime + R"(","modified":")" + kTime +
         R"(","pattern_type":"stix","valid_from":")" + kTime + R"(","pattern":")" + text + "\"}";
}
std::string translations(std::size_t size) {
  std::string text = "{";
  for (std::size_t i = 0; i < size; ++i) text += (i == 0 ? "" : ",") + std::string("\"x_") + std::to_string(i) + "\":\"t\"";
  return R"({"type":"language-content","spec_version":"2.1","id":"language-content--11111111-1111-4111-8111-111111111111","created":")" + kTime +
         R"(","modified":")" + kTime + R"(","object_ref":"report--11111111-1111-4111-8111-111111111111","contents":{"ja":)" + text + "},\"de\":" + text + "}}}";
}

/// In letters of every width, with what nobody sees between them.
std::string wide(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += i % 4 == 0 ? "Ｂｅ\u200Bｔ " : i % 4 == 1 ? "\uFF8D\uFF9E\uFF70x\u0301\u0301" : i % 4 == 2 ? "aaaa\u3000" : "각𝐁ﬁ";
  return report(refs(1) + ",\"description\":\"" + text + "\"");
}

}  // namespace

TEST_SUITE("cost") {
  TEST_CASE("cost: one object that comes") {
    judge("deep nesting", 5'000, 150, 80, reads(deep));
    judge("many extensions", 1'000, 150, 80, reads(extensions));
    judge("many labels", 4'000, 150, 80, reads(labels));
    judge("many selectors", 4'000, 150, 80, reads(selectors));
    judge("many members", 2'000, 150, 80, reads(members));
    judge("values below a long name", 2'000, 150, 80, reads(long_name));
    judge("many external references", 1'000, 150, 80, reads(external));
    judge("a text of ids", 3'000, 150, 80, reads(text_of_ids));
    judge("a long pattern", 1'000, 150, 80, reads(pattern));
    judge("many translations", 3'000, 150, 80, reads(translations));
  }

  TEST_CASE("cost: a rendition of one object") {
    judge("70,000 references taken out", 35'000, 150, 80, [](std::size_t size) { return redacts(report(refs(size)), any, size); });
    judge("references turned", 4'000, 150, 80, [](std::size_t size) { return redacts(report(refs(size)), odd, size); });
    judge("45,000 selectors", 22'500, 150, 80, [](std::size_t size) { return redacts(selectors(size), any, 0, stix::Tlp::kGreen); });
    judge("references below a long name", 2'000, 150, 80, [](std::size_t size) { return redacts(long_name(size), odd, size); });
    judge("texts below a long name", 1'000, 150, 80, [](std::size_t size) { return redacts(long_name_texts(size), any, 1); });
    judge("external references taken out", 1'000, 150, 80, [](std::size_t size) { return redacts(external(size), any, size); });
    judge("deep references turned", 5'000, 150, 80, [](std::size_t size) { return redacts(deep(size), odd, size / 90); });
    judge("names in letters of every width", 20'000, 150, 80, [](std::size_t size) { return hides(wide(size), size); });
    judge("a translation of which much is lost", 2'000, 150, 80, [](std::size_t size) { return loses(translations(size), size); });
  }

  TEST_CASE("cost: an anonymous object") {
    judge("a text of many names and ids", 1'000, 80, 60, [](std::size_t size) { return anonymises(text_of_ids(size), size); });
    judge("references that name many names", 500, 80, 60, [](std::size_t size) { return anonymises(external(size), size); });
    judge("anonymous, below a long name", 2'000, 80, 60, [](std::size_t size) { return anonymises(long_name(size), 1); });
    judge("anonymous, in letters of every width", 10'000, 80, 60, [](std::size_t size) { return anonymises(wide(size), size / 100); });
    judge("anonymous, many selectors", 4'000, 80, 60, [](std::size_t size) { return anonymises(selectors(size), 1); });
  }

  TEST_CASE("cost: a query that names many ids") {
    judge("match[id] of many ids", 3'000, 30, 30, [](std::size_t size) {
      std::string raw = "match[id]=";
      for (std::size_t i = 0; i < size; ++i) raw += (i == 0 ? "" : ",") + id_of(i);
      return Run{raw.size(), [raw] {
                   Limits limits;
                   limits.match_values = limits.query_bytes = raw.size();
                   CHECK(taxii::parse_query(raw, taxii::kMatchId, limits).ok());
                 }};
    });
  }
}

}  // namespace sekisho::cost
