#include "store/sqlite/disclosures.h"

#include <algorithm>
#include <optional>

#include "store/chain.h"
#include "store/sqlite/shelves.h"
#include "store/sqlite/streams.h"

namespace sekisho::store::sqlite {
namespace {

constexpr std::size_t kCovers = 4096;

/// The links of the trail for one range; a store from before the trail first puts in what it had recorded.
Status put_links(Connection& db, const Disclosure& disclosure) {
  SEKISHO_ASSIGN(ChainHead head, ChainHead::from(read_document(db, chain_head_space(kDisclosedChain), kChainHeadKey),
                                                 kDisclosedChain));
  if (head.no == 0) {
    for (const Disclosure& held : read_disclosures(db, "")) put_documents(db, chain_disclosure(head, held));
  }
  put_documents(db, chain_disclosure(head, disclosure));
  return {};
}

}  // namespace

bool DisclosureCover::covers(const Disclosure& d) const {
  MutexLock lock(mutex_);
  const auto found = latest_.find({d.party, d.stream, d.query});
  return found != latest_.end() && found->second.from <= d.from && d.from <= d.to && d.to <= found->second.to;
}

void DisclosureCover::add(const Disclosure& recorded) {
  MutexLock lock(mutex_);
  if (latest_.size() >= kCovers) latest_.clear();
  latest_[{recorded.party, recorded.stream, recorded.query}] = {recorded.from, recorded.to};
}

Result<std::optional<Disclosure>> find_disclosed(Connection& db, const Disclosure& d) {
  const std::optional<Stream> stream = load_stream(db, d.stream);
  if (!stream) return no_stream();
  if (d.from == 0 || d.from > d.to || d.to > stream->length) {
    return make_error(Code::kInvalidArgument, "the range is not within the stream", "disclosure");
  }
  Query row = db.query(
      "SELECT first, last, at FROM disclosures WHERE party = ?1 AND stream = ?2 AND query = ?3 AND first <= ?4"
      " ORDER BY first DESC LIMIT 1",
      std::string_view(d.party), d.stream, std::string_view(d.query), d.from);
  if (!row.row() || row.number(1) < d.to) return std::optional<Disclosure>();
  return std::optional<Disclosure>(
      Disclosure{d.party, d.stream, d.query, row.number(0), row.number(1), Timestamp::from_micros(row.integer(2))});
}

Result<Disclosure> record_disclosure(Connection& db, const Disclosure& disclosure) {
  SEKISHO_ASSIGN(const auto held, find_disclosed(db, disclosure));
  if (held) return *held;  // by a write of the same transaction, or just before it
  SEKISHO_TRY(put_links(db, disclosure));
  const std::string_view party = disclosure.party;
  const std::string_view query = disclosure.query;
  Disclosure joined = disclosure;
  std::vector<Position> replaced;
  {
    Query row = db.query(
        "SELECT first, last, at FROM disclosures WHERE party = ?1 AND stream = ?2 AND query = ?3 AND first <= ?4"
        " ORDER BY first DESC",
        party, disclosure.stream, query, disclosure.to + 1);
    while (row.row() && row.number(1) + 1 >= disclosure.from) {
      replaced.push_back(row.number(0));
      joined.from = std::min(joined.from, row.number(0));
      joined.to = std::max(joined.to, row.number(1));
      joined.at = std::min(joined.at, Timestamp::from_micros(row.integer(2)));
    }
  }
  for (const Position first : replaced) {
    db.exec("DELETE FROM disclosures WHERE party = ?1 AND stream = ?2 AND query = ?3 AND first = ?4", party,
            disclosure.stream, query, first);
  }
  db.exec("INSERT INTO disclosures(party, stream, query, first, last, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6)", party,
          disclosure.stream, query, joined.from, joined.to, joined.at.micros());
  return joined;
}

std::vector<Disclosure> read_disclosures(Connection& db, std::string_view party) {
  std::vector<Disclosure> disclosures;
  Query row = db.query(
      "SELECT party, stream, query, first, last, at FROM disclosures WHERE ?1 IN ('', party) ORDER BY party, stream, query, first",
      party);
  while (row.row()) {
    disclosures.push_back({row.string(0), row.number32(1), row.string(2), row.number(3), row.number(4),
                           Timestamp::from_micros(row.integer(5))});
  }
  return disclosures;
}

}  // namespace sekisho::store::sqlite
