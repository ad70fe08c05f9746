// A store over another that can refuse the n-th write from now on, as a full disk would. One thread.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "store/store.h"

namespace sekisho::sync::tests {

class FailingStore : public store::Store {
 public:
  explicit FailingStore(std::unique_ptr<store::Store> inner) : inner_(std::move(inner)) {}

  long fail_at = 0;   ///< 1 = the next write; 0 = none
  long writes = 0;    ///< since it was last set to 0
  // Each is called once, and then forgotten: ahead of the next create_stream(), of the next release(), behind it, ahead of the
  // next disclose().
  std::function<void()> before_stream, before_release, after_release, before_disclose;
  // Each is called every time: as versions of an id are asked for, and as a row of the change log is given.
  std::function<void()> on_versions, on_change_row;
  bool refuse_documents = false;  ///< documents() cannot be read

  template <typename T>
  using R = Result<T>;
  R<store::Collection> add_collection(const store::Collection& c) override { return inner_->add_collection(c); }
  Status remove_collection(store::CollectionNo no) override { return inner_->remove_collection(no); }
  R<std::vector<store::Collection>> collections() const override { return inner_->collections(); }
  R<std::vector<store::Added>> commit(const store::Batch& batch, Timestamp now) override {
    if (refuses()) return refusal();
    return inner_->commit(batch, now);
  }
  R<store::StoredObject> object(store::ObjectNo no) const override { return inner_->object(no); }
  R<std::vector<store::StoredObject>> versions_of(std::string_view id, bool bytes) const override {
    if (on_versions) on_versions();
    return inner_->versions_of(id, bytes);
  }
  R<std::vector<store::ObjectNo>> mentioning(std::string_view id, store::ObjectNo after, std::size_t limit) const override {
    return inner_->mentioning(id, after, limit);
  }
  R<std::vector<store::ObjectNo>> shared_contents() const override { return inner_->shared_contents(); }
  R<std::vector<bool>> held(const std::vector<std::string_view>& ids) const override { return inner_->held(ids); }
  R<std::vector<store::Change>> changes(store::ChangeNo after, std::size_t limit) const override { return inner_->changes(after, limit); }
  R<std::size_t> each_change(store::ChangeNo after, std::size_t limit,
                             const std::function<void(const store::ChangeRow&)>& visit) const override {
    return inner_->each_change(after, limit, [&](const store::ChangeRow& row) {
      if (on_change_row) on_change_row();
      visit(row);
    });
  }
  R<store::ChangeNo> last_change() const override { return inner_->last_change(); }
  R<store::ObjectNo> last_object() const override { return inner_->last_object(); }
  R<Timestamp> latest_instant() const override { return inner_->latest_instant(); }
  R<store::ChangeNo> released_through() const override { return inner_->released_through(); }
  R<std::vector<store::CollectionNo>> collections_of(store::ObjectNo no) const override { return inner_->collections_of(no); }
  R<std::optional<store::Change>> arrival(store::ObjectNo no, store::CollectionNo c) const override { return inner_->arrival(no, c); }
  R<store::Stream> create_stream(store::CollectionNo c, std::string_view audience, const Uuid& id) override {
    if (before_stream) std::exchange(before_stream, nullptr)();
    if (refuses()) return refusal();
    return inner_->create_stream(c, audience, id);
  }
  R<store::Stream> fork_stream(store::StreamNo from, std::string_view audience, const Uuid& id) override {
    if (refuses()) return refusal();
    return inner_->fork_stream(from, audience, id);
  }
  Status set_stream_audience(store::StreamNo no, std::string_view audience) override {
    if (refuses()) return refusal();
    return inner_->set_stream_audience(no, audience);
  }
  R<std::vector<store::Stream>> streams() const override { return inner_->streams(); }
  R<store::Stream> stream(store::StreamNo no) const override { return inner_->stream(no); }
  Status assign(const std::vector<store::Assignment>& a) override {
    if (refuses()) return refusal();
    return inner_->assign(a);
  }
  R<std::vector<store::Assignment>> assignments() const override { return inner_->assignments(); }
  R<std::vector<std::size_t>> release(const store::Release& release, Timestamp now) override {
    if (before_release) std::exchange(before_release, nullptr)();
    if (refuses()) return refusal();
    auto done = inner_->release(release, now);
    if (after_release) std::exchange(after_release, nullptr)();
    return done;
  }
  R<std::vector<std::pair<store::StreamNo, store::Position>>> positions(store::ObjectNo no) const override { return inner_->positions(no); }
  R<std::vector<store::StreamNo>> placements(store::ObjectNo no) const override { return inner_->placements(no); }
  R<std::vector<store::Hold>> holds(std::string_view audience) const override { return inner_->holds(audience); }
  R<std::vector<store::Carried>> carried(store::ObjectNo no) const override { return inner_->carried(no); }
  R<std::vector<store::ObjectNo>> attestations_of(store::ObjectNo no) const override { return inner_->attestations_of(no); }
  R<std::vector<store::ObjectNo>> renditions_of(store::ObjectNo no) const override { return inner_->renditions_of(no); }
  R<std::vector<std::pair<store::ObjectNo, store::ObjectNo>>> renditions() const override { return inner_->renditions(); }
  R<store::PageEnd> read_stream(store::StreamNo no, const store::StreamQuery& query,
                                const std::function<void(const store::StreamItem&)>& visit) const override {
    return inner_->read_stream(no, query, visit);
  }
  bool has_own(std::string_view party, store::CollectionNo collection) const override { return inner_->has_own(party, collection); }
  R<bool> stream_has_id(store::StreamNo no, std::string_view id) const override { return inner_->stream_has_id(no, id); }
  Status disclose(const store::Disclosure& d) override {
    if (before_disclose) std::exchange(before_disclose, nullptr)();
    return inner_->disclose(d);
  }
  R<std::vector<store::Disclosure>> disclosures(std::string_view party) const override { return inner_->disclosures(party); }
  R<std::vector<store::DeadLetter>> dead_letters(std::uint64_t after, std::size_t limit,
                                                 std::optional<store::LetterKind> kind) const override {
    return inner_->dead_letters(after, limit, kind);
  }
  R<store::DeadLetter> dead_letter(std::uint64_t no) const override { return inner_->dead_letter(no); }
  R<std::optional<std::string>> document(std::string_view space, std::string_view key) const override { return inner_->document(space, key); }
  R<std::vector<std::pair<std::string, std::string>>> documents(std::string_view space) const override {
    if (refuse_documents) return refusal();
    return inner_->documents(space);
  }
  Uuid incarnation() const override { return inner_->incarnation(); }
  R<std::vector<Uuid>> earlier_incarnations() const override { return inner_->earlier_incarnations(); }
  Status begin_incarnation(const Uuid& fresh, std::int64_t floor) override { return inner_->begin_incarnation(fresh, floor); }
  Status backup(const std::string& path, const std::function<void(std::size_t, std::size_t)>& progress) const override {
    return inner_->backup(path, progress);
  }
  R<std::vector<std::string>> check(const std::function<void(std::size_t, std::size_t)>& progress) const override { return inner_->check(progress); }
  R<std::vector<std::pair<std::string, std::uint64_t>>> counts() const override { return inner_->counts(); }

 private:
  bool refuses() {
    ++writes;
    return fail_at != 0 && --fail_at == 0;
  }
  static Error refusal() { return make_error(Code::kStoreWrite, "the disk is full"); }
  std::unique_ptr<store::Store> inner_;
};

}  // namespace sekisho::sync::tests
