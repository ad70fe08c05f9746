// What holds for every object: bytes are kept, the hash ignores spelling, references are all found.
#include "core/uuid.h"
#include "stix_cases.h"
#include "tests/support/property.h"

using namespace sekisho;
using namespace sekisho::stix;

namespace {

constexpr std::string_view kHead[] = {R"("type":"report")",
                                      R"("id":"report--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3")"};

std::string space() {
  return *rc::gen::element<std::string>("", " ", "\n", "\t ", "\r\n");
}

/// The same number in one of its spellings.
std::string spelled(int number) {
  const std::string plain = std::to_string(number);
  return *rc::gen::element(plain, plain + ".0", plain + "e0", plain + ".000E+0");
}

std::string joined(std::vector<std::string> members) {
  std::string text = space() + "{";
  for (std::size_t i = 0; i < members.size(); ++i) {
    text += space() + members[i] + space();
    if (i + 1 < members.size()) text += ",";
  }
  return text + "}" + space();
}

template <typename T>
std::vector<T> shuffled(std::vector<T> values) {
  for (std::size_t i = values.size(); i > 1; --i) {
    std::swap(values[i - 1], values[*rc::gen::inRange<std::size_t>(0, i)]);
  }
  return values;
}

std::vector<std::string> members_of(const std::vector<int>& numbers) {
  std::vector<std::string> members(std::begin(kHead), std::end(kHead));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    members.push_back("\"n" + std::to_string(i) + "\":" + space() + "[" + spelled(numbers[i]) +
                      "]");
  }
  return members;
}

std::string new_id() {
  std::array<std::uint8_t, 16> bytes{};
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(*rc::gen::inRange(0, 256));
  return "tool--" + Uuid::shaped_v4(bytes).to_string();
}

/// JSON of bounded depth with references in places chosen at random; `ids` collects them in order.
std::string tree(int depth, std::vector<std::string>& ids) {
  std::string text = "{";
  const int members = *rc::gen::inRange(0, 4);
  for (int i = 0; i < members; ++i) {
    if (i > 0) text += ",";
    const std::string name = "m" + std::to_string(i);
    switch (*rc::gen::inRange(0, depth > 0 ? 5 : 3)) {
      case 0:
        ids.push_back(new_id());
        text += "\"" + name + "_ref\":\"" + ids.back() + "\"";
        break;
      case 1: {
        ids.push_back(new_id());
        const std::string first = ids.back();
        ids.push_back(new_id());
        text += "\"" + name + "_refs\":[\"" + first + "\",\"" + ids.back() + "\"]";
        break;
      }
      case 2:
        text += "\"" + name + "_text\":\"see " + new_id() + "\",";
        ids.push_back(new_id());
        text += "\"" + name + "\":\"" + ids.back() + "\"";
        break;
      case 3:
        text += "\"" + name + "\":" + tree(depth - 1, ids);
        break;
      default:
        text += "\"" + name + "\":[1," + tree(depth - 1, ids) + "]";
        break;
    }
  }
  return text + "}";
}

}  // namespace

TEST_SUITE("property") {
  TEST_CASE("stix/object: parse keeps bytes; the hash ignores order, space and spelling") {
    PROPERTY("spelling", [](const std::vector<int>& numbers) {
      const std::string one = joined(members_of(numbers));
      const std::string two = joined(shuffled(members_of(numbers)));
      const auto first = Object::parse(one);
      const auto second = Object::parse(two);
      RC_ASSERT(first.ok() && second.ok());
      RC_ASSERT((*first)->bytes() == one);
      RC_ASSERT((*second)->bytes() == two);
      RC_ASSERT((*first)->content_hash() == (*second)->content_hash());
      RC_ASSERT((*first)->canonical() == (*second)->canonical());
    });
  }

  TEST_CASE("stix/object: another value is another hash") {
    PROPERTY("difference", [](std::vector<int> numbers, int one, int other) {
      RC_PRE(one != other);
      numbers.push_back(one);
      const auto first = Object::parse(joined(members_of(numbers)));
      numbers.back() = other;
      const auto second = Object::parse(joined(members_of(numbers)));
      RC_ASSERT((*first)->content_hash() != (*second)->content_hash());
    });
  }

  TEST_CASE("stix/object: the canonical form parses to the same object") {
    PROPERTY("fixed point", [](const std::vector<int>& numbers) {
      const auto first = Object::parse(joined(members_of(numbers)));
      RC_ASSERT(first.ok());
      const auto again = Object::parse((*first)->canonical());
      RC_ASSERT(again.ok());
      RC_ASSERT((*again)->bytes() == (*first)->canonical());
      RC_ASSERT((*again)->content_hash() == (*first)->content_hash());
    });
  }

  TEST_CASE("stix/references: every string that is an id is found, nothing else") {
    PROPERTY("references", [] {
      std::vector<std::string> ids;
      const std::string text = "{" + std::string(kHead[0]) + "," + std::string(kHead[1]) +
                               ",\"deep\":" + tree(4, ids) + "}";
      const auto object = Object::parse(text);
      RC_ASSERT(object.ok());
      std::vector<std::string> found;
      for (const Reference& reference : references(**object)) found.push_back(reference.id);
      RC_ASSERT(found == ids);
    });
  }

  TEST_CASE("stix/validate: a mutated good object never crashes and answers twice alike") {
    PROPERTY("mutation", [] {
      const auto lines = cases::vector_lines("valid.jsonl");
      std::string text = *rc::gen::elementOf(lines);
      const int changes = *rc::gen::inRange(1, 4);
      for (int i = 0; i < changes; ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        text[at] = *rc::gen::element('0', 'a', '"', '[', ']', '{', '}', ',', '.', '-', '_');
      }
      const auto object = Object::parse(text);
      if (!object.ok()) return;
      RC_ASSERT(cases::listing(validate(**object)) == cases::listing(validate(**object)));
      RC_ASSERT((*object)->bytes() == text);
    });
  }
}
