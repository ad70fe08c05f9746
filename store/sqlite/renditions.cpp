#include "store/sqlite/renditions.h"

#include "store/sqlite/objects.h"

namespace sekisho::store::sqlite {

Status note_renditions(Connection& db, const std::vector<NewObject>& created, const std::vector<ObjectNo>& numbers) {
  for (std::size_t i = 0; i < created.size(); ++i) {
    if (created[i].rendition_of == 0) continue;
    if (!object_head(db, created[i].rendition_of)) return make_error(Code::kInvalidArgument, "no such object", "rendition_of");
    db.exec("INSERT OR IGNORE INTO renditions(object, rendition) VALUES(?1, ?2)", created[i].rendition_of, numbers[i]);
  }
  return {};
}

std::vector<ObjectNo> read_renditions_of(Connection& db, ObjectNo no) {
  std::vector<ObjectNo> out;
  Query row = db.query("SELECT rendition FROM renditions WHERE object = ?1 ORDER BY rendition", no);
  while (row.row()) out.push_back(row.number(0));
  return out;
}

std::vector<std::pair<ObjectNo, ObjectNo>> read_renditions(Connection& db) {
  std::vector<std::pair<ObjectNo, ObjectNo>> out;
  Query row = db.query("SELECT object, rendition FROM renditions ORDER BY object, rendition");
  while (row.row()) out.emplace_back(row.number(0), row.number(1));
  return out;
}

void check_renditions(Connection& db, Findings& findings) {
  Query row = db.query(
      "SELECT r.object, r.rendition FROM renditions r LEFT JOIN objects o ON o.no = r.object"
      " LEFT JOIN objects t ON t.no = r.rendition WHERE o.no IS NULL OR t.no IS NULL OR o.id = t.id");
  while (row.row()) findings.add("object " + row.string(1) + ": is no rendition of object " + row.string(0));
}

}  // namespace sekisho::store::sqlite
