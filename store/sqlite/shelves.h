// The plain tables: collections, holds, dead letters, documents.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/sqlite/writer.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

Result<Collection> insert_collection(Writing& writing, const Collection& collection);
Status delete_collection(Writing& writing, CollectionNo no);
std::vector<Collection> read_collections(Connection& db);

std::vector<Hold> read_holds(Connection& db, std::string_view audience);

void put_dead_letters(Connection& db, const std::vector<DeadLetter>& letters);
void drop_dead_letters(Connection& db, const std::vector<std::uint64_t>& numbers);
std::vector<DeadLetter> read_dead_letters(Connection& db, std::uint64_t after, std::size_t limit,
                                          std::optional<LetterKind> kind);
Result<DeadLetter> read_dead_letter(Connection& db, std::uint64_t no);

void put_documents(Connection& db, const std::vector<DocumentPut>& documents);
std::optional<std::string> read_document(Connection& db, std::string_view space, std::string_view key);
std::vector<std::pair<std::string, std::string>> read_documents(Connection& db, std::string_view space);

ChangeNo read_released_through(Connection& db);
std::vector<std::pair<std::string, std::uint64_t>> read_counts(Connection& db);

}  // namespace sekisho::store::sqlite
