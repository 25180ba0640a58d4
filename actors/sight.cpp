// SPDX-License-Identifier: Apache-2.0
#include "actors/sight.hpp"

#include <algorithm>
#include <iterator>

namespace troupe {

std::shared_ptr<const scope> shared_scope(const group_spec& spec,
                                          const std::shared_ptr<const scope>& x) {
  if (!spec.shares)
    return x;
  auto part = *x;
  part.context = {};
  for (auto& key : *spec.shares)
    if (auto known = x->context.find(key))
      part.context = part.context.set(key, *known);
  return std::make_shared<const scope>(std::move(part));
}

std::shared_ptr<const scope> scope_for(supervisor_actor* self, assignment& x) {
  auto& spec = self->state.spec.children[x.child];
  if (spec.place == place::undo)
    return spec.undoes.front()->scope;
  auto& around = self->state.scope;
  if (x.names.empty() && !x.context && x.deeper == 0)
    return around;
  auto own = *around;
  if (x.context)
    own.context = std::move(*x.context);
  for (auto& [slot, what] : x.names)
    own.names = own.names.set(slot, std::move(what));
  own.call_depth += x.deeper;
  return std::make_shared<const scope>(std::move(own));
}

namespace {

/// A node that is visited again leaves nothing of its last visit, nor do the nodes inside of it.
void forget_results(supervisor_state& st, scope& seen, const plan::node& x) {
  if (x.slot) {
    seen.results = seen.results.erase(*x.slot);
    std::erase_if(st.leavings, [&](auto& left) { return left.first == *x.slot; });
  }
  plan::each_inner(x, [&](const plan::node& inner) { forget_results(st, seen, inner); });
}

} // namespace

void forget_earlier(supervisor_state& st, const assignment& x) {
  auto& child = st.spec.children[x.child];
  auto is_again = child.place == place::member || child.place == place::round;
  auto is_revisited = x.number > 0 && is_again;
  auto is_called = x.deeper > 0 && child.place == place::wrapped;
  if (!is_revisited && !is_called)
    return;
  auto seen = *st.scope;
  if (is_called)
    seen.results = {};
  else
    forget_results(st, seen, *child.node);
  st.scope = std::make_shared<const scope>(std::move(seen));
}

void keep_leavings(supervisor_actor* self, const child_spec& spec, const finished& x) {
  auto& st = self->state;
  auto left = x.result->ok() ? x.results : left_results{};
  auto has_result = x.result->status != status::skipped && x.result->status != status::cancelled;
  if (spec.place == place::member && has_result && spec.node->slot)
    left.emplace_back(*spec.node->slot, x.result);
  auto sees = st.spec.policy->children_see();
  auto sees_context = sees == sight::everything && !x.delta.empty();
  auto sees_results = sees != sight::snapshot && !left.empty();
  if (sees_context || sees_results) {
    auto next = *st.scope;
    if (sees_context)
      next.context = next.context.with(x.delta);
    if (sees_results)
      for (auto& [slot, result] : left)
        next.results = next.results.set(slot, result);
    st.scope = std::make_shared<const scope>(std::move(next));
  }
  if (!st.spec.keeps_results)
    st.leavings.insert(st.leavings.end(), std::make_move_iterator(left.begin()),
                       std::make_move_iterator(left.end()));
}

const plan::value_template* output_of_flow(supervisor_actor* self) {
  auto& flow = *self->services().flow;
  return &self->node() == &flow.root && flow.output ? &*flow.output : nullptr;
}

scope scope_at_end(supervisor_actor* self) {
  auto& st = self->state;
  auto last = *st.scope;
  if (st.spec.shares)
    last.context = self->order().scope->context;
  if (st.spec.keeps_results)
    last.results = self->order().scope->results;
  if (!self->node().set.empty() || output_of_flow(self))
    for (auto& [slot, result] : st.leavings)
      last.results = last.results.set(slot, result);
  return last;
}

} // namespace troupe
