// CSAF input that is too large, too repetitive or damaged.
#include "check.h"
#include "csaf_documents.h"
#include "stix/convert/convert.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::tests;

TEST_SUITE("unit") {
  TEST_CASE("convert/csaf: limits are refusals") {
    stix::convert::Context context = node_context();
    context.max_document_bytes = 100;
    const auto outcome = stix::convert::convert_all("csaf", kSmall, {}, context);
    REQUIRE(outcome.ok());
    CHECK(outcome->refused.at(0).error.code == Code::kLimitExceeded);

    std::string many;  // more objects than one report can name
    for (int i = 0; i < 75000; ++i)
      many += (i > 0 ? ",{\"product_id\":\"Q" : "{\"product_id\":\"Q") + std::to_string(i) +
              "\",\"name\":\"N" + std::to_string(i) + "\"}";
    CHECK(refusal("csaf", with(kSmall, R"({"product_id":"P1","name":"Example TCU 1.0"})", many))
              .code == Code::kLimitExceeded);
    CHECK(refusal("csaf", with(kSmall, R"("title":"Example")",
                               R"("title":")" + std::string(5u << 20, 'x') + "\""))
              .code == Code::kLimitExceeded);
  }

  TEST_CASE("convert/csaf: a few bytes cannot name the same products without end") {
    std::string members = "\"P1\"";
    for (int i = 1; i < 70000; ++i) members += ",\"P1\"";
    std::string threats = R"({"category":"impact","details":"x","group_ids":["G"]})";
    for (int i = 1; i < 1000; ++i)
      threats += R"(,{"category":"impact","details":"x","group_ids":["G"]})";
    const std::string grouped = with(kSmall, R"("full_product_names")",
                                     R"("product_groups":[{"group_id":"G","product_ids":[)" +
                                         members + R"(]}],"full_product_names")");
    const Error error =
        refusal("csaf", with(grouped, R"("cve":)", R"("threats":[)" + threats + R"(],"cve":)"));
    CHECK(error.code == Code::kLimitExceeded);
    CHECK(error.where == "/product_tree");
    const auto once =
        one("csaf",
            with(grouped, R"("cve":)",
                 R"("threats":[{"category":"impact","details":"x","group_ids":["G"]}],"cve":)"));
    CHECK(loses(once, "first 100 products"));
    CHECK(text_at(of_type(checked(once), "vulnerability")[0], "description")
              .find("; and 69900 more: x") != std::string::npos);
    // Losses are counted, not repeated.
    const auto strange =
        one("csaf", with(kSmall, R"(["P1"])", "[\"X\"" + members.replace(0, 4, "") + ",\"X\"]"));
    REQUIRE(strange.losses.size() == 2);
    CHECK(strange.losses[1].what ==
          "The product X is referred to but not defined in product_tree (2 places, the first is "
          "named).");
    CHECK(strange.losses[1].where == "/vulnerabilities/0/product_status/known_affected/0");
  }
}

TEST_SUITE("property") {
  TEST_CASE("convert/csaf: no input crashes it, and what it accepts is valid STIX") {
    PROPERTY("a damaged document is refused or converted", [] {
      std::string bytes = kFull;
      const int times = *rc::gen::inRange(1, 6);
      for (int i = 0; i < times; ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
        const auto length = *rc::gen::inRange<std::size_t>(0, 12);
        const auto text =
            *rc::gen::element<std::string>("", "\"", "{}", "[]", "null", "7", "\"P1\"", ",", "}");
        bytes.replace(at, length, text);
      }
      const auto outcome = stix::convert::convert_all("csaf", bytes, {}, node_context());
      RC_ASSERT(outcome.ok());
      for (const auto& document : outcome->documents) checked(document);
    });
  }
}
