#include "node/app/restored.h"

#include <algorithm>

#include "node/cli/manifest.h"

namespace sekisho::node::app {

Status begin_restored_life(const std::string& dir, cli::Machine machine, store::Store& store, sync::Audit& audit) {
  const std::string mark = dir + "/" + cli::kRestoredMark;
  if (!machine.files.exists(mark)) return {};
  std::int64_t floor = machine.clock.now().micros();
  SEKISHO_ASSIGN(const auto streams, store.streams());
  for (const store::Stream& stream : streams) floor = std::max(floor, stream.last_date);
  const Uuid fresh = Uuid::v4(machine.random, "store/incarnation");
  SEKISHO_TRY(store.begin_incarnation(fresh, floor));
  SEKISHO_TRY(audit.record({"restore", cli::kOperator, fresh.to_string(),
                            "restored from a backup; dates go on above " +
                                format_stix_time(Timestamp::from_micros(floor), 6)}));
  machine.log.write(LogLevel::kWarning, "restored", {{"incarnation", fresh.to_string()}});
  return machine.files.remove(mark);
}

}  // namespace sekisho::node::app
