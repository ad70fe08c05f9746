// Outbound and submissions as the collection source of taxii. Any thread.
#pragma once

#include "core/limits.h"
#include "sync/serve/outbound.h"
#include "sync/ingest/submission.h"
#include "sync/ingest/withdrawal.h"
#include "taxii/ports.h"

namespace sekisho::sync {

class TaxiiSource : public taxii::CollectionSource {
 public:
  TaxiiSource(Outbound& outbound, Submissions& submissions, Withdrawals& withdrawals, const Limits& limits)
      : outbound_(outbound), submissions_(submissions), withdrawals_(withdrawals), limits_(limits),
        pages_(limits.page_cache_bytes) {}

  Result<std::vector<taxii::CollectionView>> collections(const taxii::Principal& caller) override;
  Result<taxii::PageInfo> read(const taxii::Principal& caller, std::string_view id_or_alias,
                               const taxii::Query& query, taxii::Listing listing,
                               const std::function<void(const taxii::Run&)>& visit) override;
  Result<bool> has_object(const taxii::Principal& caller, std::string_view id_or_alias,
                          std::string_view object_id) override;
  Result<taxii::StatusView> submit(const taxii::Principal& caller, std::string_view id_or_alias,
                                   const std::vector<std::string_view>& objects) override;
  Status remove(const taxii::Principal& caller, std::string_view id_or_alias, std::string_view object_id,
                const taxii::Query& query) override;
  Result<taxii::StatusView> status(const taxii::Principal& caller, std::string_view id) override;

  PageCache::Counters pages() const { return pages_.counters(); }

 private:
  Result<Readable> readable(const taxii::Principal& caller, std::string_view id_or_alias);
  Outbound& outbound_;
  Submissions& submissions_;
  Withdrawals& withdrawals_;
  Limits limits_;
  PageCache pages_;
};

}  // namespace sekisho::sync
