// policy.toml: any text is loaded or refused with a line of it; what loads can be compiled and
// edited.
#include <algorithm>
#include <cstdint>
#include <string>

#include "policy/compiled.h"
#include "tests/fuzz/require.h"

using sekisho::fuzz::require;
namespace policy = sekisho::policy;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<policy::Problem> problems;
  const auto loaded = policy::load_policy(text, "policy.toml", &problems);
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  for (const policy::Problem& problem : problems) {
    require(problem.line >= 1 && problem.line <= lines, "a problem names a line of the text");
  }
  if (!loaded.ok()) {
    require(!problems.empty(), "a refusal says why");
    return 0;
  }
  const auto compiled = policy::Compiled::compile(loaded.value());
  require(compiled->policy().digest == loaded.value().digest, "compiling keeps the policy");
  policy::Party party;
  party.id = "fuzz-added";
  party.kind = "member";
  const auto added = policy::with_party(text, party);
  require(!added.ok() || policy::without_party(added.value(), party.id).ok(),
          "what is added can be removed");
  return 0;
}
