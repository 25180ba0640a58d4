// SPDX-License-Identifier: Apache-2.0
#include "actors/spawn.hpp"

#include "actors/cache_steps.hpp"
#include "actors/call.hpp"
#include "actors/elsewhere.hpp"
#include "actors/groups.hpp"
#include "actors/policy/batch.hpp"
#include "actors/policy/cache.hpp"
#include "actors/policy/fallback.hpp"
#include "actors/policy/retry.hpp"
#include "actors/policy/rollback.hpp"
#include "actors/policy/single.hpp"
#include "actors/step.hpp"
#include "actors/supervisor.hpp"
#include "actors/wait.hpp"

namespace troupe {

namespace {

/// The first wrapper that the node uses, from this one inwards.
layer outermost(const plan::node& x, layer from) {
  if (from <= layer::budget && x.budget)
    return layer::budget;
  if (from <= layer::batch && x.batch)
    return layer::batch;
  if (from <= layer::cache && x.cache)
    return layer::cache;
  if (from <= layer::fallback && !x.fallback.empty())
    return layer::fallback;
  if (from <= layer::retry && (x.retry.attempts > 1 || x.deadline))
    return layer::retry;
  return layer::body;
}

/// The node itself, from this wrapper inwards.
child_spec inside(const plan::node& x, layer part, place where = place::wrapped) {
  return {.node = &x, .layer = part, .place = where, .limit = limit_of(x, part)};
}

group_spec wrapper(layer part, std::unique_ptr<policy> rules) {
  return {.layer = part, .children = {}, .policy = std::move(rules), .spawn = spawn_node};
}

group_spec budget_group(const plan::node& x) {
  auto spec = wrapper(layer::budget, std::make_unique<single_policy>());
  spec.budget = x.budget;
  // It may turn out at the end that too much was spent.
  spec.rolls_back = x.rolls_back || (x.batch && x.batch->rolls_back);
  spec.children.push_back(inside(x, layer::batch));
  return spec;
}

group_spec batch_group(const plan::node& x) {
  auto spec = wrapper(layer::batch, std::make_unique<batch_policy>(*x.batch));
  spec.keeps_results = true;
  spec.rolls_back = x.batch->rolls_back;
  spec.children.push_back(whole(*x.batch->items, place::helper));
  spec.children.push_back(inside(x, layer::cache, place::item));
  return spec;
}

group_spec cache_group(const plan::node& x) {
  auto spec = wrapper(layer::cache, std::make_unique<cache_policy>(x.cache->scope, x.cache->ttl));
  spec.children.push_back(whole(*x.cache->key, place::helper));
  spec.children.push_back(whole(look_up_in_cache(), place::helper));
  spec.children.push_back(inside(x, layer::fallback));
  spec.children.push_back(whole(keep_in_cache(), place::helper));
  return spec;
}

group_spec fallback_group(const plan::node& x) {
  std::vector<std::string> names{x.id};
  for (auto& backup : x.fallback)
    names.push_back(backup.id);
  auto triggers = [&x](const error& why) { return plan::triggers_fallback(x, why); };
  auto spec = wrapper(layer::fallback,
                      std::make_unique<fallback_policy>(std::move(names), std::move(triggers)));
  spec.children.push_back(inside(x, layer::retry));
  for (auto& backup : x.fallback)
    spec.children.push_back(whole(backup, place::backup));
  return spec;
}

group_spec retry_group(const plan::node& x, const std::string& run_id, const std::string& path) {
  auto seed = std::hash<std::string>{}(run_id + "/" + path);
  auto spec = wrapper(layer::retry, std::make_unique<retry_policy>(x.retry, seed, x.deadline));
  spec.children.push_back(inside(x, layer::body));
  return spec;
}

/// Takes back what is in the log, the last one first.
group_spec rollback_group(const undo_log& log) {
  std::vector<std::string> paths;
  for (auto& one : log)
    paths.push_back(one->path);
  auto spec = wrapper(layer::whole, std::make_unique<rollback_policy>(std::move(paths)));
  for (auto& one : log) {
    spec.children.push_back(whole(*one->undo, place::undo));
    spec.children.back().undoes = {one};
  }
  return spec;
}

bool is_wait_for_time(const plan::node& x) {
  auto wait = std::get_if<plan::wait>(&x.body);
  return wait && wait->time;
}

bool is_body(const child_spec& child) {
  return child.place != place::rollback && outermost(*child.node, child.layer) == layer::body;
}

} // namespace

bool is_one_step(const child_spec& child) {
  auto step = std::get_if<plan::step>(&child.node->body);
  return step && !step->is_helper && is_body(child);
}

bool is_leaf(const child_spec& child) {
  return is_one_step(child) ||
         (std::holds_alternative<plan::wait>(child.node->body) && is_body(child));
}

bool needs_no_actor(const run_services& services, const child_spec& child) {
  if (!services.fusion.is_on || !is_body(child) || goes_elsewhere(services, child))
    return false;
  auto step = std::get_if<plan::step>(&child.node->body);
  return step ? !std::holds_alternative<plain_fn>(function_of(*step, services))
              : is_wait_for_time(*child.node);
}

bool goes_elsewhere(const run_services& services, const child_spec& child) {
  if (!services.cluster)
    return false;
  if (child.place == place::undo)
    return !child.undoes.front()->worker.empty();
  return child.node->place && is_body(child);
}

std::optional<duration> limit_of(const plan::node& x, layer part) {
  switch (outermost(x, part)) {
  case layer::body:
    return x.timeout;
  case layer::retry:
    return x.deadline; // of all tries; its end triggers the fallback
  default:
    return {};
  }
}

std::optional<group_spec> group_spec_of(const run_services& services, const child_spec& child,
                                        const std::string& path) {
  auto& node = *child.node;
  if (child.place == place::rollback)
    return rollback_group(child.undoes);
  switch (outermost(node, child.layer)) {
  case layer::budget:
    return budget_group(node);
  case layer::batch:
    return batch_group(node);
  case layer::cache:
    return cache_group(node);
  case layer::fallback:
    return fallback_group(node);
  case layer::retry:
    return retry_group(node, services.run_id, path);
  default:
    return body_group(services, node);
  }
}

caf::actor spawn_node(caf::local_actor* parent, const shared_services& services,
                      const child_spec& child, const std::string& path) {
  auto& node = *child.node;
  if (goes_elsewhere(*services, child))
    return services->cluster->spawn(parent, services, child, path);
  if (auto group = group_spec_of(*services, child, path))
    return parent->spawn<supervisor_actor>(services, node, path, std::move(*group));
  if (std::holds_alternative<plan::wait>(node.body) && !is_wait_for_time(node))
    return parent->spawn<wait_actor, caf::lazy_init>(services, node, path);
  return parent->spawn<step_actor, caf::lazy_init>(services, node, path);
}

} // namespace troupe
