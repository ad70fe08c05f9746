// A store in front of another that refuses to accept anything while it is told to, as a full disk would.
#include <functional>
#include <memory>

#include "node.h"

namespace sekisho::store {
namespace {

class FailingStore final : public Store {
 public:
  FailingStore(Store& behind, const bool& refuse) : behind_(behind), refuse_(refuse) {}

  Result<Collection> add_collection(const Collection& collection) override {
    return behind_.add_collection(collection);
  }
  Status remove_collection(CollectionNo no) override { return behind_.remove_collection(no); }
  Result<std::vector<Collection>> collections() const override { return behind_.collections(); }
  Result<std::vector<Added>> commit(const Batch& batch, Timestamp now) override {
    if (refuse_) return make_error(Code::kStoreWrite, "the disk is full");
    return behind_.commit(batch, now);
  }
  Result<StoredObject> object(ObjectNo no) const override { return behind_.object(no); }
  Result<std::vector<ObjectNo>> mentioning(std::string_view id, ObjectNo after, std::size_t limit) const override { return behind_.mentioning(id, after, limit); }
  Result<ObjectNo> last_object() const override { return behind_.last_object(); }
  Result<std::vector<ObjectNo>> shared_contents() const override { return behind_.shared_contents(); }
  Result<std::vector<bool>> held(const std::vector<std::string_view>& ids) const override { return behind_.held(ids); }
  Result<std::vector<StoredObject>> versions_of(std::string_view id, bool want_bytes) const override {
    return behind_.versions_of(id, want_bytes);
  }
  Result<std::vector<Change>> changes(ChangeNo after, std::size_t limit) const override {
    return behind_.changes(after, limit);
  }
  Result<std::size_t> each_change(ChangeNo after, std::size_t limit, const std::function<void(const ChangeRow&)>& visit) const override {
    return behind_.each_change(after, limit, visit);
  }
  Result<ChangeNo> last_change() const override { return behind_.last_change(); }
  Result<Timestamp> latest_instant() const override { return behind_.latest_instant(); }
  Result<ChangeNo> released_through() const override { return behind_.released_through(); }
  Result<std::vector<CollectionNo>> collections_of(ObjectNo no) const override { return behind_.collections_of(no); }
  Result<std::optional<Change>> arrival(ObjectNo no, CollectionNo c) const override { return behind_.arrival(no, c); }
  Result<Stream> create_stream(CollectionNo collection, std::string_view audience, const Uuid& id) override {
    return behind_.create_stream(collection, audience, id);
  }
  Result<Stream> fork_stream(StreamNo from, std::string_view audience, const Uuid& id) override {
    return behind_.fork_stream(from, audience, id);
  }
  Status set_stream_audience(StreamNo no, std::string_view audience) override {
    return behind_.set_stream_audience(no, audience);
  }
  Result<std::vector<Stream>> streams() const override { return behind_.streams(); }
  Result<Stream> stream(StreamNo no) const override { return behind_.stream(no); }
  Status assign(const std::vector<Assignment>& assignments) override { return behind_.assign(assignments); }
  Result<std::vector<Assignment>> assignments() const override { return behind_.assignments(); }
  Result<std::vector<std::size_t>> release(const Release& release, Timestamp now) override {
    return behind_.release(release, now);
  }
  Result<std::vector<std::pair<StreamNo, Position>>> positions(ObjectNo no) const override { return behind_.positions(no); }
  Result<std::vector<StreamNo>> placements(ObjectNo no) const override { return behind_.placements(no); }
  Result<std::vector<Hold>> holds(std::string_view audience) const override { return behind_.holds(audience); }
  Result<std::vector<Carried>> carried(ObjectNo no) const override { return behind_.carried(no); }
  Result<std::vector<ObjectNo>> attestations_of(ObjectNo no) const override { return behind_.attestations_of(no); }
  Result<std::vector<ObjectNo>> renditions_of(ObjectNo no) const override { return behind_.renditions_of(no); }
  Result<std::vector<std::pair<ObjectNo, ObjectNo>>> renditions() const override { return behind_.renditions(); }
  Result<PageEnd> read_stream(StreamNo no, const StreamQuery& query,
                              const std::function<void(const StreamItem&)>& visit) const override {
    return behind_.read_stream(no, query, visit);
  }
  bool has_own(std::string_view party, CollectionNo collection) const override { return behind_.has_own(party, collection); }
  Result<bool> stream_has_id(StreamNo no, std::string_view id) const override { return behind_.stream_has_id(no, id); }
  Status disclose(const Disclosure& disclosure) override { return behind_.disclose(disclosure); }
  Result<std::vector<Disclosure>> disclosures(std::string_view party) const override {
    return behind_.disclosures(party);
  }
  Result<std::vector<DeadLetter>> dead_letters(std::uint64_t after, std::size_t limit,
                                               std::optional<LetterKind> kind) const override {
    return behind_.dead_letters(after, limit, kind);
  }
  Result<DeadLetter> dead_letter(std::uint64_t no) const override { return behind_.dead_letter(no); }
  Result<std::optional<std::string>> document(std::string_view space, std::string_view key) const override {
    return behind_.document(space, key);
  }
  Result<std::vector<std::pair<std::string, std::string>>> documents(std::string_view space) const override {
    return behind_.documents(space);
  }
  Uuid incarnation() const override { return behind_.incarnation(); }
  Result<std::vector<Uuid>> earlier_incarnations() const override { return behind_.earlier_incarnations(); }
  Status begin_incarnation(const Uuid& fresh, std::int64_t floor_micros) override {
    return behind_.begin_incarnation(fresh, floor_micros);
  }
  Status backup(const std::string& path,
                const std::function<void(std::size_t done, std::size_t total)>& progress) const override {
    return behind_.backup(path, progress);
  }
  Result<std::vector<std::string>> check(
      const std::function<void(std::size_t done, std::size_t total)>& progress) const override {
    return behind_.check(progress);
  }
  Result<std::vector<std::pair<std::string, std::uint64_t>>> counts() const override { return behind_.counts(); }

 private:
  Store& behind_;
  const bool& refuse_;
};

}  // namespace
}  // namespace sekisho::store

namespace sekisho::sync::tests {

std::unique_ptr<store::Store> failing_store(store::Store& behind, const bool& refuse) {
  return std::make_unique<store::FailingStore>(behind, refuse);
}

}  // namespace sekisho::sync::tests
