#include "work.h"

#include <sqlite3.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <utility>

#include "tests/support/doctest.h"

namespace {

sekisho::cost::Work counted;
bool counting = false;

void* allocate(std::size_t size) {
  if (counting) counted.allocated += size;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

int note_steps(void*) {
  if (counting) ++counted.steps;
  return 0;
}

int watch(sqlite3* database, char**, const sqlite3_api_routines*) {
  sqlite3_progress_handler(database, 100, note_steps, nullptr);
  return SQLITE_OK;
}

}  // namespace

// The compiler puts a call of this at the head of every basic block of the counted libraries.
extern "C" void __sanitizer_cov_trace_pc();
extern "C" void __sanitizer_cov_trace_pc() {
  if (counting) ++counted.blocks;
}

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace sekisho::cost {

void start() {
  counted = Work();
  counting = true;
}

Work stop() {
  counting = false;
  return counted;
}

Pause::Pause() : before_(std::exchange(counting, false)) {}
Pause::~Pause() { counting = before_; }

void count_row() {
  if (counting) ++counted.rows;
}

void count_sqlite() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch)); }

void judge(const std::string& name, std::size_t size, double blocks_per_byte, double allocated_per_byte, const Entry& entry) {
  std::array<Work, 2> done;
  std::array<std::size_t, 2> bytes{};
  for (std::size_t i = 0; i < 2; ++i) {
    const Run run = entry(size << i);
    bytes[i] = run.bytes;
    start();
    run.work();
    done[i] = stop();
  }
  const auto ratio = [](std::uint64_t one, std::uint64_t two) { return one == 0 ? 0.0 : static_cast<double>(two) / static_cast<double>(one); };
  const auto each = [&](std::uint64_t count) { return static_cast<double>(count) / static_cast<double>(bytes[1]); };
  const Work &a = done[0], &b = done[1];
  std::printf("%-34s %8zu bytes  blocks %6.2f /byte x%4.2f  allocated %6.2f /byte x%4.2f  rows %7llu x%4.2f  sqlite %7llu x%4.2f\n", name.c_str(), bytes[1],
              each(b.blocks), ratio(a.blocks, b.blocks), each(b.allocated), ratio(a.allocated, b.allocated), static_cast<unsigned long long>(b.rows),
              ratio(a.rows, b.rows), static_cast<unsigned long long>(b.steps), ratio(a.steps, b.steps));
  std::fflush(stdout);
  const auto doubled = [&](const std::string& what, std::uint64_t one, std::uint64_t two, std::uint64_t little) {
    CHECK_MESSAGE((two <= little || static_cast<double>(two) <= kDoubled * static_cast<double>(one)), name, ": ", what, " went from ", one, " to ", two);
  };
  doubled("blocks", a.blocks, b.blocks, 100'000);
  doubled("bytes allocated", a.allocated, b.allocated, 1'000'000);
  doubled("rows", a.rows, b.rows, 100);
  doubled("steps of SQLite", a.steps, b.steps, 100);
  CHECK_MESSAGE(each(b.blocks) <= blocks_per_byte, name, ": ", each(b.blocks), " blocks for each byte");
  CHECK_MESSAGE(each(b.allocated) <= allocated_per_byte, name, ": ", each(b.allocated), " bytes allocated for each byte");
}

}  // namespace sekisho::cost
