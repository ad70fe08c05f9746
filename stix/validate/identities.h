// A table of ids and versions, small and hard to slow down: what AcrossObjects remembers. One thread at a time.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "core/sip_hash.h"
#include "core/time.h"
#include "core/uuid.h"

namespace sekisho::stix {

/// An instant to the nanosecond.
struct Instant {
  std::int64_t micros = 0;
  std::uint16_t rest = 0;  ///< nanoseconds beyond

  Instant() = default;
  explicit Instant(Timestamp t) : micros(t.micros()), rest(static_cast<std::uint16_t>(t.nanos % 1000)) {}
  Instant(std::int64_t whole, std::uint16_t part) : micros(whole), rest(part) {}
  auto operator<=>(const Instant&) const = default;
};

/// One id with its latest version, or (kVersion) an earlier version of one.
struct Identity {
  enum Flag : std::uint8_t {
    kDefined = 1,        ///< an object of that id was there; else it was only referred to
    kVersion = 2,        ///< found by id and modified
    kTimeless = 4,       ///< no `modified`
    kComparable = 8,     ///< `modified` and `content` hold
    kRevoked = 16,
    kPastRevoked = 32    ///< that something follows a revoked version was reported
  };

  std::array<std::uint8_t, 16> uuid{};
  std::int64_t modified = 0;  ///< micros; of one only referred to: the line of the first object that does
  std::int64_t created = 0;   ///< likewise its column
  std::uint64_t content = 0;
  std::uint16_t modified_rest = 0;
  std::uint16_t created_rest = 0;
  std::uint8_t type = 0;
  std::uint8_t flags = 0;

  bool is(Flag flag) const { return (flags & flag) != 0; }
  void set(Flag flag) { flags = static_cast<std::uint8_t>(flags | flag); }
  Instant modified_at() const { return {modified, modified_rest}; }
  Instant created_at() const { return {created, created_rest}; }
  void set_modified(Instant at) {
    modified = at.micros;
    modified_rest = at.rest;
  }
  void set_created(Instant at) {
    created = at.micros;
    created_rest = at.rest;
  }
};
static_assert(sizeof(Identity) <= 48, "with the index at most 64 bytes an id");

class Identities {
 public:
  Identities(const SipKey& key, std::size_t most) : key_(key), most_(most) {}

  /// The record of the id itself.
  Identity* find(const Uuid& uuid, std::uint8_t type) {
    return search(hash_of(uuid), [&](const Identity& one) {
      return !one.is(Identity::kVersion) && one.type == type && one.uuid == uuid.bytes;
    });
  }
  /// An object of that UUID and another type.
  Identity* find_twin(const Uuid& uuid, std::uint8_t type) {
    return search(hash_of(uuid), [&](const Identity& one) {
      return one.is(Identity::kDefined) && !one.is(Identity::kVersion) && one.type != type && one.uuid == uuid.bytes;
    });
  }
  Identity* find_version(const Identity& of, Instant modified) {
    return search(hash_of(of, modified), [&](const Identity& one) {
      return one.is(Identity::kVersion) && one.type == of.type && one.modified_at() == modified && one.uuid == of.uuid;
    });
  }
  /// A new record; nullptr once the table is full. Records stay where they are.
  Identity* add(const Uuid& uuid, std::uint8_t type) {
    Identity record;
    record.uuid = uuid.bytes;
    record.type = type;
    return add(record);
  }
  Identity* add(const Identity& record) {
    if (records_.size() >= most_) {
      full_ = true;
      return nullptr;
    }
    if ((records_.size() + 1) * 4 > index_.size() * 3) grow();
    records_.push_back(record);
    place(records_.size() - 1);
    return &records_.back();
  }
  bool full() const { return full_; }
  const std::deque<Identity>& all() const { return records_; }

 private:
  template <typename Test>
  Identity* search(std::uint64_t hash, const Test& test) {
    if (index_.empty()) return nullptr;
    for (std::size_t slot = hash & (index_.size() - 1); index_[slot] != 0; slot = (slot + 1) & (index_.size() - 1)) {
      Identity& one = records_[index_[slot] - 1];
      if (test(one)) return &one;
    }
    return nullptr;
  }
  std::uint64_t hash_of(const Uuid& uuid) const {
    return sip_hash(key_, {reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size()});
  }
  std::uint64_t hash_of(const Identity& of, Instant modified) const {
    std::array<char, 26> bytes{};
    std::copy(of.uuid.begin(), of.uuid.end(), bytes.begin());
    for (std::size_t i = 0; i < 8; ++i) bytes[16 + i] = static_cast<char>(modified.micros >> (8 * i) & 0xFF);
    bytes[24] = static_cast<char>(modified.rest & 0xFF);
    bytes[25] = static_cast<char>(modified.rest >> 8);
    return sip_hash(key_, {bytes.data(), bytes.size()});
  }
  void place(std::size_t number) {
    const Identity& one = records_[number];
    std::size_t slot = one.is(Identity::kVersion) ? hash_of(one, one.modified_at()) : hash_of(Uuid{one.uuid});
    for (slot &= index_.size() - 1; index_[slot] != 0; slot = (slot + 1) & (index_.size() - 1)) {
    }
    index_[slot] = static_cast<std::uint32_t>(number + 1);
  }
  void grow() {
    index_.assign(index_.empty() ? 64 : index_.size() * 2, 0);
    for (std::size_t i = 0; i < records_.size(); ++i) place(i);
  }

  SipKey key_;
  std::size_t most_;
  std::deque<Identity> records_;
  std::vector<std::uint32_t> index_;  ///< open addressing, at most three quarters full; 0 = free
  bool full_ = false;
};

}  // namespace sekisho::stix
