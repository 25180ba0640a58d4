// SPDX-License-Identifier: Apache-2.0
#include "cluster/envelope.hpp"
#include "engine/inside.hpp"
#include "troupe/caf.hpp"

#include <caf/actor_system.hpp>

namespace troupe {

void add_message_types(caf::actor_system_config& config) {
  config.add_message_type<step_request>("troupe::step_request")
    .add_message_type<step_reply>("troupe::step_reply")
    .add_message_type<step_cancel>("troupe::step_cancel")
    .add_message_type<run_request>("troupe::run_request")
    .add_message_type<run_reply>("troupe::run_reply")
    .add_message_type<run_event>("troupe::run_event");
  add_envelope(config);
  mark_threads_of(config);
}

bool is_prepared(const caf::actor_system& x) {
  return x.types().make_value("troupe::run_request") != nullptr;
}

} // namespace troupe
