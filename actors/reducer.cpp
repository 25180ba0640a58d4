// SPDX-License-Identifier: Apache-2.0
#include "actors/reducer.hpp"

#include "actors/exceptions.hpp"

namespace troupe {

namespace {

/// What still computes is of no use to anybody.
void leave(reducer_actor* self) {
  auto& st = self->state;
  for (auto& [number, key] : st.computing) {
    key.program->stop();
    self->send(st.services->timer, clear_alarm{number});
    self->send(st.services->pool, gave_up{});
  }
  self->quit();
}

void answer_if_complete(reducer_actor* self) {
  auto& st = self->state;
  if (!st.computing.empty() && !st.reply.error)
    return;
  self->send(st.supervisor, std::move(st.reply));
  leave(self);
}

/// The program gets `{base, values}`, and nothing that is still in the making.
void compute(reducer_actor* self, const std::string& key, const contested_key& x,
             const plan::expression& program) {
  auto& st = self->state;
  std::vector<value> values;
  for (auto& one : x.wanted)
    values.push_back(one.value_or(value{}));
  auto input =
    value::object({{"base", x.base.value_or(value{})}, {"values", value::list(std::move(values))}});
  auto number = st.computing.size() + 1;
  auto job = std::make_shared<evaluation>(st.services, self, number, program.program, input,
                                          config::jq_programs::variables{});
  st.computing.emplace(number, reducer_state::computed_key{key, job});
  self->send(st.services->timer, set_alarm{number, longest_evaluation});
  self->send(st.services->pool, work{job});
}

void merge_key(reducer_actor* self, const std::string& key, const contested_key& x) {
  auto& st = self->state;
  if (x.wanted.size() == 1 || !is_contested(x)) {
    st.reply.delta[key] = x.wanted.front();
    return;
  }
  auto& rule = rule_for(key, st.of_group, *st.services->context_rules);
  st.reply.conflicts.push_back({key, std::string{plan::to_string(rule.policy)}});
  if (rule.policy == plan::context_policy::jq)
    return compute(self, key, x, rule.program);
  auto result = merged(key, x, rule.policy);
  if (result)
    st.reply.delta[key] = *result;
  else if (!st.reply.error)
    st.reply.error = result.error();
}

} // namespace

caf::behavior reducer(reducer_actor* self, shared_services services, plan::context_rules of_group) {
  end_without_printing(self);
  self->state.services = std::move(services);
  self->state.of_group = std::move(of_group);
  return {
    [=](const reduce& x) {
      auto& st = self->state;
      st.supervisor = caf::actor_cast<caf::actor>(self->current_sender());
      st.reply.attempt = x.attempt;
      for (auto& [key, contested] : collect_changes(x.base, x.branches))
        merge_key(self, key, contested);
      answer_if_complete(self);
    },
    [=](const expired& x) {
      if (!self->state.computing.contains(x.attempt))
        return; // its value came just before
      self->state.reply.error =
        error{.code = errc::timeout,
              .message = "context." + self->state.computing.at(x.attempt).name +
                         ": its jq program did not end in time"};
      answer_if_complete(self);
    },
    [=](const evaluated& x) {
      auto& st = self->state;
      self->send(st.services->timer, clear_alarm{x.attempt});
      auto key = st.computing.extract(x.attempt);
      if (key.empty())
        return;
      if (x.values)
        st.reply.delta[key.mapped().name] = config::as_one_value(*x.values);
      else
        st.reply.error = x.values.error();
      answer_if_complete(self);
    },
    [=](const stop_reduce&) { leave(self); },
  };
}

caf::actor spawn_reducer(supervisor_actor* self) {
  auto group = std::get_if<plan::parallel>(&self->node().body);
  return self->spawn(reducer, self->shared(), group ? group->context_merge : plan::context_rules{});
}

} // namespace troupe
