#include <algorithm>
#include <string>

#include "stix/pattern/atoms.h"
#include "stix/pattern/findings.h"
#include "stix/pattern/networks.h"
#include "stix/pattern/observables.h"
#include "stix/pattern/print.h"

namespace sekisho::stix::pattern {
namespace {

constexpr std::size_t kShownConstantBytes = 60;

std::string shown(const std::string& name) {
  std::string out;
  for (const char c : name.substr(0, kShownConstantBytes)) out += static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E ? '?' : c;
  return out;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// Hexadecimal digits of a hash, 0 for algorithms whose form is not judged. Hyphens and case do not count.
std::size_t hash_digits(std::string_view algorithm) {
  std::string name;
  for (const char c : algorithm.substr(0, 16)) {
    if (c != '-') name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  struct Row {
    std::string_view name;
    std::size_t digits;
  };
  static constexpr Row kRows[] = {{"MD5", 32}, {"SHA1", 40}, {"SHA224", 56}, {"SHA256", 64}, {"SHA384", 96}, {"SHA512", 128},
                                  {"SHA3224", 56}, {"SHA3256", 64}, {"SHA3384", 96}, {"SHA3512", 128}, {"RIPEMD160", 40}};
  for (const Row& row : kRows) {
    if (row.name == name) return row.digits;
  }
  return 0;
}

/// §2.7: the value has the form of its algorithm.
void check_hashes(const Comparison& comparison, Findings& findings) {
  const auto& steps = comparison.path.steps;
  if (steps.size() < 2) return;
  const PathStep& name = steps.back();
  const PathStep& holder = steps[steps.size() - 2];
  const bool hashes = holder.kind == PathStep::Kind::kKey && (holder.key == "hashes" || holder.key == "file_header_hashes");
  const bool equal = comparison.op == Operator::kEqual || comparison.op == Operator::kNotEqual || comparison.op == Operator::kIn;
  if (!hashes || !equal || name.kind != PathStep::Kind::kKey) return;
  const std::size_t digits = hash_digits(name.key);
  if (digits == 0) return;
  for (const Constant& each : comparison.constants) {
    const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
    const bool good = each.text.size() == digits && std::all_of(each.text.begin(), each.text.end(), is_hex);
    if (each.kind != Constant::Kind::kString || good) continue;
    findings.error("S-2.7-1", each.offset, "a hash of " + shown(name.key) + " has " + std::to_string(digits) + " hexadecimal digits");
  }
}

/// §9.6.1: ISSUBSET and ISSUPERSET speak of the values of ipv4-addr and ipv6-addr.
void check_network(const Comparison& comparison, Findings& findings) {
  const char* const name = operator_text(comparison.op);
  for (const Constant& each : comparison.constants) {
    if (read_network(each.text)) continue;
    findings.error("S-9.6-7", each.offset, std::string(name) + " takes an IPv4 or IPv6 address or CIDR block, as in '198.51.100.0/24'");
  }
  const auto& path = comparison.path;
  const bool value = path.steps.back().kind == PathStep::Kind::kKey && path.steps.back().key == "value";
  const bool direct = path.steps.size() == 1 && (path.type == "ipv4-addr" || path.type == "ipv6-addr");
  if (value && (direct || path.steps.size() > 1)) return;
  findings.warn("S-9.6-7", comparison.op_offset, std::string(name) + " is meant for the value of ipv4-addr and ipv6-addr objects");
}

void check_times(const Comparison& comparison, Findings& findings) {
  for (const Constant& each : comparison.constants) {
    if (each.kind == Constant::Kind::kTimestamp && !parse_stix_time(each.text).ok()) {
      findings.warn("S-9.2-1", each.offset, "the month has no such day; it is read as a day of the next month");
    }
  }
}

/// §9.2: what constants a property's values can be compared with.
bool comparable(ValueKind property, Constant::Kind constant) {
  switch (constant) {
    case Constant::Kind::kString: return property == ValueKind::kText || property == ValueKind::kTexts || property == ValueKind::kBytes;
    case Constant::Kind::kBinary:
    case Constant::Kind::kHex: return property == ValueKind::kText || property == ValueKind::kTexts || property == ValueKind::kBytes;
    case Constant::Kind::kInteger:
    case Constant::Kind::kReal: return property == ValueKind::kNumber;
    case Constant::Kind::kBoolean: return property == ValueKind::kBoolean;
    case Constant::Kind::kTimestamp: return property == ValueKind::kTime;
  }
  return true;
}

const char* noun(ValueKind kind) {
  switch (kind) {
    case ValueKind::kText:
    case ValueKind::kTexts: return "text";
    case ValueKind::kNumber: return "a number";
    case ValueKind::kBoolean: return "true or false";
    case ValueKind::kTime: return "a timestamp, t'...'";
    case ValueKind::kBytes: return "binary";
    case ValueKind::kNested: return "an object or list";
  }
  return "";
}

void check_kinds(const Comparison& comparison, const ObservableProperty& property, Findings& findings) {
  const auto& steps = comparison.path.steps;
  const bool element = steps.size() == 2 && steps[1].kind != PathStep::Kind::kKey;
  const bool whole = steps.size() == 1 || (element && property.kind == ValueKind::kTexts);
  if (!whole || property.kind == ValueKind::kNested || comparison.op == Operator::kExists) return;
  const bool list = property.kind == ValueKind::kTexts && !element;
  const auto differs = [&](const Constant& each) { return !comparable(property.kind, each.kind); };
  const auto found = std::find_if(comparison.constants.begin(), comparison.constants.end(), differs);
  if (found != comparison.constants.end()) {
    findings.warn("S-9.2-2", found->offset, shown(std::string(property.name)) + " is " + noun(property.kind) +
                                                "; a constant of another type is never equal to it");
  } else if (list && !ends_with(property.name, "_refs")) {
    findings.warn("S-9.7-1", comparison.path.offset, shown(std::string(property.name)) + " is a list; write [*] after it for any element");
  }
}

void check_path(const Comparison& comparison, Findings& findings) {
  const ObjectPath& path = comparison.path;
  const auto properties = properties_of(path.type);
  const bool custom = path.type.substr(0, 2) == "x-";
  if (properties.empty()) {
    if (!custom) findings.warn("S-9.7-1", path.offset, "STIX 2.1 has no observable type `" + shown(path.type) + "`; if it is not custom, correct it");
    return;
  }
  const std::string& name = path.steps.front().key;
  const auto row = std::find_if(properties.begin(), properties.end(), [&](const auto& each) { return each.name == name; });
  const ObservableProperty* const property = row != properties.end() ? &*row : common_property(name);
  if (property != nullptr) return check_kinds(comparison, *property, findings);
  if (name.substr(0, 2) == "x_") return;
  findings.warn("S-9.7-1", path.offset, "`" + shown(path.type) + "` has no property `" + shown(name) + "` in STIX 2.1; if it is not custom, correct it");
}

}  // namespace

void check_comparison(const Comparison& comparison, Findings& findings) {
  check_path(comparison, findings);
  if (comparison.op == Operator::kIn && !comparison.constants.empty()) {
    const char first = kind_of(comparison.constants.front());
    const auto other = std::find_if(comparison.constants.begin(), comparison.constants.end(),
                                    [&](const Constant& each) { return kind_of(each) != first; });
    if (other != comparison.constants.end()) findings.error("S-9.6-4", other->offset, "the constants of a set are all of one type");
  }
  if (comparison.op == Operator::kIsSubset || comparison.op == Operator::kIsSuperset) check_network(comparison, findings);
  check_hashes(comparison, findings);
  check_times(comparison, findings);
}

}  // namespace sekisho::stix::pattern
