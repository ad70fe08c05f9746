// A store that counts the stored objects it gives, and that can keep its change log to itself, so that what follows an arrival is
// no part of what is counted. One thread.
#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "failing_store.h"
#include "work.h"

namespace sekisho::cost {

class CountingStore final : public sync::tests::FailingStore {
 public:
  using FailingStore::FailingStore;

  bool quiet = false;  ///< changes() gives nothing

  R<store::StoredObject> object(store::ObjectNo no) const override {
    count_row();
    return FailingStore::object(no);
  }
  R<std::vector<store::StoredObject>> versions_of(std::string_view id, bool bytes) const override {
    auto versions = FailingStore::versions_of(id, bytes);
    for (std::size_t i = 0; versions.ok() && i < versions->size(); ++i) count_row();
    return versions;
  }
  R<std::vector<store::Change>> changes(store::ChangeNo after, std::size_t limit) const override {
    if (quiet) return std::vector<store::Change>();
    return FailingStore::changes(after, limit);
  }
};

}  // namespace sekisho::cost
