// The label and hop table as enforced: what each label needs towards each kind of party, and how many parties get it.
// docs/specs/policy.md §11. Any thread.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "policy/compiled.h"

namespace sekisho::policy {

/// The object that is asked about; it carries one TLP 2.0 marking and nothing else.
struct MatrixQuestion {
  std::string type = "report";
  std::string source;      ///< party that gave it; empty = this node
  std::string collection;  ///< empty = for each party the first that it reads
};

struct MatrixCell {
  std::string asks;     ///< what the table says: permit, agreement, …
  std::string loosest;  ///< what it could say at most
  std::size_t permitted = 0, redacted = 0, held = 0, denied = 0;  ///< parties, by what is decided for them now
};

struct MatrixRow {
  std::string kind;
  std::size_t parties = 0;          ///< valid now
  std::array<MatrixCell, 5> cells;  ///< CLEAR, GREEN, AMBER, AMBER+STRICT, RED
};

/// One row per kind that has a table or a party, in the order of docs/specs/policy.md §2. kUsage: the type is none.
Result<std::vector<MatrixRow>> matrix(const Compiled& policy, const MatrixQuestion& question, Timestamp now);

}  // namespace sekisho::policy
