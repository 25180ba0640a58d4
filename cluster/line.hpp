// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/tenure.hpp"
#include "cluster/envelope.hpp"
#include "cluster/frame.hpp"
#include "cluster/outbox.hpp"
#include "messages/timer_protocol.hpp"
#include "troupe/duration.hpp"

#include <caf/actor.hpp>
#include <caf/actor_clock.hpp>
#include <caf/event_based_actor.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe {

/// One end of what connects two nodes: says things to the other end as fast as it takes them, and
/// knows when it was last heard of. Part of the actor at this end.
class line {
public:
  struct heartbeat {
    duration every{0}, lease{0};
  };

  line(caf::event_based_actor* self, caf::actor timer, heartbeat times);

  void connect(caf::actor peer) { peer_ = std::move(peer); }
  const caf::actor& peer() const { return peer_; }
  /// Nothing is said any more, what waits neither.
  void disconnect();

  /// When it is its turn; `about`: the branch with which it may be taken back, or 0.
  void say(uint64_t about, outbox::write_fn write);
  void say(uint64_t about, nlohmann::json head);
  /// The same; `held` is let go of when the other end has received it, or never will.
  void say(uint64_t about, outbox::write_fn write, std::shared_ptr<void> held);
  /// Before all that waits.
  void say_at_once(const nlohmann::json& head);
  /// Takes back the first that waits and is about that branch; false if none is.
  bool take_back(uint64_t about) { return outbox_.take_back(about); }
  /// Sends what may be sent; asked for by a `flush`.
  void flush();
  size_t waiting() const { return outbox_.waiting(); }

  /// What came; nothing if it is no envelope of ours. The items are views into it, good until the
  /// next one comes. None as long as an envelope is only part of a larger one.
  std::optional<std::vector<wire::item>> take(const envelope& x);
  /// A beat of the peer: notes what it has received, and how long the way there and back took.
  void take_beat(const nlohmann::json& head);
  std::optional<duration> round_trip() const { return round_trip_; }
  void beat(nlohmann::json news = {});

  /// Wakes the actor (`expired`) when it is time for the next beat.
  void set_alarm();
  void clear_alarm();
  /// Nothing was heard of the other end for longer than it may be silent.
  bool is_silent() const;
  /// For this end it is over: nothing begins any more for the other one.
  void end_tenure() { tenure_->end(); }
  std::shared_ptr<const troupe::tenure> tenure() const { return tenure_; }
  const heartbeat& times() const { return times_; }

private:
  int64_t now() const;
  void send_in_parts(std::string bytes);
  void note_sent(size_t bytes);

  caf::event_based_actor* self_;
  caf::actor timer_, peer_;
  heartbeat times_;
  outbox outbox_;
  inbox inbox_;
  uint64_t sent_ = 0;                              // bytes
  std::vector<std::shared_ptr<void>> in_envelope_; // held for what the next one has in it
  std::deque<std::pair<uint64_t, std::shared_ptr<void>>> underway_; // until so many have come
  std::string parts_;        // that have come, of an envelope in several
  std::string whole_;        // the latest of those
  bool is_flushing_ = false; // a `flush` is on its way
  std::shared_ptr<troupe::tenure> tenure_;
  int64_t time_of_peer_ = 0; // as of its last beat
  std::optional<duration> round_trip_;
};

} // namespace troupe
