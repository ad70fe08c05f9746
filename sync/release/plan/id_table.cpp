#include "sync/release/plan/id_table.h"

#include <functional>
#include <utility>

#include "core/uuid.h"

namespace sekisho::sync {
namespace {

/// The type and the UUID of an id that these two give back letter by letter.
std::optional<std::pair<std::string_view, Uuid>> usual_form(std::string_view id) {
  constexpr std::size_t kUuid = 36;
  if (id.size() < kUuid + 2 || id.substr(id.size() - kUuid - 2, 2) != "--") return std::nullopt;
  const std::string_view text = id.substr(id.size() - kUuid);
  for (const char c : text) {
    if (c >= 'A' && c <= 'F') return std::nullopt;
  }
  const auto uuid = Uuid::parse(text);
  if (!uuid) return std::nullopt;
  return std::pair(id.substr(0, id.size() - kUuid - 2), *uuid);
}

}  // namespace

std::size_t IdTable::hash(const Entry& entry) {
  const std::string_view bytes(reinterpret_cast<const char*>(entry.uuid.data()), entry.uuid.size());
  return std::hash<std::string_view>{}(bytes) ^ (std::size_t{entry.text} * 2 + entry.whole) * 0x9e3779b97f4a7c15U;
}

std::optional<IdTable::Entry> IdTable::entry_of(std::string_view id) const {
  Entry entry;
  const auto usual = usual_form(id);
  if (usual) entry.uuid = usual->second.bytes;
  entry.whole = usual ? 0 : 1;
  const auto text = text_numbers_.find(std::string(usual ? usual->first : id));
  if (text == text_numbers_.end()) return std::nullopt;
  entry.text = text->second & 0x7fffffffU;
  return entry;
}

IdTable::Entry IdTable::make_entry(std::string_view id) {
  if (const auto known = entry_of(id)) return *known;
  const auto usual = usual_form(id);
  const std::string text(usual ? usual->first : id);
  text_numbers_.emplace(text, static_cast<std::uint32_t>(texts_.size()));
  texts_.push_back(text);
  return *entry_of(id);
}

std::size_t IdTable::slot_of(const Entry& entry) const {
  std::size_t slot = hash(entry) & (slots_.size() - 1);
  while (slots_[slot] != 0 && entries_[slots_[slot] - 1] != entry) slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

void IdTable::grow() {
  slots_.assign(slots_.empty() ? 1024 : slots_.size() * 2, 0);
  for (std::size_t i = 0; i < entries_.size(); ++i) slots_[slot_of(entries_[i])] = static_cast<Number>(i + 1);
}

IdTable::Number IdTable::number(std::string_view id) {
  const Entry entry = make_entry(id);
  if (entries_.size() * 2 >= slots_.size()) grow();
  Number& slot = slots_[slot_of(entry)];
  if (slot == 0) {
    entries_.push_back(entry);
    slot = static_cast<Number>(entries_.size());
  }
  return slot - 1;
}

std::optional<IdTable::Number> IdTable::find(std::string_view id) const {
  const auto entry = entry_of(id);
  if (!entry || slots_.empty()) return std::nullopt;
  const Number slot = slots_[slot_of(*entry)];
  if (slot == 0) return std::nullopt;
  return slot - 1;
}

std::string IdTable::text(Number number) const {
  const Entry& entry = entries_[number];
  if (entry.whole != 0) return texts_[entry.text];
  return texts_[entry.text] + "--" + Uuid{entry.uuid}.to_string();
}

}  // namespace sekisho::sync
