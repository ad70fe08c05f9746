// What one document's conversion has to say: the first reason to refuse it, and what it lost. One
// thread.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "stix/convert/convert.h"

namespace sekisho::stix::convert {

class Journal {
 public:
  /// Refuses the document; the first reason stays.
  void fail(Error error) {
    if (!error_) error_ = std::move(error);
  }
  /// Refuses it as unreadable at `where`; `what` says what to write instead.
  void refuse(std::string what, std::string where) {
    fail(make_error(Code::kConvertUnreadable, std::move(what), std::move(where)));
  }
  bool failed() const { return error_.has_value(); }
  const std::optional<Error>& error() const { return error_; }

  /// Notes a loss of kind `what` (a sentence without full stop). Kinds are counted: the first place
  /// is kept, so a hostile document cannot make the list long.
  void lose(std::string_view what, const json::Value& where);
  void lose(std::string_view what, std::string_view where);
  std::vector<Loss> losses() const;

 private:
  struct Tally {
    std::string where;
    std::size_t places = 0;
  };
  Tally* tally(std::string_view what);

  std::optional<Error> error_;
  std::vector<std::string> order_;
  std::map<std::string, Tally, std::less<>> tallies_;
  std::size_t further_ = 0;
};

}  // namespace sekisho::stix::convert
