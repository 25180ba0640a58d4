// SPDX-License-Identifier: Apache-2.0
#include "actors/verdict.hpp"

#include "actors/budget.hpp"
#include "actors/children.hpp"
#include "actors/group_result.hpp"
#include "actors/node_end.hpp"
#include "actors/policy/ledger.hpp"
#include "actors/record.hpp"
#include "actors/reducer.hpp"
#include "actors/sight.hpp"

#include <algorithm>

namespace troupe {

namespace {

/// A budget is no place of its own: what the node inside has to tell is the node's.
void adopt(step_result& result, const std::vector<ended_child>& ended) {
  if (ended.empty())
    return;
  auto& inside = *ended.back().result;
  result.attempts = inside.attempts;
  result.children = inside.children;
  result.feedback = inside.feedback;
  result.metadata.insert(inside.metadata.begin(), inside.metadata.end());
}

bool must_roll_back(supervisor_actor* self, const step_result& x) {
  return self->state.spec.rolls_back && !x.ok() && !self->state.done.empty();
}

void roll_back(supervisor_actor* self);

/// Answers the parent with the verdict, completed by what only the supervisor knows.
void answer_verdict(supervisor_actor* self, changes delta) {
  auto& st = self->state;
  auto result = std::move(st.verdict->result);
  auto bare = self->blank();
  result.path = bare.path;
  result.name = bare.name;
  result.type = bare.type;
  result.started_at = bare.started_at;
  result.duration = bare.duration;
  result.worker = bare.worker;
  result.metrics = st.bill;
  carry_meta(self->node(), result);
  if (result.error && self->services().secrets)
    result.error = self->services().secrets->clean(std::move(*result.error));
  if (!st.verdict->as_is && st.spec.budget)
    adopt(result, st.ended);
  else if (!st.verdict->as_is) {
    result.attempts = 1;
    describe_children(self, result,
                      [&](child_index x) { return result_of(self, x, 0, status::skipped); });
  }
  if (st.spec.layer == layer::body)
    end_node(self->node(), output_of_flow(self), scope_at_end(self), self->order().input, result,
             delta);
  if (must_roll_back(self, result)) { // it has failed at its very end
    st.verdict = finish{std::move(result), {}, true};
    return roll_back(self);
  }
  if (st.spec.budget)
    result.metadata["budget"] = budget_report(*st.spec.budget, st.bill);
  if (st.spec.layer == layer::body)
    for (auto& own : record_group(*self, self->path(), self->completed_with(result)))
      st.done.push_back(own);
  if (!result.ok())
    return self->answer(std::move(result), {}, {}, std::move(st.done));
  self->answer(std::move(result), std::move(delta), std::move(st.leavings), std::move(st.done));
}

/// What was done is taken back, the last one first; nothing stops it. Then the group answers.
void roll_back(supervisor_actor* self) {
  auto& st = self->state;
  auto log = std::exchange(st.done, {});
  std::sort(log.begin(), log.end(), [](auto& x, auto& y) { return x->order > y->order; });
  auto services =
    std::make_shared<run_services>(st.spec.services ? *st.spec.services : self->services());
  services->is_undoing = true;
  st.spec.services = std::move(services);
  st.spec.children.push_back(
    {.node = &self->node(), .place = place::rollback, .undoes = std::move(log)});
  assignment all{.child = st.spec.children.size() - 1};
  launch_child(self, all, duration{0});
}

void fail_merge(supervisor_actor* self, error why) {
  auto& verdict = *self->state.verdict;
  verdict.result.status = status::failed;
  verdict.result.output = {};
  why.path = self->path();
  verdict.result.error = std::move(why);
  answer_verdict(self, {});
}

} // namespace

void decide(supervisor_actor* self, finish verdict, stop_reason why) {
  if (self->state.verdict)
    return; // the first verdict stands
  self->state.verdict = std::move(verdict);
  stop_all(self, why);
  if (self->state.running.empty())
    conclude(self);
}

void conclude(supervisor_actor* self) {
  auto& st = self->state;
  if (st.spec.budget && st.verdict->result.ok())
    if (auto problem = beyond(*st.spec.budget, spending::of(st.bill)); !problem.empty())
      st.verdict =
        finish{self->failed({.code = errc::budget_exceeded, .message = problem + " spent"})};
  if (must_roll_back(self, st.verdict->result))
    return roll_back(self);
  auto& branches = st.verdict->branches;
  std::erase_if(branches, [](auto& delta) { return delta.empty(); });
  if (branches.size() < 2)
    return answer_verdict(self, branches.empty() ? changes{} : std::move(branches[0]));
  st.reducer = spawn_reducer(self);
  self->monitor(st.reducer);
  self->send(st.reducer, reduce{self->order().attempt, self->order().scope, std::move(branches)});
}

void take_merged(supervisor_actor* self, const reduced& x) {
  auto& st = self->state;
  st.reducer = nullptr;
  st.bill += x.spent;
  if (!st.verdict->result.ok())
    return answer_verdict(self, {}); // was stopped meanwhile
  if (x.error)
    return fail_merge(self, *x.error);
  auto known = nlohmann::json::array();
  for (auto& clash : x.conflicts) {
    known.push_back({{"key", clash.key}, {"policy", clash.policy}});
    self->tell(event_type::context_conflict, self->path(), known.back());
  }
  if (!known.empty())
    st.verdict->result.metadata["context_conflicts"] = value{std::move(known)};
  answer_verdict(self, x.delta);
}

void stop_merge(supervisor_actor* self, step_result result) {
  auto& st = self->state;
  if (!st.verdict->result.ok())
    return; // knows already: the first reason stands
  self->send(st.reducer, stop_reduce{});
  st.verdict = finish{std::move(result)};
}

} // namespace troupe
