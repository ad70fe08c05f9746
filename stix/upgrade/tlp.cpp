#include "stix/upgrade/tlp.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace sekisho::stix::upgrade {

std::optional<std::string> published_tlp(const json::Value& root) {
  struct Row {
    std::string_view id;
    std::string_view tlp;
    std::string_view name;
  };
  constexpr Row kRows[] = {
      {"marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "white", "TLP:WHITE"},
      {"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "green", "TLP:GREEN"},
      {"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "amber", "TLP:AMBER"},
      {"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red", "TLP:RED"},
  };
  const auto row = std::find_if(std::begin(kRows), std::end(kRows),
                                [&](const Row& it) { return root["id"].string() == it.id; });
  if (row == std::end(kRows) || root["definition"]["tlp"].string() != row->tlp) return std::nullopt;
  json::Writer out;
  out.begin_object().member("type", "marking-definition").member("spec_version", "2.1");
  out.member("id", row->id).member("created", "2017-01-20T00:00:00.000Z");
  out.member("definition_type", "tlp").member("name", row->name);
  out.key("definition").begin_object().member("tlp", row->tlp).end_object().end_object();
  return out.take();
}

}  // namespace sekisho::stix::upgrade
