// SPDX-License-Identifier: Apache-2.0
#include "cluster/branch.hpp"

#include "actors/child_actor.hpp"
#include "actors/exceptions.hpp"
#include "actors/replays.hpp"
#include "actors/spawn.hpp"
#include "cluster/remote_gate.hpp"
#include "config/needs.hpp"
#include "config/node_index.hpp"
#include "config/scope.hpp"
#include "messages/timer_protocol.hpp"

#include <algorithm>

namespace troupe {

namespace {

constexpr attempt_id only_attempt = 1;

child_spec root_of(branch_actor* self) {
  auto& node = *self->order->node;
  auto part = self->order->is_whole ? layer::whole : layer::body;
  return {.node = &node, .layer = part, .place = place::wrapped, .limit = limit_of(node, part)};
}

/// A gate here for one that is where the run is.
caf::actor gate_to(branch_actor* self, const std::string& name) {
  return self->gates[name] = self->spawn(remote_gate, name, caf::actor{self});
}

/// The number of the latest step that could be undone in earlier places: what comes here is later.
uint64_t completions_before(const branch_order& order) {
  uint64_t last = 0;
  for (auto& x : order.before)
    for (auto& one : x.end.undo)
      last = std::max(last, one->order);
  return last;
}

shared_services services_of(branch_actor* self) {
  auto& order = *self->order;
  auto& around = *self->around;
  auto x = std::make_shared<run_services>();
  x->lease = around.lease();
  x->fusion.is_on = around.fuses;
  x->flow = order.flow;
  x->run_id = order.run_id;
  x->worker = around.name;
  x->run = self;
  x->recorder = self;
  x->timer = around.timer;
  x->pool = around.pool;
  x->secrets = around.redactor_for(*order.flow, order.begin.scope->run->secrets);
  for (auto& name : order.needs->limits)
    x->limits[name] = gate_to(self, name);
  if (order.has_budget) {
    x->budget = gate_to(self, gate_asked::budget);
    x->all_budgets.push_back(x->budget);
  }
  if (!order.needs->may_repeat)
    x->first_asked = gate_to(self, gate_asked::first);
  if (!order.before.empty())
    x->replays = std::make_shared<replays>(order.before);
  x->tenure = self->tenure;
  x->is_undoing = order.is_undoing;
  x->context_rules =
    &order.flow->index->flow_of(order.flow->index->key_of(*order.node)).context_rules;
  x->completions = std::make_shared<std::atomic<uint64_t>>(completions_before(order));
  x->cache = around.cache;
  x->has_listeners = order.has_listeners;
  x->keeps_all = order.keeps_all;
  x->started_at = std::chrono::system_clock::now();
  x->started = self->clock().now();
  return x;
}

void begin(branch_actor* self) {
  auto child = root_of(self);
  auto services = services_of(self);
  self->root = spawn_node(self, services, child, self->order->path);
  auto order = self->order->begin;
  order.attempt = only_attempt;
  order.waited = duration{0};
  self->send(self->root, std::move(order));
  if (!child.limit)
    return;
  self->has_alarm = true;
  self->send(self->around->timer, set_alarm{only_attempt, *child.limit});
}

void stop(branch_actor* self, stop_reason why) {
  if (self->told || !self->root)
    return;
  self->told = why;
  self->send<caf::message_priority::high>(self->root, cancel{only_attempt, why});
}

/// Stays only for the bills of calls that were given up on.
void leave_if_done(branch_actor* self) {
  if (!self->root && self->gates.empty() && self->abandoned.empty())
    self->quit();
}

void stop_counting(branch_actor* self) {
  if (!std::exchange(self->is_counted, false))
    return;
  self->counts->end_branch();
}

/// The gates have said what steps inside have spent, before it is told that they have ended.
void answer_if_closed(branch_actor* self) {
  if (!self->gates.empty())
    return;
  stop_counting(self);
  auto told = std::move(*self->ended);
  told.result = judged(self->told, told.result);
  self->send(self->session,
             branch_ended{self->order->generation, std::move(told), self->order->flow});
  leave_if_done(self);
}

void end(branch_actor* self, const finished& x) {
  if (self->has_alarm)
    self->send(self->around->timer, clear_alarm{only_attempt});
  self->root = nullptr;
  self->ended = x;
  for (auto& [name, gate] : self->gates)
    self->send(gate, close_gate{});
  answer_if_closed(self);
}

void await(branch_actor* self, const await_signal& x) {
  auto number = ++self->last_waiting;
  self->waiting[number] = {caf::actor_cast<caf::actor>(self->current_sender()), x.attempt, x.path};
  self->send(self->session, signal_awaited{number, x.path, x.name, x.message});
}

void forget(branch_actor* self, const std::string& path) {
  std::erase_if(self->waiting, [&](auto& one) {
    if (one.second.path != path)
      return false;
    self->send(self->session, signal_dropped{one.first});
    return true;
  });
}

void give(branch_actor* self, const signal_given& x) {
  auto known = self->waiting.extract(x.number);
  if (!known.empty())
    self->send(known.mapped().node, signalled{known.mapped().attempt, x.payload});
}

void take_late_bill(branch_actor* self, const late& x) {
  self->abandoned.take_bill(x.path);
  self->send(self->session, x);
  leave_if_done(self);
}

} // namespace

branch_actor::branch_actor(caf::actor_config& cfg, std::shared_ptr<const branch_order> x,
                           std::shared_ptr<const worker_services> services,
                           std::shared_ptr<worker_counts> known, caf::actor by,
                           std::shared_ptr<const troupe::tenure> as_long_as)
  : event_based_actor{cfg}, order{std::move(x)}, around{std::move(services)},
    counts{std::move(known)}, session{std::move(by)}, tenure{std::move(as_long_as)}, is_counted{
                                                                                       true} {
  counts->begin_branch();
  end_without_printing(this);
}

void branch_actor::on_exit() {
  stop_counting(this);
  for (auto& [name, gate] : gates)
    send(gate, close_gate{});
  if (root) // a bug of ours; whoever waits must not wait for ever
    send(session, branch_refused{{.code = errc::crashed, .message = "the branch went down"}});
  gates.clear();
  waiting.clear();
  root = nullptr;
  session = nullptr;
  order = nullptr;
  around = nullptr;
}

caf::behavior branch_actor::make_behavior() {
  auto self = this;
  begin(self);
  return {
    [=](const finished& x) { end(self, x); },
    [=](const stop_branch& x) { stop(self, x.reason); },
    [=](const expired&) { stop(self, stop_reason::timeout); },
    [=](const paused& x) { self->send(self->session, x); },
    // as the run
    [=](const note& x) { self->send(self->session, x); },
    [=](const troupe::abandoned& x) {
      self->abandoned.give_up(x.path);
      self->send(self->session, x);
      leave_if_done(self);
    },
    [=](const late& x) { take_late_bill(self, x); },
    [=](const await_signal& x) { await(self, x); },
    [=](const forget_signal& x) { forget(self, x.path); },
    [=](const signal_given& x) { give(self, x); },
    [=](const recorded& x) {
      if (x.path != self->order->path) // that is the branch itself
        self->send(self->session, branch_recorded{x, self->order->flow});
    },
    // as the gates
    [=](const gate_asked& x) { self->send(self->session, x); },
    [=](const gate_left& x) { self->send(self->session, x); },
    [=](const gate_spent& x) { self->send(self->session, x); },
    [=](const gate_closed& x) {
      self->gates.erase(x.gate);
      answer_if_closed(self);
    },
    [=](const gate_answered& x) {
      if (auto gate = self->gates.find(x.gate); gate != self->gates.end())
        self->send(gate->second, x);
    },
  };
}

} // namespace troupe
