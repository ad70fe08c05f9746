#include "stix/names.h"

#include <algorithm>

#include "core/ascii.h"

namespace sekisho::stix {
namespace {

using ascii::is_digit;
using ascii::is_lower;

template <typename Test>
bool all(std::string_view text, Test test) {
  return std::all_of(text.begin(), text.end(), test);
}

/// Takes subtags of a language tag one after the other.
class Subtags {
 public:
  explicit Subtags(std::string_view text) : rest_(text) {}
  bool done() const { return done_; }
  std::string_view peek() const { return rest_.substr(0, rest_.find('-')); }
  void next() {
    const auto hyphen = rest_.find('-');
    done_ = hyphen == std::string_view::npos;
    rest_ = done_ ? std::string_view{} : rest_.substr(hyphen + 1);
  }
  template <typename Test>
  bool take(Test test) {
    if (done_ || !test(peek())) return false;
    next();
    return true;
  }

 private:
  std::string_view rest_;
  bool done_ = false;
};

bool sized(std::string_view tag, std::size_t least, std::size_t most) {
  return tag.size() >= least && tag.size() <= most;
}

/// At least one subtag of `least` to 8 characters; takes all of them.
bool take_sequence(Subtags& tags, std::size_t least) {
  const auto fits = [least](std::string_view t) {
    return sized(t, least, 8) && all(t, ascii::is_alphanumeric);
  };
  if (!tags.take(fits)) return false;
  while (tags.take(fits)) {
  }
  return true;
}

}  // namespace

bool is_type_name(std::string_view text) {
  return sized(text, 3, 250) && is_lower(text.front()) && text.back() != '-' &&
         text.find("--") == std::string_view::npos &&
         all(text, [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

bool is_property_name(std::string_view text) {
  if (text == "id") return true;
  return sized(text, 3, 250) && is_lower(text.front()) &&
         all(text, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_dictionary_key(std::string_view text) {
  return sized(text, 1, 250) &&
         all(text, [](char c) { return ascii::is_alphanumeric(c) || c == '-' || c == '_'; });
}

bool is_language_tag(std::string_view text) {
  Subtags tags(text);
  const auto letters = [](std::size_t least, std::size_t most) {
    return [=](std::string_view t) { return sized(t, least, most) && all(t, ascii::is_letter); };
  };
  const auto private_use = [](std::string_view t) { return t == "x" || t == "X"; };
  if (!tags.take(private_use)) {
    if (!tags.take(letters(2, 3))) return false;
    for (int i = 0; i < 3 && tags.take(letters(3, 3)); ++i) {
    }
    tags.take(letters(4, 4));
    tags.take(
        [&](std::string_view t) { return letters(2, 2)(t) || (t.size() == 3 && all(t, is_digit)); });
    while (tags.take([](std::string_view t) {
      return all(t, ascii::is_alphanumeric) && (sized(t, 5, 8) || (t.size() == 4 && is_digit(t.front())));
    })) {
    }
    while (tags.take([](std::string_view t) {
      return t.size() == 1 && ascii::is_alphanumeric(t.front()) && t != "x" && t != "X";
    })) {
      if (!take_sequence(tags, 2)) return false;
    }
    if (tags.done()) return true;
    if (!tags.take(private_use)) return false;
  }
  return take_sequence(tags, 1) && tags.done();
}

std::optional<IdParts> split_id(std::string_view text) {
  constexpr std::size_t kUuidLength = 36;
  if (text.size() < kUuidLength + 5) return std::nullopt;
  const std::string_view type = text.substr(0, text.size() - kUuidLength - 2);
  if (text.substr(type.size(), 2) != "--" || !is_type_name(type)) return std::nullopt;
  const auto uuid = Uuid::parse(text.substr(type.size() + 2));
  if (!uuid) return std::nullopt;
  return IdParts{type, *uuid};
}

}  // namespace sekisho::stix
