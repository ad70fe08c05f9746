#include "core/json.h"

#include <algorithm>
#include <cmath>
#include <new>

#include "core/json_node.h"
#include "core/json_parser.h"
#include "core/json_pointer.h"

namespace sekisho::json {
namespace {


Error out_of_memory() {
  return make_error(Code::kUnavailable,
                    "not enough memory to read the text; try again later or split it");
}

}  // namespace

Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  Position position;
  position.offset = before.size();
  position.line += static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t newline = before.rfind('\n');
  position.column = newline == std::string_view::npos ? before.size() + 1 : before.size() - newline;
  return position;
}

Document::Document() = default;
Document::~Document() = default;

Result<std::unique_ptr<const Document>> Document::parse(std::string text,
                                                        const ParseLimits& limits) {
  try {
    std::unique_ptr<Document> document(new Document());
    document->text_ = std::move(text);
    SEKISHO_TRY(Parser(document->text_, limits, document->nodes_, document->decoded_).run());
    return std::unique_ptr<const Document>(std::move(document));
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  }
}

Status check(std::string_view text, const ParseLimits& limits) {
  try {
    std::vector<Node> nodes;
    std::string decoded;
    return Parser(text, limits, nodes, decoded).run();
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  }
}

const Node& Value::node() const {
  return document_->nodes_[index_];
}

Kind Value::kind() const {
  return exists() ? node().kind : Kind::kNull;
}

std::optional<bool> Value::boolean() const {
  if (!exists() || node().kind != Kind::kBoolean) return std::nullopt;
  return node().integer != 0;
}

std::optional<std::int64_t> Value::integer() const {
  if (!exists()) return std::nullopt;
  const Node& self = node();
  if (self.kind == Kind::kInteger) return self.integer;
  if (self.kind != Kind::kReal) return std::nullopt;
  const double real = self.real;
  if (std::abs(real) > static_cast<double>(kMaxSafeInteger) || real != std::trunc(real)) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

std::optional<double> Value::number() const {
  if (!exists()) return std::nullopt;
  const Node& self = node();
  if (self.kind == Kind::kInteger) return static_cast<double>(self.integer);
  if (self.kind == Kind::kReal) return self.real;
  return std::nullopt;
}

std::optional<std::string_view> Value::string() const {
  if (!is_string()) return std::nullopt;
  return text_of(node(), document_->text_, document_->decoded_);
}

std::string_view Value::string_or(std::string_view fallback) const {
  return string().value_or(fallback);
}

std::size_t Value::size() const {
  return exists() ? node().count : 0;
}

Value Value::at(std::size_t index) const {
  if (!is_array() || index >= node().count) return {};
  std::uint32_t element = index_ + 1;
  for (; index > 0; --index) element = document_->nodes_[element].next;
  return Value(document_, element);
}

Value Value::operator[](std::string_view key) const {
  if (!is_object()) return {};
  // The inmost loop of every check: straight over the nodes, lengths first.
  const std::vector<Node>& nodes = document_->nodes_;
  const std::uint32_t end = nodes[index_].next;
  for (std::uint32_t name = index_ + 1; name != end; name = nodes[name + 1].next) {
    const Node& own = nodes[name];
    if (own.string.size == key.size() && text_of(own, document_->text_, document_->decoded_) == key) return Value(document_, name + 1);
  }
  return {};
}

Value::Iterator Value::begin() const {
  const Kind own = kind();
  if (own != Kind::kArray && own != Kind::kObject) return end();
  return Iterator(document_, index_ + 1, own == Kind::kObject);
}

Value::Iterator Value::end() const {
  return exists() ? Iterator(document_, node().next, is_object()) : Iterator();
}

Value::Entry Value::Iterator::operator*() const {
  if (!object_) return Entry{{}, Value(document_, index_)};
  const Node& key = document_->nodes_[index_];
  return Entry{text_of(key, document_->text_, document_->decoded_), Value(document_, index_ + 1)};
}

Value::Iterator& Value::Iterator::operator++() {
  index_ = document_->nodes_[object_ ? index_ + 1 : index_].next;
  return *this;
}

std::string_view Value::raw() const {
  if (!exists()) return {};
  return std::string_view(document_->text_).substr(node().begin, node().end - node().begin);
}

std::string Value::pointer() const {
  std::string pointer;
  if (!exists()) return pointer;
  Value place = document_->root();
  while (place.index_ != index_) {
    std::size_t element = 0;
    for (const Entry entry : place) {
      if (index_ < entry.value.node().next) {
        append_token(pointer, place.is_object() ? std::string(entry.key) : std::to_string(element));
        place = entry.value;
        break;
      }
      ++element;
    }
  }
  return pointer;
}

Position Value::position() const {
  return exists() ? position_of(document_->text_, node().begin) : Position{};
}

Position Value::key_position() const {
  if (!exists()) return {};
  // The node before a value is its key if and only if that node's `next` is the value and a colon,
  // not a comma or bracket, lies between: only a string is followed by a colon.
  if (index_ > 0) {
    const Node& before = document_->nodes_[index_ - 1];
    const std::string_view text = document_->text_;
    if (before.kind == Kind::kString && before.end < node().begin &&
        text.substr(before.end, node().begin - before.end).find(':') != std::string_view::npos) {
      return position_of(text, before.begin);
    }
  }
  return position();
}

}  // namespace sekisho::json
