// What is alike in texts, and where it stands: docs/specs/markings.md §4.
#include "stix/folded.h"

#include "tests/support/doctest.h"
#include "tests/support/property.h"

namespace sekisho::stix {
namespace {

/// The part of the text that the name stands in.
std::string found(std::string_view text, std::string_view name) {
  const Folded folded(text);
  const std::string plain = folded_name(name);
  CHECK(folded.holds(plain) == (folded.text().find(plain) != std::string::npos && folded.is_end(folded.text().find(plain) + plain.size())));
  const auto at = folded.text().find(plain);
  if (at == std::string::npos) return "";
  const auto [from, to] = folded.origin(at, at + plain.size());
  return std::string(text.substr(from, to - from));
}

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("stix/folded: spellings of one name are alike, and stand where they stand") {
    const std::string name = "Beta Works KK";
    for (const std::string& spelled : std::vector<std::string>{
             "Beta Works KK", "BETA WORKS kk", "Ｂｅｔａ　Ｗｏｒｋｓ　ＫＫ", "Be\u200Bta Wor\u200Bks K\u2060K", "Be\u00ADta Works KK", "𝐁𝐞𝐭𝐚 𝐖𝐨𝐫𝐤𝐬 𝐊𝐊",
             "Ⓑⓔⓣⓐ Works \u212A\u212A", "Beta\u00A0Works\u3000KK", "Beta \t Works\n  KK", "B\u0001eta Works KK", "B\uFE0Feta Works KK", "\U0001D401eta Work\u017F KK"}) {
      CAPTURE(spelled);
      CHECK(folded_name(spelled) == "beta works kk");
      CHECK(found("seen at " + spelled + ", Ärger", name) == spelled);
      CHECK(found("（" + spelled + "）", name) == spelled);
    }
    CHECK(folded_name(" \u200B\u3000 ").empty());
    CHECK_FALSE(Folded("anything").holds(""));
    CHECK(found("B\u0435ta Works KK", name).empty());  // a letter of another script is another letter
    CHECK(found("Beta\u0301 x", "beta") == "Beta");      // a mark behind it takes nothing away
    CHECK(folded_name("STRASSE") == folded_name("straße"));
  }

  TEST_CASE("stix/folded: half-width and taken-apart letters, and letters that only begin alike") {
    CHECK(found("\uFF8D\uFF9E\uFF70\uFF80工業の", "ベータ工業") == "\uFF8D\uFF9E\uFF70\uFF80工業");
    CHECK(found("by Jose\u0301 Co", "José co") == "Jose\u0301 Co");
    CHECK_FALSE(Folded("トヨダ").holds(folded_name("トヨタ")));
    CHECK(Folded("トヨダとトヨタ").holds(folded_name("トヨタ")));
    CHECK_FALSE(Folded("기안").holds(folded_name("기아")));
    CHECK(Folded("기아 차").holds(folded_name("기아")));
  }

  TEST_CASE("stix/folded: a long name is found as a short one") {
    const std::string repeats = std::string(40, 'a') + "b" + std::string(40, 'a') + "c";
    CHECK(Folded(std::string(100, 'A') + "B" + std::string(41, 'a') + "b" + std::string(40, 'a') + "c").holds(repeats));
    CHECK_FALSE(Folded(std::string(100, 'a') + "b" + std::string(39, 'a') + "c").holds(repeats));
    const std::string kana = folded_name("トヨタ自動車の工場と工場と工場と工場と工場と工場と工場タ");
    CHECK_FALSE(Folded("トヨタ自動車の工場と工場と工場と工場と工場と工場と工場ダ").holds(kana));
    CHECK(Folded("トヨタ自動車の工場と工場と工場と工場と工場と工場と工場タ").holds(kana));
  }

  TEST_CASE("stix/folded: a part of a letter is masked with all of it") {
    CHECK(found("a \uFB01at", "fia") == "\uFB01a");
    CHECK(found("an \uFB01x", "anf").empty());
    CHECK(found("Straße!", "stras") == "Straß");
    CHECK(found("ß", "ss") == "ß");
    CHECK(found("\u200Bx\u200B", "x") == "x");
  }
}

TEST_SUITE("property") {
  TEST_CASE("stix/folded: what is a part of a text stays one, and its place is right") {
    PROPERTY("parts", [](const std::vector<std::uint8_t>& draws, const std::uint8_t cut) {
      static const std::vector<std::string> kParts = {"a", "B", " ", "\u00A0", "Ｂ", "\u200B", "ß", "\uFB01", "が", "\uFF76", "\uFF9E", "𝐁", "漢", "각", "\n", "é", "e\u0301", "1"};
      std::string before, name, behind;
      for (std::size_t i = 0; i < draws.size(); ++i) {
        const std::string& part = kParts[draws[i] % kParts.size()];
        (i < cut % 6U ? before : i < cut % 6U + 5U ? name : behind) += part;
      }
      const std::string plain = folded_name(name), text = before + name + behind;
      if (plain.empty()) return;
      const Folded folded(text);
      RC_ASSERT(folded.holds(plain));
      for (auto at = folded.text().find(plain); at != std::string::npos; at = folded.text().find(plain, at + 1)) {
        const auto [from, to] = folded.origin(at, at + plain.size());
        RC_ASSERT(from < to && to <= text.size());
        RC_ASSERT(Folded(text.substr(from, to - from)).text().find(plain) != std::string::npos);
      }
    });
  }
}

}  // namespace sekisho::stix
