// The table of commands: each can be found and explains itself.
#include <set>

#include "node/cli/command.h"
#include "tests/support/doctest.h"

namespace sekisho::node::cli {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (c == ' ') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

TEST_SUITE("unit") {
  TEST_CASE("every command is complete, and named once") {
    std::set<std::string> names;
    CHECK(commands().size() > 15);
    for (const Command& command : commands()) {
      CAPTURE(command.name);
      CHECK(names.insert(command.name).second);
      CHECK_FALSE(command.summary.empty());
      CHECK((command.alone == nullptr) != (command.on_node == nullptr));
      for (const OptionSpec& option : command.options) {
        CAPTURE(option.name);
        CHECK(option.name.starts_with("-"));
        CHECK_FALSE(option.help.empty());
      }
    }
  }

  TEST_CASE("help names the command, its summary and each of its options") {
    const std::string all = overview();
    for (const Command& command : commands()) {
      const std::string help = help_for(command);
      CAPTURE(help);
      CHECK(help.starts_with("usage: sekisho " + command.name));
      CHECK(help.find(command.summary) != std::string::npos);
      for (const OptionSpec& option : command.options) {
        CHECK(help.find("  " + option.name + (option.value.empty() ? "" : " " + option.value)) != std::string::npos);
        CHECK(help.find(option.help) != std::string::npos);
      }
      CHECK(help.find("--json") != std::string::npos);
      CHECK((help.find("--dir DIR ") != std::string::npos) == (command.on_node != nullptr));
      CHECK(all.find("  " + command.name) != std::string::npos);
    }
    CHECK(all.find("  serve") != std::string::npos);
  }

  TEST_CASE("the longest command is found, with words behind it") {
    for (const Command& command : commands()) {
      auto words = words_of(command.name);
      const std::size_t count = words.size();
      words.emplace_back("--and-more");
      const Found found = find_command(words);
      REQUIRE(found.command != nullptr);
      CHECK(found.command->name == command.name);
      CHECK(found.words == count);
    }
    CHECK(find_command({}).command == nullptr);
    CHECK(find_command({"no-such-command"}).command == nullptr);
    CHECK(find_command({"party"}).command == nullptr);
    CHECK(find_command({"party", "nonsense"}).command == nullptr);
    CHECK(find_command({"Validate"}).command == nullptr);
  }

  TEST_CASE("an error is one line and its hint, or one JSON value; usage is exit code 2") {
    std::string out, err;
    Console console;
    console.out = [&](std::string_view text) { out += text; };
    console.err = [&](std::string_view text) { err += text; };
    CHECK(fail(console, make_error(Code::kUsage, "wrong word")) == kUsage);
    CHECK(err.find("wrong word") != std::string::npos);
    CHECK(out.empty());
    err.clear();
    console.json = true;
    CHECK(fail(console, make_error(Code::kNotFound, "a \"quoted\" one", "there")) == kRefused);
    CHECK(err.empty());
    CHECK(out.find("\"a \\\"quoted\\\" one\"") != std::string::npos);
    CHECK(out.find("\"where\":\"there\"") != std::string::npos);
  }
}

}  // namespace
}  // namespace sekisho::node::cli
