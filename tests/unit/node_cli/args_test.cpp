// The command line: what is read, and what is said when it cannot be.
#include "node/cli/args.h"

#include "tests/support/doctest.h"

namespace sekisho::node::cli {
namespace {

const std::vector<OptionSpec> kOptions = {{"--collection", "C", "where it goes", false},
                                          {"--identity", "ID", "who", true},
                                          {"-o", "FILE", "output", false},
                                          {"--once", "", "one time", false}};

Args good(const std::vector<std::string>& words) {
  auto args = Args::parse(words, kOptions);
  REQUIRE_MESSAGE(args.ok(), (args.ok() ? "" : args.error().to_string()));
  return *args;
}
std::string bad(const std::vector<std::string>& words) {
  const auto args = Args::parse(words, kOptions);
  REQUIRE_FALSE(args.ok());
  CHECK(args.error().code == Code::kUsage);
  return args.error().detail;
}

TEST_SUITE("unit") {
  TEST_CASE("values behind and beside their option, switches, words between") {
    const Args args = good({"one", "--collection", "weekly", "two", "--identity=x=y", "--once", "-o", "f", "-"});
    CHECK(args.get("--collection") == "weekly");
    CHECK(args.get("--identity") == "x=y");
    CHECK(args.get("-o") == "f");
    CHECK(args.has("--once"));
    CHECK_FALSE(args.has("--json"));
    CHECK(args.get("--nothing", "else") == "else");
    CHECK(args.positional() == std::vector<std::string>{"one", "two", "-"});
  }
  TEST_CASE("every command knows --dir, --json and --help") {
    const Args args = good({"--dir", "d", "--json", "--help"});
    CHECK(args.get("--dir") == "d");
    CHECK(args.has("--json"));
    CHECK(args.has("--help"));
  }
  TEST_CASE("an unknown option names the nearest known one, and none where none is near") {
    CHECK(bad({"--colection", "x"}).find("--collection") != std::string::npos);
    CHECK(bad({"--jsn"}).find("--json") != std::string::npos);
    const std::string far = bad({"--completely-different"});
    CHECK(far.find("--completely-different") != std::string::npos);
    CHECK(far.find("did you mean") == std::string::npos);
    CHECK(bad({"--colection=x"}).find("--collection") != std::string::npos);
    bad({"-x"});
  }
  TEST_CASE("a missing value says what is wanted") {
    const std::string text = bad({"one", "--collection"});
    CHECK(text.find("--collection") != std::string::npos);
    CHECK(text.find(" C") != std::string::npos);
  }
  TEST_CASE("a switch takes no value") { CHECK(bad({"--once=yes"}).find("--once") != std::string::npos); }
  TEST_CASE("only what may repeat repeats") {
    CHECK(good({"--identity", "a", "--identity", "b"}).all("--identity") == std::vector<std::string>{"a", "b"});
    CHECK(bad({"--collection", "a", "--collection", "b"}).find("--collection") != std::string::npos);
    CHECK(bad({"--dir", "a", "--dir=b"}).find("--dir") != std::string::npos);
  }
  TEST_CASE("behind -- everything is a word") {
    CHECK(good({"--", "--collection", "-x", "--"}).positional() == std::vector<std::string>{"--collection", "-x", "--"});
  }
  TEST_CASE("an empty value is a value, an empty word a word") {
    CHECK(good({"--collection="}).has("--collection"));
    CHECK(good({"--collection", ""}).get("--collection", "else").empty());
    CHECK(good({""}).positional().size() == 1);
  }
}

}  // namespace
}  // namespace sekisho::node::cli
