#include "store/sqlite/attestations.h"

#include "core/digest.h"
#include "store/sqlite/objects.h"

namespace sekisho::store::sqlite {

namespace {

/// One whose target came in the same release has no number to name it by: it says itself what it attests.
void note_by_content(Connection& db, const stix::Object& attestation, ObjectNo no) {
  if (attestation.type() != "sekisho-attestation") return;
  const auto content = from_hex(attestation.root()["target_sha256"].string_or({}));
  if (!content) return;
  db.exec("INSERT OR IGNORE INTO attestations(object, attestation) SELECT no, ?1 FROM objects WHERE id = ?2 AND content = ?3",
          no, attestation.root()["target_ref"].string_or({}), Blob{*content});
}

}  // namespace

Status note_attestations(Connection& db, const std::vector<NewObject>& created, const std::vector<ObjectNo>& numbers) {
  for (std::size_t i = 0; i < created.size(); ++i) {
    if (created[i].attests == 0) {
      note_by_content(db, *created[i].object, numbers[i]);
      continue;
    }
    if (!object_head(db, created[i].attests)) return make_error(Code::kInvalidArgument, "no such object", "attests");
    db.exec("INSERT OR IGNORE INTO attestations(object, attestation) VALUES(?1, ?2)", created[i].attests, numbers[i]);
  }
  return {};
}

std::vector<ObjectNo> read_attestations_of(Connection& db, ObjectNo no) {
  std::vector<ObjectNo> attestations;
  Query row = db.query("SELECT attestation FROM attestations WHERE object = ?1 ORDER BY attestation", no);
  while (row.row()) attestations.push_back(row.number(0));
  return attestations;
}

AttestationRow::AttestationRow(Connection& db, ObjectNo object, Damage& damage)
    : row_(db.query("SELECT o.bytes, o.checksum, o.no FROM attestations a JOIN objects o ON o.no = a.attestation WHERE a.object = ?1"
                    " ORDER BY a.attestation DESC LIMIT 1",
                    object)) {
  if (!row_.row()) return;
  if (is_sound(row_.blob(0), row_.integer(1))) {
    bytes_ = row_.blob(0);
  } else {
    damage.note(row_.number(2));
  }
}

// Each row is what the attestation itself says, and none that a release made is left out.
void check_attestations(Connection& db, Findings& findings) {
  {
    Query row = db.query(
        "SELECT r.object, r.attestation FROM attestations r JOIN objects t ON t.no = r.object"
        " JOIN objects a ON a.no = r.attestation JOIN names n ON n.no = a.type"
        " WHERE n.text <> 'sekisho-attestation'"
        " OR json_extract(CAST(a.bytes AS TEXT), '$.target_ref') IS NOT t.id"
        " OR json_extract(CAST(a.bytes AS TEXT), '$.target_sha256') IS NOT lower(hex(t.content))");
    while (row.row()) {
      findings.add("object " + row.string(1) + ": does not attest object " + row.string(0));
    }
  }
  Query row = db.query(
      "SELECT a.no FROM names n CROSS JOIN objects a ON a.type = n.no JOIN members m ON m.object = a.no"
      " JOIN objects t ON t.id = json_extract(CAST(a.bytes AS TEXT), '$.target_ref')"
      " AND lower(hex(t.content)) = json_extract(CAST(a.bytes AS TEXT), '$.target_sha256')"
      " WHERE n.kind = 1 AND n.text = 'sekisho-attestation' AND m.change = 0"
      " GROUP BY a.no HAVING NOT EXISTS (SELECT 1 FROM attestations r WHERE r.attestation = a.no)");
  while (row.row()) findings.add("object " + row.string(0) + ": attests nothing that is known of");
}

}  // namespace sekisho::store::sqlite
