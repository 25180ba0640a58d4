// SPDX-License-Identifier: Apache-2.0
#include "cluster/link.hpp"

#include "actors/exceptions.hpp"
#include "cluster/items.hpp"
#include "cluster/order_codec.hpp"
#include "cluster/result_codec.hpp"
#include "config/plan.hpp"
#include "config/scope.hpp"
#include "messages/gate_protocol.hpp"
#include "troupe/version.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace troupe {

using nlohmann::json;

namespace {

/// A worker need not keep plans for ever; it reads them again quickly.
constexpr size_t most_plans = 64;

json hello_of(const link_actor* self) {
  return {wire::hello,
          {{"coordinator", self->me->id},
           {"version", TROUPE_VERSION_STRING},
           {"oldest", wire::oldest_protocol},
           {"newest", wire::newest_protocol},
           {"heartbeat", self->me->times.every.count()},
           {"lease", self->me->times.lease.count()},
           {"largest", self->me->largest_message}}};
}

void forget_branch(link_actor* self, uint64_t id) {
  auto& x = self->branches.at(id);
  if (x.placed)
    self->by_placed.erase(caf::actor_cast<caf::actor_addr>(x.placed));
  x.placed = nullptr;
  if (x.open_calls == 0)
    self->branches.erase(id);
}

void refuse(link_actor* self, uint64_t id, error why) {
  self->send(self->branches.at(id).placed, branch_refused{std::move(why)});
  forget_branch(self, id);
}

error too_large(const std::string& what, size_t size, size_t most) {
  return {.code = errc::payload_too_large,
          .message = what + " is a message of " + std::to_string(size) + " bytes; at most " +
                     std::to_string(most) + " cross nodes"};
}

// What the worker is to know before a branch.

std::string write_plan(link_actor* self, const std::shared_ptr<const std::string>& documents) {
  std::string out;
  if (self->plans.size() >= most_plans) {
    auto numbers = json::array();
    for (auto& [text, x] : self->plans)
      numbers.push_back(x.number);
    self->plans.clear();
    out = wire::bytes_of({wire::forget, "plan", std::move(numbers)});
  }
  auto number = ++self->last_plan;
  self->plans[documents.get()] = {number, documents};
  return out + wire::bytes_of({wire::plan, number, *documents});
}

/// Writes what the branch shares with others in front of it.
class sharing {
public:
  explicit sharing(link_actor* self) : self_{self} {}

  std::optional<uint64_t> number_of(const value& x, const std::string& entry) {
    if (auto known = self_->values.find(x))
      return known;
    if (entry.size() > self_->me->largest_message)
      return {}; // the whole will be refused
    wire::packed_values one;
    auto place = one.add(x);
    auto number = self_->values.add(x, entry.size());
    out_ += wire::bytes_of({wire::value, number, place}, one);
    return number;
  }

  std::string take() {
    if (auto old = self_->values.take_forgotten(); !old.empty())
      out_ += wire::bytes_of({wire::forget, "value", old});
    return std::move(out_);
  }

private:
  link_actor* self_;
  std::string out_;
};

std::string write_start(link_actor* self, uint64_t id) {
  auto found = self->branches.find(id);
  if (found == self->branches.end() || !found->second.placed)
    return {};
  auto order = found->second.order.order;
  auto& documents = order->flow->documents;
  auto most = self->me->largest_message;
  if (documents->size() > most) {
    refuse(self, id, too_large("the flow", documents->size(), most));
    return {};
  }
  auto known = self->plans.find(documents.get());
  auto before = known == self->plans.end() ? write_plan(self, documents) : std::string{};
  sharing shared{self};
  wire::packed_values values{
    [&](const value& x, const std::string& entry) { return shared.number_of(x, entry); }};
  auto way = self->me->is_private ? wire::secrets::travel : wire::secrets::stay;
  json head{wire::start, id, self->plans.at(documents.get()).number,
            wire::packed(*order, values, way)};
  if (wire::is_too_deep(head)) {
    refuse(self, id,
           {.code = errc::payload_too_large,
            .message = "what the branch reads is nested too deeply to cross nodes"});
    return before + shared.take();
  }
  auto said = wire::bytes_of(head, values);
  before += shared.take();
  if (said.size() <= most)
    return before + said;
  refuse(self, id, too_large("what the branch reads", said.size(), most));
  return before;
}

void take_ship(link_actor* self, const ship& x) {
  auto placed = caf::actor_cast<caf::actor>(self->current_sender());
  auto id = ++self->last_branch;
  self->by_placed[caf::actor_cast<caf::actor_addr>(placed)] = id;
  self->branches[id] = {std::move(placed), x};
  self->to.say(id, [=] { return write_start(self, id); });
}

/// The branch of the actor that says something; nothing if it has ended meanwhile.
std::optional<uint64_t> branch_of_sender(link_actor* self) {
  auto found = self->by_placed.find(caf::actor_cast<caf::actor_addr>(self->current_sender()));
  return found == self->by_placed.end() ? std::nullopt : std::optional{found->second};
}

void stop(link_actor* self, const stop_branch& x) {
  auto id = branch_of_sender(self);
  if (!id)
    return;
  if (self->to.take_back(*id)) // the worker does not even know of it
    return refuse(self, *id, {.code = errc::cancelled, .message = "cancelled while it waited"});
  self->to.say_at_once({wire::stop, *id, static_cast<unsigned>(x.reason)});
}

// What the worker says.

std::optional<worker_offer> offer_from(const json& x) {
  if (!x.is_object())
    return {};
  worker_offer out{.name = x.value("name", ""),
                   .version = x.value("version", ""),
                   .slots = x.value("slots", size_t{0})};
  for (auto& label : x.value("labels", json::array()))
    out.labels.insert(label.get<std::string>());
  for (auto& kind : x.value("kinds", json::array()))
    out.kinds.insert(kind.get<std::string>());
  return out;
}

void lose(link_actor* self, const std::string& why) {
  self->branches.clear();
  self->by_placed.clear();
  self->send(self->members, worker_down{why});
  self->members = nullptr;
  self->quit();
}

void let_in(link_actor* self, const json& what) {
  auto offer = offer_from(what);
  if (!offer)
    return lose(self, "it does not say what it offers");
  self->is_let_in = true;
  self->to.connect(caf::actor_cast<caf::actor>(self->current_sender())); // its session for us
  self->monitor(self->to.peer());
  self->send(self->members, worker_up{std::move(*offer)});
}

void take_news(link_actor* self, const json& head) {
  self->to.take_beat(head);
  auto& said = head.at(4);
  if (!said.is_object())
    return;
  worker_news news{.running = said.value("running", size_t{0}),
                   .coordinators = said.value("coordinators", size_t{0}),
                   .is_draining = said.value("draining", false)};
  news.round_trip = self->to.round_trip().value_or(duration{0});
  self->send(self->members, worker_changed{news});
}

void take_end(link_actor* self, uint64_t id, const json& head,
              const wire::unpacked_values& values) {
  auto& x = self->branches.at(id);
  auto& order = *x.order.order;
  auto end = wire::finished_from(head.at(3), *order.flow->index, values, order.begin.scope->run);
  if (!end)
    return refuse(self, id,
                  {.code = errc::crashed, .message = "the worker's answer cannot be read"});
  self->send(x.placed, branch_ended{head.at(2), std::move(*end)});
  forget_branch(self, id);
}

void give_up(link_actor* self, uint64_t id, error why) {
  self->to.say_at_once({wire::stop, id, static_cast<unsigned>(stop_reason::requested)});
  refuse(self, id, std::move(why));
}

/// Without knowing what it has done the branch could do it twice.
void give_up(link_actor* self, uint64_t id) {
  give_up(self, id, {.code = errc::crashed, .message = "the worker's answer cannot be read"});
}

void give_signal(link_actor* self, uint64_t id, const signal_given& x) {
  wire::packed_values values;
  auto payload = values.add(x.payload);
  auto said = wire::bytes_of({wire::signal, id, x.number, payload}, values);
  if (said.size() > self->me->largest_message)
    return give_up(self, id, too_large("the signal", said.size(), self->me->largest_message));
  self->to.say(0, [said = std::move(said)] { return said; });
}

void take_record(link_actor* self, uint64_t id, const json& head,
                 const wire::unpacked_values& values) {
  auto& x = self->branches.at(id);
  auto& order = *x.order.order;
  auto end = wire::finished_from(head.at(4), *order.flow->index, values, order.begin.scope->run);
  if (!end)
    return give_up(self, id);
  self->send(x.placed, recorded{head.at(2), std::move(*end), head.at(3)});
}

void count_open_call(link_actor* self, uint64_t id, int change) {
  auto& x = self->branches.at(id);
  x.open_calls += change;
  if (!x.placed && x.open_calls == 0)
    self->branches.erase(id);
}

/// Its supervisors may have gone; the run and the budgets around are told.
void take_late_bill(link_actor* self, uint64_t id, const json& head) {
  auto& x = self->branches.at(id);
  auto cost = metrics::from(head.at(3)).value_or(metrics{});
  caf::anon_send(x.order.run, late{head.at(2), cost});
  for (auto& budget : x.order.budgets)
    caf::anon_send(budget, spent{0, spending::of(cost)});
  count_open_call(self, id, -1);
}

event_type event_type_from(const json& x) {
  auto number = x.get<unsigned>();
  return number <= static_cast<unsigned>(event_type::run_finished) ? static_cast<event_type>(number)
                                                                   : event_type::step_log;
}

/// What is about a branch that still runs.
void take_word(link_actor* self, uint64_t id, const std::string& what, const json& head,
               const wire::unpacked_values& values) {
  auto& x = self->branches.at(id);
  auto to = x.placed;
  if (what == wire::recorded)
    take_record(self, id, head, values);
  else if (what == wire::note)
    self->send(x.order.run, note{event_type_from(head.at(2)), head.at(3), head.at(4)});
  else if (what == wire::asked)
    self->send(to, gate_asked{head.at(2), head.at(3), wire::spending_from(head.at(4)), head.at(5)});
  else if (what == wire::left)
    self->send(to, gate_left{head.at(2), head.at(3), wire::spending_from(head.at(4)), head.at(5)});
  else if (what == wire::spent)
    self->send(to, gate_spent{head.at(2), wire::spending_from(head.at(3))});
  else if (what == wire::awaited)
    self->send(to, signal_awaited{head.at(2), head.at(3), head.at(4), head.at(5)});
  else if (what == wire::dropped)
    self->send(to, signal_dropped{head.at(2)});
  else if (what == wire::paused)
    self->send(to, paused{1, head.at(2)});
}

void take_item(link_actor* self, const wire::item& x) {
  auto& head = x.head;
  auto what = head.at(0).get<std::string>();
  if (what == wire::beat)
    return take_news(self, head);
  if (what == wire::welcome)
    return let_in(self, head.at(1));
  if (what == wire::refused)
    return lose(self, head.at(1));
  if (what == wire::bye || what == wire::leave)
    return lose(self, "it has left");
  auto id = head.at(1).get<uint64_t>();
  auto found = self->branches.find(id);
  if (found == self->branches.end())
    return; // has been forgotten
  auto& branch = found->second;
  if (what == wire::abandoned) {
    self->send(branch.order.run, abandoned{head.at(2)});
    return count_open_call(self, id, 1);
  }
  if (what == wire::late)
    return take_late_bill(self, id, head);
  if (!branch.placed)
    return;
  auto values = wire::unpacked_values::from(x.values);
  if (!values)
    return give_up(self, id);
  if (what == wire::ended)
    return take_end(self, id, head, *values);
  if (what == wire::rejected)
    return refuse(self, id, wire::error_from(head.at(2)).value_or(error{}));
  take_word(self, id, what, head, *values);
}

void take(link_actor* self, const envelope& x) {
  auto items = self->to.take(x);
  if (!items)
    return lose(self, "it does not speak troupe's protocol");
  try {
    for (auto& item : *items)
      if (self->members) // has not left meanwhile
        take_item(self, item);
  } catch (const json::exception&) {
    lose(self, "it does not speak troupe's protocol");
  }
}

void keep_alive(link_actor* self) {
  if (self->to.is_silent())
    return lose(self, "not heard of for " + to_string(self->me->times.lease));
  if (self->is_let_in)
    self->to.beat();
  self->to.set_alarm();
}

} // namespace

link_actor::link_actor(caf::actor_config& cfg, caf::actor who, caf::actor by, caf::actor timer,
                       std::shared_ptr<const coordinator_identity> id)
  : event_based_actor{cfg}, agent{std::move(who)}, members{std::move(by)}, me{std::move(id)},
    to{this, std::move(timer), me->times} {
  end_without_printing(this);
}

void link_actor::on_exit() {
  to.say_at_once({wire::bye});
  to.clear_alarm();
  to.connect(nullptr);
  agent = nullptr;
  members = nullptr;
}

caf::behavior link_actor::make_behavior() {
  auto self = this;
  monitor(agent);
  to.connect(agent);
  set_down_handler([=](const caf::down_msg&) { lose(self, "the connection was closed"); });
  to.say_at_once(hello_of(this));
  to.set_alarm();
  return {
    [=](const envelope& x) { take(self, x); },
    [=](const ship& x) { take_ship(self, x); },
    [=](const stop_branch& x) { stop(self, x); },
    [=](const gate_answered& x) {
      if (auto id = branch_of_sender(self))
        self->to.say(0, {wire::gate, *id, x.gate, x.ticket, x.is_granted, x.waits_for});
    },
    [=](const signal_given& x) {
      if (auto id = branch_of_sender(self))
        give_signal(self, *id, x);
    },
    [=](const flush&) { self->to.flush(); },
    [=](const expired&) { keep_alive(self); },
    [=](const close_link&) { lose(self, "disconnected"); },
  };
}

} // namespace troupe
