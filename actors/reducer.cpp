// SPDX-License-Identifier: Apache-2.0
#include "actors/reducer.hpp"

#include "actors/exceptions.hpp"
#include "messages/run_protocol.hpp"

namespace troupe {

namespace {

/// A function of the host that runs goes on, abandoned; a jq program ends.
void stop(reducer_actor* self, call& x) {
  auto& st = self->state;
  if (x.drop())
    return; // it had not begun
  x.request_stop();
  if (!x.abandon())
    return; // it has just returned
  self->send(st.services->run, abandoned{x.path()});
  self->send(st.services->pool, gave_up{});
}

/// What still computes is of no use to anybody. The run knows of it before it can end.
void answer(reducer_actor* self) {
  auto& st = self->state;
  for (auto& [number, key] : st.computing) {
    if (key.has_alarm)
      self->send(st.services->timer, clear_alarm{number});
    stop(self, *key.call);
  }
  self->send(st.supervisor, std::move(st.reply));
  self->quit();
}

void answer_if_complete(reducer_actor* self) {
  if (self->state.computing.empty() || self->state.reply.error)
    answer(self);
}

bool is_program(const plan::node& helper) {
  return !std::get<plan::step>(helper.body).programs.empty();
}

/// What is to be computed over, and nothing that is still in the making.
value input_for(const plan::node& helper, const std::string& key, const contested_key& x) {
  std::vector<value> values;
  for (auto& one : x.wanted)
    values.push_back(one.value_or(value{}));
  std::vector<value::member> all{{"base", x.base.value_or(value{})},
                                 {"values", value::list(std::move(values))}};
  if (!is_program(helper))
    all.emplace_back("key", nlohmann::json(key));
  return value::object(std::move(all));
}

void compute(reducer_actor* self, const std::string& key, const contested_key& x,
             const plan::node& helper, const std::shared_ptr<const scope>& where) {
  auto& st = self->state;
  auto number = st.computing.size() + 1;
  auto job = std::make_shared<call>(st.services, helper, st.path,
                                    start{number, input_for(helper, key, x), where}, st.supervisor);
  job->prepare(self, {});
  st.computing.emplace(
    number, reducer_state::computed_key{key, job, is_program(helper), helper.timeout.has_value()});
  if (helper.timeout)
    self->send(st.services->timer, set_alarm{number, *helper.timeout});
  self->send(st.services->pool, work{job});
}

void merge_key(reducer_actor* self, const std::string& key, const contested_key& x,
               const std::shared_ptr<const scope>& where) {
  auto& st = self->state;
  if (x.wanted.size() == 1 || !is_contested(x)) {
    st.reply.delta[key] = x.wanted.front();
    return;
  }
  auto& rule = rule_for(key, st.of_group, *st.services->context_rules);
  st.reply.conflicts.push_back({key, plan::to_string(rule)});
  if (auto helper = std::get_if<plan::helper>(&rule))
    return compute(self, key, x, **helper, where);
  auto result = merged(key, x, std::get<plan::context_policy>(rule));
  if (result)
    st.reply.delta[key] = *result;
  else if (!st.reply.error)
    st.reply.error = result.error();
}

/// A function that throws without a code of its own has found no way to merge.
error failed_merge(const reducer_state::computed_key& key, error why) {
  if (key.is_program)
    return why;
  if (why.code == errc::step_failed)
    why.code = errc::merge_conflict;
  why.message = "context." + key.name + ": " + why.message;
  return why;
}

void take_value(reducer_actor* self, const worked& x) {
  auto& st = self->state;
  auto& key = st.computing.at(x.attempt);
  if (key.has_alarm)
    self->send(st.services->timer, clear_alarm{x.attempt});
  if (x.outcome->answer) {
    st.reply.delta[key.name] = x.outcome->answer->output;
  } else {
    st.reply.error = failed_merge(key, x.outcome->answer.error());
    st.reply.spent += metrics::from(x.outcome->failed_metrics).value_or(metrics{});
  }
  st.computing.erase(x.attempt);
  answer_if_complete(self);
}

} // namespace

caf::behavior reducer(reducer_actor* self, shared_services services, plan::context_rules of_group,
                      std::string path) {
  end_without_printing(self);
  self->state.services = std::move(services);
  self->state.of_group = std::move(of_group);
  self->state.path = std::move(path);
  return {
    [=](const reduce& x) {
      auto& st = self->state;
      st.supervisor = caf::actor_cast<caf::actor>(self->current_sender());
      st.reply.attempt = x.attempt;
      for (auto& [key, contested] : collect_changes(x.scope->context, x.branches))
        merge_key(self, key, contested, x.scope);
      answer_if_complete(self);
    },
    [=](const expired& x) {
      if (!self->state.computing.contains(x.attempt))
        return; // its value came just before
      self->state.reply.error =
        error{.code = errc::timeout,
              .message = "context." + self->state.computing.at(x.attempt).name +
                         ": its jq program did not end in time"};
      answer(self);
    },
    [=](const worked& x) { take_value(self, x); },
    [=](const stop_reduce&) { answer(self); },
  };
}

caf::actor spawn_reducer(supervisor_actor* self) {
  auto group = std::get_if<plan::parallel>(&self->node().body);
  return self->spawn(reducer, self->shared(), group ? group->context_merge : plan::context_rules{},
                     self->path());
}

} // namespace troupe
