// SPDX-License-Identifier: Apache-2.0
#include "cluster/session.hpp"

#include "actors/exceptions.hpp"
#include "cluster/items.hpp"
#include "cluster/order_codec.hpp"
#include "cluster/own_secrets.hpp"
#include "cluster/result_codec.hpp"
#include "config/bundle.hpp"
#include "config/needs.hpp"

#include <algorithm>

namespace troupe {

using nlohmann::json;

namespace {

/// When more than this waits for a slow link, streamed text and progress are left out.
constexpr size_t most_waiting = 10'000;

json news_of(const session_actor* self) {
  auto load = self->me->counts->load();
  return {
    {"running", load.running}, {"coordinators", load.coordinators}, {"draining", load.is_draining}};
}

// What the coordinator says.

void take_plan(session_actor* self, const json& head) {
  auto number = head.at(1).get<uint64_t>();
  auto read = config::plan_from_bundle(head.at(2), *self->me->services->kinds);
  if (read)
    self->plans[number] = std::move(*read);
  else
    self->plans[number] =
      tl::unexpected{read.error().empty() ? std::string{} : read.error().front().message};
}

void forget(session_actor* self, const json& head) {
  auto is_plan = head.at(1) == "plan";
  for (auto& number : head.at(2))
    if (is_plan)
      self->plans.erase(number.get<uint64_t>());
    else
      self->values.erase(number.get<uint64_t>());
}

void reject(session_actor* self, uint64_t id, error why) {
  self->to.say(id, {wire::rejected, id, wire::packed(why)});
}

/// Why the branch cannot run here; nothing: it can.
std::optional<error> obstacle(const session_actor* self, const branch_order& order) {
  for (auto& kind : order.needs->kinds)
    if (!self->me->services->kinds->find(kind))
      return error{.code = errc::no_worker,
                   .message =
                     "the worker \"" + self->me->offer.name + "\" has no kind \"" + kind + "\""};
  auto is_inside = [&](const std::string& path) {
    return path == order.node->path || path.starts_with(order.node->path + "/");
  };
  return plan::missing_for(*order.flow, is_inside);
}

void start_branch(session_actor* self, const json& head, const wire::unpacked_values& values) {
  auto id = head.at(1).get<uint64_t>();
  auto number = head.at(2).get<uint64_t>();
  auto known = self->plans.find(number);
  if (known == self->plans.end() || !known->second)
    return reject(self, id,
                  {.code = errc::invalid_input,
                   .message = "the worker cannot read the flow: " +
                              (known == self->plans.end() ? "it has none of that number"
                                                          : known->second.error())});
  auto order = wire::order_from(head.at(3), values, *known->second);
  if (!order)
    return reject(self, id,
                  {.code = errc::invalid_input,
                   .message = "the worker reads the flow in another way: not the same version of "
                              "troupe?"});
  if (auto why = obstacle(self, *order))
    return reject(self, id, std::move(*why));
  auto secrets = secrets_for(*order);
  if (!secrets)
    return reject(self, id, secrets.error());
  give_secrets(*order, std::move(*secrets));
  auto owed = std::make_shared<owed_answer>(self->me->counts);
  auto branch = self->spawn<branch_actor>(std::make_shared<const branch_order>(std::move(*order)),
                                          self->me->services, self->me->counts, caf::actor{self},
                                          self->to.tenure());
  self->by_actor[caf::actor_cast<caf::actor_addr>(branch)] = {.id = id, .owed = std::move(owed)};
  self->branches[id] = std::move(branch);
}

std::optional<wire::unpacked_values> values_of(session_actor* self, const wire::item& x) {
  return wire::unpacked_values::from(x.values, [self](uint64_t number) {
    auto found = self->values.find(number);
    return found == self->values.end() ? std::nullopt : std::optional{found->second};
  });
}

void take_value(session_actor* self, const wire::item& x) {
  if (auto values = values_of(self, x))
    self->values[x.head.at(1)] = values->at(x.head.at(2));
}

void take_start(session_actor* self, const wire::item& x) {
  if (auto values = values_of(self, x))
    return start_branch(self, x.head, *values);
  reject(self, x.head.at(1),
         {.code = errc::invalid_input, .message = "what the branch reads cannot be read"});
}

void stop(session_actor* self, const caf::actor& branch, stop_reason why) {
  self->send<caf::message_priority::high>(branch, stop_branch{why});
}

/// Who waits for a signal that cannot be read would wait for ever.
void give_signal(session_actor* self, uint64_t id, const caf::actor& branch, const wire::item& x) {
  if (auto values = values_of(self, x))
    return self->send(branch, signal_given{x.head.at(2), values->at(x.head.at(3))});
  reject(self, id, {.code = errc::invalid_input, .message = "the signal cannot be read"});
  stop(self, branch, stop_reason::requested);
}

/// What has been done counts where the branches go on: nothing is undone here any more.
void end_session(session_actor* self, stop_reason why) {
  self->to.end_tenure();
  for (auto& [id, branch] : self->branches)
    stop(self, branch, why);
  self->branches.clear();
  self->by_actor.clear();
  self->to.disconnect();
  self->quit();
}

/// What is about a branch.
void take_word(session_actor* self, const std::string& what, const wire::item& x) {
  auto& head = x.head;
  auto id = head.at(1).get<uint64_t>();
  auto branch = self->branches.find(id);
  if (branch == self->branches.end())
    return; // has ended
  auto& to = branch->second;
  if (what == wire::stop)
    stop(self, to, static_cast<stop_reason>(std::min(head.at(2).get<unsigned>(), 3u)));
  else if (what == wire::gate)
    self->send(to, gate_answered{head.at(2), head.at(3), head.at(4), head.at(5)});
  else if (what == wire::signal)
    give_signal(self, id, to, x);
}

void take_item(session_actor* self, const wire::item& x) {
  auto& head = x.head;
  auto what = head.at(0).get<std::string>();
  if (what == wire::beat) {
    self->to.take_beat(head);
    return self->to.beat(news_of(self));
  }
  if (what == wire::bye)
    return end_session(self, stop_reason::requested);
  if (what == wire::plan)
    return take_plan(self, head);
  if (what == wire::forget)
    return forget(self, head);
  if (what == wire::value)
    return take_value(self, x);
  if (what == wire::start)
    return take_start(self, x);
  take_word(self, what, x);
}

void take(session_actor* self, const envelope& x) {
  auto items = self->to.take(x);
  if (!items)
    return end_session(self, stop_reason::requested);
  try {
    for (auto& item : *items)
      if (self->to.peer()) // has not ended meanwhile
        take_item(self, item);
  } catch (const json::exception&) {
    end_session(self, stop_reason::requested);
  }
}

// What the branches say.

session_actor::running_branch* branch_of_sender(session_actor* self) {
  auto found = self->by_actor.find(caf::actor_cast<caf::actor_addr>(self->current_sender()));
  return found == self->by_actor.end() ? nullptr : &found->second;
}

void forget_if_over(session_actor* self, const session_actor::running_branch& x) {
  if (x.has_ended && x.open_calls == 0)
    self->by_actor.erase(caf::actor_cast<caf::actor_addr>(self->current_sender()));
}

/// In place of an end that cannot travel: a failure that says why, and all that can be undone.
finished failed_instead(const finished& x, std::string why) {
  auto result = *x.result;
  result.status = status::failed;
  result.output = {};
  result.metadata.clear();
  result.children.clear();
  result.error =
    error{.code = errc::payload_too_large, .message = std::move(why), .path = result.path};
  finished failed;
  failed.result = std::make_shared<const step_result>(std::move(result));
  failed.undo = x.undo;
  return failed;
}

/// The head with an end behind it.
std::string write_end(json head, const finished& x, const plan::flow& flow, size_t most) {
  wire::packed_values values;
  auto whole = head;
  whole.push_back(wire::packed(x, *flow.index, values));
  std::string why = "the answer is nested too deeply to cross nodes";
  if (!wire::is_too_deep(whole)) {
    auto said = wire::bytes_of(whole, values);
    if (said.size() <= most)
      return said;
    why = "the answer is a message of " + std::to_string(said.size()) + " bytes; at most " +
          std::to_string(most) + " cross nodes";
  }
  wire::packed_values fewer;
  head.push_back(wire::packed(failed_instead(x, std::move(why)), *flow.index, fewer));
  return wire::bytes_of(head, fewer);
}

void tell_end(session_actor* self, const branch_ended& x) {
  if (self->to.is_silent()) // it has ended because nothing may begin any more
    return end_session(self, stop_reason::requested);
  auto known = branch_of_sender(self);
  if (!known)
    return;
  auto id = known->id;
  known->has_ended = true;
  self->branches.erase(id);
  auto write = [x, id, flow = x.flow, most = self->largest_message] {
    return write_end({wire::ended, id, x.generation}, x.end, *flow, most);
  };
  self->to.say(id, std::move(write), std::move(known->owed));
  forget_if_over(self, *known);
}

void tell_record(session_actor* self, const branch_recorded& x) {
  if (auto known = branch_of_sender(self))
    self->to.say(known->id, [x, id = known->id, most = self->largest_message] {
      return write_end({wire::recorded, id, x.what.path, x.what.is_group}, x.what.end, *x.flow,
                       most);
    });
}

bool may_be_dropped(event_type x) {
  return x == event_type::step_output || x == event_type::step_progress;
}

void tell_note(session_actor* self, const note& x) {
  auto known = branch_of_sender(self);
  if (!known)
    return;
  if (self->to.waiting() > most_waiting && may_be_dropped(x.type)) {
    ++self->dropped_notes;
    return;
  }
  auto say = [&](event_type type, const std::string& path, const json& data) {
    self->to.say(known->id, {wire::note, known->id, static_cast<unsigned>(type), path, data});
  };
  if (auto count = std::exchange(self->dropped_notes, 0); count > 0)
    say(event_type::events_dropped, "", {{"count", count}});
  say(x.type, x.path, x.data);
}

/// Says something about the branch that it comes from: its name, and what stands behind the branch.
void tell(session_actor* self, const char* what, std::initializer_list<json> rest) {
  auto known = branch_of_sender(self);
  if (!known)
    return;
  json head{what, known->id};
  for (auto& x : rest)
    head.push_back(x);
  self->to.say(known->id, std::move(head));
}

void tell_refusal(session_actor* self, const branch_refused& x) {
  auto known = branch_of_sender(self);
  if (!known)
    return;
  reject(self, known->id, x.why);
  self->branches.erase(known->id);
  self->by_actor.erase(caf::actor_cast<caf::actor_addr>(self->current_sender()));
}

void count_open_call(session_actor* self, int change) {
  auto known = branch_of_sender(self);
  if (!known)
    return;
  known->open_calls += change;
  forget_if_over(self, *known);
}

void keep_alive(session_actor* self) {
  if (self->to.is_silent())
    return end_session(self, stop_reason::requested);
  self->to.beat(news_of(self)); // theirs may stand behind much else on a slow link
  self->to.set_alarm();
}

json welcome_of(const worker_offer& x) {
  return {{"name", x.name},   {"version", x.version}, {"labels", x.labels},
          {"kinds", x.kinds}, {"slots", x.slots},     {"protocol", wire::newest_protocol}};
}

} // namespace

session_actor::session_actor(caf::actor_config& cfg, caf::actor coordinator, line::heartbeat times,
                             size_t most, std::shared_ptr<const worker_identity> id)
  : event_based_actor{cfg}, to{this, id->services->timer, times},
    largest_message{most}, me{std::move(id)} {
  to.connect(std::move(coordinator));
  me->counts->add_coordinator();
  end_without_printing(this);
}

void session_actor::on_exit() {
  me->counts->remove_coordinator();
  to.end_tenure();
  for (auto& [id, branch] : branches) // it ends as it should not
    send<caf::message_priority::high>(branch, stop_branch{});
  branches.clear();
  by_actor.clear();
  to.clear_alarm();
  to.disconnect();
}

caf::behavior session_actor::make_behavior() {
  auto self = this;
  monitor(to.peer());
  set_down_handler([=](const caf::down_msg&) { end_session(self, stop_reason::requested); });
  to.say_at_once({wire::welcome, welcome_of(me->offer)});
  to.set_alarm();
  return {
    [=](const envelope& x) { take(self, x); },
    [=](const flush&) { self->to.flush(); },
    [=](const expired&) { keep_alive(self); },
    [=](const tell_news&) { self->to.beat(news_of(self)); },
    [=](const send_away&) {
      self->to.say_at_once({wire::leave});
      end_session(self, stop_reason::requested);
    },
    [=](const close_link&) { end_session(self, stop_reason::requested); },
    [=](const branch_ended& x) { tell_end(self, x); },
    [=](const branch_refused& x) { tell_refusal(self, x); },
    [=](const branch_recorded& x) { tell_record(self, x); },
    [=](const note& x) { tell_note(self, x); },
    [=](const gate_asked& x) {
      tell(self, wire::asked, {x.gate, x.ticket, wire::packed(x.expected), x.is_undo});
    },
    [=](const gate_left& x) {
      tell(self, wire::left, {x.gate, x.ticket, wire::packed(x.spent), x.has_started});
    },
    [=](const gate_spent& x) {
      tell(self, wire::spent, {x.ticket, wire::packed(x.amount)});
    },
    [=](const signal_awaited& x) {
      tell(self, wire::awaited, {x.number, x.path, x.name, x.message});
    },
    [=](const signal_dropped& x) { tell(self, wire::dropped, {x.number}); },
    [=](const paused& x) { tell(self, wire::paused, {x.is_paused}); },
    [=](const abandoned& x) {
      tell(self, wire::abandoned, {x.path});
      count_open_call(self, 1);
    },
    [=](const late& x) {
      tell(self, wire::late, {x.path, x.spent.json()});
      count_open_call(self, -1);
    },
  };
}

} // namespace troupe
