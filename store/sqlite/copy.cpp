#include "store/sqlite/copy.h"

#include <unistd.h>

#include "store/sqlite/schema.h"

namespace sekisho::store::sqlite {
namespace {

Status fill(const std::string& from, const std::string& to,
            const std::function<void(std::size_t, std::size_t)>& progress) {
  SEKISHO_ASSIGN(const auto source, Connection::open(from, Connection::Mode::kReadOnly));
  SEKISHO_ASSIGN(const auto target, Connection::open(to, Connection::Mode::kReadWrite));
  // A file that is not whole is removed, so it needs no journal and no syncs before the last one.
  target->script("PRAGMA journal_mode = OFF");
  target->script("PRAGMA synchronous = OFF");
  // The read transaction stays open: what others write meanwhile is not seen and does not start it again.
  source->script("BEGIN");
  source->exec("SELECT count(*) FROM meta");
  source->copy_to(*target, progress);
  SEKISHO_TRY(source->status());
  return target->status();
}

}  // namespace

Status copy_file(const std::string& from, const std::string& to,
                 const std::function<void(std::size_t, std::size_t)>& progress) {
  SEKISHO_TRY(create_new_private_file(to));
  Status done = fill(from, to, progress);
  if (done.ok()) done = sync_to_disk(to);
  if (!done.ok()) ::unlink(to.c_str());
  return done;
}

}  // namespace sekisho::store::sqlite
