// Checks between the objects of one file, which come one after the other and are not kept: versions, ids, references,
// circles of markings, translations (STIX 2.1 §2.9, §3.2, §3.3, §3.6, §7.1; docs/specs/validate.md). One thread at a time.
// Limits: 48 bytes and an entry of an index for each id and version, up to `max_ids` of them; kMostTypes types;
// kMaxMarkingsFollowed definitions that are marked themselves; 100,000 translations of a named version. Beyond, a finding says what is not compared.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/limits.h"
#include "core/sip_hash.h"
#include "stix/validate/validate.h"

namespace sekisho::stix {

class AcrossObjects {
 public:
  static constexpr std::size_t kMostTypes = 250;

  /// `key`: unpredictable for whoever wrote the file.
  explicit AcrossObjects(const SipKey& key, const ValidateOptions& options = {}, std::size_t max_ids = Limits().file_ids);
  ~AcrossObjects();
  AcrossObjects(const AcrossObjects&) = delete;
  AcrossObjects& operator=(const AcrossObjects&) = delete;

  /// What is wrong between the object and those before it; positions inside the object, as of validate().
  /// `begin`: where it begins in the file; `in_bundle`: it is a member of a bundle or an envelope.
  std::vector<Finding> add(const json::Value& object, const json::Position& begin, bool in_bundle);

  struct OfFile {
    std::string object;  ///< its id; empty if the finding is about the file
    Finding finding;     ///< at a place in the file: that of the object
  };
  /// What only the whole file tells. Once, at its end. `complete`: all of it was read; else nothing is said of what
  /// is not there.
  std::vector<OfFile> finish(bool complete = true);

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace sekisho::stix
