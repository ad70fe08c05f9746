// Messages of the strict reader: where it is, and what to write instead.
#include "core/json_parser.h"
#include "core/json_pointer.h"
#include "core/utf8.h"

namespace sekisho::json {
namespace {

constexpr std::size_t kMaxPointer = 500;  // bytes of a pointer in a message

}  // namespace

bool Parser::fail(Code code, const char* at, Place place, std::string_view message) {
  const Position position = position_of(text_, offset(at));
  std::string detail = "line " + std::to_string(position.line) + ", column " +
                       std::to_string(position.column) + ": ";
  detail += message;
  std::string where = pointer(place);
  if (where.size() > kMaxPointer) {
    where.resize(utf8::prefix(where, kMaxPointer).size());
    where += "...";
  }
  error_ = make_error(code, std::move(detail), std::move(where));
  return false;
}

std::string Parser::pointer(Place place) const {
  std::string pointer;
  const std::size_t levels = open_.size() - (place == Place::kContainer && !open_.empty() ? 1 : 0);
  for (std::size_t level = 0; level < levels; ++level) {
    const Frame& frame = open_[level];
    const Node& container = nodes_[frame.node];
    append_token(pointer, container.kind == Kind::kObject ? std::string(name(frame.key)) : std::to_string(container.count));
  }
  return pointer;
}

/// ", not 'x'" for messages; never more than one character of the text.
std::string Parser::found() const {
  if (at_ == end_) return "; the text ends here";
  if (*at_ <= 0x20 || *at_ == 0x7F) return "; a character without a shape stands here";
  if (static_cast<unsigned char>(*at_) >= 0x80) return "; a character outside ASCII stands here";
  return std::string("; '") + *at_ + "' stands here";
}

/// What stands here starts no value.
bool Parser::fail_value() {
  if (at_ != end_ && utf8::sequence_length({at_, static_cast<std::size_t>(end_ - at_)}) == 0) {
    return fail(Code::kJsonEncoding, at_, Place::kValue,
                "the bytes here are not UTF-8; save the text as UTF-8");
  }
  std::string_view hint = "write a value";
  switch (at_ == end_ ? '\0' : *at_) {
    case '\'':
      hint = "write strings in double quotes";
      break;
    case '/':
    case '#':
      hint = "remove the comment; JSON has none";
      break;
    case '+':
      hint = "write the number without '+'";
      break;
    case '.':
      hint = "write '0' before '.'";
      break;
    case 't':
    case 'T':
      hint = "write 'true' in lower case, or quote the word";
      break;
    case 'f':
    case 'F':
      hint = "write 'false' in lower case, or quote the word";
      break;
    case 'n':
    case 'N':
    case 'u':
      hint = "write 'null' in lower case, or quote the word";
      break;
    case 'I':
      hint = "write a finite number or a string";
      break;
    case ']':
      hint = "write a value, or remove the ',' before ']'";
      break;
    case '}':
      hint = "write a value before '}'";
      break;
    default:
      break;
  }
  return fail(Code::kJsonSyntax, at_, Place::kValue, std::string(hint) + found());
}

/// What stands here starts no member name.
bool Parser::fail_key() {
  std::string_view hint = "write a member name in double quotes";
  if (at_ != end_ && *at_ == '}') hint = "remove the ',' before '}' or write a member";
  if (at_ != end_ && (*at_ == '/' || *at_ == '#')) hint = "remove the comment; JSON has none";
  return fail(Code::kJsonSyntax, at_, Place::kContainer, std::string(hint) + found());
}

}  // namespace sekisho::json
