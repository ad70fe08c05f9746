// Which stored object attests which.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "store/sqlite/check.h"
#include "store/sqlite/writer.h"
#include "store/store.h"

namespace sekisho::store::sqlite {

/// Notes what each of `created` attests; `numbers` are theirs. kInvalidArgument: attests what is not there.
Status note_attestations(Connection& db, const std::vector<NewObject>& created, const std::vector<ObjectNo>& numbers);
std::vector<ObjectNo> read_attestations_of(Connection& db, ObjectNo no);

/// The newest attestation of an object as a row that stays valid while this lives.
class AttestationRow {
 public:
  AttestationRow(Connection& db, ObjectNo object, Damage& damage);
  std::string_view bytes() const { return bytes_; }  ///< empty if there is none, or it is damaged

 private:
  Query row_;
  std::string_view bytes_;
};

void check_attestations(Connection& db, Findings& findings);

}  // namespace sekisho::store::sqlite
