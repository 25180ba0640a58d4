// SPDX-License-Identifier: Apache-2.0
#include "actors/spawn.hpp"

#include "actors/policy/fallback.hpp"
#include "actors/policy/parallel.hpp"
#include "actors/policy/retry.hpp"
#include "actors/policy/sequence.hpp"
#include "actors/step.hpp"
#include "actors/supervisor.hpp"
#include "config/overloaded.hpp"

#include <algorithm>

namespace troupe {

namespace {

child_spec whole(const plan::node& x) {
  return {.node = &x, .layer = layer::whole, .limit = limit_of(x, layer::whole)};
}

child_spec wrapped(const plan::node& x, layer part) {
  return {.node = &x, .layer = part, .limit = limit_of(x, part), .is_wrapped = true};
}

group_spec group_of(layer part, std::unique_ptr<policy> rules) {
  return {.layer = part, .children = {}, .policy = std::move(rules), .spawn = spawn_node};
}

group_spec fallback_group(const plan::node& x) {
  std::vector<std::string> names{x.id};
  for (auto& backup : x.fallback)
    names.push_back(backup.id);
  auto triggers = [&x](const error& why) { return plan::triggers_fallback(x, why); };
  auto spec = group_of(layer::whole,
                       std::make_unique<fallback_policy>(std::move(names), std::move(triggers)));
  spec.children.push_back(wrapped(x, layer::guarded));
  for (auto& backup : x.fallback)
    spec.children.push_back(whole(backup));
  return spec;
}

group_spec retry_group(const plan::node& x, const std::string& run_id, const std::string& path) {
  auto seed = std::hash<std::string>{}(run_id + "/" + path);
  auto spec = group_of(layer::guarded, std::make_unique<retry_policy>(x.retry, seed, x.deadline));
  spec.children.push_back(wrapped(x, layer::body));
  return spec;
}

group_spec sequence_group(const plan::sequence& x) {
  auto spec = group_of(layer::body, std::make_unique<sequence_policy>(x.children.size()));
  for (auto& child : x.children)
    spec.children.push_back(whole(child));
  return spec;
}

group_spec parallel_group(const plan::parallel& x) {
  std::vector<std::string> names;
  for (auto& branch : x.branches)
    names.push_back(branch.id);
  auto spec = group_of(layer::body, std::make_unique<parallel_policy>(x, std::move(names)));
  spec.children.reserve(x.branches.size());
  for (auto& branch : x.branches)
    spec.children.push_back(whole(branch));
  if (x.merge.score)
    for (size_t i = 0; i < x.branches.size(); ++i) {
      spec.children.push_back(whole(*x.merge.score));
      spec.children.back().is_hidden = true;
    }
  return spec;
}

} // namespace

std::optional<duration> limit_of(const plan::node& x, layer part) {
  auto retries = x.retry.attempts > 1;
  auto falls_back = !x.fallback.empty();
  if (part == layer::whole && falls_back)
    return {}; // the deadline triggers the fallback, so it is the primary's
  if (part != layer::body && retries)
    return x.deadline;
  if (part == layer::body)
    return x.timeout; // the deadline is that of the tries around it
  if (!x.timeout || !x.deadline)
    return x.timeout ? x.timeout : x.deadline;
  return std::min(*x.timeout, *x.deadline);
}

std::optional<group_spec> group_spec_of(const run_services& services, const child_spec& child,
                                        const std::string& path) {
  auto& node = *child.node;
  if (child.layer == layer::whole && !node.fallback.empty())
    return fallback_group(node);
  if (child.layer != layer::body && node.retry.attempts > 1)
    return retry_group(node, services.run_id, path);
  auto visitor = overloaded{
    [](const plan::step&) -> std::optional<group_spec> { return {}; },
    [](const plan::sequence& x) -> std::optional<group_spec> { return sequence_group(x); },
    [](const plan::parallel& x) -> std::optional<group_spec> { return parallel_group(x); },
  };
  return std::visit(visitor, node.body);
}

caf::actor spawn_node(caf::local_actor* parent, const shared_services& services,
                      const child_spec& child, const std::string& path) {
  auto& node = *child.node;
  if (auto group = group_spec_of(*services, child, path))
    return parent->spawn<supervisor_actor>(services, node, path, std::move(*group));
  return parent->spawn<step_actor, caf::lazy_init>(services, node, path);
}

} // namespace troupe
