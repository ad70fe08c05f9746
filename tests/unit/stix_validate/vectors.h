// The vectors of conformance/vectors/stix whose lines say what a validator finds, and the judgement of one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "stix/validate/validate.h"

namespace sekisho::stix::vectors {

struct Vector {
  std::string where;  ///< file:line
  std::string type;   ///< of the object
  std::string expect;
  std::string clause;
  std::string at;
  std::size_t errors = 0;  ///< how many there are
  std::shared_ptr<const json::Document> object;
};

/// Every line of valid.jsonl (nothing is found), and of each other file whose lines have `expect`.
const std::vector<Vector>& all();
/// What is wrong with `findings`; empty if they are what the vector expects.
std::string complaint(const Vector& vector, const std::vector<Finding>& findings);

}  // namespace sekisho::stix::vectors
