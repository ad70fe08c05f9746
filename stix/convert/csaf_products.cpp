#include "stix/convert/csaf_products.h"

#include "stix/convert/identifiers.h"

namespace sekisho::stix::convert {
namespace {
constexpr std::size_t kNamedProducts = 100;
constexpr std::size_t kNamesBytes = 20'000;
constexpr std::size_t kBudget = 64u << 20;
}  // namespace

void CsafProducts::read(const json::Value& tree) {
  for (const auto& [unused, value] : in_.array(tree, "full_product_names")) define(value, {});
  for (const auto& [unused, value] : in_.array(tree, "branches")) branch(value, {});
  const json::Value relationships = in_.array(tree, "relationships");
  for (const auto& [unused, value] : relationships) define_relationship(value);
  for (const auto& [unused, value] : relationships) join(value);
  for (const auto& [unused, value] : in_.array(tree, "product_groups")) group(value);
  in_.rest(tree, "product_tree",
           {"full_product_names", "branches", "relationships", "product_groups"});
}

void CsafProducts::branch(const json::Value& value, Above above) {
  if (!in_.is_object(value)) return;
  const std::string_view category = in_.need_text(value, "category");
  const std::string_view name = in_.need_text(value, "name");
  if (category == "vendor") {
    above.vendor = name;
  } else if (category == "product_name") {
    above.product = name;
  } else if (category == "product_version" || category == "product_version_range") {
    above.version = name;
  } else {
    in_.journal().lose("A branch of category " + std::string(category) +
                           " has no place in software but in the full product name",
                       value);
  }
  const json::Value product = in_.object(value, "product");
  if (product.exists()) define(product, above);
  for (const auto& [unused, child] : in_.array(value, "branches")) branch(child, above);
  in_.rest(value, "branch", {"category", "name", "product", "branches"});
}

void CsafProducts::identification(const json::Value& full_product_name, std::string_view& cpe) {
  const json::Value helper = in_.object(full_product_name, "product_identification_helper");
  if (!helper.exists()) return;
  const std::string_view written = in_.text(helper, "cpe");
  if (is_cpe23(written)) {
    cpe = written;
  } else if (!written.empty()) {
    in_.journal().lose("A cpe that is no CPE 2.3 name was left out", helper);
  }
  in_.rest(helper, "product_identification_helper", {"cpe"});
}

void CsafProducts::define(const json::Value& full_product_name, const Above& above) {
  if (!in_.is_object(full_product_name)) return;
  const std::string_view name = in_.need_text(full_product_name, "name");
  const std::string_view id = in_.need_text(full_product_name, "product_id");
  if (name.find(above.product) == std::string_view::npos) {
    in_.journal().lose(
        "A branch of category product_name is not part of the full product name and was left out",
        full_product_name);
  }
  std::string_view cpe;
  identification(full_product_name, cpe);
  in_.rest(full_product_name, "product", {"name", "product_id", "product_identification_helper"});
  if (in_.journal().failed()) return;
  const std::string software = out_.observable(
      "software",
      {{"name", name}, {"cpe", cpe}, {"vendor", above.vendor}, {"version", above.version}});
  const auto [entry, fresh] = products_.try_emplace(id, Product{std::string(name), software});
  if (fresh) return;
  if (entry->second.software_id == software) {
    in_.journal().lose("A product is defined again in the same words", full_product_name);
    return;
  }
  in_.journal().refuse(
      "product_id " + std::string(id) + " is defined twice; give each product an id of its own",
      full_product_name.pointer() + "/product_id");
}

void CsafProducts::define_relationship(const json::Value& relationship) {
  if (!in_.is_object(relationship)) return;
  const json::Value product = in_.need_object(relationship, "full_product_name");
  if (product.exists()) define(product, {});
  in_.rest(relationship, "product relationship",
           {"full_product_name", "category", "product_reference", "relates_to_product_reference"});
}

void CsafProducts::join(const json::Value& relationship) {
  const std::string_view category = in_.need_text(relationship, "category");
  const Product* whole = find(relationship["full_product_name"]["product_id"]);
  for (const std::string_view key : {"product_reference", "relates_to_product_reference"}) {
    in_.need_text(relationship, key);
    if (in_.journal().failed()) return;
    const Product* part = find(relationship[key]);
    if (part == nullptr || whole == nullptr) continue;
    if (part->software_id == whole->software_id) {
      in_.journal().lose("A product relationship joins two products that give the same software",
                         relationship);
      continue;
    }
    out_.relate("related-to", whole->software_id, part->software_id,
                "Product relationship: " + std::string(category) + " (" + std::string(key) + ").",
                std::string(category) + "/" + std::string(key));
  }
}

void CsafProducts::group(const json::Value& value) {
  if (!in_.is_object(value)) return;
  const std::string_view id = in_.need_text(value, "group_id");
  std::vector<const Product*>& members = groups_[id];
  for (const auto& [unused, element] : in_.array(value, "product_ids")) {
    if (const Product* product = find(element)) members.push_back(product);
  }
  in_.rest(value, "product_group", {"group_id", "product_ids"});
}

const Product* CsafProducts::find(const json::Value& element) {
  const std::string_view id = in_.element_text(element);
  const auto found = products_.find(id);
  if (found != products_.end()) return &found->second;
  in_.journal().lose(
      "The product " + shortened(id, 60) + " is referred to but not defined in product_tree",
      element);
  return nullptr;
}

std::vector<const Product*> CsafProducts::named(const json::Value& owner, std::string_view key) {
  std::vector<const Product*> out;
  for (const auto& [unused, element] : in_.array(owner, key)) {
    if (const Product* product = find(element)) out.push_back(product);
  }
  if (key != "product_ids") return out;
  for (const auto& [unused, element] : in_.array(owner, "group_ids")) {
    const auto found = groups_.find(in_.element_text(element));
    if (found == groups_.end()) {
      in_.journal().lose("A product group is referred to but not defined in product_tree", element);
      continue;
    }
    spend(found->second.size());
    if (in_.journal().failed()) return {};
    out.insert(out.end(), found->second.begin(), found->second.end());
  }
  return out;
}

void CsafProducts::spend(std::size_t units) {
  spent_ += units;
  if (spent_ <= kBudget) return;
  in_.journal().fail(make_error(Code::kLimitExceeded,
                                "the document names its products too many times over; split it",
                                "/product_tree"));
}

std::string CsafProducts::names(const std::vector<const Product*>& products) {
  std::string out;
  std::size_t named = 0;
  for (; named < products.size() && named < kNamedProducts && out.size() < kNamesBytes; ++named) {
    if (named > 0) out += "; ";
    out += products[named]->name;
  }
  if (named < products.size()) {
    out += "; and " + std::to_string(products.size() - named) + " more";
    in_.journal().lose("Only the first 100 products of a list are named in a description",
                       "/product_tree");
  }
  spend(out.size());
  return in_.journal().failed() ? std::string() : out;
}

}  // namespace sekisho::stix::convert
