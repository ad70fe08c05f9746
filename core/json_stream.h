// Cuts a text of any length, as it arrives, into the elements of one long list and the frame around it, so that a
// bundle of gigabytes is read object by object in the memory of one object. docs/specs/validate.md.
//
// Ends are found by brackets and strings alone; whoever takes a piece parses it. If every piece is strict JSON,
// then the text is, and the pieces are exactly what Document::parse finds in it; if the text is strict JSON,
// then so is every piece. Each byte is looked at once, whatever the sizes of the chunks. One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/json.h"
#include "core/result.h"

namespace sekisho::json {

/// A place in the whole text.
struct Place : Position {
  std::size_t tails = 0;  ///< bytes of its line before it that continue a character: column - tails counts characters
};

struct Piece {
  enum class Kind : std::uint8_t {
    kElement,   ///< of the list
    kFrame,     ///< the object around the list, which is empty in it; comes after the elements
    kValue,     ///< an object without such a list
    kTooLarge,  ///< an element over the limit: passed over, the text goes on
    kMistake    ///< `error` at `begin`; the text (or with `lines`, the line) is not read any further
  };
  Kind kind = Kind::kElement;
  std::string text;
  Place begin;
  std::size_t number = 0;  ///< of the element from 0; of the frame, how many it had
  Error error;             ///< kJson*, kLimitExceeded; `detail` without the place

  /// Where the byte at `inside` (a position in `text`, which the caller has moved elsewhere) is in the whole text.
  Place place(std::string_view text, const Position& inside) const;
  /// The same for a line and column that an error names: offset and tails stay those of `begin`.
  Place place(const Position& inside) const;

 private:
  friend class Splitter;
  Place after_;           ///< of the frame: where its ']' is
  Position hole_;         ///< of the frame: the same in `text`; offset 0 = none
};

/// What Document::parse says of a text, apart: where, and what.
struct Mistake {
  Position at;
  std::string message;
};
Mistake mistake_of(const Error& error);

class Splitter {
 public:
  struct Options {
    std::string list = "objects";     ///< the member of the outermost object that is cut …
    std::string only_type = "bundle"; ///< … unless a `type` before it says anything else
    bool lines = false;               ///< a value ends with its line
    std::size_t element_bytes = 4u << 20;
    std::size_t frame_bytes = 1u << 20;
  };
  using Take = std::function<void(Piece)>;

  Splitter(Options options, Take take);
  /// The next bytes, cut anywhere. False if nothing further is read, after the mistake was handed out.
  bool feed(std::string_view chunk);
  /// The text ends here.
  void finish();
  const Place& place() const { return place_; }  ///< behind what was fed

 private:
  enum class State : std::uint8_t { kStart, kFrame, kFirst, kNext, kElement, kScalar, kBehind, kLost };

  void run(const char* begin, const char* end);
  void start();
  void frame();
  void between();
  void element();
  void scalar();
  bool string();
  bool bracket(char c);
  void open_list();
  void begin_value(State state);
  void end_name_or_value();
  void hand_out(Piece::Kind kind);
  void keep();
  void count();
  void lost(Code code, std::string message);
  void end_of_input();
  bool inside() const { return state_ != State::kStart && state_ != State::kBehind && state_ != State::kLost; }

  Options options_;
  Take take_;
  State state_ = State::kStart;

  const char* at_ = nullptr;       ///< the next byte
  const char* end_ = nullptr;
  const char* kept_ = nullptr;     ///< what of the chunk is already in text_, or not wanted
  const char* counted_ = nullptr;  ///< what of the chunk place_ counts
  Place place_;
  Place value_;                    ///< where the outermost value begins
  Place element_;

  std::string text_;               ///< of the element, or of the frame …
  std::string frame_;              ///< … which waits here while its list is read
  bool wanted_ = true;             ///< false: too large, no longer kept
  bool in_string_ = false, escaped_ = false;
  std::size_t depth_ = 0;
  std::array<std::uint64_t, 2> braces_{};  ///< per level: '{', not '['
  bool empty_ = true;              ///< no value yet
  bool new_line_ = false;          ///< since the last value

  bool name_next_ = false;         ///< at the first level of the frame a name follows
  std::size_t string_begin_ = 0;
  std::string name_, type_;
  bool typed_ = false, listed_ = false;
  std::size_t elements_ = 0;
  Piece pending_;                  ///< the frame's places
};

}  // namespace sekisho::json
