// Outbound as the collection source of taxii: the TAXII way out. Any thread.
#pragma once

#include "core/limits.h"
#include "sync/outbound.h"
#include "taxii/ports.h"

namespace sekisho::sync {

class TaxiiSource : public taxii::CollectionSource {
 public:
  TaxiiSource(Outbound& outbound, const Limits& limits) : outbound_(outbound), limits_(limits) {}

  Result<std::vector<taxii::CollectionView>> collections(const taxii::Principal& caller) override;
  Result<taxii::CollectionView> collection(const taxii::Principal& caller, std::string_view id_or_alias) override;
  Result<taxii::PageInfo> read(const taxii::Principal& caller, std::string_view id_or_alias,
                               const taxii::Query& query, bool want_bytes,
                               const std::function<void(const taxii::Item&)>& visit) override;
  Result<bool> has_object(const taxii::Principal& caller, std::string_view id_or_alias,
                          std::string_view object_id) override;

 private:
  Outbound& outbound_;
  Limits limits_;
};

}  // namespace sekisho::sync
