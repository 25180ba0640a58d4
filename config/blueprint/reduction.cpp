// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/reduction.hpp"

#include <nlohmann/json.hpp>

namespace troupe::config::blueprint {

namespace {

/// Of the successful branches' outputs, in the order in which they are written.
const std::map<std::string, std::string>& programs() {
  static const std::map<std::string, std::string> all{
    {"values", "."},
    {"union", "if all(.[]; type == \"object\") then add // {} else "
              "reduce (.[] | if type == \"array\" then .[] else . end) as $one "
              "([]; if any(.[]; . == $one) then . else . + [$one] end) end"},
    {"concat", "if length > 0 and all(.[]; type == \"string\") then add else "
               "map(if type == \"array\" then .[] else . end) end"},
    {"first", "first"},
    {"last", "last"},
    {"majority_vote",
     ". as $all | map(. as $one | [$all[] | select(. == $one)] | length) as $votes | "
     "$all[$votes | index(max)]"}};
  return all;
}

std::string name_in(const reduction& x) {
  if (x.names.empty())
    return ".name";
  return "(" + nlohmann::json(x.names).dump() + "[.name] // .name)";
}

std::string by_rule(const reduction& x) {
  if (x.rule.empty())
    return "map({(" + name_in(x) +
           "): (if .success == false then . else .output end)}) | add // {}";
  std::string successes = "map(select(.success != false)";
  if (x.rule == "keys")
    return successes + " | " + name_in(x) + ")";
  auto outputs = successes + " | .output)";
  auto& program = programs().at(x.rule);
  return program == "." ? outputs : outputs + " | " + program;
}

} // namespace

std::vector<std::string> reduction_rules() {
  std::vector<std::string> all{"keys"};
  for (auto& [name, program] : programs())
    all.push_back(name);
  return all;
}

std::string to_jq(const reduction& x) {
  auto out = by_rule(x);
  if (x.fails_with_a_branch)
    out = "if any(.[]; .success == false) then error(map(select(.success == false) | " +
          name_in(x) + " + \": \" + .error.message) | join(\"; \")) else " + out + " end";
  return x.skips_unchosen ? "map(select(.status != \"skipped\")) | " + out : out;
}

} // namespace troupe::config::blueprint
