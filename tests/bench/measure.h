// What the benchmarks share: objects, clocks, and the limit that they are compared with.
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/ports/random.h"
#include "core/result.h"
#include "stix/object.h"

namespace sekisho::bench {

inline constexpr std::size_t kBatch = 1000;

/// Named as creator by every indicator.
inline const std::string kCreator = "identity--f431f809-377b-45e0-aa1c-6a4751cae5ff";

/// Bytes of an indicator of about 1.2 KB with a random id. `more` are further members.
std::string indicator(Random& random, const std::string& more = {});

/// Seconds by the wall and of processor time: on a busy machine only the second says much.
struct Seconds {
  double wall = 0, processor = 0;
  Seconds operator+(const Seconds& other) const { return {wall + other.wall, processor + other.processor}; }
};
Seconds now();

class Watch {
 public:
  Seconds passed() const {
    const Seconds end = now();
    return {end.wall - start_.wall, end.processor - start_.processor};
  }

 private:
  Seconds start_ = now();
};

inline void must(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.error().to_string().c_str());
  std::exit(1);
}

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) must(Status(result.error()));
  return std::move(result).value();
}

/// One row an object under a unique index, batch by batch, into plain SQLite with the store's durability.
Seconds raw_inserts(const std::string& path, const std::vector<stix::ObjectPtr>& objects);

/// Two JSON lines: by the wall and by processor time, each with the ratio to the reference.
void print(const std::string& name, std::size_t count, const Seconds& taken, const Seconds& reference);

/// usage: PROGRAM [objects] [folder]; runs in a folder of its own that is removed afterwards.
int in_folder(int argc, char** argv, std::size_t default_count, int (*run)(std::size_t count, const std::string& folder));

}  // namespace sekisho::bench
