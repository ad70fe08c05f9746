// Logs that are kept together say what each would say alone.
#include <array>
#include <string>
#include <vector>

#include "sync/release/plan/decision_root.h"
#include "tests/support/property.h"

namespace sekisho::sync::tests {
namespace {

std::string text_of(DecisionLog log) {
  json::Writer w;
  log.write(w, "view");
  return w.take();
}

}  // namespace

TEST_SUITE("property") {
  TEST_CASE("sync/decision_root: logs kept together say what each would say alone") {
    PROPERTY("together", [] {
      constexpr std::size_t kViews = 5;
      const std::array<std::string, 3> rules{"tlp.member", "policy.toml:7", ""};
      DecisionLogs together;
      std::array<DecisionLog, kViews> alone;
      std::vector<std::size_t> numbers;
      for (std::size_t view = 0; view < kViews; ++view) {
        const bool later = view == kViews - 1;  // comes when the others have begun
        if (!later) numbers.push_back(together.add_view());
      }
      const int steps = *rc::gen::inRange(0, 200);
      const int odd = *rc::gen::inRange(1, 60);
      for (int step = 0; step < steps; ++step) {
        if (step == 3) numbers.push_back(together.add_view());
        const Sha256 content{static_cast<std::uint8_t>(step)};
        for (std::size_t view = 0; view < numbers.size(); ++view) {
          const bool differs = *rc::gen::inRange(0, odd) == 0;
          if (differs && *rc::gen::arbitrary<bool>()) continue;
          const std::size_t rule = differs ? *rc::gen::inRange<std::size_t>(0, rules.size()) : 0;
          const auto effect = rule == 0 ? policy::Effect::kPermit : policy::Effect::kDeny;
          const auto no = static_cast<store::ObjectNo>(step + 1);
          together.add(numbers[view], no, 1, content, effect, rules[rule]);
          alone[view].add(no, 1, content, effect, rules[rule]);
        }
        if (*rc::gen::inRange(0, 3) != 0) together.settle();
      }
      together.settle();
      for (std::size_t view = 0; view < numbers.size(); ++view) {
        RC_ASSERT(text_of(DecisionLog(together.of(numbers[view]))) == text_of(std::move(alone[view])));
      }
    });
  }
}

}  // namespace sekisho::sync::tests
