// fsck: every number, hash, flag and count re-derived from what it was made of.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/sqlite/blocks.h"
#include "store/sqlite/damage.h"
#include "store/sqlite/database.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

using Progress = std::function<void(std::size_t done, std::size_t total)>;

/// Contradictions found, one line each, at most kProblems of them.
class Findings {
 public:
  static constexpr std::size_t kProblems = 1000;
  Findings(const Progress& progress, std::size_t total) : progress_(progress), total_(total) {}
  void add(std::string line);
  void step();  ///< one more row looked at
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  const Progress& progress_;
  const std::size_t total_;
  std::size_t done_ = 0;
  std::vector<std::string> lines_;
};

/// Within one snapshot; memory does not grow with the store.
std::vector<std::string> check_tables(Connection& db, Damage& damage, const Progress& progress);

/// Blocks, entries, flags and placements (check_streams.cpp).
void check_streams(Connection& db, Findings& findings);

}  // namespace sekisho::store::sqlite
