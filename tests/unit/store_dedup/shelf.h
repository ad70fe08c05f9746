// A store in memory with one collection, filled like an importing node's.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/memory/memory_store.h"
#include "store/store.h"
#include "tests/support/doctest.h"
#include "tests/support/fakes.h"

namespace sekisho::store::dedup::tests {

template <typename T>
T must(Result<T> result) {
  REQUIRE_MESSAGE(result.ok(), result.error().to_string());
  return std::move(result).value();
}

struct Shelf {
  sekisho::tests::FakeRandom random;
  std::unique_ptr<Store> store = make_memory_store(random);

  CollectionNo collection(const std::string& alias) {
    Collection wanted;
    wanted.id = Uuid::v4(random, "test");
    wanted.alias = alias;
    return must(store->add_collection(wanted)).no;
  }

  void put(CollectionNo collection, const std::string& source, std::string_view object) {
    Batch batch;
    batch.objects.push_back({must(stix::Object::parse(std::string(object))), source, collection, "{}"});
    must(store->commit(batch, Timestamp{1'760'000'000, 0}));
  }
};

}  // namespace sekisho::store::dedup::tests
