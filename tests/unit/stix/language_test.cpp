#include "stix/language.h"

#include "stix_cases.h"
#include "tests/support/doctest.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

constexpr std::string_view kId = "intrusion-set--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3";
constexpr std::string_view kModified = "2026-01-02T03:04:05.678Z";

/// An intrusion set with lists, a custom object and references.
ObjectPtr target(const std::string& more = "") {
  return cases::object(
      R"({"type":"intrusion-set","spec_version":"2.1","id":")" + std::string(kId) +
      R"(","created":"2026-01-01T00:00:00.000Z","modified":")" + std::string(kModified) +
      R"(","name":"Red Fox","description":"Steals keys","goals":["money","fame"],"resource_level":"club",)"
      R"("external_references":[{"source_name":"s","description":"a report","url":"https://a.example"}],)"
      R"("x_note":{"title":"T","n":1,"deep":["p","q"],"see_ref":"r"},"x_key_id":"k1")" +
      more + "}");
}

ObjectPtr translation(const std::string& contents, const std::string& set = "{}", int number = 1) {
  return cases::object(cases::changed(
      R"({"type":"language-content","spec_version":"2.1","id":"language-content--00000000-0000-4000-8000-00000000000)" +
          std::to_string(number) +
          R"(","created":"2026-02-01T00:00:00.000Z","modified":"2026-02-01T00:00:00.000Z","object_ref":")" +
          std::string(kId) + R"(","object_modified":")" + std::string(kModified) +
          R"(","contents":)" + contents + "}",
      {}, set));
}

/// Pointers of the problems, each followed by a space.
std::string problems(const ObjectPtr& content, const ObjectPtr& object = target()) {
  std::string all;
  for (const auto& problem : check_translation(*content, *object)) all += problem.pointer + " ";
  return all;
}

/// A text of the view.
std::string shown(const LanguageView& view, std::string_view name) {
  const auto document = std::move(json::Document::parse(view.json)).value();
  return std::string(document->root()[name].raw());
}

const std::string kJapanese =
    R"({"ja":{"name":"赤狐","goals":["金",""],"external_references":[{"description":"報告"}],"x_note":{"title":"題","deep":["",""]}}})";

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/language: a translation fits its target") {
    CHECK(
        problems(translation(
            R"({"ja":{"name":"赤狐","goals":["金",""],"x_note":{"title":"題"}},"de":{"name":"Rotfuchs"}})")) ==
        "");
    CHECK(problems(translation(R"({"ja":{"name":"赤狐"}})",
                               R"({"object_modified":"2026-01-02T03:04:05.678000Z"})")) == "");
    // Keys that the target lacks or that are no text are ignored (S-7.1-5).
    CHECK(
        problems(translation(
            R"({"ja":{"nothing":7,"resource_level":7,"id":7,"x_key_id":7,"created":[],"type":{}}})")) ==
        "");
    CHECK(problems(translation(R"({"ja":{"x_note":{"n":"1","see_ref":1}}})")) == "");
  }

  TEST_CASE("stix/language: what keeps a content from being a translation") {
    CHECK(problems(translation("{}")) == "/contents ");
    CHECK(problems(translation(R"({"nihongo語":{}})")) == "/contents/nihongo語 ");
    CHECK(problems(translation(R"({"ja":"赤狐"})")) == "/contents/ja ");
    CHECK(problems(translation(R"({"ja":{"name":["赤狐"]}})")) == "/contents/ja/name ");
    CHECK(problems(translation(R"({"ja":{"goals":"金"}})")) == "/contents/ja/goals ");
    CHECK(problems(translation(R"({"ja":{"goals":["金"]}})")) == "/contents/ja/goals ");
    CHECK(problems(translation(R"({"ja":{"goals":["金",1]}})")) == "/contents/ja/goals/1 ");
    CHECK(problems(translation(R"({"ja":{"x_note":"題"}})")) == "/contents/ja/x_note ");
    CHECK(problems(translation(R"({"ja":{"x_note":{"deep":["p"]}}})")) ==
          "/contents/ja/x_note/deep ");
    CHECK(problems(translation(R"({"ja":{}})",
                               R"({"object_ref":"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3"})")) ==
          "/object_ref ");
    CHECK(problems(
              translation(R"({"ja":{}})", R"({"object_modified":"2026-01-02T03:04:05.679Z"})")) ==
          "/object_modified ");
    CHECK(problems(translation(R"({"ja":{}})", R"({"object_modified":7})")) == "/object_modified ");
    CHECK(problems(target()) == "/type ");
    std::string many = "{\"ja\":{";
    std::string members;
    for (int i = 0; i < 200; ++i) {
      const std::string name = "x_p" + std::to_string(i);
      many += (i == 0 ? "\"" : ",\"") + name + "\":1";
      members += ",\"" + name + "\":\"t\"";
    }
    CHECK(check_translation(*translation(many + "}}"), *target(members)).size() ==
          kMaxLanguageProblems);
  }

  TEST_CASE("stix/language: shows each text in the language wanted, else the original") {
    const auto view = in_language(*target(), std::vector{translation(kJapanese)}, "ja");
    CHECK(shown(view, "name") == "\"赤狐\"");
    CHECK(shown(view, "description") == "\"Steals keys\"");
    CHECK(shown(view, "goals") == R"(["金","fame"])");
    CHECK(shown(view, "external_references") ==
          R"([{"source_name":"s","description":"報告","url":"https://a.example"}])");
    CHECK(shown(view, "x_note") == R"({"title":"題","n":1,"deep":["p","q"],"see_ref":"r"})");
    REQUIRE(view.translated.size() == 4);
    CHECK(view.translated[1].pointer == "/goals/0");
    CHECK(view.translated[1].language == "ja");
    CHECK(view.translated[1].source == translation(kJapanese)->id());
    // Without translations it is the object.
    CHECK(in_language(*target(), {}, "ja").json == target()->bytes());
    CHECK(in_language(*target(), std::vector{translation(kJapanese)}, "de").translated.empty());
  }

  TEST_CASE("stix/language: a longer tag falls back to a shorter one, never to another language") {
    using Tags = std::vector<std::string>;
    CHECK(lookup_tags("ja-JP") == Tags{"ja-jp", "ja"});
    CHECK(lookup_tags("zh-Hant-CN-x-private1-private2") == Tags{"zh-hant-cn-x-private1-private2",
                                                                "zh-hant-cn-x-private1",
                                                                "zh-hant-cn", "zh-hant", "zh"});
    for (const char* bad : {"", "*", "japanese!", "ja_JP", "-"}) CHECK(lookup_tags(bad).empty());
    CHECK(lookup_tags("ja-" + std::string(200, 'a')).empty());

    const std::vector both{translation(
        R"({"JA":{"name":"あか","description":"短"},"ja-JP":{"name":"赤","description":""},"jav":{"name":"x"}})")};
    CHECK(shown(in_language(*target(), both, "ja-JP"), "name") == "\"赤\"");
    CHECK(shown(in_language(*target(), both, "ja-JP"), "description") == "\"短\"");
    CHECK(shown(in_language(*target(), both, "ja"), "name") == "\"あか\"");
    CHECK(in_language(*target(), both, "ko").translated.empty());
  }

  TEST_CASE("stix/language: the original wins in its own language, also in a part of it") {
    const std::vector japanese{translation(
        R"({"ja":{"name":"訳","description":"訳"},"ja-JP":{"name":"約"},"en":{"description":"en"}})")};
    CHECK(in_language(*target(R"(,"lang":"ja")"), japanese, "ja").translated.empty());
    CHECK(shown(in_language(*target(R"(,"lang":"ja")"), japanese, "ja-JP"), "name") == "\"約\"");
    const auto part = target(R"(,"granular_markings":[{"lang":"ja","selectors":["description"]}])");
    const auto view = in_language(*part, japanese, "ja");
    CHECK(shown(view, "name") == "\"訳\"");
    CHECK(shown(view, "description") == "\"Steals keys\"");
    CHECK(shown(in_language(*part, japanese, "en"), "description") == "\"en\"");
    CHECK(in_language(*target(), japanese, "en").translated.empty());
  }

  TEST_CASE("stix/language: a translation touches texts only") {
    const std::vector hostile{translation(
        R"({"ja":{"id":"x","type":"x","modified":"x","resource_level":"government","x_key_id":"k2",)"
        R"("external_references":[{"url":"https://evil.example","source_name":"evil"}],"x_note":{"see_ref":"evil"},)"
        R"("goals":["a","b","c"],"new":"text","granular_markings":[]}})")};
    CHECK(in_language(*target(), hostile, "ja").translated.empty());
    const auto sco = cases::object(
        R"({"type":"file","id":"file--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3","name":"a.exe"})");
    const auto of_file = cases::object(
        cases::changed(translation(R"({"ja":{"name":"b.exe"}})",
                                   R"({"object_ref":"file--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3"})")
                           ->bytes(),
                       {"object_modified"}));
    CHECK(problems(of_file, sco) == "");
    CHECK(in_language(*sco, std::vector{of_file}, "ja").json == sco->bytes());
  }

  TEST_CASE("stix/language: contents of other objects or versions and revoked ones do not count") {
    for (const char* set :
         {R"({"object_ref":"tool--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3"})",
          R"({"object_modified":"2026-01-01T00:00:00.000Z"})", R"({"revoked":true})",
          R"({"contents":[]})", R"({"contents":{"ja":7}})"}) {
      INFO(set);
      CHECK(in_language(*target(), std::vector{translation(kJapanese, set)}, "ja")
                .translated.empty());
    }
    CHECK(
        in_language(*target(), std::vector<ObjectPtr>{nullptr, target()}, "ja").translated.empty());
    // The first of two counts.
    const std::vector two{translation(R"({"ja":{"name":"一"}})", "{}", 1),
                          translation(R"({"ja":{"name":"二","description":"二"}})", "{}", 2)};
    CHECK(shown(in_language(*target(), two, "ja"), "name") == "\"一\"");
    CHECK(shown(in_language(*target(), two, "ja"), "description") == "\"二\"");
    std::vector many(kMaxTranslations, translation(R"({"de":{"name":"x"}})"));
    many.push_back(translation(kJapanese));
    CHECK(in_language(*target(), many, "ja").translated.empty());
  }

  TEST_CASE("stix/language: a list of a hundred thousand texts is one walk") {
    std::string words, more = "\"\"", selectors;
    for (int i = 0; i < 100'000; ++i) {
      words += i == 0 ? "\"a\"" : ",\"a\"";
      if (i > 0) more += ",\"b\"";
      selectors += (i == 0 ? "\"x_list.[" : ",\"x_list.[") + std::to_string(i) + "]\"";
    }
    const auto long_one =
        target(R"(,"x_list":[)" + words + R"(],"granular_markings":[{"lang":"de","selectors":[)" +
               selectors + "]}]");
    const std::vector contents(5, translation(R"({"ja":{"x_list":[)" + more + "]}}"));
    CHECK(in_language(*long_one, contents, "ja").translated.size() == 99'999);
    CHECK(problems(contents.front(), long_one) == "");
  }
}
