// What a piece of work costs, counted and not timed: steps of the program, bytes that it allocates, rows that it reads from the store,
// steps of SQLite. The same input gives the same numbers on every machine, so a test may assert on them. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace sekisho::cost {

struct Work {
  std::uint64_t blocks = 0;     ///< basic blocks of the counted libraries (CMakeLists.txt) that were entered
  std::uint64_t allocated = 0;  ///< bytes asked of operator new
  std::uint64_t rows = 0;       ///< of stored objects that CountingStore gave
  std::uint64_t steps = 0;      ///< instructions of SQLite's machine, in hundreds
};

/// Counts from here until stop(); what was counted before is forgotten.
void start();
Work stop();
/// Counts nothing while one of these lives.
class Pause {
 public:
  Pause();
  ~Pause();
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;

 private:
  bool before_;
};
void count_row();
/// Connections that are opened from here on count their steps.
void count_sqlite();

/// One input of a size, made before counting begins, and the work on it.
struct Run {
  std::size_t bytes = 0;  ///< of what was sent
  std::function<void()> work;
};
using Entry = std::function<Run(std::size_t size)>;

/// What a doubled input may cost at most: a little more than twice as much, since sorting costs n log n. What is so cheap
/// that a constant decides is not judged.
inline constexpr double kDoubled = 2.5;

/// Runs the entry at `size` and twice that, checks that no count more than doubled, and that there are no more than `blocks_per_byte`
/// blocks and `allocated_per_byte` bytes for each byte that was sent. Prints the counts.
void judge(const std::string& name, std::size_t size, double blocks_per_byte, double allocated_per_byte, const Entry& entry);

}  // namespace sekisho::cost
