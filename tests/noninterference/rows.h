// The policies of a world: what stands in policy.toml in both nodes, and what only one of them has because it
// concerns others than P. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "policy/compiled.h"
#include "rng.h"

namespace sekisho::noninterference {

inline constexpr const char* kOwn = "identity--11111111-1111-4111-8111-111111111111";
inline constexpr const char* kPeerIdentity = "identity--22222222-2222-4222-8222-222222222222";  ///< of s2
inline constexpr std::int64_t kStart = 1'750'000'000;  ///< seconds; where the clock begins
inline constexpr int kHours = 72;                      ///< worlds last about as long

/// The party under attack and the surroundings that both nodes share.
struct Stage {
  std::string rows;                    ///< the common part
  std::vector<std::string> p_reads;    ///< aliases
  std::vector<std::string> p_writes;
};

/// Parties, groups, rules and agreements of one node that concern only others.
struct Others {
  std::vector<std::string> parties;    ///< q1 …
  std::string rows;
};

/// Aliases in both nodes. P never reads `secret`, and never `intake`, where it may write.
inline const std::vector<std::string> kOpen = {"weekly", "vulns", "exchange"};
inline constexpr const char* kSecret = "secret";
inline constexpr const char* kIntake = "intake";

/// What the random rows may ask for; features that known defects stand behind can be switched off.
struct Features {
  bool twins = true;         ///< others of P's audience, in one node only
  bool p_moves = true;       ///< P changes class, collections or table
  bool dates = true;         ///< validities begin and end
  // Known to show, docs/security/noninterference.md: `--all` draws it too.
  bool late = false;         ///< P comes when others have been there for a while
  bool definitions = true;   ///< marking- and extension-definitions come behind their users, and in further versions
  bool ways = true;          ///< P begins to get attestations
  bool redaction = true;     ///< profiles, redact rules, agreements that redact
  bool hostile = true;       ///< every second world has hostile writers
};

class PolicyDraw {
 public:
  PolicyDraw(Rng& rng, const Features& features);
  /// The first stage, or one that differs from the last.
  Stage stage();
  Others others();

 private:
  void draw_profiles();
  std::string p_row(const std::string& id) const;
  std::string rule_for_p();
  std::string rule_for_others(const std::string& party, int n);
  std::string dates();

  Rng& rng_;
  Features features_;
  std::string kind_, class_, attestations_, validity_;
  std::string agreed_;                       ///< what P's agreement says of redaction
  std::vector<std::string> reads_, writes_, rules_;
  std::vector<std::string> names_, texts_;   ///< common profiles
  int rule_no_ = 0, profile_no_ = 0;
};

/// initial_policy() and these rows, compiled. Ends the process on an error: a world that says nonsense is a bug.
std::shared_ptr<const policy::Compiled> compiled(const std::string& rows);

}  // namespace sekisho::noninterference
