// SPDX-License-Identifier: Apache-2.0
#include "actors/groups.hpp"

#include "actors/policy/call.hpp"
#include "actors/policy/choice.hpp"
#include "actors/policy/graph.hpp"
#include "actors/policy/loop.hpp"
#include "actors/policy/parallel.hpp"
#include "actors/policy/sequence.hpp"
#include "actors/spawn.hpp"
#include "config/overloaded.hpp"

namespace troupe {

child_spec whole(const plan::node& x, place where) {
  return {.node = &x, .place = where, .limit = limit_of(x, layer::whole)};
}

namespace {

group_spec group_of(std::unique_ptr<policy> rules) {
  return {.children = {}, .policy = std::move(rules), .spawn = spawn_node};
}

/// A helper that a group may do without keeps its place.
child_spec helper_at(const plan::helper& x) {
  return x ? whole(*x, place::helper) : child_spec{.place = place::helper};
}

void add_members(group_spec& to, const std::vector<plan::node>& nodes) {
  to.children.reserve(to.children.size() + nodes.size());
  for (auto& node : nodes)
    to.children.push_back(whole(node));
}

/// Behind the nodes come those that name their actions.
void add_actions(group_spec& to, const std::vector<plan::node>& nodes) {
  auto names_one = [](auto& node) { return node.action != nullptr; };
  if (std::any_of(nodes.begin(), nodes.end(), names_one))
    for (auto& node : nodes)
      to.children.push_back(helper_at(node.action));
}

group_spec group_for(const plan::sequence& x) {
  auto spec = group_of(std::make_unique<sequence_policy>(x));
  add_members(spec, x.children);
  add_actions(spec, x.children);
  return spec;
}

group_spec group_for(const plan::parallel& x) {
  std::vector<std::string> names;
  for (auto& branch : x.branches)
    names.push_back(branch.id);
  auto spec = group_of(std::make_unique<parallel_policy>(x, std::move(names)));
  spec.shares = x.share;
  add_members(spec, x.branches); // and then as `parallel_layout` says
  if (x.merge.score)
    spec.children.resize(2 * x.branches.size(), whole(*x.merge.score, place::helper));
  if (x.merge.reducer)
    spec.children.push_back(helper_at(x.merge.reducer));
  add_members(spec, x.merge.node);
  for (auto& extra : {x.split.program, x.hedge})
    if (extra)
      spec.children.push_back(helper_at(extra));
  return spec;
}

group_spec group_for(const plan::choice& x) {
  auto spec = group_of(std::make_unique<choice_policy>(x));
  for (auto& condition : x.conditions)
    spec.children.push_back(helper_at(condition));
  add_members(spec, x.branches);
  return spec;
}

group_spec group_for(const plan::loop& x) {
  auto spec = group_of(std::make_unique<loop_policy>(x));
  spec.keeps_results = true;
  spec.children.push_back(whole(x.body.front(), place::round));
  for (auto& extra : {x.before, x.after, x.carry})
    spec.children.push_back(helper_at(extra));
  return spec;
}

group_spec group_for(const run_services& services, const plan::call& x) {
  auto spec = group_of(std::make_unique<call_policy>(x));
  auto inside = std::make_shared<run_services>(services);
  inside->context_rules = &x.target->context_rules;
  spec.services = std::move(inside);
  spec.keeps_results = true;
  spec.children.push_back(helper_at(x.inputs));
  spec.children.push_back(whole(x.target->root, place::wrapped));
  spec.children.push_back(helper_at(x.target->output_node));
  return spec;
}

} // namespace

std::optional<group_spec> body_group(const run_services& services, const plan::node& x) {
  auto visitor = overloaded{
    [](const plan::step&) -> std::optional<group_spec> { return {}; },
    [](const plan::wait&) -> std::optional<group_spec> { return {}; },
    [&](const plan::graph& graph) -> std::optional<group_spec> {
      auto spec = group_of(std::make_unique<graph_policy>(graph, *services.context_rules));
      add_members(spec, graph.nodes);
      add_actions(spec, graph.nodes);
      return spec;
    },
    [&](const plan::call& call) -> std::optional<group_spec> { return group_for(services, call); },
    [](const auto& group) -> std::optional<group_spec> { return group_for(group); },
  };
  auto spec = std::visit(visitor, x.body);
  if (spec)
    spec->rolls_back = x.rolls_back;
  return spec;
}

} // namespace troupe
