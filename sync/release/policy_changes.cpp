#include "sync/release/policy_changes.h"


namespace sekisho::sync {
namespace {

constexpr int kTries = 5;  // while dates pass or things are recalled under way
constexpr const char* kActorOfStart = "operator";

}  // namespace

Result<Candidate> PolicyChanges::prepare(const std::string& text, const std::string& file, const Watch& watch) const {
  SEKISHO_ASSIGN(policy::Policy policy, policy::load_policy(text, file, nullptr));
  const auto before = release_.policy();
  SEKISHO_ASSIGN(const bool was_in_force, PolicyHistory(store_).has(policy.digest));
  if (before && !was_in_force) {  // what was in force once may come back whatever has passed since
    for (const auto& problem : policy::refuse_new(policy, &before->policy(), clock_.now())) {
      if (problem.error) return make_error(Code::kPolicyInvalid, problem.message, file + ":" + std::to_string(problem.line));
    }
  }
  Candidate candidate;
  candidate.text = text;
  candidate.digest = policy.digest;
  SEKISHO_ASSIGN(candidate.prepared, release_.prepare(policy::Compiled::compile(std::move(policy)), watch));
  return candidate;
}

Status PolicyChanges::take(const Candidate& candidate, PolicyVersion version) const {
  const AuditLine line{version.action, version.actor, "policy.toml",
                       "version " + std::to_string(version.no) + " in force: " + version.digest};
  return release_.switch_to(candidate.prepared, PolicyHistory::puts(version),
                            [&](const auto& write) { return audit_.record_with(line, write); });
}

Result<InForce> PolicyChanges::apply(Candidate candidate, const std::string& file, const std::string& action,
                                     const std::string& actor, const File& policy_file, const Watch& watch) const {
  for (int left = kTries;; --left) {
    while (!release_.stands(candidate.prepared)) {
      SEKISHO_ASSIGN(candidate, prepare(candidate.text, file, watch));
    }
    SEKISHO_TRY(release_.attest_ahead(candidate.prepared));
    SEKISHO_ASSIGN(const auto last, PolicyHistory(store_).last());
    PolicyVersion version{(last ? last->no : 0) + 1, candidate.digest, format_taxii_time(clock_.now()), actor, action, candidate.text};
    SEKISHO_TRY(policy_file.write(candidate.text));
    const Status taken = take(candidate, version);
    if (taken.ok()) return InForce{version.no, candidate.prepared.parties};
    SEKISHO_TRY(policy_file.write(policy_file.before));
    if (taken.error().code != Code::kUnavailable || left == 1) return taken.error();
  }
}

// Where the file was edited while the node was not running: first what its dates brought until now, then the new one.
Status PolicyChanges::start(const std::string& text, const std::string& file) const {
  SEKISHO_ASSIGN(policy::Policy policy, policy::load_policy(text, file, nullptr));
  const std::string digest = policy.digest;
  SEKISHO_ASSIGN(const auto last, PolicyHistory(store_).last());
  if (last && last->digest != digest) {
    auto before = policy::load_policy(last->text, file, nullptr);
    if (before.ok()) {
      const auto followed = release_.set_policy(policy::Compiled::compile(std::move(*before)));
      if (!followed.ok()) return followed.error();
    }
  }
  SEKISHO_ASSIGN(Prepared prepared, release_.prepare(policy::Compiled::compile(std::move(policy))));
  if (last && last->digest == digest) return release_.switch_to(prepared, {});
  return take({text, digest, std::move(prepared)}, {(last ? last->no : 0) + 1, digest, format_taxii_time(clock_.now()),
                                                    kActorOfStart, "policy.start", text});
}

}  // namespace sekisho::sync
