// What the node says of itself in the Prometheus text form (version 0.0.4), read anew at each render. For
// this machine's own eyes: no object's content, no party's secrets. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/mutex.h"

namespace sekisho::node::app {

class Metrics {
 public:
  using Labels = std::vector<std::pair<std::string, std::string>>;  ///< names are of [a-z_]
  struct Sample {
    Labels labels;
    std::int64_t value = 0;
  };
  enum class Kind { kGauge, kCounter };

  /// `read` is called at each render, on the thread that renders; labels may differ from time to time. A name
  /// that several add is one metric with the samples of all; its kind and help are the first one's.
  void add(Kind kind, const std::string& name, const std::string& help, std::function<std::vector<Sample>()> read);
  /// One sample that is always there.
  void gauge(const std::string& name, const std::string& help, const Labels& labels,
             std::function<std::int64_t()> read);

  std::string render() const;

 private:
  struct Metric {
    Kind kind = Kind::kGauge;
    std::string name, help;
    std::vector<std::function<std::vector<Sample>()>> reads;
  };
  mutable Mutex mutex_;
  std::vector<Metric> metrics_ SEKISHO_GUARDED_BY(mutex_);  ///< as added
};

}  // namespace sekisho::node::app
