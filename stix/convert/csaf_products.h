// The product tree of a CSAF document as `software` objects (CSAF 2.0 §3.2.2). One thread.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/json.h"
#include "stix/convert/builder.h"
#include "stix/convert/csaf_reader.h"

namespace sekisho::stix::convert {

struct Product {
  std::string name;
  std::string software_id;  ///< the STIX object
};

class CsafProducts {
 public:
  CsafProducts(CsafReader& in, Builder& out) : in_(in), out_(out) {}

  /// Reads `product_tree`; refuses a product id that is defined twice.
  void read(const json::Value& tree);
  /// The product that `element` names; a loss and nullptr if the document does not define it.
  const Product* find(const json::Value& element);
  /// The products that `owner` names by `product_ids` (or `key`) and `group_ids`, in order.
  std::vector<const Product*> named(const json::Value& owner, std::string_view key = "product_ids");
  /// Their names in one text of bounded length.
  std::string names(const std::vector<const Product*>& products);

 private:
  struct Above {
    std::string_view vendor, product, version;
  };
  void branch(const json::Value& value, Above above);
  void define(const json::Value& full_product_name, const Above& above);
  void identification(const json::Value& full_product_name, std::string_view& cpe);
  void define_relationship(const json::Value& relationship);
  void join(const json::Value& relationship);
  void group(const json::Value& value);
  /// Counts against a budget for the whole document: groups and long names can be referred to over
  /// and over by a few bytes each.
  void spend(std::size_t units);

  CsafReader& in_;
  Builder& out_;
  std::unordered_map<std::string_view, Product> products_;  // keys live in the document
  std::unordered_map<std::string_view, std::vector<const Product*>> groups_;
  std::size_t spent_ = 0;
};

}  // namespace sekisho::stix::convert
