// SPDX-License-Identifier: Apache-2.0
#include "tests/property/rough.hpp"

#include "tests/property/rough_rules.hpp"

namespace troupe::test {

namespace {

std::string id_of(const std::string& path) {
  auto name = path.substr(path.rfind('/') + 1);
  return name.substr(0, name.find_first_of("#["));
}

void collect(const document& x, rough_case& to) {
  if (!x.is_structured())
    return;
  if (x.is_object() && x.contains("parallel") && x["parallel"].is_object())
    for (auto& [name, branch] : x["parallel"].items())
      to.nodes[name] = &branch;
  if (x.is_object() && x.contains("id") && x["id"].is_string()) {
    to.nodes[x["id"].get<std::string>()] = &x;
    if (x.contains("undo"))
      to.undos[x["undo"]["id"].get<std::string>()] = x["id"].get<std::string>();
  }
  for (auto& member : x)
    collect(member, to);
}

} // namespace

rough_case::rough_case(const document& a_flow, const performance& a_performance)
  : flow{a_flow}, what{a_performance} {
  collect(flow, *this);
}

const document* rough_case::node_at(const std::string& path) const {
  auto found = nodes.find(id_of(path));
  return found == nodes.end() ? nullptr : found->second;
}

bool rough_case::is_undo(const std::string& path) const { return undos.contains(id_of(path)); }

bool rough_case::is_path_inside(const std::string& path, const step_result& r) const {
  if (path == r.path || r.path.empty())
    return true;
  if (!path.starts_with(r.path))
    return false;
  auto next = path[r.path.size()];
  auto node = node_at(r.path);
  auto has_rounds = node && node->contains("loop"); // else it is another visit
  return next == '/' || next == '[' || (next == '#' && has_rounds);
}

bool rough_case::is_inside(const call_record& call, const step_result& r) const {
  return is_path_inside(call.path, r) && call.at >= start_since_begin(r) &&
         call.at <= end_since_begin(r);
}

duration start_since_begin(const step_result& r) { return r.started_at.time_since_epoch(); }

duration end_since_begin(const step_result& r) { return start_since_begin(r) + r.duration; }

std::vector<std::string> rules_broken_by(const document& flow, const performance& what) {
  std::vector<std::string> all;
  auto want = [&](bool is_so, const std::string& wanted, const std::string& found) {
    if (!is_so)
      all.push_back("wanted " + wanted + ", found " + found);
  };
  want(what.refusal.empty(), "a valid flow", what.refusal);
  want(!what.is_endless, "an end", "none");
  if (!what.result || !what.refusal.empty())
    return all;
  want(what.starts == what.answers, "an answer to each start", "otherwise");
  want(what.left_alive == 0, "nobody left", std::to_string(what.left_alive) + " actors");
  auto found = bill_of(what.result->metrics);
  want(found == what.spent, "a bill of " + to_string(what.spent), to_string(found));
  want(what.held == 0, "every permit back", std::to_string(what.held) + " held");
  rough_case all_of_it{flow, what};
  for (auto rule : {wrong_with_limits, wrong_with_budgets, wrong_with_undos})
    for (auto& complaint : rule(all_of_it))
      all.push_back(complaint);
  return all;
}

} // namespace troupe::test
