// The corpus requests.tsv and how an outcome is written, for the parser's tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/limits.h"

namespace sekisho::node::http::tests {

struct Sample {
  std::string name, outcome, octets;
};

/// The limits that the corpus is written for.
Limits corpus_limits();
std::vector<Sample> read_corpus();
/// Feeds `octets` in pieces that end before each of `cuts` (ascending), and tells the outcome.
std::string outcome_of(std::string_view octets, const std::vector<std::size_t>& cuts, const Limits& limits);

}  // namespace sekisho::node::http::tests
