// SPDX-License-Identifier: Apache-2.0
#include "actors/run.hpp"

#include "actors/exceptions.hpp"
#include "actors/spawn.hpp"

#include <algorithm>

namespace troupe {

namespace {

constexpr attempt_id only_attempt = 1;

void emit(run_actor* self, event_type type, std::string path, nlohmann::json data) {
  if (!self->events)
    return;
  event x{.type = type, .path = std::move(path), .data = std::move(data)};
  x.time = self->services->wall_time_of(self->clock().now());
  self->events->push(std::move(x));
}

run_result blank(run_actor* self) {
  run_result x{.run_id = self->order.run_id, .flow = self->order.flow->name};
  for (auto& warning : self->order.flow->warnings)
    x.warnings.push_back(warning.message);
  x.context = self->order.flow->context.as_value();
  return x;
}

/// What listeners are told of the end.
nlohmann::json end_of(const run_result& x) {
  nlohmann::json data{{"status", to_string(x.status)},
                      {"duration_ms", to_ms(x.duration)},
                      {"metrics", x.metrics.json()}};
  if (x.error)
    data["error"] = *x.error;
  return data;
}

/// Tells listeners and the one who waits; after this the run is over.
void conclude(run_actor* self, run_result x) {
  if (self->events)
    emit(self, event_type::run_finished, "", end_of(x));
  auto deliver = std::exchange(self->order.deliver, nullptr);
  deliver(std::move(x));
  self->quit();
}

void begin(run_actor* self) {
  auto& order = self->order;
  auto services = std::make_shared<run_services>();
  services->flow = order.flow;
  services->run_id = order.run_id;
  services->run = self;
  services->timer = order.timer;
  services->pool = order.pool;
  services->lease = order.lease;
  services->secrets = order.secrets;
  services->limits = order.limits;
  services->cache = order.cache;
  services->cluster = order.cluster;
  services->stage = order.stage;
  services->fusion = order.fusion;
  services->keeps_all = order.keeps_all;
  services->context_rules = &order.flow->context_rules;
  services->completions = std::make_shared<std::atomic<uint64_t>>(0);
  services->has_listeners = self->events != nullptr;
  services->started_at = order.wall_clock();
  services->started = self->clock().now();
  self->services = services;
  if (self->events)
    emit(self, event_type::run_started, "", {{"flow", order.flow->name}, {"run_id", order.run_id}});

  auto first = std::make_shared<scope>();
  first->run = order.values;
  first->context = order.flow->context;
  child_spec root{.node = &order.flow->root};
  self->root = spawn_node(self, self->services, root, "");
  self->send(self->root, start{only_attempt, order.values->inputs, std::move(first)});
  if (self->is_cancelled)
    self->send<caf::message_priority::high>(self->root, cancel{only_attempt});
}

/// What nodes have warned of, wherever they are.
void collect_warnings(const step_result& x, std::vector<std::string>& out) {
  auto add = [&](const value& warning) {
    out.push_back((x.path.empty() ? "" : x.path + ": ") + warning.as_text());
  };
  for (auto key : {"warning", "cache_warning"})
    if (auto found = x.metadata.find(key); found != x.metadata.end())
      add(found->second);
  if (auto found = x.metadata.find("warnings"); found != x.metadata.end())
    for (size_t i = 0; i < found->second.size(); ++i)
      add(*found->second.at(i));
  for (auto& child : x.children)
    collect_warnings(*child, out);
}

void end(run_actor* self, const finished& x) {
  auto result = blank(self);
  auto final_context = self->order.flow->context.with(x.delta);
  result.status = x.result->status;
  result.context = final_context.as_value();
  result.error = x.result->error;
  result.metrics = x.result->metrics;
  result.metrics += self->late_bills;
  result.duration = x.result->duration;
  result.tree = x.result;
  collect_warnings(*x.result, result.warnings);
  if (!self->ended_awaiting.empty() && result.status == status::cancelled) {
    result.status = status::waiting;
    result.error.reset();
    result.waiting_for = std::move(self->ended_awaiting);
  }
  result.abandoned = self->abandoned.paths();
  if (x.result->ok())
    result.output = x.result->output;
  conclude(self, std::move(result));
}

/// The first that waits for this signal and takes its payload gets it.
bool give_signal(run_actor* self, const send_signal& x) {
  auto takes = [&](auto& one) {
    return one.order.name == x.name &&
           (!one.order.schema || one.order.schema->problem_of(x.payload).empty());
  };
  auto found = std::find_if(self->waiting.begin(), self->waiting.end(), takes);
  if (found == self->waiting.end())
    return false;
  self->send(found->node, signalled{found->order.attempt, x.payload});
  self->waiting.erase(found);
  return true;
}

void take_waiting(run_actor* self, const await_signal& x) {
  self->waiting.push_back({caf::actor_cast<caf::actor>(self->current_sender()), x});
  std::erase_if(self->signals, [&](auto& signal) { return give_signal(self, signal); });
}

/// Ends the run if nothing happens any more until somebody sends a signal.
void end_if_waiting(run_actor* self) {
  if (!self->is_paused || self->waiting.empty())
    return;
  for (auto& one : self->waiting)
    self->ended_awaiting.push_back({one.order.name, one.order.path, one.order.message});
  self->send<caf::message_priority::high>(self->root, cancel{only_attempt});
}

void take_late_bill(run_actor* self, const late& x) {
  self->abandoned.take_bill(x.path);
  self->late_bills += x.spent;
  emit(self, event_type::late_spent, x.path, {{"metrics", x.spent.json()}});
}

} // namespace

run_actor::run_actor(caf::actor_config& cfg, run_order x)
  : event_based_actor{cfg}, order{std::move(x)} {
  if (!order.listeners.empty())
    events = std::make_shared<event_queue>(order.listeners, order.pool, order.lease);
  end_without_printing(this); // on_exit tells
}

void run_actor::on_exit() {
  if (order.deliver) { // a bug of ours; whoever waits must not wait for ever
    auto result = blank(this);
    result.status = status::failed;
    result.error = error{.code = errc::crashed, .message = "the run went down"};
    order.deliver(std::move(result));
  }
  order = {};
  events = nullptr;
  services = nullptr;
  root = nullptr;
  waiting.clear();
}

caf::behavior run_actor::make_behavior() {
  auto self = this;
  return {
    [=](const begin_run&) { begin(self); },
    [=](const cancel_run&) {
      if (self->root)
        self->send<caf::message_priority::high>(self->root, cancel{only_attempt});
      else
        self->is_cancelled = true;
    },
    [=](const finished& x) { end(self, x); },
    [=](const paused& x) {
      self->is_paused = x.is_paused;
      if (self->order.end_when_waiting)
        end_if_waiting(self);
    },
    [=](const end_waiting&) { end_if_waiting(self); },
    [=](const await_signal& x) { take_waiting(self, x); },
    [=](const forget_signal& x) {
      std::erase_if(self->waiting, [&](auto& one) { return one.order.path == x.path; });
    },
    [=](const send_signal& x) {
      if (!give_signal(self, x))
        self->signals.push_back(x);
    },
    [=](const note& x) { emit(self, x.type, x.path, x.data); },
    [=](const troupe::abandoned& x) { self->abandoned.give_up(x.path); },
    [=](const late& x) { take_late_bill(self, x); },
  };
}

} // namespace troupe
