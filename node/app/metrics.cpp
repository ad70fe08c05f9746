#include "node/app/metrics.h"

#include <algorithm>
#include <string_view>

namespace sekisho::node::app {
namespace {

/// Backslash and line end, and in a label's value the quote too.
void append_escaped(std::string& out, std::string_view text, bool quoted) {
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quoted) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

void append_sample(std::string& out, const std::string& name, const Metrics::Sample& sample) {
  out += name;
  char before = '{';
  for (const auto& [label, value] : sample.labels) {
    out += before;
    out += label + "=\"";
    append_escaped(out, value, true);
    out += '"';
    before = ',';
  }
  if (!sample.labels.empty()) out += '}';
  out += ' ' + std::to_string(sample.value) + '\n';
}

}  // namespace

void Metrics::add(Kind kind, const std::string& name, const std::string& help,
                  std::function<std::vector<Sample>()> read) {
  const MutexLock lock(mutex_);
  auto held = std::find_if(metrics_.begin(), metrics_.end(), [&](const Metric& m) { return m.name == name; });
  if (held == metrics_.end()) held = metrics_.insert(metrics_.end(), Metric{kind, name, help, {}});
  held->reads.push_back(std::move(read));
}

void Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels,
                    std::function<std::int64_t()> read) {
  add(Kind::kGauge, name, help, [labels, read = std::move(read)] { return std::vector<Sample>{{labels, read()}}; });
}

std::string Metrics::render() const {
  std::vector<Metric> metrics;
  {
    const MutexLock lock(mutex_);  // given back before the readers run: they may take locks of their own
    metrics = metrics_;
  }
  std::string out;
  for (const Metric& metric : metrics) {
    out += "# HELP " + metric.name + ' ';
    append_escaped(out, metric.help, false);
    out += "\n# TYPE " + metric.name + (metric.kind == Kind::kCounter ? " counter\n" : " gauge\n");
    for (const auto& read : metric.reads) {
      for (const Sample& sample : read()) append_sample(out, metric.name, sample);
    }
  }
  return out;
}

}  // namespace sekisho::node::app
