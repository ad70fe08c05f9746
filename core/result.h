// Result<T>: a value or an Error. Outside input never throws across a function boundary.
// Values; copy and move freely; any thread.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/errors.h"

namespace sekisho {

/// Why something failed. `detail` is one sentence for a person, without marked content or secrets;
/// `where` is a JSON Pointer, file:line, property or parameter name, or empty.
struct Error {
  Code code = Code::kInternal;
  std::string detail;
  std::string where;

  /// "text-name at where: detail" for logs and the command line.
  std::string to_string() const;
};

/// Makes an Error; `where` may be empty.
inline Error make_error(Code code, std::string detail, std::string where = {}) {
  return Error{code, std::move(detail), std::move(where)};
}

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : data_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : data_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  bool ok() const { return data_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value; a bug (abort) if there is none.
  T& value() & { check(); return *std::get_if<0>(&data_); }
  const T& value() const& { check(); return *std::get_if<0>(&data_); }
  T&& value() && { check(); return std::move(*std::get_if<0>(&data_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// The error; a bug (abort) if there is a value.
  const Error& error() const& {
    if (ok()) std::abort();
    return *std::get_if<1>(&data_);
  }
  Error&& error() && {
    if (ok()) std::abort();
    return std::move(*std::get_if<1>(&data_));
  }

 private:
  void check() const {
    if (!ok()) std::abort();
  }
  std::variant<T, Error> data_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : failed_(true), error_(std::move(error)) {}  // NOLINT
  bool ok() const { return !failed_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    if (ok()) std::abort();
    return error_;
  }

 private:
  bool failed_ = false;
  Error error_;
};

using Status = Result<void>;

}  // namespace sekisho

#define SEKISHO_CONCAT_(a, b) a##b
#define SEKISHO_CONCAT(a, b) SEKISHO_CONCAT_(a, b)

/// SEKISHO_TRY(status_expression): returns its Error from this function if it failed.
#define SEKISHO_TRY(expression)                                   \
  do {                                                            \
    auto sekisho_status_ = (expression);                          \
    if (!sekisho_status_.ok()) return sekisho_status_.error();    \
  } while (false)

/// SEKISHO_ASSIGN(auto value, result_expression): assigns the value or returns the Error.
#define SEKISHO_ASSIGN(declaration, expression) \
  SEKISHO_ASSIGN_(SEKISHO_CONCAT(sekisho_result_, __LINE__), declaration, expression)
#define SEKISHO_ASSIGN_(temporary, declaration, expression)       \
  auto temporary = (expression);                                  \
  if (!temporary.ok()) return std::move(temporary).error();       \
  declaration = std::move(temporary).value()
