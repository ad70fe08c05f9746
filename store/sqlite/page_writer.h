// What a page of a stream is made with: which entries a query selects, the rows of their objects, and where the page is full.
// One page; one thread; inside this library.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/rules.h"
#include "store/sqlite/attestations.h"
#include "store/sqlite/blocks.h"
#include "store/sqlite/damage.h"
#include "store/sqlite/database.h"
#include "store/sqlite/writer.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

inline std::uint32_t name_code(Connection& db, Names::Kind kind, std::string_view text) {
  Query query = db.query("SELECT no FROM names WHERE kind = ?1 AND text = ?2", static_cast<std::uint64_t>(kind), text);
  return query.row() ? query.number32(0) : 0;
}

template <typename T>
bool contains(const std::vector<T>& list, T value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// The part of a query that an entry answers without its object.
class EntryFilter {
 public:
  EntryFilter(Connection& db, const StreamQuery& query) : query_(query) {
    for (const auto& type : query.types) types_.push_back(name_code(db, Names::kType, type));
    for (const auto& spec : query.spec_versions) specs_.push_back(spec_code(spec));
    if (!query.exclude_source.empty()) excluded_ = name_code(db, Names::kSource, query.exclude_source);
  }

  bool matches(const Entry& entry) const {
    if (entry.has(kWithdrawn)) return false;
    if (query_.after_date && entry.date <= *query_.after_date) return false;
    if (excluded_ != 0 && entry.source == excluded_ && !entry.has(kOtherSources)) return false;
    if (!types_.empty() && !contains(types_, entry.type)) return false;
    if (specs_.empty() ? entry.has(kOldSpec) : !contains(specs_, entry.spec)) return false;
    return version_matches(query_.versions, !entry.has(kNotFirst), !entry.has(kNotLast), entry.version);
  }

 private:
  const StreamQuery& query_;
  std::vector<std::uint32_t> types_;
  std::vector<std::uint16_t> specs_;
  std::uint32_t excluded_ = 0;
};

/// The first position that the query may give.
inline Position start_of(Connection& db, StreamNo stream, const StreamQuery& query, Position length) {
  Position start = query.after_position >= length ? length + 1 : query.after_position + 1;
  if (!query.after_date) return start;
  const BlockRow row = BlockRow::after_date(db, stream, *query.after_date);
  return row.view() ? std::max(start, row.view()->first) : length + 1;
}

/// Rows of objects. What a page holds came in one go as a rule, so the next object is mostly the next row: no look-up.
class ObjectRows {
 public:
  ObjectRows(Connection& db, const StreamQuery& query) : db_(db), query_(query) {}

  /// False: it is missing, or the connection failed.
  bool find(ObjectNo no) {
    const bool near = row_ && no > at_ && no - at_ <= kStride;
    if (!near) row_.emplace(rows_from(no));
    do {
      if (!row_->row()) return false;
      at_ = row_->number(0);
    } while (at_ < no);
    return at_ == no;
  }
  std::string_view bytes() const { return row_->blob(1); }
  bool sound() const { return is_sound(row_->blob(1), row_->integer(5)); }
  std::string_view id() const { return row_->text(2); }
  std::string_view type() const { return row_->text(3); }
  std::string_view version() const { return row_->text(4); }

 private:
  static constexpr ObjectNo kStride = 4;  // rows that are cheaper to pass over than to look up

  Query rows_from(ObjectNo no) {
    if (!query_.want_names && !query_.passed_over) return db_.query("SELECT no, bytes, '', '', '', checksum FROM objects WHERE no >= ?1 ORDER BY no", no);
    if (query_.want_bytes) {
      return db_.query("SELECT o.no, o.bytes, o.id, t.text, o.version, o.checksum FROM objects o CROSS JOIN names t ON t.no = o.type"
                       " WHERE o.no >= ?1 ORDER BY o.no", no);
    }
    return db_.query("SELECT o.no, NULL, o.id, t.text, o.version FROM objects o CROSS JOIN names t ON t.no = o.type"
                     " WHERE o.no >= ?1 ORDER BY o.no", no);
  }

  Connection& db_;
  const StreamQuery& query_;
  std::optional<Query> row_;
  ObjectNo at_ = 0;
};

/// Texts of source codes; there are few.
class Givers {
 public:
  explicit Givers(Connection& db) : db_(db) {}
  std::string_view text(std::uint32_t code) {
    const auto [found, fresh] = texts_.try_emplace(code);
    if (fresh) {
      Query query = db_.query("SELECT text FROM names WHERE no = ?1", code);
      if (query.row()) found->second = query.text(0);
    }
    return found->second;
  }

 private:
  Connection& db_;
  std::map<std::uint32_t, std::string> texts_;
};

/// Gives items until the page is full.
class PageWriter {
 public:
  PageWriter(Connection& db, const StreamQuery& query, const Stream& stream, Damage& damage,
             const std::function<void(const StreamItem&)>& visit)
      : db_(db), query_(query), damage_(damage), visit_(visit), rows_(db, query), givers_(db) {
    end_.stream = stream.id;
    end_.generation = stream.generation;
  }

  /// False once the page is full: this item matches but is for the next page. Position 0: an own entry.
  bool give(Position position, const Entry& entry) {
    if (end_.count == query_.limit && !query_.passed_over) return full();
    if (!rows_.find(entry.object)) {
      db_.fail(make_error(Code::kStoreCorrupt, "an object of a stream is missing", "objects"));
      return false;
    }
    if (position != 0 && query_.passed_over && query_.passed_over->holds(rows_.id(), entry.version)) return true;
    if (end_.count == query_.limit) return full();
    if (query_.want_bytes && !rows_.sound()) {
      damage_.note(entry.object);
      return true;
    }
    const std::string_view bytes = rows_.bytes();
    std::optional<AttestationRow> beside;
    if (query_.want_attestations) beside.emplace(db_, entry.object, damage_);
    const std::string_view attestation = beside ? beside->bytes() : std::string_view();
    const std::size_t size = bytes.size() + attestation.size();
    if (end_.count > 0 && bytes_ + size > query_.max_bytes) return full();
    bytes_ += size;
    const std::string spec = spec_text(entry.spec);
    const bool alone = query_.want_givers && !entry.has(kOtherSources);
    visit_({position, entry.date, entry.object, rows_.id(), rows_.type(), spec, rows_.version(), bytes, attestation,
            alone ? givers_.text(entry.source) : std::string_view()});
    if (position != 0) end_.last_position = position;
    end_.last_date = entry.date;
    ++end_.count;
    return true;
  }
  const PageEnd& end() const { return end_; }

 private:
  bool full() {
    end_.more = true;
    return false;
  }

  Connection& db_;
  const StreamQuery& query_;
  Damage& damage_;
  const std::function<void(const StreamItem&)>& visit_;
  ObjectRows rows_;
  Givers givers_;
  PageEnd end_;
  std::size_t bytes_ = 0;
};

}  // namespace sekisho::store::sqlite
