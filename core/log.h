// Structured log lines (JSON, one a line). Never marked content or key material: log ids, codes, counts.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace sekisho {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

/// Sink for log lines; injected. Any thread.
class Log {
 public:
  using Field = std::pair<std::string_view, std::string>;
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view event, std::initializer_list<Field> fields) = 0;
};

}  // namespace sekisho
