// SPDX-License-Identifier: Apache-2.0
#include "cluster/placed.hpp"

#include "actors/group_result.hpp"
#include "actors/spawn.hpp"
#include "cluster/placed_gates.hpp"
#include "cluster/placed_waits.hpp"
#include "config/needs.hpp"
#include "config/scope.hpp"

#include <algorithm>

namespace troupe {

namespace {

constexpr attempt_id own_time = 1; // of the alarm of a branch that runs here

const std::optional<plan::place>& place_of(placed_actor* self) { return self->node().place; }

plan::needs needs_of(placed_actor* self) {
  return self->child.place == place::undo ? plan::needs_of_whole(self->node())
                                          : plan::needs_of_body(self->node());
}

/// Where the step that it has to stay with has run; empty: in this process.
std::string worker_of_companion(placed_actor* self) {
  auto known = self->order().scope->results.find(place_of(self)->same_as);
  return known ? (*known)->worker : std::string{};
}

place_request request_of(placed_actor* self, std::set<std::string> kinds) {
  place_request x{.run_id = self->services().run_id,
                  .kinds = std::move(kinds),
                  .lost = self->lost,
                  .queue = self->rules.queue};
  if (self->child.place == place::undo) {
    x.worker = self->child.undoes.front()->worker; // what it takes back is there
    return x;
  }
  auto& place = *place_of(self);
  x.queue = place.queue.value_or(x.queue);
  if (place.way == plan::placement::label)
    x.label = place.name;
  else if (place.way == plan::placement::node)
    x.worker = place.name;
  else if (place.way == plan::placement::same_as)
    x.worker = worker_of_companion(self);
  return x;
}

void ask_for_place(placed_actor* self) {
  auto wanted = request_of(self, needs_of(self).kinds);
  self->is_asking = true;
  self->send(self->members, find_place{std::make_shared<const place_request>(std::move(wanted))});
}

void run_here(placed_actor* self) {
  auto alone = std::make_shared<run_services>(self->services());
  alone->cluster = nullptr;
  auto& order = self->order();
  self->inner = spawn_node(self, alone, self->child, self->path());
  self->send(self->inner, start{order.attempt, order.input, order.scope, order.try_number});
  if (self->child.limit)
    self->set_alarm(own_time, *self->child.limit);
}

void begin(placed_actor* self) {
  auto is_companion =
    self->child.place != place::undo && place_of(self)->way == plan::placement::same_as;
  if (is_companion && worker_of_companion(self).empty())
    run_here(self);
  else
    ask_for_place(self);
}

void take_place(placed_actor* self, const place_found& x) {
  self->is_asking = false;
  self->link = x.link;
  self->worker = x.worker;
  ++self->generation;
  auto& services = self->services();
  if (self->generation > 1)
    self->tell(event_type::branch_moved, self->path(),
               {{"worker", x.worker}, {"moves", self->generation - 1}});
  auto order = std::make_shared<branch_order>();
  order->flow = services.flow;
  order->node = &self->node();
  order->is_whole = self->child.place == place::undo;
  order->path = self->path();
  order->run_id = services.run_id;
  order->generation = self->generation;
  order->begin = self->order();
  order->needs = std::make_shared<const plan::needs>(needs_of(self));
  order->has_listeners = services.has_listeners;
  order->keeps_all = services.keeps_all;
  order->has_budget = services.budget != nullptr;
  order->is_undoing = services.is_undoing;
  order->before = self->before;
  self->send(self->link, ship{std::move(order), services.run, services.all_budgets});
}

// How it ends.

/// What steps inside can be undone, and have been told here, in the order of this process.
undo_log in_our_order(placed_actor* self, const undo_log& all) {
  undo_log out;
  auto sorted = all;
  std::sort(sorted.begin(), sorted.end(), [](auto& x, auto& y) { return x->order < y->order; });
  for (auto& one : sorted) {
    auto mine = *one;
    auto known = self->orders.find(one->order);
    mine.order = known == self->orders.end() ? ++*self->services().completions : known->second;
    self->orders[one->order] = mine.order;
    out.push_back(std::make_shared<const completed>(std::move(mine)));
  }
  return out;
}

void leave_worker(placed_actor* self) {
  leave_gates(self);
  if (self->is_asking || self->link)
    self->send(self->members, leave_place{});
  self->is_asking = false;
  self->link = nullptr;
}

/// The next worker begins with our numbers, and counts on from them.
void keep_our_order(placed_actor* self) {
  self->orders.clear();
  for (auto& x : self->before)
    for (auto& one : x.end.undo)
      self->orders[one->order] = one->order;
}

void take_record(placed_actor* self, recorded x) {
  x.end.undo = in_our_order(self, x.end.undo);
  self->waits.erase(x.path);
  self->before.push_back(std::move(x));
}

void conclude(placed_actor* self, const finished& end) {
  auto result = *judged(self->told, end.result);
  auto seen_here = self->blank(); // clocks differ, and waiting for a place counts
  result.started_at = seen_here.started_at;
  result.duration = seen_here.duration;
  auto undo = self->link ? in_our_order(self, end.undo) : end.undo;
  leave_worker(self);
  drop_waits(self);
  self->answer(std::move(result), end.delta, end.results, std::move(undo));
}

/// What that node takes back, if it is an undo, has been taken back: the latest one at its place.
void take_off(undo_log& log, const std::string& path) {
  auto is_undone = [&](auto& x) { return undo_path(*x) == path; };
  if (auto latest = std::find_if(log.rbegin(), log.rend(), is_undone); latest != log.rend())
    log.erase(std::prev(latest.base()));
}

/// What is known of a branch that is lost: what the steps that have ended cost, and what is left to
/// be undone.
void answer_lost(placed_actor* self, step_result result) {
  undo_log undo;
  for (auto& one : self->before) {
    result.metrics += one.end.result->metrics;
    take_off(undo, one.path);
    undo.insert(undo.end(), one.end.undo.begin(), one.end.undo.end());
  }
  drop_waits(self);
  self->answer(std::move(result), {}, {}, std::move(undo));
}

/// Whether a step that must not run twice has begun, and not ended as far as is known.
bool may_have_done_it(placed_actor* self) {
  auto is_leaf_itself = is_leaf(self->child) && !self->node().idempotent;
  auto is_first = [](auto& x) { return x.second.gate == gate_asked::first; };
  return is_leaf_itself || std::any_of(self->errands.begin(), self->errands.end(), is_first);
}

void tell_parent_of_pause(placed_actor* self, bool is_paused) {
  if (std::exchange(self->is_paused, is_paused) != is_paused)
    self->tell_paused(is_paused);
}

void lose_worker(placed_actor* self, const std::string& why) {
  auto is_unsure = may_have_done_it(self);
  leave_worker(self);
  tell_parent_of_pause(self, false);
  keep_waits(self);
  keep_our_order(self);
  self->lost.insert(self->worker);
  self->tell(event_type::node_lost, self->path(), {{"worker", self->worker}, {"reason", why}});
  if (self->told)
    return answer_lost(self, self->cancelled());
  auto lost = "the worker \"" + self->worker + "\" was lost: " + why;
  auto& place = place_of(self); // an undo has none, and goes to the same worker again
  auto most = place ? place->max_moves.value_or(self->rules.max_moves) : self->rules.max_moves;
  if (is_unsure)
    return answer_lost(self, self->failed({.code = errc::node_lost,
                                           .message = lost + "; a step that is not idempotent may "
                                                             "have run there"}));
  if (self->generation > most)
    return answer_lost(self,
                       self->failed({.code = errc::node_lost,
                                     .message = lost + "; the branch has moved " +
                                                std::to_string(self->generation - 1) + " times"}));
  ask_for_place(self);
}

void stop(placed_actor* self, stop_reason why) {
  if (self->told)
    return;
  self->told = why;
  if (self->inner)
    self->send<caf::message_priority::high>(self->inner, cancel{self->order().attempt, why});
  else if (self->link)
    self->send<caf::message_priority::high>(self->link, stop_branch{why});
  else {
    leave_worker(self);
    answer_lost(self, self->cancelled());
  }
}

bool is_from_link(placed_actor* self) { return self->link && self->current_sender() == self->link; }

} // namespace

placed_actor::placed_actor(caf::actor_config& cfg, shared_services services, child_spec x,
                           std::string path, caf::actor who, placing_rules how)
  : child_actor{cfg, std::move(services), *x.node, std::move(path)}, child{std::move(x)},
    members{std::move(who)}, rules{how} {}

void placed_actor::on_exit() {
  if (link) // it ends as it should not
    send<caf::message_priority::high>(link, stop_branch{});
  if (has_order()) {
    leave_worker(this);
    drop_waits(this);
  }
  child_actor::on_exit();
  members = nullptr;
  inner = nullptr;
  before.clear();
}

caf::behavior placed_actor::make_behavior() {
  auto self = this;
  return {
    [=](const start& x) {
      if (self->accept(x))
        self->answer(self->cancelled());
      else
        begin(self);
    },
    [=](const cancel& x) {
      if (self->is_told_to_stop(x))
        stop(self, x.reason);
    },
    [=](const place_found& x) { take_place(self, x); },
    [=](const no_place& x) {
      self->is_asking = false;
      answer_lost(self, self->failed(x.why));
    },
    [=](const branch_ended& x) {
      if (is_from_link(self) && x.generation == self->generation)
        conclude(self, x.end);
    },
    [=](const branch_refused& x) {
      if (!is_from_link(self))
        return;
      leave_worker(self);
      answer_lost(self, self->told ? self->cancelled() : self->failed(x.why));
    },
    [=](const link_lost& x) {
      if (self->link == x.link)
        lose_worker(self, x.why);
    },
    [=](const recorded& x) {
      if (is_from_link(self))
        take_record(self, x);
    },
    [=](const gate_asked& x) {
      if (is_from_link(self))
        ask_gate(self, x);
    },
    [=](const gate_left& x) {
      if (is_from_link(self))
        leave_gate(self, x);
    },
    [=](const gate_spent& x) {
      if (is_from_link(self))
        meter(self, x);
    },
    [=](const granted& x) { answer_gate(self, x.attempt, true, {}); },
    [=](const queued& x) { answer_gate(self, x.attempt, false, x.gate); },
    [=](const signal_awaited& x) {
      if (is_from_link(self))
        await_signal_for(self, x);
    },
    [=](const signal_dropped& x) {
      if (is_from_link(self))
        drop_signal(self, x.number);
    },
    [=](const signalled& x) { give_signal(self, x); },
    [=](const paused& x) {
      if (is_from_link(self) || self->inner)
        tell_parent_of_pause(self, x.is_paused);
    },
    // of a branch that runs here
    [=](const finished& x) { conclude(self, x); },
    [=](const expired&) { stop(self, stop_reason::timeout); },
  };
}

} // namespace troupe
