#include "store/dedup/url.h"

#include <string>
#include <utility>

#include "tests/support/doctest.h"
#include "tests/support/property.h"

namespace sekisho::store::dedup {
namespace {

std::string key(std::string_view text) { return canonical_url(text).value_or("none"); }

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("dedup/url: the spellings of one page") {
    const std::pair<const char*, const char*> cases[] = {
        {"hxxps://News[.]Example/a/", "https://news.example/a"},
        {"hxxps[:]//news(.)example/a", "https://news.example/a"},
        {"HXXP[://]news[dot]example/a[.]html", "http://news.example/a.html"},
        {"https://news.example:443/a?utm_source=x&b=2&a=1#top", "https://news.example/a?a=1&b=2"},
        {"http://news.example:0080/a", "http://news.example/a"},
        {"https://news.example:8443/a", "https://news.example:8443/a"},
        {"https://news.example/x/../%61?fbclid=1", "https://news.example/a"},
        {"https://news.example/a/./b/..//", "https://news.example/a"},
        {"https://news.example/../../a", "https://news.example/a"},
        {"https://news.example/%7euser/%2F%e3%81%82", "https://news.example/~user/%2F%E3%81%82"},
        {"https://news.example/あ b", "none"},
        {"https://news.example/あ", "https://news.example/%E3%81%82"},
        {"https://news.example/100%", "https://news.example/100%25"},
        {"https://news.example\\a\\b", "https://news.example/a/b"},
        {"http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"},
        {"https://ｎｅｗｓ。example/", "https://news.example/"},
        {"https://user:pw@news.example./a", "https://news.example/a"},
        {"https://good.example@evil.example/a", "https://evil.example/a"},
        {"https://[2001:DB8::1]:443/a", "https://[2001:db8::1]/a"},
        {"https://news.example/?id=1&id=1&ID=2&&", "https://news.example/?ID=2&id=1&id=1"},
        {"https://news.example/?UTM_Source=x&mc_eid=1&_hsenc=2&gclid=3&page=4", "https://news.example/?page=4"},
        {"https://news.example", "https://news.example/"},
        {" https://news.example/a\n", "https://news.example/a"}};
    for (const auto& [text, expected] : cases) CHECK_MESSAGE(key(text) == expected, text);
  }

  TEST_CASE("dedup/url: what is no link has no key") {
    for (const char* text : {"", "news.example/a", "ftp://news.example/a", "mailto:a@b.example", "https:/news.example", "https:///a",
                             "https://a b/", "https://news..example/", "https://news.example:99999/", "https://news.example:8x/",
                             "https://ne/ws\x01", "https://[zz]/", "https://\xff/", "https://a[b/", "javascript:alert(1)"}) {
      CHECK_MESSAGE(key(text) == "none", text);
    }
    CHECK(key("https://news.example/" + std::string(kMaxUrlBytes, 'a')) == "none");
    CHECK(key("https://news.example/" + std::string(kMaxUrlBytes / 2, '"')) == "none");  // the key would be too long
  }

  TEST_CASE("dedup/url: what stays apart") {
    CHECK(key("http://news.example/a") != key("https://news.example/a"));
    CHECK(key("https://m.news.example/a") != key("https://news.example/a"));
    CHECK(key("https://news.example/A") != key("https://news.example/a"));
    CHECK(key("https://news.example/psirt?id=1") != key("https://news.example/psirt?id=2"));
  }

  TEST_CASE("dedup/url: home pages") {
    CHECK(is_home_page(key("https://news.example?utm_source=x")));
    CHECK_FALSE(is_home_page(key("https://news.example/?id=1")));
    CHECK_FALSE(is_home_page(key("https://news.example/a")));
  }
}

TEST_SUITE("property") {
  TEST_CASE("dedup/url: a key is its own key") {
    PROPERTY("pieces of links in any order", [] {
      const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "/", "//", ".", "..", "a", "%41", "%2e", "%", "%2", "[.]", "[[.]]", "(.)", "?", "&", "=", "utm_x=1", "b=2", "#", ":", "@",
          "あ", "ü", "\\", "|", "\"", "+", ":443", "[", "]", "\x80", "xn--"));
      std::string text = *rc::gen::element<std::string>("http://h.example", "hxxps[:]//H[.]example", "https://ü.example", "https://");
      for (const std::string& piece : pieces) text += piece;
      const auto once = canonical_url(text);
      if (once) RC_ASSERT(canonical_url(*once) == once);
    });
  }
}

}  // namespace sekisho::store::dedup
