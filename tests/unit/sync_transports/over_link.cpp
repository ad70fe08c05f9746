#include "transport.h"
#include "wire.h"

namespace sekisho::sync::tests {

std::string altered(std::string text, const Weather& weather) {
  REQUIRE(weather.find.size() == weather.put.size());
  if (weather.find.empty()) return text;
  for (auto at = text.find(weather.find); at != std::string::npos; at = text.find(weather.find, at)) {
    text.replace(at, weather.put.size(), weather.put);
  }
  return text;
}

bool OverLink::bring(Node& from, Node& to, const Weather& weather) {
  LinkOptions plain;
  plain.compress = false;
  Wire wire(from, to, plain);
  std::size_t left = weather.steps;
  wire.script = [&](Side side, v1::Frame& frame, auto&) {
    if (left == 0) return false;
    --left;
    if (side == Side::kLeft && frame.has_batch()) {
      frame.mutable_batch()->set_entries(altered(frame.batch().entries(), weather));
    }
    return true;
  };
  wire.run();
  return !wire.cut();
}

}  // namespace sekisho::sync::tests
