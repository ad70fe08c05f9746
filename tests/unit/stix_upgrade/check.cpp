#include "check.h"

#include <charconv>

#include "stix/validate/validate.h"
#include "tests/support/doctest.h"

namespace sekisho::tests {

bool Made::loses(std::string_view where, std::string_view part) const {
  for (const auto& loss : losses) {
    if (loss.where == where && loss.what.find(part) != std::string::npos) return true;
  }
  return false;
}

stix::ObjectPtr Made::of(std::string_view type) const {
  for (const auto& object : objects) {
    if (object->type() == type) return object;
  }
  FAIL("no object of type " << std::string(type));
  return nullptr;
}

Made made(std::string_view json) {
  const auto document = json::Document::parse(std::string(json));
  REQUIRE_MESSAGE(document.ok(), document.error().to_string());
  const auto upgraded = stix::upgrade::upgrade((*document)->root());
  REQUIRE_MESSAGE(upgraded.ok(), upgraded.error().to_string());
  Made out;
  out.losses = upgraded->losses;
  out.texts = upgraded->objects;
  for (const std::string& text : upgraded->objects) {
    auto object = stix::Object::parse(text);
    REQUIRE_MESSAGE(object.ok(), object.error().to_string() << " in " << text);
    CHECK_MESSAGE(errors_of(**object).empty(), errors_of(**object) << " in " << text);
    out.objects.push_back(*object);
  }
  return out;
}

Error refusal(std::string_view json, const stix::upgrade::Limits& limits) {
  const auto document = json::Document::parse(std::string(json));
  REQUIRE(document.ok());
  const auto upgraded = stix::upgrade::upgrade((*document)->root(), limits);
  REQUIRE_FALSE(upgraded.ok());
  return upgraded.error();
}

stix::upgrade::UpgradedBundle bundle_of(std::string_view json) {
  const auto document = json::Document::parse(std::string(json));
  REQUIRE_MESSAGE(document.ok(), document.error().to_string());
  auto upgraded = stix::upgrade::upgrade_bundle((*document)->root());
  REQUIRE_MESSAGE(upgraded.ok(), upgraded.error().to_string());
  return std::move(upgraded).value();
}

std::string object_20(std::string_view type, std::string_view members) {
  std::string out = R"({"type":")" + std::string(type) + R"(","id":")" + std::string(type) +
                    R"(--0a4a5b1e-9a4a-4f5c-8d4b-2f6f0c7f3a11",)"
                    R"("created":"2017-03-01T10:00:00.000Z","modified":"2017-03-02T10:00:00.123Z")";
  if (!members.empty()) out += "," + std::string(members);
  return out + "}";
}

std::string observed_20(std::string_view objects, std::string_view members) {
  std::string all =
      R"("first_observed":"2017-03-01T09:00:00Z","last_observed":"2017-03-01T09:30:00Z",)"
      R"("number_observed":3,"objects":)" +
      std::string(objects);
  if (!members.empty()) all += "," + std::string(members);
  return object_20("observed-data", all);
}

std::string errors_of(const stix::Object& object) {
  std::string out;
  for (const auto& finding : stix::validate(object)) {
    if (finding.severity != stix::Severity::kError) continue;
    out += std::string(stix::info(finding.clause).id) + " " + finding.pointer + " " + finding.message + "\n";
  }
  return out;
}

std::string at(const json::Value& value, std::string_view path) {
  json::Value here = value;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (here.is_array()) {
      std::size_t index = 0;
      std::from_chars(part.data(), part.data() + part.size(), index);
      here = here.at(index);
    } else {
      here = here[part];
    }
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  if (!here.exists()) return "";
  if (const auto text = here.string()) return std::string(*text);
  return "[" + std::string(here.raw()) + "]";
}

}  // namespace sekisho::tests
