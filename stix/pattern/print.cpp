#include "stix/pattern/print.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/digest.h"
#include "stix/pattern/constants.h"
#include "stix/pattern/lexer.h"

namespace sekisho::stix::pattern {
namespace {

void put(std::string& out, const ObjectPath& path);
void put(std::string& out, const Constant& constant);
void put(std::string& out, const Test& test);
void put(std::string& out, const Observation& observation);

void put_quoted(std::string& out, std::string_view text) {
  out += '\'';
  std::size_t from = 0;  // of what is not written yet
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\'' && text[i] != '\\') continue;
    out += text.substr(from, i - from);
    out += '\\';
    from = i;
  }
  out += text.substr(from);
  out += '\'';
}

bool plain_name(std::string_view key) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto inner = [letter](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !key.empty() && letter(key[0]) && std::all_of(key.begin(), key.end(), inner) && keyword(key) == TokenKind::kName;
}

void put(std::string& out, const ObjectPath& path) {
  out += path.type;
  char before = ':';
  for (const PathStep& step : path.steps) {
    if (step.kind == PathStep::Kind::kKey) {
      out += before;
      if (plain_name(step.key)) out += step.key;
      else put_quoted(out, step.key);
    } else {
      out += step.kind == PathStep::Kind::kAnyIndex ? "[*]" : "[" + std::to_string(step.index) + "]";
    }
    before = '.';
  }
}

void put(std::string& out, const Constant& constant) {
  switch (constant.kind) {
    case Constant::Kind::kString: put_quoted(out, constant.text); break;
    case Constant::Kind::kInteger: out += std::to_string(constant.integer); break;
    case Constant::Kind::kReal: out += real_text(constant.real); break;
    case Constant::Kind::kBoolean: out += constant.boolean ? "true" : "false"; break;
    case Constant::Kind::kTimestamp: out += "t'" + constant.text + "'"; break;
    case Constant::Kind::kBinary: out += "b'" + base64(constant.text) + "'"; break;
    case Constant::Kind::kHex: {
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(constant.text.data());
      out += "h'" + hex(std::span(bytes, constant.text.size())) + "'";
      break;
    }
  }
}

void put(std::string& out, const Comparison& comparison) {
  if (comparison.op == Operator::kExists) {
    out += comparison.negated ? "NOT EXISTS " : "EXISTS ";
    return put(out, comparison.path);
  }
  put(out, comparison.path);
  out += comparison.negated ? " NOT " : " ";
  out += operator_text(comparison.op);
  out += ' ';
  if (comparison.op != Operator::kIn) {
    for (const Constant& constant : comparison.constants) put(out, constant);
    return;
  }
  out += '(';
  for (const Constant& constant : comparison.constants) {
    if (&constant != &comparison.constants.front()) out += ", ";
    put(out, constant);
  }
  out += ')';
}

void put(std::string& out, const Test& test) {
  if (test.kind == Test::Kind::kComparison) return put(out, test.comparison);
  const char* const word = test.kind == Test::Kind::kAnd ? " AND " : " OR ";
  for (const Test& operand : test.operands) {
    if (&operand != &test.operands.front()) out += word;
    // AND within OR needs no parentheses; a chain within a chain of its own kind keeps them.
    const bool group = operand.kind == Test::Kind::kOr || (operand.kind == Test::Kind::kAnd && test.kind == Test::Kind::kAnd);
    if (group) out += '(';
    put(out, operand);
    if (group) out += ')';
  }
}

void put_seconds(std::string& out, double seconds) {
  const bool whole = std::floor(seconds) == seconds && seconds < kExactIntegers;
  out += whole ? std::to_string(static_cast<std::int64_t>(seconds)) : real_text(seconds);
}

void put(std::string& out, const Qualifier& qualifier) {
  switch (qualifier.kind) {
    case Qualifier::Kind::kRepeats: out += "REPEATS " + std::to_string(qualifier.times) + " TIMES"; break;
    case Qualifier::Kind::kWithin:
      out += "WITHIN ";
      put_seconds(out, qualifier.seconds);
      out += " SECONDS";
      break;
    case Qualifier::Kind::kStartStop: out += "START t'" + qualifier.start_text + "' STOP t'" + qualifier.stop_text + "'"; break;
  }
}

/// How closely the operator binds; FOLLOWEDBY least.
int closeness(Observation::Kind kind) {
  switch (kind) {
    case Observation::Kind::kFollowedBy: return 0;
    case Observation::Kind::kOr: return 1;
    case Observation::Kind::kAnd: return 2;
    case Observation::Kind::kTest: return 3;
  }
  return 3;
}

const char* joining(Observation::Kind kind) {
  if (kind == Observation::Kind::kFollowedBy) return " FOLLOWEDBY ";
  return kind == Observation::Kind::kAnd ? " AND " : " OR ";
}

void put_operands(std::string& out, const Observation& observation) {
  for (const Observation& operand : observation.operands) {
    if (&operand != &observation.operands.front()) out += joining(observation.kind);
    const bool group = operand.qualifiers.empty() && closeness(operand.kind) <= closeness(observation.kind);
    if (group) out += '(';
    put(out, operand);
    if (group) out += ')';
  }
}

void put(std::string& out, const Observation& observation) {
  const bool compound = observation.kind != Observation::Kind::kTest;
  const auto closes = [&](const Qualifier& each) {
    return each.after_group || (compound && &each == &observation.qualifiers.front());
  };
  out.append(static_cast<std::size_t>(std::count_if(observation.qualifiers.begin(), observation.qualifiers.end(), closes)), '(');
  if (compound) {
    put_operands(out, observation);
  } else {
    out += '[';
    put(out, observation.test);
    out += ']';
  }
  for (const Qualifier& each : observation.qualifiers) {
    out += closes(each) ? ") " : " ";
    put(out, each);
  }
}

template <typename Node>
std::string text_of(const Node& node) {
  std::string out;
  put(out, node);
  return out;
}

}  // namespace

const char* operator_text(Operator op) {
  switch (op) {
    case Operator::kEqual: return "=";
    case Operator::kNotEqual: return "!=";
    case Operator::kLess: return "<";
    case Operator::kLessEqual: return "<=";
    case Operator::kGreater: return ">";
    case Operator::kGreaterEqual: return ">=";
    case Operator::kIn: return "IN";
    case Operator::kLike: return "LIKE";
    case Operator::kMatches: return "MATCHES";
    case Operator::kIsSubset: return "ISSUBSET";
    case Operator::kIsSuperset: return "ISSUPERSET";
    case Operator::kExists: return "EXISTS";
  }
  return "";
}

std::string print(const Pattern& pattern) { return text_of(pattern.root); }
std::string print(const Observation& observation) { return text_of(observation); }
std::string print(const Test& test) { return text_of(test); }
std::string print(const Comparison& comparison) { return text_of(comparison); }
std::string print(const ObjectPath& path) { return text_of(path); }
std::string print(const Constant& constant) { return text_of(constant); }
std::string print(const Qualifier& qualifier) { return text_of(qualifier); }

std::string quoted(const std::string& text) {
  std::string out;
  put_quoted(out, text);
  return out;
}

}  // namespace sekisho::stix::pattern
