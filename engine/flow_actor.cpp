// SPDX-License-Identifier: Apache-2.0
#include "engine/flow_actor.hpp"

#include "actors/exceptions.hpp"
#include "engine/implementation.hpp"
#include "messages/allow_unsafe.hpp"
#include "troupe/caf.hpp"

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace troupe {

/// Engine to flow's actor: that run has ended.
struct run_ended {
  uint64_t number = 0;
  run_result result = {};
};

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::run_ended)

namespace troupe {

namespace {

bool has_runs(flow_actor* self, const caf::actor_addr& who) {
  auto& runs = self->state.runs;
  return std::any_of(runs.begin(), runs.end(), [&](auto& x) { return x.second.by == who; });
}

void begin(flow_actor* self, engine::implementation* by, const flow& x, const run_request& wanted) {
  auto number = ++self->state.last;
  auto asker = caf::actor_cast<caf::actor_addr>(self->current_sender());
  auto answer = self->make_response_promise();
  auto tell = [me = caf::actor{self}, number](run_result result) {
    caf::anon_send(me, run_ended{number, std::move(result)});
  };
  run_options options{.run_id = wanted.run_id};
  auto run = by->submit(x, wanted.inputs, std::move(options), std::move(tell));
  if (asker && !has_runs(self, asker))
    self->monitor(asker);
  self->state.runs.emplace(number, flow_actor_state::asked{std::move(run), answer, asker});
}

void end(flow_actor* self, const run_ended& x) {
  auto known = self->state.runs.extract(x.number);
  auto& asked = known.mapped();
  if (asked.by && !has_runs(self, asked.by))
    self->demonitor(asked.by);
  asked.answer.deliver(run_reply{as_value(x.result, {.outputs = false})});
}

void cancel_those_of(flow_actor* self, const caf::actor_addr& who) {
  for (auto& [number, asked] : self->state.runs)
    if (asked.by == who)
      asked.run.cancel();
}

} // namespace

caf::behavior flow_runner(flow_actor* self, engine::implementation* by, const flow& x) {
  end_without_printing(self);
  self->set_down_handler([=](const caf::down_msg& end) { cancel_those_of(self, end.source); });
  self->set_exit_handler([=](const caf::exit_msg& why) {
    for (auto& [number, asked] : self->state.runs)
      asked.run.cancel();
    self->quit(why.reason); // whoever asked learns of it: the promises are broken
  });
  return {
    [=](const run_request& wanted) { begin(self, by, x, wanted); },
    [=](const run_ended& ended) { end(self, ended); },
  };
}

event_listener events_to(caf::actor listener) {
  return [listener = std::move(listener), id = std::string{}](const event& x) mutable {
    if (x.type == event_type::run_started)
      id = x.data.value("run_id", "");
    caf::anon_send(listener, run_event{id, value{nlohmann::json(x)}});
  };
}

} // namespace troupe
