#include "store/sqlite/blocks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>

namespace sekisho::store::sqlite {
namespace {

constexpr std::size_t kBlocksInMemory = 2048;  ///< 20 MB

template <typename T>
void put(char*& out, T value) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(out, &value, sizeof(T));
    out += sizeof(T);
    return;
  }
  auto bits = static_cast<std::make_unsigned_t<T>>(value);
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    *out++ = static_cast<char>(bits & 0xff);
    if constexpr (sizeof(T) > 1) bits = static_cast<std::make_unsigned_t<T>>(bits >> 8);
  }
}

template <typename T>
T take(const char*& in) {
  std::make_unsigned_t<T> bits = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    bits = static_cast<std::make_unsigned_t<T>>(
        bits | static_cast<std::make_unsigned_t<T>>(static_cast<std::uint8_t>(*in++)) << (8 * i));
  }
  return static_cast<T>(bits);
}

constexpr char kHolding[] =
    "SELECT first, count, entries FROM blocks WHERE stream = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1";

}  // namespace

void pack(const Entry& entry, char* out) {
  put(out, entry.object);
  put(out, entry.date);
  put(out, entry.version.seconds);
  put(out, entry.version.nanos);
  put(out, entry.type);
  put(out, entry.source);
  put(out, entry.spec);
  put(out, entry.flags);
}

Entry unpack(const char* in) {
  Entry entry;
  entry.object = take<std::uint64_t>(in);
  entry.date = take<std::int64_t>(in);
  entry.version.seconds = take<std::int64_t>(in);
  entry.version.nanos = take<std::uint32_t>(in);
  entry.type = take<std::uint32_t>(in);
  entry.source = take<std::uint32_t>(in);
  entry.spec = take<std::uint16_t>(in);
  entry.flags = take<std::uint16_t>(in);
  return entry;
}

BlockRow::BlockRow(Query query) : row_(std::move(query)) {
  if (!row_.row()) return;
  const std::string_view entries = row_.blob(2);
  view_ = BlockView{row_.number(0), std::min<std::size_t>(row_.number(1), entries.size() / kEntryBytes), entries};
}

BlockRow BlockRow::holding(Connection& db, StreamNo stream, Position position) {
  BlockRow found(db.query(kHolding, stream, position));
  if (found.view_ && position < found.view_->end()) return found;
  found.view_.reset();
  return found;
}

BlockRow BlockRow::after_date(Connection& db, StreamNo stream, std::int64_t date) {
  return BlockRow(db.query(
      "SELECT first, count, entries FROM blocks WHERE stream = ?1 AND last_date > ?2 ORDER BY last_date LIMIT 1",
      stream, date));
}

std::map<BlockEditor::Key, BlockEditor::Block>::iterator BlockEditor::find(StreamNo stream, Position position) {
  auto next = blocks_.upper_bound({stream, position});
  if (next != blocks_.begin()) {
    const auto block = std::prev(next);
    const Position end = block->first.second + block->second.entries.size() / kEntryBytes;
    if (block->first.first == stream && position < end) return block;
  }
  const BlockRow row = BlockRow::holding(db_, stream, position);
  if (!row.view()) return blocks_.end();
  const auto added = blocks_.emplace(Key{stream, row.view()->first}, Block{std::string(row.view()->entries)});
  return added.first;
}

char* BlockEditor::place(StreamNo stream, Position position, bool change) {
  const auto block = find(stream, position);
  if (block == blocks_.end()) {
    missing();
    return nullptr;
  }
  block->second.dirty |= change;
  return block->second.entries.data() + (position - block->first.second) * kEntryBytes;
}

Entry BlockEditor::read(StreamNo stream, Position position) {
  bound();
  const char* at = place(stream, position, false);
  return at == nullptr ? Entry{} : unpack(at);
}

void BlockEditor::write(StreamNo stream, Position position, const Entry& entry) {
  if (char* at = place(stream, position, true)) pack(entry, at);
}

void BlockEditor::append(StreamNo stream, Position position, const Entry& entry) {
  bound();
  auto block = blocks_.end();
  if (last_ != blocks_.end() && last_->first.first == stream && last_->first.second + last_->second.entries.size() / kEntryBytes == position) {
    block = last_;
  } else if (position > 1) {
    block = find(stream, position - 1);
    if (block == blocks_.end()) return missing();
  }
  if (block == blocks_.end() || block->second.entries.size() >= kBlockEntries * kEntryBytes) {
    block = blocks_.emplace(Key{stream, position}, Block{{}, true, true}).first;
    block->second.entries.reserve(kBlockEntries * kEntryBytes);
  }
  last_ = block;
  std::string& entries = block->second.entries;
  entries.resize(entries.size() + kEntryBytes);
  pack(entry, entries.data() + entries.size() - kEntryBytes);
  block->second.dirty = true;
}

void BlockEditor::missing() {
  db_.fail(make_error(Code::kStoreCorrupt, "an entry of a stream is missing", "blocks"));
}

void BlockEditor::bound() {
  if (blocks_.size() > kBlocksInMemory) flush();
}

void BlockEditor::flush() {
  for (const auto& [key, block] : blocks_) {
    if (!block.dirty) continue;
    const std::size_t count = block.entries.size() / kEntryBytes;
    const std::int64_t last_date = unpack(block.entries.data() + (count - 1) * kEntryBytes).date;
    if (block.fresh) {
      db_.exec("INSERT INTO blocks(stream, first, count, last_date, entries) VALUES(?1, ?2, ?3, ?4, ?5)", key.first,
               key.second, count, last_date, Blob{block.entries});
    } else {
      db_.exec("UPDATE blocks SET count = ?3, last_date = ?4, entries = ?5 WHERE stream = ?1 AND first = ?2",
               key.first, key.second, count, last_date, Blob{block.entries});
    }
  }
  blocks_.clear();
  last_ = blocks_.end();
}

}  // namespace sekisho::store::sqlite
