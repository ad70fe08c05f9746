// operators.toml: strict, and edited without losing what people wrote in it.
#include "sync/handling/operators.h"

#include "world.h"

namespace sekisho::sync::tests {
namespace {

Operator row(const std::string& name, char key) {
  Operator out;
  out.name = name;
  out.key = test_key(key)->public_key();
  return out;
}

std::string where(const std::string& text) {
  const auto parsed = Operators::parse(text, "operators.toml");
  REQUIRE_FALSE(parsed.ok());
  CHECK(parsed.error().code == Code::kConfig);
  return parsed.error().where;
}

std::string text_of(char key) { return base64url(as_chars(test_key(key)->public_key().bytes)); }
Timestamp at(const std::string& text) { return must(parse_rfc3339(text)); }

}  // namespace

TEST_SUITE("unit") {
  TEST_CASE("sync/operators: an absent file is a file without operators") {
    CHECK(must(Operators::parse("", "f")).all().empty());
  }

  TEST_CASE("sync/operators: whatever is not understood is named with its line") {
    const std::string good = "[[operator]]\nname = \"a\"\nx = \"" + text_of('a') + "\"\n";
    CHECK(must(Operators::parse(good, "f")).all().size() == 1);
    CHECK(where(good + "untli = 2026-01-01\n") == "operators.toml:4");
    CHECK(where(good + "until = \"soon\"\n") == "operators.toml:4");
    CHECK(where(good + "kid = \"" + test_key('b')->kid() + "\"\n") == "operators.toml:4");
    CHECK(where(good + "from = 2026-02-01\nuntil = 2026-01-01\n") == "operators.toml:5");
    CHECK(where("[[operator]]\nname = \"A B\"\nx = \"" + text_of('a') + "\"\n") == "operators.toml:2");
    CHECK(where("[[operator]]\nname = \"a\"\nx = \"AAAA\"\n") == "operators.toml:3");
    CHECK(where("[[operator]]\nname = \"a\"\n") == "operators.toml:1");
    CHECK(where("[operator]\nname = \"a\"\n") == "operators.toml:1");
    CHECK(where("other = 1\n") == "operators.toml:1");
    CHECK(where("[[operator]\n").starts_with("operators.toml:"));
    // One key is one person's.
    CHECK(where(good + "\n[[operator]]\nname = \"b\"\nx = \"" + text_of('a') + "\"\n") == "operators.toml:5");
  }

  TEST_CASE("sync/operators: a key counts from, until, and up to its revocation") {
    std::string text = must(with_operator("", row("a", 'a')));
    text += "from = 2026-04-01\nuntil = 2026-04-30\n";
    const std::string kid = test_key('a')->kid();
    auto all = must(Operators::parse(text, "f"));
    CHECK_FALSE(all.usable(kid, at("2026-03-31T23:59:59Z")).ok());
    CHECK(all.usable(kid, at("2026-04-01T00:00:00Z")).ok());
    CHECK(all.usable(kid, at("2026-04-30T23:59:59Z")).ok());  // a day is included
    CHECK(all.usable(kid, at("2026-05-01T00:00:00Z")).error().code == Code::kKeyNotValid);
    CHECK(all.usable(test_key('b')->kid(), at("2026-04-02T00:00:00Z")).error().code == Code::kKeyUnknown);
    text = must(with_revoked_operator(text, "a", "", at("2026-04-10T00:00:00Z"), "lost"));
    all = must(Operators::parse(text, "f"));
    CHECK(all.usable(kid, at("2026-04-09T23:59:59Z")).ok());
    CHECK(all.usable(kid, at("2026-04-10T00:00:00Z")).error().code == Code::kKeyNotValid);
    CHECK(all.all()[0].reason == "lost");
  }

  TEST_CASE("sync/operators: edits leave comments and other rows as they stand") {
    const std::string text = "# ours\n" + must(with_operator("", row("a", 'a'))) + "# of a\n" +
                             must(with_operator("", row("b", 'b'))) + "# end";
    const std::string revoked = must(with_revoked_operator(text, "a", "", at("2026-04-10T00:00:00Z"), "a \"quoted\" reason"));
    CHECK(revoked.find("# ours") == 0);
    CHECK(revoked.find("# of a") != std::string::npos);
    CHECK(must(Operators::parse(revoked, "f")).all()[0].reason == "a \"quoted\" reason");
    CHECK_FALSE(must(Operators::parse(revoked, "f")).all()[1].revoked);
    const std::string without = must(without_operator(revoked, "a"));
    CHECK(must(Operators::parse(without, "f")).all().size() == 1);
    CHECK(without.find("# end") != std::string::npos);
    const std::string third = must(with_operator(without, row("c", 'c')));
    CHECK(must(Operators::parse(third, "f")).all().size() == 2);
  }

  TEST_CASE("sync/operators: a revocation can be dated earlier, never later; one key of several") {
    std::string text = must(with_operator(must(with_operator("", row("a", 'a'))), row("a", 'b')));
    text = must(with_revoked_operator(text, "a", test_key('a')->kid(), at("2026-04-10T00:00:00Z"), "lost"));
    CHECK_FALSE(must(Operators::parse(text, "f")).all()[1].revoked);
    CHECK(with_revoked_operator(text, "a", test_key('a')->kid(), at("2026-04-11T00:00:00Z"), "r").error().code == Code::kAlreadyExists);
    text = must(with_revoked_operator(text, "a", test_key('a')->kid(), at("2026-04-01T00:00:00Z"), "stolen"));
    CHECK(must(Operators::parse(text, "f")).all()[0].revoked == at("2026-04-01T00:00:00Z"));
    CHECK(must(Operators::parse(text, "f")).all()[0].reason == "stolen");
    CHECK(with_revoked_operator(text, "nobody", "", at("2026-04-01T00:00:00Z"), "r").error().code == Code::kNotFound);
    CHECK(with_revoked_operator(text, "a", "", at("2026-04-01T00:00:00Z"), "").error().code == Code::kInvalidArgument);
    CHECK(without_operator(text, "nobody").error().code == Code::kNotFound);
    CHECK(with_operator(text, row("b", 'a')).error().code == Code::kAlreadyExists);
    CHECK(with_operator(text, row("../b", 'c')).error().code == Code::kInvalidArgument);
  }
}

}  // namespace sekisho::sync::tests
