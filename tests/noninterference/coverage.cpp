#include "coverage.h"

namespace sekisho::noninterference {

void Coverage::add(const Coverage& other) {
  for (const auto& [door, answers] : other.doors) {
    for (const auto& [status, count] : answers) doors[door][status] += count;
  }
  for (const auto& [type, count] : other.types) types[type] += count;
  for (const auto& [feature, count] : other.features) features[feature] += count;
  worlds += other.worlds;
  requests += other.requests;
  common += other.common;
  hidden += other.hidden;
  given += other.given;
  renditions += other.renditions;
  differences += other.differences;
}

std::string Coverage::text() const {
  std::string out = "doors and status codes\n";
  for (const auto& [door, answers] : doors) {
    out += "  " + door + std::string(door.size() < 18 ? 18 - door.size() : 1, ' ');
    for (const auto& [status, count] : answers) out += "  " + std::to_string(status) + ": " + std::to_string(count);
    out += "\n";
  }
  out += "types given to P (" + std::to_string(types.size()) + ")\n ";
  for (const auto& [type, count] : types) out += " " + type + ": " + std::to_string(count);
  out += "\nworlds with\n ";
  for (const auto& [feature, count] : features) out += " " + feature + ": " + std::to_string(count);
  return out + "\n" + std::to_string(common) + " common objects, " + std::to_string(hidden) + " hidden ones, " +
         std::to_string(given) + " given to P, " + std::to_string(renditions) + " of them renditions and words about them\n";
}

}  // namespace sekisho::noninterference
