// The Prometheus text form: one head for each name, values escaped, readers asked anew each time.
#include "node/app/metrics.h"

#include "tests/support/doctest.h"

namespace sekisho::node::app {
namespace {

using Samples = std::vector<Metrics::Sample>;

TEST_SUITE("unit") {
  TEST_CASE("node/metrics: nothing added, nothing said") { CHECK(Metrics().render().empty()); }

  TEST_CASE("node/metrics: a name has one head, with the samples of all who add to it, in their order") {
    Metrics metrics;
    metrics.gauge("b_open", "Open now.", {{"gate", "one"}}, [] { return 3; });
    metrics.add(Metrics::Kind::kCounter, "a_total", "All.", [] { return Samples{{{}, 7}}; });
    metrics.gauge("b_open", "Said before.", {{"gate", "two"}, {"kind", "x"}}, [] { return -1; });
    CHECK(metrics.render() ==
          "# HELP b_open Open now.\n# TYPE b_open gauge\nb_open{gate=\"one\"} 3\nb_open{gate=\"two\",kind=\"x\"} -1\n"
          "# HELP a_total All.\n# TYPE a_total counter\na_total 7\n");
  }

  TEST_CASE("node/metrics: quotes, backslashes and line ends cannot leave a value or a help text") {
    Metrics metrics;
    metrics.gauge("m", "a \"b\" \\ c\nd", {{"party", "x\"} 1\nevil 2\\"}}, [] { return 1; });
    CHECK(metrics.render() ==
          "# HELP m a \"b\" \\\\ c\\nd\n# TYPE m gauge\nm{party=\"x\\\"} 1\\nevil 2\\\\\"} 1\n");
  }

  TEST_CASE("node/metrics: each render reads anew; a metric may have no samples") {
    Metrics metrics;
    int value = 0;
    metrics.add(Metrics::Kind::kGauge, "m", "Help.", [&] { return value == 0 ? Samples{} : Samples{{{}, value}}; });
    CHECK(metrics.render() == "# HELP m Help.\n# TYPE m gauge\n");
    value = 5;
    CHECK(metrics.render() == "# HELP m Help.\n# TYPE m gauge\nm 5\n");
  }
}

}  // namespace
}  // namespace sekisho::node::app
