// SPDX-License-Identifier: Apache-2.0
#include "cluster/members.hpp"

#include "actors/exceptions.hpp"
#include "messages/work_protocol.hpp"

#include <caf/io/middleman_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace troupe {

void member_board::set(size_t place, worker_state x) {
  std::lock_guard guard{mutex_};
  states_[place] = std::move(x);
}

void member_board::remove(size_t place) {
  std::lock_guard guard{mutex_};
  states_.erase(place);
}

std::vector<worker_state> member_board::all() const {
  std::lock_guard guard{mutex_};
  std::vector<worker_state> out;
  for (auto& [place, x] : states_)
    out.push_back(x);
  return out;
}

namespace {

constexpr duration pause_between_tries = std::chrono::milliseconds{500};
constexpr duration longest_try = std::chrono::seconds{2};

using worker_id = placement::worker_id;

void show(members_actor* self, worker_id id) { self->board->set(id, self->workers.at(id).state); }

// Connections.

/// Tries the address in a thread of the network's, as long as anybody wants to know.
class probe final : public job {
public:
  probe(caf::actor_addr members, worker_id worker, address where)
    : members_{std::move(members)}, worker_{worker}, where_{std::move(where)} {}
  void run() noexcept override {
    if (caf::actor_cast<caf::actor>(members_))
      answer(problem_of_connecting(where_, longest_try));
  }
  void refuse(const error& why) override { answer(why.message); }

private:
  void answer(const std::string& problem) {
    if (auto members = caf::actor_cast<caf::actor>(members_))
      caf::anon_send(members, probed{worker_, problem});
  }

  caf::actor_addr members_;
  worker_id worker_;
  address where_;
};

void begin_to_connect(members_actor* self, worker_id id) {
  auto& x = self->workers.at(id);
  x.is_connecting = true;
  self->send(self->pool, work{std::make_shared<probe>(self->address(), id, x.where)});
}

void try_again_later(members_actor* self, worker_id id, std::string why) {
  auto& x = self->workers.at(id);
  x.is_connecting = false;
  x.link = nullptr;
  x.state.is_connected = false;
  x.state.problem = std::move(why);
  show(self, id);
  self->send(self->timer, set_alarm{id, pause_between_tries});
}

std::map<worker_id, members_actor::member>::iterator find_worker(members_actor* self,
                                                                 const std::string& where) {
  return std::find_if(self->workers.begin(), self->workers.end(),
                      [&](auto& x) { return x.second.where.text() == where; });
}

/// What CAF says of a connection, for people.
std::string problem_from(const caf::error& why) {
  if (why == caf::sec::disconnect_during_handshake || why == caf::sec::cannot_connect_to_node)
    return "it does not let us in: TLS on one side alone, certificates of different authorities, "
           "or no worker at all";
  if (why == caf::sec::request_timeout)
    return "it does not answer as a worker does";
  return "no connection: " + caf::to_string(why);
}

void ask_caf(members_actor* self, worker_id id) {
  auto& x = self->workers.at(id);
  auto connector = caf::actor_cast<caf::io::middleman_actor>(self->connector);
  auto give_up = [=](const caf::error& why) {
    if (self->workers.contains(id))
      try_again_later(self, id, problem_from(why));
  };
  self
    ->request(connector, longest_try + pause_between_tries, caf::connect_atom::value, x.where.host,
              x.where.port)
    .then(
      [=](const caf::node_id&, caf::strong_actor_ptr& agent, std::set<std::string>&) {
        auto known = self->workers.find(id);
        if (known == self->workers.end())
          return;
        if (!agent)
          return try_again_later(self, id, "nobody listens there");
        known->second.is_connecting = false;
        known->second.link = self->spawn<link_actor>(caf::actor_cast<caf::actor>(agent),
                                                     caf::actor{self}, self->timer, self->me);
        self->monitor(known->second.link); // it says when it is lost, unless it crashes
      },
      give_up);
}

void take_probe(members_actor* self, const probed& x) {
  if (!self->workers.contains(x.worker))
    return; // is not wanted any more
  if (x.problem.empty())
    ask_caf(self, x.worker);
  else
    try_again_later(self, x.worker, x.problem);
}

void add(members_actor* self, const std::string& text) {
  auto where = address::from(text);
  if (!where || find_worker(self, where->text()) != self->workers.end())
    return;
  auto id = ++self->last;
  self->workers[id] = {.where = *where, .state = {.address = where->text()}};
  show(self, id);
  begin_to_connect(self, id);
}

/// It is gone, and with it all that ran there.
void lose(members_actor* self, worker_id id, const std::string& why) {
  auto& link = self->workers.at(id).link;
  for (auto ticket : self->places.remove(id))
    self->send(self->branches.at(ticket), link_lost{link, why});
}

void remove(members_actor* self, const std::string& text) {
  auto where = address::from(text);
  auto found = where ? find_worker(self, where->text()) : self->workers.end();
  if (found == self->workers.end())
    return;
  lose(self, found->first, "disconnected");
  if (found->second.link)
    self->send(found->second.link, close_link{});
  self->board->remove(found->first);
  self->send(self->timer, clear_alarm{found->first});
  self->workers.erase(found);
}

std::map<worker_id, members_actor::member>::iterator worker_of_sender(members_actor* self) {
  return std::find_if(self->workers.begin(), self->workers.end(), [&](auto& x) {
    return x.second.link && x.second.link == self->current_sender();
  });
}

// Branches.

void assign(members_actor* self) {
  for (auto [branch, worker] : self->places.assign()) {
    auto& x = self->workers.at(worker);
    self->send(self->timer, clear_alarm{branch});
    self->send(self->branches.at(branch), place_found{x.link, x.state.name});
  }
}

void take_request(members_actor* self, const find_place& x) {
  auto ticket = ++self->last;
  auto placed = caf::actor_cast<caf::actor>(self->current_sender());
  self->tickets[caf::actor_cast<caf::actor_addr>(placed)] = ticket;
  self->branches[ticket] = std::move(placed);
  self->places.ask(ticket, x.wanted);
  assign(self);
  if (self->places.is_waiting(ticket))
    self->send(self->timer, set_alarm{ticket, x.wanted->queue});
}

void forget_branch(members_actor* self, placement::ticket ticket) {
  self->places.leave(ticket);
  auto known = self->branches.extract(ticket);
  if (!known.empty())
    self->tickets.erase(caf::actor_cast<caf::actor_addr>(known.mapped()));
}

void give_back_place(members_actor* self) {
  auto known = self->tickets.find(caf::actor_cast<caf::actor_addr>(self->current_sender()));
  if (known == self->tickets.end())
    return;
  auto ticket = known->second;
  if (self->places.is_waiting(ticket))
    self->send(self->timer, clear_alarm{ticket});
  forget_branch(self, ticket);
  assign(self);
}

/// A branch has waited for long enough; or it is time to try a worker again.
void take_alarm(members_actor* self, uint64_t what) {
  auto worker = self->workers.find(what);
  if (worker != self->workers.end() && !worker->second.link && !worker->second.is_connecting)
    return begin_to_connect(self, what);
  if (!self->branches.contains(what) || !self->places.is_waiting(what))
    return;
  auto why = self->places.obstacle(what);
  auto placed = self->branches.at(what);
  forget_branch(self, what);
  self->send(placed, no_place{{.code = errc::no_worker, .message = "no worker in time: " + why}});
}

/// Two workers must not go by one name: branches that say where they want to be would not know.
bool is_taken(members_actor* self, const std::string& name, worker_id but) {
  return std::any_of(self->workers.begin(), self->workers.end(), [&](auto& x) {
    return x.first != but && x.second.state.is_connected && x.second.state.name == name;
  });
}

void take_up(members_actor* self, const worker_up& x) {
  auto found = worker_of_sender(self);
  if (found == self->workers.end())
    return self->send(caf::actor_cast<caf::actor>(self->current_sender()), close_link{});
  auto& [id, member] = *found;
  if (is_taken(self, x.offer.name, id)) {
    self->send(member.link, close_link{});
    return try_again_later(self, id, "another worker is called \"" + x.offer.name + "\" too");
  }
  auto& state = member.state;
  state.is_connected = true;
  state.problem = {};
  state.name = x.offer.name;
  state.version = x.offer.version;
  state.labels.assign(x.offer.labels.begin(), x.offer.labels.end());
  state.kinds.assign(x.offer.kinds.begin(), x.offer.kinds.end());
  state.slots = x.offer.slots;
  show(self, id);
  self->places.add(id, x.offer);
  assign(self);
}

void take_news(members_actor* self, const worker_news& x) {
  auto found = worker_of_sender(self);
  if (found == self->workers.end())
    return;
  auto& state = found->second.state;
  state.running = x.running;
  state.coordinators = x.coordinators;
  state.round_trip = x.round_trip;
  if (std::exchange(state.is_draining, x.is_draining) != x.is_draining) {
    self->places.drain(found->first, x.is_draining);
    assign(self);
  }
  show(self, found->first);
}

void take_down(members_actor* self, const worker_down& x) {
  auto found = worker_of_sender(self);
  if (found == self->workers.end())
    return;
  lose(self, found->first, x.why);
  found->second.state.is_draining = false;
  try_again_later(self, found->first, x.why);
}

} // namespace

members_actor::members_actor(caf::actor_config& cfg, caf::actor when, caf::actor threads,
                             caf::actor by, std::shared_ptr<const coordinator_identity> id,
                             std::shared_ptr<member_board> shown)
  : event_based_actor{cfg}, timer{std::move(when)}, pool{std::move(threads)},
    connector{std::move(by)}, me{std::move(id)}, board{std::move(shown)} {
  end_without_printing(this);
}

void members_actor::on_exit() {
  for (auto& [id, x] : workers)
    if (x.link)
      send(x.link, close_link{});
  workers.clear();
  branches.clear();
  tickets.clear();
  timer = pool = connector = nullptr;
}

caf::behavior members_actor::make_behavior() {
  auto self = this;
  set_down_handler([=](const caf::down_msg& x) {
    for (auto& [id, member] : self->workers)
      if (member.link && member.link.address() == x.source) {
        lose(self, id, "the connection broke down");
        return try_again_later(self, id, "the connection broke down");
      }
  });
  return {
    [=](const add_worker& x) { add(self, x.address); },
    [=](const remove_worker& x) { remove(self, x.address); },
    [=](const probed& x) { take_probe(self, x); },
    [=](const worker_up& x) { take_up(self, x); },
    [=](const worker_changed& x) { take_news(self, x.news); },
    [=](const worker_down& x) { take_down(self, x); },
    [=](const find_place& x) { take_request(self, x); },
    [=](const troupe::leave_place&) { give_back_place(self); },
    [=](const expired& x) { take_alarm(self, x.attempt); },
  };
}

} // namespace troupe
