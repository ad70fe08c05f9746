#include "kit.h"

#include <cstdio>
#include <stdexcept>

#include "stix/pattern/parse.h"

namespace sekisho::tests {

using namespace stix::match;

Observations::Observations(const std::string& json) {
  auto document = json::Document::parse(json);
  if (!document.ok()) throw std::runtime_error(document.error().to_string());
  document_ = std::move(document).value();
  read(document_->root());
}

Observations::Observations(const json::Value& array) { read(array); }

void Observations::read(const json::Value& array) {
  std::vector<json::Value> objects;
  for (const auto entry : array) {
    if (entry.value["type"].string_or({}) == "bundle") {
      for (const auto inner : entry.value["objects"]) objects.push_back(inner.value);
    } else {
      objects.push_back(entry.value);
    }
  }
  auto set = ObservationSet::build(objects);
  if (!set.ok()) throw std::runtime_error(set.error().to_string());
  set_ = std::make_unique<const ObservationSet>(std::move(set).value());
}

namespace {

std::string time_text(double seconds) {
  return format_stix_time(Timestamp{1577836800, 0}.plus_micros(static_cast<std::int64_t>(seconds * 1e6)), 6);
}

}  // namespace

std::string observed(const std::string& id, const std::string& objects, double first, double last, int count) {
  return "{\"type\":\"observed-data\",\"id\":\"" + id + "\",\"first_observed\":\"" + time_text(first) +
         "\",\"last_observed\":\"" + time_text(last) + "\",\"number_observed\":" + std::to_string(count) +
         ",\"objects\":{" + objects + "}}";
}

std::string seen(const std::string& id, const std::string& value, double time, int count) {
  return observed(id, "\"0\":{\"type\":\"x-t\",\"v\":" + value + "}", time, time, count);
}

std::string array(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) out += (out.size() > 1 ? "," : "") + item;
  return out + "]";
}

Result<Matcher> compiled(const std::string& pattern) {
  auto tree = stix::pattern::parse(pattern, stix::pattern::Language::kEither);
  if (!tree.ok()) return tree.error();
  return Matcher::compile(tree.value());
}

std::string verdict(const std::string& pattern, const Observations& observations, const MatchLimits& limits) {
  const auto matcher = compiled(pattern);
  if (!matcher.ok()) return std::string(info(matcher.error().code).text);
  const auto result = matcher.value().matches(observations.set(), limits);
  if (!result.ok()) return std::string(info(result.error().code).text);
  return result.value().matched ? "yes" : "no";
}

std::string ids(const std::string& pattern, const Observations& observations) {
  const auto matcher = compiled(pattern);
  if (!matcher.ok()) return matcher.error().to_string();
  const auto result = matcher.value().matches(observations.set());
  if (!result.ok()) return result.error().to_string();
  std::string out;
  for (const std::string& id : result.value().ids) out += (out.empty() ? "" : " ") + id;
  return out;
}

std::string about(const std::string& pattern, const std::string& object) {
  return verdict(pattern, Observations(array({observed("o", "\"0\":" + object, 0, 0)})));
}

}  // namespace sekisho::tests
