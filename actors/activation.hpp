// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/run_services.hpp"
#include "messages/step_protocol.hpp"

#include <caf/actor_clock.hpp>

#include <string>

namespace troupe {

/// Adds what the document notes about a node.
void carry_meta(const plan::node& node, step_result& x);

/// A node at work, whichever actor does the work: what its results say besides how it ended.
struct activation {
  const shared_services& services;
  const plan::node& node;
  const std::string& path;
  const caf::actor_clock& clock;
  caf::actor_clock::time_point started; ///< waiting included
  duration waited{0};                   ///< for permits

  /// Gives a new result the node's name, path and times.
  void head(step_result& x) const;
  step_result blank() const;
  step_result failed(error why) const;
  step_result cancelled() const;

  /// What takes the node back, now that it has succeeded; nothing if it says nothing.
  undo_log completed_with(const step_result& x, const scope& around) const;
};

} // namespace troupe
