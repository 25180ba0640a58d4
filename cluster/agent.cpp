// SPDX-License-Identifier: Apache-2.0
#include "cluster/agent.hpp"

#include "actors/exceptions.hpp"
#include "cluster/envelope.hpp"
#include "cluster/frame.hpp"
#include "cluster/items.hpp"

namespace troupe {

using nlohmann::json;

namespace {

/// What a coordinator may ask for, so that no peer makes a worker busy with heartbeats.
constexpr duration fastest_heartbeat = std::chrono::milliseconds{20};
/// So many beats before a coordinator moves its branches they end here: beats may be lost one way.
constexpr int beats_of_margin = 2;
constexpr size_t largest_message = size_t{1} << 30;

void refuse(agent_actor* self, const std::string& why) {
  auto peer = caf::actor_cast<caf::actor>(self->current_sender());
  self->send(peer, envelope{wire::bytes_of({wire::refused, why})});
}

std::string protocols(int oldest, int newest) {
  return oldest == newest ? std::to_string(newest)
                          : std::to_string(oldest) + " to " + std::to_string(newest);
}

template <class F>
void each_session(agent_actor* self, F&& f) {
  for (auto& [coordinator, session] : self->state.sessions)
    if (auto known = caf::actor_cast<caf::actor>(session))
      f(known);
}

void let_in(agent_actor* self, const json& who) {
  auto oldest = who.value("oldest", 0), newest = who.value("newest", 0);
  if (oldest > wire::newest_protocol || newest < wire::oldest_protocol)
    return refuse(self, "it speaks protocol " +
                          protocols(wire::oldest_protocol, wire::newest_protocol) + " (troupe " +
                          self->state.me->offer.version + "), and we " + protocols(oldest, newest) +
                          " (troupe " + who.value("version", "?") + ")");
  auto& known = self->state.sessions[who.at("coordinator")];
  if (auto before = caf::actor_cast<caf::actor>(known))
    self->send<caf::message_priority::high>(before, close_link{}); // it has lost us, and come back
  line::heartbeat times{duration{who.at("heartbeat").get<int64_t>()},
                        duration{who.at("lease").get<int64_t>()}};
  times.every = std::max(times.every, fastest_heartbeat);
  auto longest = std::max(self->state.me->lease, 2 * times.every);
  times.lease = std::clamp(times.lease - beats_of_margin * times.every, 2 * times.every, longest);
  auto most = std::min(who.at("largest").get<size_t>(), largest_message);
  auto peer = caf::actor_cast<caf::actor>(self->current_sender());
  known = self->spawn<session_actor>(std::move(peer), times, most, self->state.me).address();
  std::erase_if(self->state.sessions,
                [](auto& one) { return !caf::actor_cast<caf::actor>(one.second); });
}

void take(agent_actor* self, const envelope& x) {
  auto items = wire::items_of(x.bytes);
  if (!items || items->size() != 1 || !self->current_sender())
    return; // nobody that we know how to talk to
  auto& head = items->front().head;
  try {
    if (head.at(0) == wire::hello)
      let_in(self, head.at(1));
  } catch (const json::exception&) {
    refuse(self, "what it was told is no greeting");
  }
}

} // namespace

caf::behavior agent(agent_actor* self, std::shared_ptr<const worker_identity> me) {
  end_without_printing(self);
  self->state.me = std::move(me);
  self->set_exit_handler([=](const caf::exit_msg& why) {
    each_session(self, [&](auto& session) { self->send(session, send_away{}); });
    self->quit(why.reason);
  });
  return {
    [=](const envelope& x) { take(self, x); },
    [=](const tell_news& x) { each_session(self, [&](auto& session) { self->send(session, x); }); },
  };
}

} // namespace troupe
