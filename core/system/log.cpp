#include <unistd.h>

#include "core/json.h"
#include "core/system/system.h"

namespace sekisho::system {
namespace {

std::string_view name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      break;
  }
  return "error";
}

class StderrLog : public Log {
 public:
  StderrLog(const Clock& clock, LogLevel level) : clock_(clock), level_(level) {}

  void write(LogLevel level, std::string_view event, std::initializer_list<Field> fields) override {
    if (level < level_) return;
    json::Writer line;
    line.begin_object();
    line.member("time", format_stix_time(clock_.now(), 6))
        .member("level", name(level))
        .member("event", event);
    for (const auto& [key, value] : fields) line.member(key, value);
    line.end_object();
    const std::string text = line.take() + "\n";
    // One write per line keeps lines of several threads apart. A log that nobody can receive is
    // no reason to stop.
    [[maybe_unused]] const ssize_t done = ::write(STDERR_FILENO, text.data(), text.size());
  }

 private:
  const Clock& clock_;
  const LogLevel level_;
};

class NullLog : public Log {
 public:
  void write(LogLevel, std::string_view, std::initializer_list<Field>) override {}
};

}  // namespace

std::unique_ptr<Log> make_stderr_log(const Clock& clock, LogLevel level) {
  return std::make_unique<StderrLog>(clock, level);
}

std::unique_ptr<Log> make_null_log() {
  return std::make_unique<NullLog>();
}

}  // namespace sekisho::system
