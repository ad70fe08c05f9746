#include "core/digest.h"

#include <thread>
#include <vector>

#include "tests/support/doctest.h"
#include "tests/support/property.h"

namespace sekisho {
namespace {

TEST_SUITE("unit") {
  TEST_CASE("core/digest: published vectors") {
    CHECK(hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex(sha256(std::string(1'000'000, 'a'))) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    CHECK(hex(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  }

  TEST_CASE("core/digest: any thread") {
    const Sha256 expected = sha256("abc");
    std::vector<std::jthread> threads;
    std::array<bool, 4> right{};
    for (bool& each : right) {
      threads.emplace_back([&each, &expected] {
        each = true;
        for (int i = 0; i < 200; ++i) each = each && sha256("abc") == expected;
      });
    }
    threads.clear();
    for (const bool each : right) CHECK(each);
  }

  TEST_CASE("core/digest: hexadecimal") {
    CHECK(hex(as_bytes(std::string_view("\0\x7F\xFF", 3))) == "007fff");
    CHECK(from_hex("007fFF") == std::string("\0\x7F\xFF", 3));
    CHECK(from_hex("") == "");
    for (const char* bad : {"0", "0g", "0x", " 0", "00 "}) CHECK_FALSE(from_hex(bad).has_value());
  }

  TEST_CASE("core/digest: base64 of RFC 4648 section 10") {
    const std::vector<std::pair<std::string, std::string>> rows = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : rows) {
      CHECK(base64(bytes) == text);
      CHECK(from_base64(text) == bytes);
      const std::string bare = text.substr(0, text.find('='));
      CHECK(base64url(bytes) == bare);
      CHECK(from_base64url(bare) == bytes);
    }
    CHECK(base64("\xFB\xFF\xBF") == "+/+/");
    CHECK(base64url("\xFB\xFF\xBF") == "-_-_");
  }

  TEST_CASE("core/digest: base64 refuses every other spelling") {
    for (const char* bad : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "=",
                            "====", "Z===", "Zg==Zg==", "Zm9v\n", " Zm9v", "Zm-_", "Z g="}) {
      INFO(bad);
      CHECK_FALSE(from_base64(bad).has_value());
    }
    for (const char* bad : {"A", "AAAAA", "Zg==", "Zh", "Zm9", "Z", "Zm+/", "Zm9v ", "Zm9vY"}) {
      INFO(bad);
      CHECK_FALSE(from_base64url(bad).has_value());
    }
  }
}

TEST_SUITE("property") {
  TEST_CASE("core/digest: decoding undoes encoding") {
    PROPERTY("identity", [](const std::string& bytes) {
      RC_ASSERT(from_hex(hex(as_bytes(bytes))) == bytes);
      RC_ASSERT(from_base64(base64(bytes)) == bytes);
      RC_ASSERT(from_base64url(base64url(bytes)) == bytes);
    });
  }

  TEST_CASE("core/digest: one text for one value") {
    PROPERTY("canonical", [] {
      const auto text =
          *rc::gen::container<std::string>(rc::gen::elementOf(std::string("AZaz09+/-_=\n Qgw")));
      if (const auto bytes = from_base64(text)) RC_ASSERT(base64(*bytes) == text);
      if (const auto bytes = from_base64url(text)) RC_ASSERT(base64url(*bytes) == text);
    });
  }
}

}  // namespace
}  // namespace sekisho
