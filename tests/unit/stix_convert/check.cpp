#include "check.h"

#include <charconv>
#include <set>

#include "stix/validate/validate.h"
#include "tests/support/doctest.h"

namespace sekisho::tests {

namespace {
constexpr std::string_view kNode = "identity--5a0c3a3e-62a6-4a5c-9d0e-0c8b0d5a8f11";
}

stix::convert::Context node_context() {
  stix::convert::Context context;
  context.id_namespace = stix::convert::organisation_namespace(kNode);
  context.identity_id = std::string(kNode);
  return context;
}

stix::convert::Outcome converted(std::string_view format, std::string_view bytes,
                                 std::string_view mapping) {
  auto outcome = stix::convert::convert_all(format, bytes, mapping, node_context());
  REQUIRE_MESSAGE(outcome.ok(), outcome.error().to_string());
  return std::move(outcome).value();
}

stix::convert::Converted one(std::string_view format, std::string_view bytes,
                             std::string_view mapping) {
  const stix::convert::Outcome outcome = converted(format, bytes, mapping);
  for (const auto& refused : outcome.refused)
    FAIL(refused.document << ": " << refused.error.to_string());
  REQUIRE(outcome.documents.size() == 1);
  return outcome.documents.front();
}

Error refusal(std::string_view format, std::string_view bytes) {
  const auto outcome = converted(format, bytes);
  REQUIRE(outcome.documents.empty());
  REQUIRE(outcome.refused.size() == 1);
  return outcome.refused.front().error;
}

std::vector<stix::ObjectPtr> checked(const stix::convert::Converted& document) {
  std::vector<stix::ObjectPtr> out;
  std::set<std::string> before{std::string(kNode)};
  for (const std::string& bytes : document.objects) {
    auto object = stix::Object::parse(bytes);
    REQUIRE_MESSAGE(object.ok(), object.error().to_string() << " in " << bytes);
    for (const stix::Finding& finding : stix::validate(**object)) {
      CHECK_MESSAGE(finding.severity != stix::Severity::kError,
                    document.document_id << " " << finding.pointer << ": " << finding.message
                                         << " in " << bytes);
    }
    for (const stix::Reference& reference : stix::references(**object)) {
      if (before.count(reference.id) > 0) continue;
      FAIL_CHECK(document.document_id << ": " << reference.id << " is referred to before it comes");
    }
    const bool fresh = before.insert(std::string((*object)->id())).second;
    CHECK_MESSAGE(fresh, bytes);
    out.push_back(*object);
  }
  return out;
}

std::vector<stix::ObjectPtr> of_type(const std::vector<stix::ObjectPtr>& objects,
                                     std::string_view type) {
  std::vector<stix::ObjectPtr> out;
  for (const auto& object : objects) {
    if (object->type() == type) out.push_back(object);
  }
  return out;
}

std::string text_at(const stix::ObjectPtr& object, std::string_view path) {
  json::Value value = object->root();
  while (!path.empty()) {
    const std::string_view step = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(step.size() + 1, path.size()));
    std::size_t index = 0;
    if (value.is_array()) {
      std::from_chars(step.data(), step.data() + step.size(), index);
      value = value.at(index);
    } else {
      value = value[step];
    }
  }
  return std::string(value.string_or(value.exists() ? value.raw() : "(missing)"));
}

bool loses(const stix::convert::Converted& document, std::string_view part) {
  for (const auto& loss : document.losses) {
    if (loss.what.find(part) != std::string::npos) return true;
  }
  return false;
}

std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, std::string(from));
  return text.replace(at, from.size(), to);
}

}  // namespace sekisho::tests
