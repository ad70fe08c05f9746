// Our strict reader against nlohmann/json on generated and on damaged documents.
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "tests/support/doctest.h"
#include "tests/support/property.h"

namespace sekisho::json {
namespace {

/// Grows a document from drawn bytes, so that shrinking the bytes shrinks the document.
class Grower {
 public:
  explicit Grower(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

  nlohmann::json value(int depth = 0) {
    switch (next() % (depth < 6 ? 9 : 6)) {
      case 0:
        return nullptr;
      case 1:
        return next() % 2 == 0;
      case 2:
        return static_cast<std::int64_t>(wide() % 9007199254740992u) * (next() % 2 == 0 ? 1 : -1);
      case 3:
        return static_cast<double>(static_cast<std::int64_t>(wide())) / (1 + next());
      case 4:
        return std::ldexp(1.0 + next() / 256.0, static_cast<int>(wide() % 2000) - 1000);
      case 5:
        return string();
      case 6:
      case 7: {
        nlohmann::json object = nlohmann::json::object();
        for (int left = next() % 40; left > 0 && !done(); --left)
          object[string()] = value(depth + 1);
        return object;
      }
      default: {
        nlohmann::json array = nlohmann::json::array();
        for (int left = next() % 12; left > 0 && !done(); --left) array.push_back(value(depth + 1));
        return array;
      }
    }
  }

 private:
  bool done() const { return at_ >= bytes_.size(); }
  std::uint8_t next() { return done() ? std::uint8_t{0} : bytes_[at_++]; }
  std::uint64_t wide() {
    std::uint64_t all = 0;
    for (int i = 0; i < 8; ++i) all = all << 8 | next();
    return all;
  }
  std::string string() {
    static const std::vector<std::string> kPieces = {
        "a",  "b",    "type", "id",           "\"",           "\\",           "/",
        "\n", "\x01", "\x7F", "\xC3\xA9",     "\xE9\x96\xA2", "\xEF\xBF\xBF", "\xF0\x9F\x98\x82",
        "~",  "name", " ",    "\xE2\x80\xA8", "\xEE\x80\x80", "0123456789",   "\xF4\x8F\xBF\xBF"};
    std::string text;
    for (int left = next() % 12; left > 0; --left) text += kPieces[next() % kPieces.size()];
    return text;
  }

  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

rc::Gen<std::vector<std::uint8_t>> seeds() {
  return rc::gen::scale(8.0, rc::gen::arbitrary<std::vector<std::uint8_t>>());
}

void same(const Value& ours, const nlohmann::json& theirs) {
  switch (theirs.type()) {
    case nlohmann::json::value_t::object:
      RC_ASSERT(ours.is_object());
      RC_ASSERT(ours.size() == theirs.size());
      for (const auto& [key, value] : theirs.items()) same(ours[key], value);
      break;
    case nlohmann::json::value_t::array:
      RC_ASSERT(ours.is_array());
      RC_ASSERT(ours.size() == theirs.size());
      for (std::size_t i = 0; i < theirs.size(); ++i) same(ours.at(i), theirs[i]);
      break;
    case nlohmann::json::value_t::string:
      RC_ASSERT(ours.string() == theirs.get_ref<const std::string&>());
      break;
    case nlohmann::json::value_t::boolean:
      RC_ASSERT(ours.boolean() == theirs.get<bool>());
      break;
    case nlohmann::json::value_t::null:
      RC_ASSERT(ours.exists());
      RC_ASSERT(ours.kind() == Kind::kNull);
      break;
    case nlohmann::json::value_t::number_float:
      RC_ASSERT(ours.number() == theirs.get<double>());
      break;
    default:
      RC_ASSERT(ours.integer() == theirs.get<std::int64_t>());
      break;
  }
}

void write(const Value& value, Writer& writer) {
  switch (value.kind()) {
    case Kind::kNull:
      writer.null();
      break;
    case Kind::kBoolean:
      writer.boolean(*value.boolean());
      break;
    case Kind::kInteger:
      writer.integer(*value.integer());
      break;
    case Kind::kReal:
      writer.real(*value.number());
      break;
    case Kind::kString:
      writer.string(*value.string());
      break;
    case Kind::kArray:
      writer.begin_array();
      for (const auto& [key, element] : value) write(element, writer);
      writer.end_array();
      break;
    case Kind::kObject:
      writer.begin_object();
      for (const auto& [key, member] : value) {
        writer.key(key);
        write(member, writer);
      }
      writer.end_object();
      break;
  }
}

void check_places(const Value& value) {
  const auto position = value.position();
  RC_ASSERT(value.raw().front() != ' ');
  RC_ASSERT(position.line >= 1u);
  RC_ASSERT(check(value.raw()).ok());
  const nlohmann::json::json_pointer pointer(value.pointer());
  RC_ASSERT(pointer.to_string() == value.pointer());
  for (const auto& [key, each] : value) check_places(each);
}

TEST_SUITE("property") {
  TEST_CASE("core/json: reads what another writer wrote") {
    PROPERTY("same values", [] {
      const nlohmann::json theirs = Grower(*seeds()).value();
      const std::string text =
          theirs.dump(*rc::gen::element(-1, 0, 3), ' ', *rc::gen::arbitrary<bool>());
      const auto ours = Document::parse(text);
      if (!ours.ok()) RC_FAIL(ours.error().to_string() + " in " + text);
      same((*ours)->root(), theirs);
      RC_ASSERT((*ours)->root().raw() == text);
    });
  }

  TEST_CASE("core/json: write, then parse, is the identity") {
    PROPERTY("identity", [] {
      const nlohmann::json theirs = Grower(*seeds()).value();
      const auto first = Document::parse(theirs.dump());
      RC_ASSERT(first.ok());
      Writer writer(*rc::gen::arbitrary<bool>());
      write((*first)->root(), writer);
      const auto second = Document::parse(writer.take());
      RC_ASSERT(second.ok());
      same((*second)->root(), theirs);
      RC_ASSERT(canonical((*first)->root()) == canonical((*second)->root()));
    });
  }

  TEST_CASE("core/json: the canonical form is stable") {
    PROPERTY("stable", [] {
      const nlohmann::json theirs = Grower(*seeds()).value();
      const auto document = Document::parse(theirs.dump(1));
      RC_ASSERT(document.ok());
      const std::string once = canonical((*document)->root());
      RC_ASSERT(nlohmann::json::parse(once) == theirs);
      const auto again = Document::parse(once);
      if (!again.ok()) {  // a real like 1e20, spelt as an integer
        RC_ASSERT(again.error().code == Code::kJsonNumber);
        return;
      }
      RC_ASSERT(canonical((*again)->root()) == once);
    });
  }

  TEST_CASE("core/json: every place has a pointer and is JSON by itself") {
    PROPERTY("places", [] {
      const auto document = Document::parse(Grower(*seeds()).value().dump(2));
      RC_ASSERT(document.ok());
      check_places((*document)->root());
    });
  }

  TEST_CASE("core/json: accepts no damaged text that another reader refuses") {
    PROPERTY("subset", [] {
      std::string text = Grower(*seeds()).value().dump();
      for (int damage = *rc::gen::inRange(1, 4); damage > 0 && !text.empty(); --damage) {
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        const char byte =
            *rc::gen::oneOf(rc::gen::elementOf(std::string("{}[]\",:\\u0123456789eE+-. \ntfn")),
                            rc::gen::arbitrary<char>());
        switch (*rc::gen::inRange(0, 3)) {
          case 0:
            text[at] = byte;
            break;
          case 1:
            text.insert(at, 1, byte);
            break;
          default:
            text.erase(at, 1);
            break;
        }
      }
      const auto ours = Document::parse(text);
      if (!ours.ok()) {
        RC_ASSERT(ours.error().detail.rfind("line ", 0) == 0u);
        return;
      }
      const nlohmann::json theirs = nlohmann::json::parse(text, nullptr, false);
      RC_ASSERT(!theirs.is_discarded());
      same((*ours)->root(), theirs);
    });
  }
}

}  // namespace
}  // namespace sekisho::json
