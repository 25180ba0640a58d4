// SPDX-License-Identifier: Apache-2.0
#include "config/plan.hpp"

#include "config/suggest.hpp"
#include "config/thrown.hpp"

#include <array>

namespace troupe::plan {

namespace {

constexpr std::array<std::string_view, 10> strategies{
  "collect_all",     "outputs", "by_name",       "first_success", "best_quality",
  "combine_outputs", "quorum",  "majority_vote", "reduce",        "node"};
constexpr std::array<std::string_view, 9> policies{
  "last_write_wins", "first_write_wins", "error", "append", "union", "sum", "max", "min",
  "deep_merge"};

template <class Enum, size_t N>
std::optional<Enum> enum_from(const std::array<std::string_view, N>& names, std::string_view name) {
  for (size_t i = 0; i < N; ++i)
    if (names[i] == name)
      return static_cast<Enum>(i);
  return {};
}

bool has_type(const value& x, const std::string& type) {
  if (type == "any")
    return true;
  if (type == "integer")
    return x.is_number() && x.json().is_number_integer();
  return type == x.type_name();
}

} // namespace

size_t tolerance::of(size_t items) const {
  return percent ? static_cast<size_t>(static_cast<double>(items) * *percent / 100) : count;
}

bool is_inline(const step& x) { return std::holds_alternative<inline_fn>(x.kind->run); }

bool is_helper(const node& x) {
  auto step = std::get_if<plan::step>(&x.body);
  return step && step->is_helper;
}

namespace {

template <class Node, class Visitor>
void visit_inner(Node& x, const Visitor& visit) {
  auto all = [&](auto& nodes) {
    for (auto& node : nodes)
      visit(node);
  };
  auto visitor = [&](auto& body) {
    using shape = std::remove_const_t<std::remove_reference_t<decltype(body)>>;
    if constexpr (std::is_same_v<shape, sequence>)
      all(body.children);
    if constexpr (std::is_same_v<shape, graph>)
      all(body.nodes);
    if constexpr (std::is_same_v<shape, loop>)
      all(body.body);
    if constexpr (std::is_same_v<shape, parallel> || std::is_same_v<shape, choice>)
      all(body.branches);
    if constexpr (std::is_same_v<shape, parallel>)
      all(body.merge.node);
  };
  std::visit(visitor, x.body);
  all(x.fallback);
  all(x.undo);
}

} // namespace

std::optional<merge_strategy> merge_strategy_from(std::string_view name) {
  return enum_from<merge_strategy>(strategies, name);
}
std::string_view to_string(merge_strategy x) { return strategies[static_cast<size_t>(x)]; }
std::vector<std::string> merge_strategy_names() { return {strategies.begin(), strategies.end()}; }

std::optional<context_policy> context_policy_from(std::string_view name) {
  return enum_from<context_policy>(policies, name);
}
std::string to_string(const context_rule& x) {
  if (auto policy = std::get_if<context_policy>(&x))
    return std::string{policies[static_cast<size_t>(*policy)]};
  auto& step = std::get<plan::step>(std::get<helper>(x)->body);
  return step.programs.empty() ? step.kind->name : "jq";
}
std::vector<std::string> context_policy_names() { return {policies.begin(), policies.end()}; }

void each_inner(const node& x, const std::function<void(const node&)>& visit) {
  visit_inner(x, visit);
}
void each_inner(node& x, const std::function<void(node&)>& visit) { visit_inner(x, visit); }

config::jq_programs::variables variables_of(const expression& x, const view& from) {
  config::jq_programs::variables all;
  for (auto& [name, where] : x.variables)
    all.emplace_back(name, resolve(where, from).value_or(value{}));
  return all;
}

bool triggers_fallback(const node& x, const error& why) {
  return !x.fallback_on || x.fallback_on->contains(why.code);
}

namespace {

std::string problem_of(const step_kind& kind, const nlohmann::json& params) {
  try {
    return kind.check(params);
  } catch (...) {
    return config::what_was_thrown();
  }
}

} // namespace

std::optional<error> missing_for(const flow& x,
                                 const std::function<bool(const std::string& path)>& concerns) {
  for (auto& [path, kind, params] : x.checks)
    if (concerns && !concerns(path))
      continue;
    else if (auto problem = problem_of(*kind, params); !problem.empty())
      return error{.code = errc::invalid_input, .message = path + ": " + problem, .path = path};
  return {};
}

expected<value> accept_inputs(const flow_core& x, const value& given) {
  if (!given.is_null() && !given.is_object())
    return failure(errc::invalid_input,
                   std::string{"inputs: wanted an object, got "} + given.type_name());
  std::vector<value::member> all;
  std::vector<std::string> declared;
  for (auto& [name, spec] : x.inputs) {
    declared.push_back(name);
    auto found = given.find(name);
    if (!found && spec.required && !spec.fallback)
      return failure(errc::invalid_input, "inputs." + name + ": wanted a value, got none");
    if (!found)
      found = spec.fallback.value_or(value{});
    else if (!has_type(*found, spec.type))
      return failure(errc::invalid_input,
                     "inputs." + name + ": wanted " + spec.type + ", got " + found->type_name());
    all.emplace_back(name, *found);
  }
  std::optional<error> unknown;
  given.each_member([&](const std::string& name, const value& extra) {
    if (x.inputs.contains(name))
      return;
    if (x.takes_other_inputs)
      return all.emplace_back(name, extra), void();
    auto hint = config::did_you_mean(name, declared);
    unknown = error{.code = errc::invalid_input,
                    .message = "inputs." + name + ": the flow has no such input" +
                               (hint.empty() ? "" : "; " + hint)};
  });
  if (unknown)
    return unexpected{*unknown};
  return value::object(std::move(all));
}

} // namespace troupe::plan
