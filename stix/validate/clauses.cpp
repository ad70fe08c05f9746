#include "stix/validate/clauses.h"

namespace sekisho::stix {
namespace {

using enum Severity;
constexpr ClauseInfo kClauses[] = {
#define SEKISHO_CLAUSE(name, id, severity, section, text) {id, severity, section, text},
#include "stix/validate/clauses.def"
#undef SEKISHO_CLAUSE
};

}  // namespace

const ClauseInfo& info(Clause clause) {
  return kClauses[static_cast<std::size_t>(clause)];
}

std::span<const ClauseInfo> clauses() {
  return kClauses;
}

std::optional<Clause> clause_of(std::string_view id) {
  for (std::size_t i = 0; i < std::size(kClauses); ++i) {
    if (kClauses[i].id == id) return static_cast<Clause>(i);
  }
  return std::nullopt;
}

Clause clause_of(const Error& error) {
  switch (error.code) {
    case Code::kJsonDuplicateKey:
    case Code::kJsonNumber:
      return Clause::kIJson;
    case Code::kJsonEncoding:  // bytes that are not UTF-8 break RFC 8259 already, half a pair does not
      return error.detail.find("surrogate") != std::string::npos ? Clause::kIJson : Clause::kJson;
    case Code::kLimitExceeded:
      return Clause::kLimit;
    default:
      return Clause::kJson;
  }
}

}  // namespace sekisho::stix
