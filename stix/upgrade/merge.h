// Joins the forms of cyber-observables met several times. One thread.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "stix/upgrade/losses.h"

namespace sekisho::stix::upgrade {

/// Objects by id, in the order of their first appearance. Forms of one id become one object:
/// members of only one form stay, lists of references and markings are joined, of differing values
/// the first stays and a loss says so. Time and memory are linear in what was added.
class Merger {
 public:
  /// `where` is the place of the 2.0 observable.
  void add(const std::string& id, std::string object, std::string where);
  std::vector<std::string> take(Losses& losses);

 private:
  struct Form {
    std::string object;
    std::string where;
  };
  static std::string joined(const std::vector<Form>& forms, Losses& losses);

  std::unordered_map<std::string, std::size_t> index_;
  std::vector<std::vector<Form>> groups_;
};

}  // namespace sekisho::stix::upgrade
