// The splitter of streams against the strict reader: where that reads all, the objects are the same; where it does
// not, a mistake is handed out or a piece that is refused when it is read. Chunks make no difference.
#include <string>
#include <string_view>
#include <vector>

#include "core/json_stream.h"
#include "tests/fuzz/require.h"

namespace {

using sekisho::fuzz::require;
namespace json = sekisho::json;
using Kind = json::Piece::Kind;

std::vector<json::Piece> split(std::string_view text, std::size_t chunk, bool lines) {
  std::vector<json::Piece> pieces;
  json::Splitter::Options options;
  options.lines = lines;
  json::Splitter splitter(options, [&](json::Piece piece) { pieces.push_back(std::move(piece)); });
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    if (!splitter.feed(text.substr(at, chunk))) return pieces;
  }
  splitter.finish();
  return pieces;
}

void require_same(const std::vector<json::Piece>& one, const std::vector<json::Piece>& other) {
  require(one.size() == other.size(), "chunks make no difference: number of pieces");
  for (std::size_t i = 0; i < one.size(); ++i) {
    const bool same = one[i].kind == other[i].kind && one[i].text == other[i].text && one[i].error.detail == other[i].error.detail &&
                      one[i].begin.offset == other[i].begin.offset && one[i].begin.line == other[i].begin.line &&
                      one[i].begin.column == other[i].begin.column;
    require(same, "chunks make no difference: a piece");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t chunk = size == 0 ? 1 : 1 + data[0] % 7;
  const auto pieces = split(text, size + 1, false);
  require_same(pieces, split(text, chunk, false));
  require_same(split(text, size + 1, true), split(text, chunk, true));
  json::ParseLimits outer;
  outer.max_depth += 2;  // an element stands two levels deeper in the whole
  const auto whole = json::Document::parse(std::string(text), outer);
  bool sound = true;
  std::size_t values = 0;
  std::vector<std::string_view> elements;
  for (const json::Piece& piece : pieces) {
    if (piece.kind == Kind::kMistake) require(!piece.error.detail.empty() && piece.begin.offset <= size, "a mistake has reason and place");
    sound = sound && piece.kind != Kind::kMistake && json::check(piece.text).ok();
    values += piece.kind == Kind::kFrame || piece.kind == Kind::kValue ? 1 : 0;
    if (piece.kind == Kind::kElement) elements.push_back(piece.text);
  }
  if (!whole.ok()) {
    require(!sound || values != 1, "a text that is not strict JSON has a piece that is not");
    return 0;
  }
  const json::Value root = (*whole)->root();
  require(root.is_object() == (values == 1), "one object is one value");
  if (!root.is_object() || pieces.back().kind == Kind::kValue) return 0;
  std::vector<std::string_view> expected;
  for (const auto& entry : root["objects"]) expected.push_back(entry.value.raw());
  require(elements == expected, "the objects are those of the strict reader");
  return 0;
}
