#include "coverage.h"

#include <algorithm>

#include "stix/validate/check.h"
#include "tests/support/data.h"
#include "vectors.h"

namespace sekisho::stix::checks {
namespace {

using vectors::Vector;

/// What one vector showed.
struct Showing {
  const Vector* vector;
  std::set<Check> spoke;
  std::set<const Property*> rows;
};

std::vector<Finding> findings_of(const Vector& vector, FindingLog::Judge& judge) {
  FindingLog log({}, &judge);
  check(vector.object->root(), log);
  return log.take();
}

bool red_without(const Vector& vector, const Check& off) {
  Without judge(off);
  return !vectors::complaint(vector, findings_of(vector, judge)).empty();
}

std::vector<Showing> show_vectors() {
  std::vector<Showing> out;
  for (const Vector& vector : vectors::all()) {
    Recorder recorder;
    (void)findings_of(vector, recorder);
    out.push_back({&vector, std::move(recorder.spoke), rows_in(vector.object->root())});
  }
  return out;
}

bool speaks_of_row(const Showing& showing, const Property* row) {
  return std::any_of(showing.spoke.begin(), showing.spoke.end(),
                     [row](const Check& check) { return check.row == row; });
}

/// Rows are passed by vectors that have them; a rule by those of the types in which it speaks, or if these are
/// no types of STIX, by those that are.
std::size_t count_good(const Check& check, const std::vector<Showing>& showings) {
  std::set<std::string_view> types;
  for (const Showing& showing : showings) {
    if (showing.spoke.contains(check) && table_of(showing.vector->type) != nullptr) types.insert(showing.vector->type);
  }
  return static_cast<std::size_t>(std::count_if(showings.begin(), showings.end(), [&](const Showing& showing) {
    if (check.row != nullptr) return showing.rows.contains(check.row) && !speaks_of_row(showing, check.row);
    return (types.empty() || types.contains(showing.vector->type)) && !showing.spoke.contains(check);
  }));
}

std::map<Check, Score> score(const std::vector<Showing>& showings) {
  std::map<Check, Score> out;
  for (const Check& check : possible()) out[check];
  for (const Showing& showing : showings) {
    for (const Check& check : showing.spoke) {
      Score& score = out[check];
      ++score.bad;
      if (score.killer.empty() && red_without(*showing.vector, check)) score.killer = showing.vector->where;
    }
  }
  for (auto& [check, score] : out) score.good = count_good(check, showings);
  return out;
}

void judge_checks(Coverage& coverage) {
  std::vector<bool> seen(lines().size());
  for (const auto& [check, score] : coverage.checks) {
    seen[check.line] = true;
    const std::string name = name_of(check);
    if (score.bad == 0) {
      coverage.complaints.push_back(name + ": no vector makes it speak");
    } else if (score.killer.empty()) {
      coverage.complaints.push_back(name + ": no vector misses it when it is off");
    }
    if (score.good == 0) coverage.complaints.push_back(name + ": no vector passes it in silence");
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const Line& line = lines()[i];
    if (!seen[i]) {
      coverage.complaints.push_back(line.file + ":" + std::to_string(line.first) + " is idle: " + line.text);
    }
  }
}

/// The clauses of open.tsv: id, tab, the test that judges it elsewhere, or what is missing.
std::map<std::string, std::string> open_clauses() {
  std::map<std::string, std::string> out;
  const std::string text = tests::read_file(std::string(SEKISHO_SOURCE_DIR) + "/conformance/vectors/stix/open.tsv");
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (!line.empty() && line.front() != '#') out.emplace(line.substr(0, line.find('\t')), line.substr(line.find('\t') + 1));
    at = end + 1;
  }
  return out;
}

void judge_clauses(Coverage& coverage) {
  std::set<std::string> with_vector;
  for (const Vector& vector : vectors::all()) with_vector.insert(vector.clause);
  const auto open = open_clauses();
  for (const ClauseInfo& clause : clauses()) {
    const std::string id(clause.id);
    if (with_vector.contains(id) == open.contains(id)) {
      coverage.complaints.push_back(id + (open.contains(id) ? " has a vector: take it out of open.tsv"
                                                            : " has no vector"));
    }
  }
  for (const auto& [id, why] : open) {
    if (!clause_of(id)) coverage.complaints.push_back(id + " of open.tsv is no clause");
    if (why.starts_with("tests/") &&
        tests::read_file(std::string(SEKISHO_SOURCE_DIR) + "/" + why).find(id) == std::string::npos) {
      coverage.complaints.push_back(id + " is not in " + why);
    }
  }
}

}  // namespace

Coverage coverage() {
  Coverage out;
  out.checks = score(show_vectors());
  judge_checks(out);
  judge_clauses(out);
  return out;
}

bool missed(const Check& off) {
  const auto& all = vectors::all();
  return std::any_of(all.begin(), all.end(), [&](const Vector& vector) { return red_without(vector, off); });
}

}  // namespace sekisho::stix::checks
