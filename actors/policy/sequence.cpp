// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/sequence.hpp"

#include <algorithm>

namespace troupe {

error too_many_visits(const plan::node& x) {
  return {.code = errc::loop_limit,
          .message = "\"" + x.id + "\" was visited " + std::to_string(x.max_visits) + " times"};
}

sequence_policy::sequence_policy(const plan::sequence& spec)
  : children_{spec.children.size()}, spec_{&spec} {
  if (!spec.next.empty())
    visits_.resize(children_);
}

directive sequence_policy::on_start(const given& x) {
  last_.output = x.input;
  return visit(0);
}

directive sequence_policy::on_settled(const settled& x) {
  return x.child < children_ ? on_node(x) : on_action(x);
}

directive sequence_policy::on_node(const settled& x) {
  auto jumps = jumps_of(x.child);
  if (!x.result->ok()) {
    if (!jumps || !jumps->by_action.contains(plan::error_action))
      return give_up{*x.result->error};
    degraded_ = true;
    last_.output = x.result->output;
    return follow(x.child, std::string{plan::error_action});
  }
  degraded_ = degraded_ || x.result->status == status::degraded;
  if (!x.delta.empty())
    delta_ = composed(std::move(delta_), x.delta);
  last_.output = x.result->output;
  last_.quality = x.result->quality;
  if (!jumps || x.result->status == status::skipped)
    return go_on(x.child);
  if (spec_->children[x.child].action)
    return launch_one(children_ + x.child, last_.output);
  return follow(x.child, x.result->action);
}

directive sequence_policy::on_action(const settled& x) {
  if (!x.result->ok())
    return give_up{*x.result->error};
  auto& name = x.result->output;
  if (!name.is_string() && !name.is_null())
    return give_up{{.code = errc::invalid_output,
                    .message = std::string{"action: wanted a text, got "} + name.type_name()}};
  return follow(x.child - children_, name.is_null() ? "" : name.text());
}

directive sequence_policy::go_on(child_index child) {
  auto next = resume_.value_or(child + 1);
  resume_.reset();
  return next < children_ ? visit(next) : end();
}

directive sequence_policy::follow(child_index child, const std::string& action) {
  auto& targets = jumps_of(child)->by_action;
  auto found = targets.find(action);
  if (found == targets.end())
    found = targets.find(plan::default_action);
  if (found != targets.end())
    return found->second == plan::jumps::to_end ? end() : jump(child, found->second);
  if (!action.empty())
    warnings_.push_back("the action \"" + action + "\" of \"" + spec_->children[child].id +
                        "\" leads nowhere: the next node was run");
  return go_on(child);
}

/// The targets of one node are alternatives: behind the chosen one the others are passed over.
directive sequence_policy::jump(child_index from, child_index to) {
  auto jumps = jumps_of(from);
  if (to <= from) {
    resume_.reset();
    return visit(to);
  }
  auto last = resume_.value_or(0);
  for (auto& [action, target] : jumps->by_action)
    if (target != plan::jumps::to_end)
      last = std::max(last, target + 1);
  resume_ = last;
  return visit(to);
}

directive sequence_policy::visit(child_index child) {
  auto number = visits_.empty() ? 0 : visits_[child]++;
  if (!visits_.empty() && static_cast<int>(number) >= spec_->children[child].max_visits)
    return give_up{too_many_visits(spec_->children[child])};
  return launch_one(child, last_.output, number);
}

directive sequence_policy::end() {
  last_.status = degraded_ ? status::degraded : status::succeeded;
  if (!warnings_.empty())
    last_.metadata["warnings"] = value{warnings_};
  return finish{std::move(last_), {std::move(delta_)}};
}

const plan::jumps* sequence_policy::jumps_of(child_index child) const {
  return spec_ && !spec_->next.empty() && spec_->next[child] ? &*spec_->next[child] : nullptr;
}

} // namespace troupe
