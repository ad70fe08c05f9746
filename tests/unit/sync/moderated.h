// A world with operators and a hold rule over everything for the party `peer` (another ISAC) and critical reports for all.
#pragma once

#include "sync/moderation/audit_verify.h"
#include "sync/moderation/moderation.h"
#include "world.h"

namespace sekisho::sync::tests {

inline const std::string kHoldCritical =
    "[[rule]]\nid = \"look-first\"\neffect = \"hold\"\nlevels = [\"critical\", \"caution\"]\nreason = \"People look first.\"\n"
    "[[rule]]\nid = \"peers\"\neffect = \"hold\"\nkinds = [\"peer-isac\"]\ntypes = [\"report\"]\nreason = \"Abroad people look first.\"\n";

/// Report `n` of a level; `text` is its name.
std::string graded(unsigned n, const std::string& level, int version = 0, const std::string& text = "x");

struct Desk {
  World world;
  std::unique_ptr<Recalls> recalls;
  std::unique_ptr<Moderation> moderation;
  std::string operators;  ///< the text of operators.toml

  explicit Desk(std::unique_ptr<store::Store> given = nullptr);
  void open();     ///< after the store was given or restarted
  void restart();
  std::vector<std::string> take_operators();  ///< `operators` into force

  Result<Moderated> try_act(Act act, char who, unsigned n, const std::string& note = {}, const std::string& version = {});
  Moderated act(Act act, char who, unsigned n, const std::string& note = {}) { return must(try_act(act, who, n, note)); }
  Moderated show(unsigned n);
  bool reads(const std::string& party, unsigned n);
  unsigned count(const std::string& object);
  std::vector<std::string> problems(const std::string& head = {});
};

}  // namespace sekisho::sync::tests
