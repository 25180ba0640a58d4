// SPDX-License-Identifier: Apache-2.0
#include "cli/sarif.hpp"

#include "troupe/version.hpp"

#include <set>

namespace troupe::cli {

using nlohmann::json;

namespace {

json place_of(const diagnostic& x) {
  json place{{"artifactLocation", {{"uri", x.file}}}};
  if (x.line > 0)
    place["region"] = {
      {"startLine", x.line}, {"startColumn", x.column}, {"endColumn", x.column + x.length}};
  json out{{"physicalLocation", std::move(place)}};
  if (!x.pointer.empty())
    out["logicalLocations"] = json::array({{{"fullyQualifiedName", x.pointer}}});
  return out;
}

json result_of(const diagnostic& x) {
  auto text = x.message + (x.hint.empty() ? "" : " (" + x.hint + ")");
  return {{"ruleId", x.code},
          {"level", x.severity == severity::error ? "error" : "warning"},
          {"message", {{"text", text}}},
          {"locations", json::array({place_of(x)})}};
}

} // namespace

json sarif(const std::vector<diagnostic>& all) {
  auto results = json::array(), rules = json::array();
  std::set<std::string> codes;
  for (auto& x : all) {
    results.push_back(result_of(x));
    if (codes.insert(x.code).second)
      rules.push_back({{"id", x.code}});
  }
  json driver{{"name", "troupe"}, {"version", TROUPE_VERSION_STRING}, {"rules", std::move(rules)}};
  json run{{"tool", {{"driver", std::move(driver)}}},
           {"columnKind", "unicodeCodePoints"},
           {"results", std::move(results)}};
  return {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
          {"version", "2.1.0"},
          {"runs", json::array({std::move(run)})}};
}

} // namespace troupe::cli
