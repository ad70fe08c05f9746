#include "fixtures.h"

#include <stdlib.h>

#include <cstdio>
#include <filesystem>

namespace sekisho::store::tests {

Uuid uuid(std::uint64_t n) {
  std::array<std::uint8_t, 16> bytes{};
  for (int i = 0; i < 8; ++i) bytes[static_cast<std::size_t>(15 - i)] = static_cast<std::uint8_t>(n >> (8 * i));
  return Uuid::shaped_v4(bytes);
}

std::string id_of(std::uint64_t n, const std::string& type) { return type + "--" + uuid(n).to_string(); }

std::string version_text(int minute, const std::string& fraction) {
  char text[64];
  std::snprintf(text, sizeof text, "2024-01-01T%02d:%02d:00%sZ", minute / 60, minute % 60, fraction.c_str());
  return text;
}

Timestamp version_at(int minute) { return must(parse_stix_time(version_text(minute))); }

stix::ObjectPtr Make::object() const {
  return must(stix::Object::parse(R"({"type":")" + type + R"(","spec_version":")" + spec + R"(","id":")" +
                                  id_of(n, type) + R"(","created":"2024-01-01T00:00:00.000Z","modified":")" +
                                  version_text(minute, fraction) + R"(","name":")" + text + "\"}"));
}

TempFolder::TempFolder() {
  // A disk in memory where there is one: what is tested survives a process, not a power cut.
  const std::filesystem::path memory = "/dev/shm";
  const auto base = std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
  std::string pattern = (base / "sekisho-store-XXXXXX").string();
  REQUIRE(mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

CollectionNo add_collection(Store& store, const std::string& alias) {
  Collection collection;
  collection.id = uuid(std::hash<std::string>()(alias));
  collection.alias = alias;
  collection.title = "Title of " + alias;
  return must(store.add_collection(collection)).no;
}

NewObject given(const Make& make, CollectionNo collection, const std::string& source) {
  return {make.object(), source, collection, R"({"role":"creator"})"};
}

Added commit_one(Store& store, const Make& make, CollectionNo collection, const std::string& source) {
  Batch batch;
  batch.objects.push_back(given(make, collection, source));
  return must(store.commit(batch, kNow)).at(0);
}

std::size_t release_to(Store& store, StreamNo stream, const std::vector<ObjectNo>& objects, Timestamp now) {
  Release release;
  Append append;
  append.stream = stream;
  for (const ObjectNo no : objects) append.items.push_back({no, std::nullopt});
  release.appends.push_back(append);
  return must(store.release(release, now)).at(0);
}

void withdraw_from(Store& store, StreamNo stream, ObjectNo object) {
  Release release;
  release.withdrawals.emplace_back(stream, object);
  must(store.release(release, kNow));
}

NewObject attestation_of(const StoredObject& target, CollectionNo collection, std::uint64_t n) {
  const std::string text = R"({"type":"sekisho-attestation","spec_version":"2.1","id":"sekisho-attestation--)" +
                           uuid(1'000'000 * n + target.no).to_string() +
                           R"(","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z","target_ref":")" +
                           target.id + R"(","target_sha256":")" + hex(target.content) + R"("})";
  return {must(stix::Object::parse(text)), "", collection, "{}", target.no};
}

ObjectNo attest(Store& store, StreamNo stream, ObjectNo target, CollectionNo collection, std::uint64_t n) {
  Release release;
  release.created = {attestation_of(must(store.object(target)), collection, n)};
  release.appends = {{stream, {{0, 0U}}}};
  must(store.release(release, kNow));
  return must(store.attestations_of(target)).back();
}

std::vector<ObjectNo> PageRead::objects() const {
  std::vector<ObjectNo> numbers;
  for (const auto& item : items) numbers.push_back(item.object);
  return numbers;
}

PageRead read_page(const Store& store, StreamNo stream, const StreamQuery& query) {
  PageRead page;
  page.end = must(store.read_stream(stream, query, [&](const StreamItem& item) {
    page.items.push_back({item.position, item.date_added, item.object, std::string(item.id), std::string(item.type),
                          std::string(item.spec_version), std::string(item.version), std::string(item.bytes),
                          std::string(item.attestation), std::string(item.giver)});
  }));
  return page;
}

StreamQuery all_versions() {
  StreamQuery query;
  query.versions.all = true;
  return query;
}

}  // namespace sekisho::store::tests
