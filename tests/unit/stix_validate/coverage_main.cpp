// stix_coverage: which vectors hold each check of stix/validate in place. Exit 1 if a check is idle.
//   stix_coverage            one line a check: clause, line and row, vectors in which it speaks, that pass it
//   stix_coverage --mutate   switches every check off and changes the tables everywhere, one at a time
//   stix_coverage --tables   the property tables as tests/data/stix_tables.tsv has them
#include <algorithm>
#include <cstdio>
#include <string_view>

#include "coverage.h"
#include "mutants.h"
#include "table_text.h"

namespace {

using namespace sekisho::stix;

int print_coverage() {
  const checks::Coverage coverage = checks::coverage();
  for (const auto& [check, score] : coverage.checks) {
    std::printf("%-10s %4zu bad %4zu good  %s\n", std::string(info(check.clause).id).c_str(), score.bad, score.good,
                checks::name_of(check).c_str());
  }
  for (const std::string& complaint : coverage.complaints) std::printf("IDLE  %s\n", complaint.c_str());
  std::printf("%zu checks, %zu complaints\n", coverage.checks.size(), coverage.complaints.size());
  return coverage.complaints.empty() ? 0 : 1;
}

int mutate() {
  std::size_t tried = 0;
  std::size_t alive = 0;
  for (const auto& [check, score] : checks::coverage().checks) {
    ++tried;
    if (checks::missed(check)) continue;
    ++alive;
    std::printf("ALIVE  off: %s\n", checks::name_of(check).c_str());
  }
  for (const checks::Mutant& mutant : checks::mutants()) {
    ++tried;
    if (!checks::killer_of(mutant).empty()) continue;
    ++alive;
    std::printf("ALIVE  %s\n", mutant.name.c_str());
  }
  std::printf("%zu mutants, %zu alive\n", tried, alive);
  return alive == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view option = argc > 1 ? argv[1] : "";
  if (option == "--mutate") return mutate();
  if (option == "--tables") return std::fputs(checks::table_text().c_str(), stdout) < 0 ? 1 : 0;
  if (option.empty()) return print_coverage();
  std::fputs("usage: stix_coverage [--mutate|--tables]\n", stderr);
  return 2;
}
