// A run: what one selection gives of a stretch of one stream, written as it goes out. Pages are cut from runs without
// looking at an object again. Immutable once made, so that any number of pages may share it. docs/specs/pages.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace sekisho::sync {

/// How an item is written.
struct PageForm {
  std::string_view name;  ///< tells forms apart; a literal
  bool bytes = true;      ///< the entry is made of the object itself
  void (*append)(const store::StreamItem& item, std::string& out) = nullptr;
};

struct PageRun {
  struct Item {
    store::Position position = 0;
    std::int64_t date = 0;   ///< microseconds
    std::size_t end = 0;     ///< in `text`, behind its comma
    std::size_t size = 0;    ///< that counts towards a page's bytes
  };
  std::string text;                  ///< every entry with a comma behind it
  std::vector<Item> items;           ///< never empty
  std::vector<std::uint64_t> marks;  ///< one an item: another item of the stream has another
  std::vector<std::string> givers;   ///< parties from whom alone something in it came; ascending

  void add(const store::StreamItem& item, const PageForm& form);
  /// Room for `count` entries of about this size; trim() gives back what was too much.
  void reserve(std::size_t count, std::size_t bytes);
  void trim();
  bool given_by(std::string_view party) const;
  /// Of memory.
  std::size_t cost() const;
  /// The first item behind a position, and the first with a later date.
  std::size_t after_position(store::Position position) const;
  std::size_t after_date(std::int64_t date) const;
};

/// Some items of a run, in order, as part of a page.
struct PageSlice {
  std::shared_ptr<const PageRun> run;
  std::size_t from = 0, to = 0;  ///< half open; never empty
  std::string_view text() const;   ///< entries with commas between them
  std::string_view marks() const;  ///< eight octets each
};

}  // namespace sekisho::sync
