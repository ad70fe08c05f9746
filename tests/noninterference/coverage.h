// What the worlds of a run have touched, counted. One thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace sekisho::noninterference {

struct Coverage {
  std::map<std::string, std::map<int, std::size_t>> doors;  ///< door -> status -> answers
  std::map<std::string, std::size_t> types;                 ///< of objects that P was given
  std::map<std::string, std::size_t> features;              ///< of worlds
  std::size_t worlds = 0, requests = 0, common = 0, hidden = 0, given = 0, renditions = 0, differences = 0;

  void add(const Coverage& other);
  std::string text() const;
};

}  // namespace sekisho::noninterference
